// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Authorizer;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.accounts.AccountView;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the users of tenants may do on a host that knows who asks. */
class TenantUsersTest {

  private static final String TENANTS = "/core/tenants";
  private static final Map<String, String> TOKENS = new HashMap<>();

  @TempDir static Path sandbox;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
                sandbox, it -> it.startAndAwait(OwnedNote.createFactory(), OwnedNote.NOTES))
            .awaitAvailable();
    user("root", null);
    grant("admin", "root", "");
    for (String tenant : List.of("calm", "eager", "curious", "open")) {
      done(host.post(TENANTS, "{\"documentSelfLink\":\"%s\",\"name\":\"n\"}".formatted(tenant)));
      user("of-" + tenant, tenant);
      grant("editor", "of-" + tenant, ",\"on\":\"" + OwnedNote.NOTES + '"');
      grant("editor", "of-" + tenant, ",\"on\":\"" + TENANTS + '"');
    }
    for (String who : List.of("root", "of-calm", "of-eager", "of-curious", "of-open")) {
      await().until(() -> login(who) == 200);
    }
    host.host()
        .unwrap(Guard.class)
        .engage(host.host().unwrap(Authenticator.class), host.host().unwrap(Authorizer.class));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static void user(String name, String tenant) {
    String belongs = tenant == null ? "" : ",\"tenantLink\":\"" + TENANTS + '/' + tenant + '"';
    done(
        host.post(
            "/core/authz/users",
            "{\"documentSelfLink\":\"%s\",\"email\":\"%s@a.example\"%s}"
                .formatted(name, name, belongs)));
    done(
        host.post(
            "/core/auth/credentials",
            "{\"documentSelfLink\":\"%s\",\"userEmail\":\"%s@a.example\",\"privateKey\":\"open\"}"
                .formatted(name, name)));
  }

  private static void grant(String role, String to, String on) {
    done(
        host.post(
            "/core/authz/grants",
            "{\"role\":\"%s\",\"to\":\"/core/authz/users/%s\"%s}".formatted(role, to, on)));
  }

  private static void done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static int login(String name) {
    String both =
        Base64.getEncoder()
            .encodeToString((name + "@a.example:open").getBytes(StandardCharsets.UTF_8));
    Answer answer = host.send("POST", "/core/authn/basic", "{}", "authorization", "Basic " + both);
    answer
        .response()
        .headers()
        .firstValue("x-xenon-auth-token")
        .ifPresent(token -> TOKENS.put(name, token));
    return answer.status();
  }

  private static Answer as(String who, String method, String path, String body) {
    return host.send(method, path, body, "x-xenon-auth-token", TOKENS.get(who));
  }

  /** Sets limits, and returns when they hold. */
  private static void limit(String tenant, String quotas) {
    String link = TENANTS + '/' + tenant;
    AccountView accounts = host.host().unwrap(AccountView.class);
    long before = accounts.revision();
    done(as("root", "PATCH", link, "{\"quotas\":" + quotas + "}"));
    await()
        .until(
            () ->
                accounts.revision() > before
                    && quotas.equals(DocumentJson.standard().toJson(accounts.quotas(link))));
  }

  private static String note(String name, String tenant) {
    return "{\"documentSelfLink\":\"%s\",\"text\":\"x\",\"tenantLinks\":[\"%s/%s\"]}"
        .formatted(name, TENANTS, tenant);
  }

  @Test
  void nobodyRaisesTheLimitsOfItsOwnTenant() {
    limit("calm", "{\"documents\":1}");
    done(as("root", "GET", TENANTS + "/calm/usage", null)); // counted from here on
    done(as("of-calm", "POST", OwnedNote.NOTES, note("calm1", "calm")));
    String own = TENANTS + "/calm";
    String more = "{\"name\":\"n\",\"quotas\":{\"documents\":100}}";

    assertThat(as("of-calm", "PATCH", own, more).status()).isIn(403, 404);
    assertThat(as("of-calm", "PUT", own, more).status()).isIn(403, 404);
    assertThat(as("of-calm", "DELETE", own, null).status()).isIn(403, 404);
    assertThat(
            as("of-calm", "POST", TENANTS, "{\"documentSelfLink\":\"calm\"," + more.substring(1))
                .status())
        .isIn(403, 404);
    assertThat(as("of-calm", "PATCH", TENANTS + "/eager", more).status()).isIn(403, 404);
    assertThat(host.patch(own, more).status()).isEqualTo(401);
    Answer refused = as("of-calm", "POST", OwnedNote.NOTES, note("calm2", "calm"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message()).contains("quotas.documents");
    assertThat(as("root", "GET", own, null).json().at("/quotas/documents").asInt()).isOne();
    assertThat(as("root", "GET", own + "/usage", null).json().at("/documents/used").asInt())
        .isOne();
    assertThat(as("of-calm", "GET", TENANTS + "/eager/usage", null).status()).isIn(403, 404);
    assertThat(host.get(own + "/usage").status()).isEqualTo(401);
  }

  @Test
  void nobodyLearnsByAskingWhatHeMayThatAnotherTenantHasADocument() {
    String notes = OwnedNote.NOTES;
    done(
        as(
            "root",
            "POST",
            notes,
            "{\"documentSelfLink\":\"secret\",\"tenantLinks\":[\"%s/eager\"]}".formatted(TENANTS)));
    String ask = "/core/authz/can-i?verb=GET&link=" + notes + '/';

    String there = as("of-open", "GET", ask + "secret", null).body();
    String not = as("of-open", "GET", ask + "nothing", null).body();

    assertThat(there.replace("secret", "nothing")).isEqualTo(not);
    assertThat(as("of-open", "GET", notes + "/secret", null).status()).isEqualTo(404);
    assertThat(as("root", "GET", ask + "secret&as=of-open@a.example", null).body())
        .contains("HIDDEN");
  }

  @Test
  void usersOfATenantShareItsRateAndOthersDoNotNoticeIt() {
    limit("eager", "{\"requestsPerSecond\":0.001}");
    done(as("of-eager", "GET", OwnedNote.NOTES, null));

    Answer refused = as("of-eager", "GET", OwnedNote.NOTES, null);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.message()).contains(TENANTS + "/eager", "0.001", "requestsPerSecond");
    assertThat(refused.json().path("errorCode").asInt()).isEqualTo(0x80000008);
    long seconds = refused.response().headers().firstValueAsLong("retry-after").orElse(0);
    assertThat(seconds).isBetween(900L, 1_000L);
    assertThat(as("of-eager", "POST", OwnedNote.NOTES, note("e", "eager")).status()).isEqualTo(429);
    done(as("of-open", "GET", OwnedNote.NOTES, null));
    done(as("root", "GET", OwnedNote.NOTES, null));
    assertThat(
            as("root", "GET", TENANTS + "/eager/usage", null)
                .json()
                .at("/requestsPerSecond/usedHere")
                .asInt())
        .isOne();
  }

  @Test
  void queriesOfATenantAreAsManyAsItMayHave() {
    limit("curious", "{\"concurrentQueries\":0}");
    String task =
        "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{\"query\":{\"term\":{"
            + "\"propertyName\":\"text\",\"matchValue\":\"x\"}}}}";

    for (Answer refused :
        List.of(
            as("of-curious", "GET", OwnedNote.NOTES, null),
            as("of-curious", "POST", "/core/query-tasks", task))) {
      assertThat(refused.status()).as(refused.body()).isEqualTo(429);
      assertThat(refused.message()).contains("concurrentQueries", "may have 0");
      assertThat(refused.response().headers().firstValue("retry-after")).contains("1");
    }
    assertThat(as("of-curious", "POST", OwnedNote.NOTES, note("c", "curious")).status())
        .isEqualTo(200);
    assertThat(as("of-curious", "GET", OwnedNote.NOTES + "/c", null).status()).isEqualTo(200);
    done(as("of-open", "GET", OwnedNote.NOTES, null));

    limit("curious", "{\"concurrentQueries\":1}");
    done(as("of-curious", "GET", OwnedNote.NOTES, null));
    done(as("of-curious", "GET", OwnedNote.NOTES, null));
  }

  @Test
  void streamsOfATenantAreAsManyAsItMayHaveOpen() throws Exception {
    limit("open", "{\"openStreams\":1}");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> first = watch(client);
      assertThat(first.statusCode()).isEqualTo(200);

      Answer refused =
          host.send(
              "GET",
              OwnedNote.NOTES,
              null,
              "accept",
              "text/event-stream",
              "x-xenon-auth-token",
              TOKENS.get("of-open"));
      assertThat(refused.status()).as(refused.body()).isEqualTo(429);
      assertThat(refused.message()).contains("openStreams");
      first.body().close();

      await()
          .until(
              () -> {
                HttpResponse<InputStream> again = watch(client);
                again.body().close();
                return again.statusCode() == 200;
              });
      client.shutdownNow();
    }
  }

  private static HttpResponse<InputStream> watch(HttpClient client)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(host.uri(OwnedNote.NOTES))
            .header("accept", "text/event-stream")
            .header("x-xenon-auth-token", TOKENS.get("of-open"))
            .build(),
        BodyHandlers.ofInputStream());
  }
}
