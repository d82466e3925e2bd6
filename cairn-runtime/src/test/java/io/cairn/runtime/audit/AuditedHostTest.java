// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.audit.AuditRecord.Outcome;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.security.AuditArguments.Extent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What one host notes of who does what, as documents and in its file. */
class AuditedHostTest {

  private static final String BASIC = "/core/authn/basic";
  private static final String ADMIN = "admin@localhost";
  private static final String ADMIN_LINK = "/core/authz/users/" + ADMIN;
  private static final String PASSWORD = "correct-horse-battery-staple";
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;

  private static final String SLOW = "/slow";
  private static final BlockingQueue<Operation> AT_WORK = new LinkedBlockingQueue<>();

  /** Is done when the test says so. */
  private static final class Slow extends StatelessService {
    @Override
    public void handlePost(Operation post) {
      AT_WORK.add(post);
    }
  }

  @TempDir private static Path directory;
  private static HostFixture host;
  private static String admin;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            directory,
            it -> {
              it.startAndAwait(ExampleService.createFactory(), EXAMPLES);
              it.startAndAwait(new Slow(), SLOW);
            },
            arguments -> {
              arguments.security.isAuthorizationEnabled = true;
              arguments.security.adminPassword = PASSWORD;
              arguments.security.audit.extent = Extent.ALL;
            });
    await().ignoreExceptions().until(() -> login(ADMIN, PASSWORD).status() == 200);
    admin = token(ADMIN, PASSWORD);
    await().until(() -> asAdmin("GET", EXAMPLES, null).status() == 200);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Answer login(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    String proof = "Basic " + Base64.getEncoder().encodeToString(both);
    return host.send("POST", BASIC, "{}", "authorization", proof);
  }

  private static String token(String user, String password) {
    return login(user, password)
        .response()
        .headers()
        .firstValue("x-xenon-auth-token")
        .orElseThrow();
  }

  private static Answer asAdmin(String method, String path, Object body, String... headers) {
    List<String> all = new ArrayList<>(List.of("x-xenon-auth-token", admin));
    all.addAll(List.of(headers));
    return host.send(method, path, body, all.toArray(String[]::new));
  }

  private static void done(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static void user(String name) {
    done(asAdmin("POST", "/core/authz/users", Map.of("documentSelfLink", name, "email", name)));
    done(
        asAdmin(
            "POST",
            "/core/auth/credentials",
            Map.of("documentSelfLink", name, "userEmail", name, "privateKey", PASSWORD)));
    await().until(() -> login(name, PASSWORD).status() == 200);
  }

  /** The records that are documents now. */
  private static List<AuditRecord> records() {
    Answer answer = asAdmin("GET", "/core/audit?expand&$limit=10000", null);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<AuditRecord> all = new ArrayList<>();
    for (JsonNode each : answer.json().path("documents").values()) {
      all.add(io.cairn.document.DocumentJson.standard().convert(each, AuditRecord.class));
    }
    return all;
  }

  private static String shown() {
    return String.join("\n", records().stream().map(AuditWriter::line).toList());
  }

  private static AuditRecord only(Predicate<AuditRecord> wanted) {
    await().untilAsserted(() -> assertThat(records()).as(AuditedHostTest::shown).anyMatch(wanted));
    List<AuditRecord> found = records().stream().filter(wanted).toList();
    assertThat(found).as("exactly one").hasSize(1);
    return found.getFirst();
  }

  @Test
  void loginsAreNotedWhateverBecomesOfThem() {
    user("jane@example.com");
    for (int i = 0; i < 5; i++) {
      assertThat(login("jane@example.com", "guess").status()).isEqualTo(403);
    }
    assertThat(login("jane@example.com", PASSWORD).status()).isEqualTo(429);
    String jane = "/core/authz/users/jane@example.com";

    AuditRecord wrong =
        only(
            it -> it.action == AuditedAction.LOGIN && it.status == 403 && jane.equals(it.userLink));
    AuditRecord slowed = only(it -> it.status == 429 && jane.equals(it.userLink));
    AuditRecord begun = only(it -> it.action == AuditedAction.LOGIN && jane.equals(it.subjectLink));

    assertThat(wrong.outcome).isEqualTo(Outcome.REFUSED);
    assertThat(wrong.subjectKind).isEqualTo("GUEST");
    assertThat(wrong.reason).contains("password is another one");
    assertThat(slowed.reason).contains("Too many logins");
    assertThat(begun.outcome).isEqualTo(Outcome.DONE);
    assertThat(begun.keyId).isNotBlank();
    assertThat(begun.address).isEqualTo("127.0.0.1");
    assertThat(begun.nodeId).isEqualTo(host.host().getId());
  }

  @Test
  void logoutIsOfTheUserWhoseSessionEnds() {
    user("leaving@example.com");
    String token = token("leaving@example.com", PASSWORD);
    done(host.send("POST", BASIC, "{\"requestType\":\"LOGOUT\"}", "x-xenon-auth-token", token));

    AuditRecord record =
        only(
            it ->
                it.action == AuditedAction.LOGOUT
                    && "/core/authz/users/leaving@example.com".equals(it.subjectLink));
    assertThat(record.status).isEqualTo(200);
    assertThat(records())
        .as("a logout is no second record")
        .noneMatch(it -> it.action == AuditedAction.REVOCATION && "SYSTEM".equals(it.subjectKind));
  }

  @Test
  void refusalsSayWhoWantedWhatAndWhy() {
    user("mary@example.com");
    String mary = token("mary@example.com", PASSWORD);
    String id = "6f2b-request";
    int status =
        host.send(
                "GET",
                EXAMPLES + "/secret?x=y",
                null,
                "x-xenon-auth-token",
                mary,
                "x-request-id",
                id,
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .status();
    assertThat(status).isEqualTo(403);

    AuditRecord record = only(it -> id.equals(it.requestId));

    assertThat(record.action).isEqualTo(AuditedAction.REQUEST);
    assertThat(record.outcome).isEqualTo(Outcome.REFUSED);
    assertThat(record.subjectLink).isEqualTo("/core/authz/users/mary@example.com");
    assertThat(record.link).isEqualTo(EXAMPLES + "/secret");
    assertThat(record.verb).isEqualTo("GET");
    assertThat(record.reason).contains("may not GET");
    assertThat(record.traceId).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void changesAreNotedHoweverTheyAreSent() {
    done(asAdmin("POST", "/core/tenants", Map.of("documentSelfLink", "t1", "name", "one")));
    done(asAdmin("POST", "/core/%74enants/", Map.of("documentSelfLink", "t2", "name", "two")));
    done(
        asAdmin(
            "POST",
            "/core/bulk",
            "[{\"action\":\"POST\",\"link\":\"/core/tenants\",\"body\":{\"documentSelfLink\":\"t3\",\"name\":\"three\"}}]"));
    host.host()
        .sendRequest(
            Operation.createPost(host.host(), "/core/tenants")
                .setReferer(host.host().getUri())
                .setBody(Map.of("documentSelfLink", "t4", "name", "four"))
                .setAuthorizationContext(
                    io.cairn.service.security.AuthorizationContext.ofSubject(ADMIN_LINK)));

    for (String tenant : List.of("t1", "t2", "t3", "t4")) {
      AuditRecord record = only(it -> ("/core/tenants/" + tenant).equals(it.link));
      assertThat(record.action).isEqualTo(AuditedAction.TENANT);
      assertThat(record.subjectLink).isEqualTo(ADMIN_LINK);
    }
  }

  @Test
  void whatASelectorIsToSendOnIsNotedAsWhatItIsFor() {
    String selector = "/core/node-selectors/default";
    done(
        asAdmin(
            "POST",
            selector + "/forwarding?target=KEY_HASH&key=k&path=%2Fcore%2Ftenants",
            Map.of("documentSelfLink", "f1", "name", "one")));
    done(
        asAdmin(
            "POST",
            selector,
            Map.of("targetPath", "/core/tenants", "documentSelfLink", "f2", "name", "two")));
    asAdmin("GET", selector + "/forwarding?target=ALL&path=%2Fcore%2Ftenants%2Ff1", null);
    asAdmin(
        "PATCH",
        selector + "/forwarding?target=ALL&path=%2Fcore%2F.%2Ftenants%2Ff1",
        Map.of("name", "uno"));

    for (String tenant : List.of("f1", "f2")) {
      AuditRecord made =
          only(it -> ("/core/tenants/" + tenant).equals(it.link) && "POST".equals(it.verb));
      assertThat(made.action).isEqualTo(AuditedAction.TENANT);
      assertThat(made.subjectLink).isEqualTo(ADMIN_LINK);
    }
    only(it -> "/core/tenants/f1".equals(it.link) && "PATCH".equals(it.verb));
    assertThat(records()).noneMatch(it -> it.link != null && it.link.contains("node-selectors"));
  }

  @Test
  void whatWasDoneIsNotedAlsoIfNobodyWaitsForTheAnswer() throws Exception {
    Operation work;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.uri("/").getPort())) {
      String head =
          "POST %s HTTP/1.1\r\nhost: localhost\r\nx-xenon-auth-token: %s\r\ncontent-length: 0\r\n\r\n"
              .formatted(SLOW, admin);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      work = AT_WORK.poll(10, TimeUnit.SECONDS);
      assertThat(work).isNotNull();
      socket.setSoLinger(true, 0);
    }
    await().until(work::isCancelled);
    work.complete();

    AuditRecord record = only(it -> SLOW.equals(it.link));
    assertThat(record.status).isEqualTo(200);
    assertThat(record.outcome).isEqualTo(Outcome.DONE);
  }

  @Test
  void makingAKeyIsOneRecord() {
    Answer made =
        asAdmin(
            "POST",
            "/core/authz/api-keys",
            "{\"name\":\"once\",\"documentExpirationTimeMicros\":%d}"
                .formatted(Long.MAX_VALUE / 2));
    done(made);
    String link = made.json().path("documentSelfLink").asString();

    assertThat(only(it -> link.equals(it.link)).action).isEqualTo(AuditedAction.API_KEY);
  }

  @Test
  void managementAndMembershipSayWhatWasAsked() {
    done(
        asAdmin(
            "PATCH",
            "/core/management",
            "{\"kind\":\"com:vmware:xenon:services:common:ServiceHostManagementService:ConfigureInboundRequestLogging\",\"loggingInfo\":{\"enabled\":false}}"));
    done(
        asAdmin(
            "PATCH",
            "/core/management",
            "{\"kind\":\"com:vmware:xenon:services:common:ServiceHostManagementService:AutoBackupConfiguration\",\"enable\":false}"));
    done(
        asAdmin(
            "PATCH",
            "/core/node-groups/default",
            "{\"kind\":\"com:vmware:xenon:services:common:NodeGroupService:UpdateQuorumRequest\",\"membershipQuorum\":1}"));

    assertThat(only(it -> "ConfigureInboundRequestLogging".equals(it.detail)).action)
        .isEqualTo(AuditedAction.SETTING);
    assertThat(only(it -> "AutoBackupConfiguration".equals(it.detail)).action)
        .isEqualTo(AuditedAction.BACKUP);
    assertThat(only(it -> "quorum".equals(it.detail)).action).isEqualTo(AuditedAction.MEMBERSHIP);
  }

  @Test
  void nobodyChangesOrDeletesARecord() throws IOException {
    AuditRecord start = only(it -> it.action == AuditedAction.START);
    String link = String.valueOf(start.documentSelfLink);

    assertThat(asAdmin("PUT", link, Map.of("reason", "mine")).status()).isEqualTo(405);
    assertThat(asAdmin("PATCH", link, Map.of("reason", "mine")).status()).isEqualTo(405);
    assertThat(asAdmin("DELETE", link, null).status()).isEqualTo(403);
    assertThat(asAdmin("POST", "/core/audit", Map.of("documentSelfLink", link)).status())
        .isEqualTo(403);
    asAdmin("PATCH", link + "/config", "{\"versionRetentionLimit\":1}");
    asAdmin("POST", "/core/bulk", "[{\"action\":\"DELETE\",\"link\":\"%s\"}]".formatted(link));

    AuditRecord still = asAdmin("GET", link, null).as(AuditRecord.class);
    assertThat(still.timeMicros).isEqualTo(start.timeMicros);
    assertThat(still.reason).isNull();
    assertThat(only(it -> it.action == AuditedAction.AUDIT && "PUT".equals(it.verb)).status)
        .isEqualTo(405);
    assertThat(host.get(link).status()).isEqualTo(401);
  }

  @Test
  void allUpdatesAreNotedIfThatIsAsked() {
    done(asAdmin("POST", EXAMPLES, Map.of("documentSelfLink", "noted", "name", "n")));
    done(asAdmin("PATCH", EXAMPLES + "/noted", Map.of("name", "m")));
    done(asAdmin("GET", EXAMPLES + "/noted", null));

    AuditRecord patch =
        only(it -> (EXAMPLES + "/noted").equals(it.link) && "PATCH".equals(it.verb));
    assertThat(patch.action).isEqualTo(AuditedAction.UPDATE);
    assertThat(records())
        .noneMatch(it -> (EXAMPLES + "/noted").equals(it.link) && "GET".equals(it.verb));
  }

  @Test
  void noSecretIsInAnyRecord() throws IOException {
    String secret = "S3CRET-" + "x".repeat(20);
    String basic =
        Base64.getEncoder()
            .encodeToString((secret + ":" + secret).getBytes(StandardCharsets.UTF_8));
    login(ADMIN, secret);
    login(secret, secret);
    host.send("POST", BASIC, "{\"requestType\":\"" + secret + "\"}", "authorization", basic);
    host.send("GET", EXAMPLES + "?password=" + secret, null, "authorization", "Bearer " + secret);
    host.send("GET", EXAMPLES, null, "cookie", "xenon-auth-cookie=" + secret);
    host.send("PATCH", EXAMPLES + "?token=" + secret, "{\"name\":\"" + secret + "\"}");
    asAdmin("POST", EXAMPLES, Map.of("documentSelfLink", "s", "name", secret));
    asAdmin(
        "POST",
        "/core/auth/credentials",
        Map.of("documentSelfLink", "sec", "userEmail", ADMIN + ".x", "privateKey", secret));
    asAdmin("POST", "/core/auth/credentials", "{\"privateKey\":\"" + secret + "\",,}");
    asAdmin(
        "PATCH", "/core/management", "{\"kind\":\"" + secret + "\",\"bearer\":\"" + secret + "\"}");
    asAdmin("PATCH", "/core/node-groups/default", "{\"kind\":\"" + secret + "\"}");
    Answer key =
        asAdmin(
            "POST",
            "/core/authz/api-keys",
            "{\"name\":\"%s\",\"documentExpirationTimeMicros\":%d}"
                .formatted(secret, Long.MAX_VALUE / 2));
    String keyText = key.json().path("key").asString();
    host.send("DELETE", EXAMPLES + "/" + keyText, null, "authorization", "Bearer " + keyText + "x");
    String end = "end-of-secrets";
    host.send("GET", EXAMPLES + "/" + end, null, "x-request-id", end, "cookie", "a=" + secret);
    done(asAdmin("POST", "/core/tenants", Map.of("documentSelfLink", end, "name", secret)));
    only(it -> ("/core/tenants/" + end).equals(it.link));

    String documents = asAdmin("GET", "/core/audit?expand&$limit=10000", null).body();
    String file = file();
    assertThat(key.body()).contains("cairn_");
    for (String text : List.of(documents, file)) {
      assertThat(text)
          .contains("/core/tenants/" + end)
          .doesNotContain(
              secret, "S3CRET", basic, PASSWORD, keyText, keyText.substring(24), admin, "eyJ");
    }
  }

  private static String file() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(directory.resolve(AuditFile.DIRECTORY))) {
      for (Path file : files.toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void recordsAreFoundByODataAndEndByAge() {
    done(asAdmin("POST", "/core/tenants", Map.of("documentSelfLink", "found", "name", "f")));
    AuditRecord record = only(it -> "/core/tenants/found".equals(it.link));

    Answer found =
        asAdmin(
            "GET",
            "/core/audit?$filter="
                + HostFixture.encoded("action eq 'TENANT' and link eq '/core/tenants/found'"),
            null);

    assertThat(found.json().path("documentLinks").size()).isEqualTo(1);
    assertThat(record.documentExpirationTimeMicros)
        .isEqualTo(record.timeMicros + TimeUnit.DAYS.toMicros(90));
  }
}
