// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.examples.ExampleService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What browsers are told by a host, and what it takes from pages of other sites. */
class BrowserSafetyTest {

  private static final String PAGE = "https://console.example:8443";
  private static final String ELSEWHERE = "https://evil.example";
  private static final String PASSWORD = "correct horse battery staple";
  private static final String ONE = "/core/examples/one";
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(("admin@localhost:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

  @TempDir private static Path directory;
  private static HostFixture host;
  private static String token;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            directory,
            it -> it.startAndAwait(ExampleService.createFactory(), ExampleService.FACTORY_LINK),
            arguments -> {
              arguments.security.isAuthorizationEnabled = true;
              arguments.security.adminPassword = PASSWORD;
              arguments.security.browsers.corsOrigins =
                  new String[] {"HTTPS://Console.example:8443/"};
              arguments.security.browsers.corsMethods = new String[] {"GET", "POST"};
            });
    await()
        .until(
            () -> {
              Answer answer = host.send("POST", "/core/authn/basic", "{}", "authorization", BASIC);
              token = header(answer, "x-xenon-auth-token");
              return answer.status() == 200
                  && host.send("GET", "/core/examples", null, bearer()).status() == 200;
            });
    Answer made =
        host.send(
            "POST", "/core/examples", Map.of("documentSelfLink", "one", "name", "n"), bearer());
    assertThat(made.status()).as(made.body()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String[] bearer(String... more) {
    return with(new String[] {"authorization", "Bearer " + token}, more);
  }

  private static String[] cookie(String... more) {
    return with(new String[] {"cookie", "a=b; xenon-auth-cookie=" + token}, more);
  }

  private static String[] with(String[] first, String... more) {
    String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  private static String header(Answer answer, String name) {
    return String.join(" | ", answer.response().headers().allValues(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {ONE, "/core/examples", "/core/examples/absent", "/core/health/live", "/nowhere"})
  void everyAnswerTellsBrowsersToBeCareful(String path) {
    for (String[] who : List.of(bearer(), new String[0], new String[] {"cookie", "x=y"})) {
      for (int time = 0; time < 2; time++) { // the second may come from memory
        Answer answer = host.send("GET", path, null, who);
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(answer, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(header(answer, "cross-origin-resource-policy")).isEqualTo("same-origin");
        assertThat(header(answer, "x-frame-options")).isEqualTo("SAMEORIGIN");
        assertThat(header(answer, "cache-control")).isEqualTo("no-store");
        assertThat(header(answer, "vary")).contains("origin");
      }
    }
  }

  @Test
  void whatAServiceSaysItselfGoesBefore() {
    Answer script =
        host.get(
            "/user-interface/resources/com/vmware/xenon/common/WebSocketService/ws-service-lib.js");
    assertThat(header(script, "cache-control")).isEqualTo("max-age=3600");
    assertThat(header(script, "cross-origin-resource-policy")).isEqualTo("cross-origin");
    assertThat(header(script, "x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void cookieIsForThisHostAlone() {
    Answer login = host.send("POST", "/core/authn/basic", "{}", "authorization", BASIC);

    assertThat(header(login, "set-cookie"))
        .startsWith("xenon-auth-cookie=")
        .contains("; HttpOnly")
        .contains("; SameSite=Lax")
        .contains("; Path=/")
        .doesNotContain("Domain");
    assertThat(header(login, "cache-control")).isEqualTo("no-store");
  }

  @Test
  void pageThatIsNamedMayRead() {
    Answer answer = host.send("GET", ONE, null, bearer("origin", PAGE));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(header(answer, "access-control-allow-origin")).isEqualTo(PAGE);
    assertThat(header(answer, "access-control-allow-credentials")).isEmpty();
    assertThat(header(answer, "access-control-expose-headers")).contains("etag");
    assertThat(header(answer, "vary")).contains("origin");
    Answer refused = host.send("GET", ONE, null, "origin", PAGE);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(header(refused, "access-control-allow-origin")).as("errors too").isEqualTo(PAGE);
  }

  @Test
  void otherPagesMayNot() {
    for (String origin : List.of(ELSEWHERE, "null", "http://console.example:8443", PAGE + "0")) {
      Answer answer = host.send("GET", ONE, null, bearer("origin", origin));
      assertThat(header(answer, "access-control-allow-origin")).as(origin).isEmpty();
      assertThat(header(answer, "vary")).contains("origin");
      assertThat(preflight(origin, "POST").status()).as(origin).isEqualTo(403);
      assertThat(preflight(origin, "POST").message()).contains("corsOrigins");
      assertThat(
              host.send("POST", "/core/examples", "{\"name\":\"x\"}", bearer("origin", origin))
                  .status())
          .isEqualTo(403);
    }
  }

  private static Answer preflight(String origin, String method) {
    return host.send(
        "OPTIONS",
        ONE,
        null,
        "origin",
        origin,
        "access-control-request-method",
        method,
        "access-control-request-headers",
        "authorization");
  }

  @Test
  void browserIsToldWhatPagesMaySend() {
    Answer answer = preflight(PAGE, "POST");

    assertThat(answer.status()).as("without any token").isEqualTo(204);
    assertThat(header(answer, "access-control-allow-origin")).isEqualTo(PAGE);
    assertThat(header(answer, "access-control-allow-methods")).isEqualTo("GET, POST");
    assertThat(header(answer, "access-control-allow-headers")).contains("authorization");
    assertThat(header(answer, "access-control-max-age")).isEqualTo("600");
    assertThat(header(answer, "access-control-allow-credentials")).isEmpty();
  }

  @Test
  void pageThatIsNamedWritesByTheMethodsThatAreNamed() {
    assertThat(
            host.send(
                    "POST",
                    "/core/examples",
                    "{\"name\":\"of a page\"}",
                    bearer("origin", PAGE, "sec-fetch-site", "cross-site"))
                .status())
        .isEqualTo(200);
    assertThat(host.send("PATCH", ONE, "{\"counter\":1}", bearer("origin", PAGE)).status())
        .isEqualTo(403);
  }

  @Test
  void cookieOfAnotherPageCountsOnlyIfThatIsSaid() {
    assertThat(host.send("GET", ONE, null, cookie()).status()).isEqualTo(200);
    assertThat(host.send("GET", ONE, null, cookie("origin", PAGE)).status()).isEqualTo(401);
    assertThat(
            host.send("POST", "/core/examples", "{\"name\":\"x\"}", cookie("origin", PAGE))
                .status())
        .isEqualTo(401);
  }

  @Test
  void tokenInAnAddressIsRefusedWithWords() {
    for (String query :
        List.of(
            "access_token=" + token,
            "a=b&Access_Token=" + token,
            "x-xenon-auth-token=" + token,
            "xenon-auth-cookie=" + token,
            "key=cairn_abcdefghijklmnop_" + "s".repeat(43))) {
      Answer answer = host.get(ONE + "?" + query);
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.message()).contains("Authorization: Bearer").doesNotContain(token);
    }
    assertThat(host.get(ONE + "?token=" + token).status()).as("nothing to us").isEqualTo(401);
    assertThat(host.send("GET", ONE + "?documentVersion=0", null, bearer()).status())
        .isEqualTo(200);
  }

  @Test
  void noProofIsLogged() {
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger("io.cairn");
    Level before = root.getLevel();
    heard.start();
    root.addAppender(heard);
    root.setLevel(Level.TRACE);
    String key = "cairn_abcdefghijklmnop_" + "s".repeat(43);
    try {
      Answer logs =
          host.send(
              "PATCH",
              "/core/management",
              Map.of(
                  "kind",
                  "com:vmware:xenon:services:common:ServiceHostManagementService:ConfigureInboundRequestLogging",
                  "loggingInfo",
                  Map.of("enabled", true)),
              bearer());
      host.send("GET", ONE, null, bearer());
      host.send("GET", ONE, null, cookie());
      host.send("GET", ONE + "?access_token=" + token, null);
      host.send("GET", ONE + "?key=" + key, null);
      host.send("GET", ONE, null, "authorization", "Bearer " + key);
      host.send("GET", ONE, null, "authorization", BASIC);
      host.send("POST", "/core/authn/basic", "{}", "authorization", BASIC);
      host.send("POST", "/core/authn/basic", "{", "authorization", BASIC);
      host.send("GET", "/core/examples/no%20such?x=1", null, bearer());
      assertThat(logs.status()).as(logs.body()).isEqualTo(200);
    } finally {
      root.setLevel(before);
      root.detachAppender(heard);
    }
    assertThat(heard.list).isNotEmpty();
    assertThat(heard.list.stream().map(ILoggingEvent::getFormattedMessage))
        .noneMatch(line -> line.contains(token))
        .noneMatch(line -> line.contains(key))
        .noneMatch(line -> line.contains(PASSWORD))
        .noneMatch(line -> line.contains(BASIC.substring(6)));
  }
}
