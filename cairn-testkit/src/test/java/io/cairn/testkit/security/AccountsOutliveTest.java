// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.LedgerService;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts are documents: they outlive what other documents outlive. */
@Tag("process")
class AccountsOutliveTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String LEDGERS = LedgerService.FACTORY_LINK;
  private static final String ONE = LEDGERS + "/one";
  private static final String ADMIN = "admin@localhost";
  private static final String VIEWER = "viewer@example.com";
  private static final String PASSWORD = "correct horse battery staple";
  private static final String MANAGEMENT =
      "{\"kind\":\"com:vmware:xenon:services:common:ServiceHostManagementService:%s\",\"destination\":\"%s\"}";

  /** The host has made its administrator already. */
  private static final String RESTORE_BESIDE =
      "RestoreRequest\",\"isBeside\":true,\"nodeGroup\":\"default";

  @TempDir private Path directory;
  @TempDir private Path backup;

  private static Answer login(HttpProbe http, String email, String password) throws IOException {
    String secret = Base64.getEncoder().encodeToString((email + ":" + password).getBytes(UTF_8));
    return http.post("/core/authn/basic", "{}", "authorization", "Basic " + secret);
  }

  private static String[] session(HttpProbe http, String email) {
    String[] token = {"x-xenon-auth-token", ""};
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(2)) // guessing is slowed
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Answer answer = login(http, email, PASSWORD);
              assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
              token[1] = String.valueOf(answer.header("x-xenon-auth-token"));
            });
    return token;
  }

  private static void post(HttpProbe http, String path, String json, String[] who)
      throws IOException {
    Answer answer = http.post(path, json, who);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private static void makeViewer(HttpProbe http, String[] admin) throws IOException {
    post(
        http,
        "/core/authz/users",
        "{\"documentSelfLink\":\"%1$s\",\"email\":\"%1$s\"}".formatted(VIEWER),
        admin);
    post(
        http,
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%1$s\",\"userEmail\":\"%1$s\",\"privateKey\":\"%2$s\"}"
            .formatted(VIEWER, PASSWORD),
        admin);
    post(
        http,
        "/core/authz/grants",
        "{\"role\":\"viewer\",\"to\":\"%s\",\"on\":\"%s\"}".formatted(VIEWER, LEDGERS),
        admin);
    post(http, LEDGERS, "{\"mark\":\"m\",\"documentSelfLink\":\"" + ONE + "\"}", admin);
  }

  private static void awaitViewer(HttpProbe http, String[] viewer) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(http.get(ONE, viewer).status()).isEqualTo(200));
  }

  @Test
  void accountsAndTokensSurviveAKillAndAccountsABackup() throws IOException {
    String[] admin;
    String[] viewer;
    try (ProcessHost host =
        new ProcessHost(LedgerService.Setup.class, directory, "-Xmx256m")
            .withArgument("--isAuthorizationEnabled=true")
            .withArgument("--adminPassword=" + PASSWORD)) {
      host.start();
      try (HttpProbe http = new HttpProbe(host.uri())) {
        admin = session(http, ADMIN);
        makeViewer(http, admin);
        viewer = session(http, VIEWER);
        awaitViewer(http, viewer);
      }
      host.kill();
      host.start();
      try (HttpProbe http = new HttpProbe(host.uri())) {
        awaitViewer(http, viewer);
        assertThat(http.patch(ONE, "{\"mark\":\"x\"}", viewer).status()).isEqualTo(403);
        assertThat(session(http, VIEWER)[1]).isNotEmpty();
        Answer saved =
            http.patch(
                "/core/management",
                MANAGEMENT.formatted("BackupRequest\",\"backupType\":\"DIRECTORY", backup.toUri()),
                session(http, ADMIN));
        assertThat(saved.status()).as(saved.toString()).isEqualTo(200);
      }
    }
    restoreElsewhere(viewer);
  }

  private void restoreElsewhere(String[] viewer) throws IOException {
    try (TestHost other =
        TestHost.builder()
            .arguments(
                arguments -> {
                  arguments.security.isAuthorizationEnabled = true;
                  arguments.security.adminPassword = PASSWORD;
                })
            .services(new LedgerService.Setup())
            .start()) {
      HttpProbe http = other.http();
      Answer restored =
          http.patch(
              "/core/management",
              MANAGEMENT.formatted(RESTORE_BESIDE, backup.toUri()),
              session(http, ADMIN));
      assertThat(restored.status()).as(restored.toString()).isEqualTo(200);
      awaitViewer(http, session(http, VIEWER));
      assertThat(http.get(ONE, viewer).status()).as("another group has other keys").isEqualTo(401);
    }
  }
}
