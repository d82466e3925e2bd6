// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.security.ExposedHostException;
import io.cairn.runtime.security.accounts.AdministratorSetup.NewPassword;
import io.cairn.service.ServiceHost;
import io.cairn.service.authorization.CredentialSecrets;
import io.cairn.service.security.SecurityArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdministratorSetupTest {

  private static final String CREDENTIALS = "/core/auth/credentials/";
  private static final String ADMIN = "admin@localhost";

  @TempDir Path sandbox;

  private static boolean canLogIn(HostFixture host, String user, String password) {
    int place = host.get(CREDENTIALS + user).json().path("passwordPlace").asInt(-1);
    return place >= 0
        && host.host().unwrap(CredentialSecrets.class).matches(CREDENTIALS + user, place, password);
  }

  private static void awaitLogin(HostFixture host, String user, String password) {
    await().untilAsserted(() -> assertThat(canLogIn(host, user, password)).isTrue());
  }

  private static Path directory(HostFixture host) {
    return Path.of(host.host().getStorageSandbox());
  }

  @Test
  void chosenPasswordMakesTheAdministratorOnceAndIsShownNowhere() {
    try (HostFixture host =
        HostFixture.start(
            sandbox, services -> {}, settings -> settings.security.adminPassword = "chosen-one")) {
      awaitLogin(host, ADMIN, "chosen-one");
      assertThat(host.get("/core/authz/roles").body()).contains("/core/authz/roles/admin.only-");
      assertThat(host.get("/core/management").body()).doesNotContain("chosen-one");
      host.patch(CREDENTIALS + ADMIN, "{\"privateKey\":\"changed-since\"}");
      host.restart(settings -> settings.security.adminPassword = "chosen-one");
      host.awaitAvailable();
      assertThat(canLogIn(host, ADMIN, "changed-since")).as("a start resets nothing").isTrue();
    }
  }

  @Test
  void firstAdministratorWithoutAChosenPasswordIsToldOnce() {
    try (HostFixture host = HostFixture.start(sandbox, services -> {})) {
      List<String> told = new CopyOnWriteArrayList<>();
      AdministratorSetup setup =
          new AdministratorSetup(host.host(), directory(host), Runnable::run, () -> false);
      setup.makeFirst(new SecurityArguments(), told::add);
      await().until(() -> !told.isEmpty());
      String password = told.getFirst().replaceAll(".*password ([A-Za-z0-9]{24})\\..*", "$1");
      assertThat(canLogIn(host, ADMIN, password)).isTrue();

      setup.makeFirst(new SecurityArguments(), told::add);
      SecurityArguments other = new SecurityArguments();
      other.adminUser = "other@localhost";
      setup.makeFirst(other, told::add);
      assertThat(told).hasSize(1);
      assertThat(host.get("/core/authz/users/other@localhost").status()).isEqualTo(404);
    }
  }

  @Test
  void forgottenPasswordIsReplacedOnTheMachineItself() throws Exception {
    try (HostFixture host =
        HostFixture.start(
            sandbox, services -> {}, settings -> settings.security.adminPassword = "forgotten")) {
      awaitLogin(host, ADMIN, "forgotten");
      host.patch("/core/authz/users/" + ADMIN, "{\"isDisabled\":true}");

      AdministratorSetup.request(directory(host), new NewPassword(ADMIN, "found-again"));

      awaitLogin(host, ADMIN, "found-again");
      await().until(() -> !AdministratorSetup.isPending(directory(host)));
      assertThat(host.get("/core/authz/users/" + ADMIN).json().path("isDisabled").asBoolean())
          .isFalse();
      assertThat(canLogIn(host, ADMIN, "forgotten")).isFalse();
    }
  }

  @Test
  void stoppedHostFindsTheWishAtItsNextStartAndNobodyElseReadsIt() throws Exception {
    try (HostFixture host = HostFixture.start(sandbox, services -> {})) {
      Path directory = directory(host);
      host.host().stop();
      AdministratorSetup.request(directory, new NewPassword("new@localhost", "made-offline"));
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("new-password.json"))))
          .isEqualTo("rw-------");
      host.restart();
      awaitLogin(host, "new@localhost", "made-offline");
    }
  }

  @Test
  void fileThatSaysNothingIsDeletedAndChangesNothing() throws Exception {
    try (HostFixture host = HostFixture.start(sandbox, services -> {})) {
      Files.writeString(directory(host).resolve("new-password.json"), "{\"user\":\"x@y\"}");
      await().until(() -> !AdministratorSetup.isPending(directory(host)));
      assertThat(host.get("/core/authz/users").body()).doesNotContain("x@y");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 0, -1, NONE, false, true",
    "127.0.0.2, 0, -1, NONE, false, true",
    "0.0.0.0, 0, -1, NONE, false, false",
    "0.0.0.0, 0, -1, NONE, true, true",
    "0.0.0.0, 0, 0, NEED, false, false",
    "0.0.0.0, -1, 0, WANT, false, false",
    "0.0.0.0, -1, 0, NEED, false, true"
  })
  void hostThatLetsEverybodyDoEverythingHasToBeAskedFor(
      String address, int port, int securePort, String certificates, boolean said, boolean starts) {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.bindAddress = address;
    arguments.port = port;
    arguments.securePort = securePort;
    arguments.sslClientAuthMode = certificates;
    arguments.security.insecureClients = said;
    if (starts) {
      ExposedHostException.check(arguments);
    } else {
      assertThatThrownBy(() -> ExposedHostException.check(arguments))
          .isInstanceOf(ExposedHostException.class)
          .hasMessageContaining("--insecureClients=true");
    }
  }

  @Test
  void exposedHostDoesNotStart() {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.bindAddress = "0.0.0.0";
    arguments.port = 0;
    arguments.sandbox = sandbox;
    assertThatThrownBy(() -> ServiceHost.open(arguments)).isInstanceOf(ExposedHostException.class);
    assertThat(sandbox).isEmptyDirectory();
  }
}
