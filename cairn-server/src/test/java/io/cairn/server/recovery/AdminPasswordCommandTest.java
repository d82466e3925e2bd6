// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.service.ServiceHost;
import io.cairn.service.authorization.CredentialSecrets;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminPasswordCommandTest {

  @TempDir private Path directory;

  private record Outcome(int code, String out, String err) {}

  private Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new AdminPasswordCommand(
                ProcessSurroundings.of(new Properties(), Map.of()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(List.of(arguments));
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void runningHostTakesThePasswordThatIsPrinted() throws Exception {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = directory;
    ServiceHost host = ServiceHost.open(arguments);
    try {
      host.startupCompleted();
      Outcome said = run("--port=0", "--sandbox=" + directory, "--user=me@corp");
      assertThat(said.code()).as(said.err()).isEqualTo(HostExit.STOPPED);
      String password = said.out().lines().findFirst().orElseThrow().replaceAll(".* is ", "");
      AccountView view = host.unwrap(AccountView.class);
      await()
          .until(
              () ->
                  view.credentialsOf("me@corp").stream()
                      .anyMatch(
                          one ->
                              host.unwrap(CredentialSecrets.class)
                                  .matches(one.link(), one.passwordPlace(), password)));
      assertThat(view.roles()).anyMatch(role -> role.link().contains("/admin.only-"));
    } finally {
      host.stop();
    }
  }

  @Test
  void nothingIsLeftWhereNoHostHasData() {
    Outcome nowhere = run("--port=0", "--sandbox=" + directory);
    assertThat(nowhere.code()).isEqualTo(HostExit.DATA_UNUSABLE);
    assertThat(nowhere.err()).contains("no data of a host", "--sandbox");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whatIsNoAddressOrNoSettingIsRefused() {
    Outcome user = run("--port=0", "--sandbox=" + directory, "--user=me");
    assertThat(user.code()).isEqualTo(HostExit.USAGE);
    assertThat(user.err()).contains("e-mail address");
    assertThat(run("--nonsense=1").code()).isEqualTo(HostExit.USAGE);
    assertThat(run("--help").out()).contains("admin-password", "--user=EMAIL");
  }
}
