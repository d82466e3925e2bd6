// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountCommandsTest {

  private static final String TOKEN = "x-xenon-auth-token";

  @TempDir Path home;
  private RecordingHost host;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start();
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  private CliRun cli() {
    return CliRun.against(host).with("HOME", home.toString());
  }

  private Path logins() {
    return home.resolve(".config/cairn/logins.json");
  }

  private void logIn() {
    host.withHeader(TOKEN, "the-token");
    CliRun.Result result = cli().input("secret\n").run("login", "jane@corp");
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void loginSendsThePasswordAndKeepsTheTokenWhereNobodyElseReadsIt() throws IOException {
    logIn();

    assertThat(host.request().target()).isEqualTo("/core/authn/basic");
    assertThat(host.request().body()).isEqualTo("{\"requestType\":\"LOGIN\"}");
    assertThat(host.request().header("authorization")).isEqualTo("Basic amFuZUBjb3JwOnNlY3JldA==");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logins())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logins().getParent())))
        .isEqualTo("rwx------");
    assertThat(Files.readString(logins())).doesNotContain("secret").contains("the-token");
  }

  @Test
  void tokenOfALoginGoesToTheHostThatGaveItAndToNoOther() {
    logIn();
    cli().run("get", "/core/examples");
    assertThat(host.received().getLast().header(TOKEN)).isEqualTo("the-token");
    cli().run("get", "/core/examples", "--token=another");
    assertThat(host.received().getLast().header(TOKEN)).isEqualTo("another");
    try (RecordingHost other = RecordingHost.start()) {
      cli().run("get", other.url() + "/core/examples");
      assertThat(other.request().header(TOKEN)).isNull();
    }
  }

  @Test
  void logoutForgetsTheTokenEvenIfTheHostIsGone() throws IOException {
    logIn();
    assertThat(cli().run("logout").code()).isZero();
    assertThat(host.received().getLast().body()).isEqualTo("{\"requestType\":\"LOGOUT\"}");
    assertThat(host.received().getLast().header(TOKEN)).isEqualTo("the-token");
    assertThat(Files.readString(logins())).doesNotContain("the-token");

    logIn();
    CliRun gone = cli();
    host.close();
    assertThat(gone.run("logout").code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(Files.readString(logins())).doesNotContain("the-token");
    host = RecordingHost.start();
  }

  @Test
  void refusedLoginKeepsNothing() {
    host.answers(403, "{\"message\":\"Wrong user or password\",\"statusCode\":403}");
    CliRun.Result result = cli().input("wrong\n").run("login", "jane@corp");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("Wrong user or password").doesNotContain("wrong\n");
    assertThat(logins()).doesNotExist();
  }

  @Test
  void passwordIsReadFromAFileOrTheEnvironment() throws IOException {
    Path file = Files.writeString(home.resolve("pw"), "from file\nsecond line\n");
    host.withHeader(TOKEN, "t");
    cli().run("login", "a@b", "--password-file=" + file);
    assertThat(host.received().getLast().header("authorization"))
        .isEqualTo("Basic YUBiOmZyb20gZmlsZQ==");
    cli().with("CAIRN_PASSWORD", "env").run("login", "a@b");
    assertThat(host.received().getLast().header("authorization")).isEqualTo("Basic YUBiOmVudg==");
    int before = host.requests();
    assertThat(cli().input("").run("login", "a@b").code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli().run("login", "a@b", "--password-file=/no/such").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(host.requests()).isEqualTo(before);
  }

  @Test
  void damagedLoginsStopNoRequest() throws IOException {
    Files.createDirectories(logins().getParent());
    Files.writeString(logins(), "{\"broken");
    assertThat(cli().run("get", "/core/examples").code()).isZero();
    host.withHeader(TOKEN, "t");
    CliRun.Result login = cli().input("x\n").run("login", "a@b");
    assertThat(login.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(login.err()).contains("is damaged; delete it");
  }

  @Test
  void userIsAddedWithItsPassword() {
    CliRun.Result result =
        cli().input("secret\n").run("user", "add", "jo@b", "--tenant=/core/tenants/t");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(host.received().get(0).target()).isEqualTo("/core/authz/users");
    assertThat(host.received().get(0).header("if-none-match")).isEqualTo("*");
    assertThat(host.received().get(0).body())
        .isEqualTo(
            "{\"documentSelfLink\":\"jo@b\",\"email\":\"jo@b\",\"tenantLink\":\"/core/tenants/t\"}");
    assertThat(host.received().get(1).target()).isEqualTo("/core/auth/credentials");
    assertThat(host.received().get(1).body())
        .isEqualTo(
            "{\"documentSelfLink\":\"jo@b\",\"userEmail\":\"jo@b\",\"userLink\":\"/core/authz/users/jo@b\",\"privateKey\":\"secret\"}");
  }

  @Test
  void userThatIsThereIsNotAddedAgain() {
    host.answers(412, "{\"message\":\"The document exists\",\"statusCode\":412}");
    CliRun.Result result = cli().run("user", "add", "jo@b", "--no-password");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err()).contains("there is a user jo@b already");
    assertThat(host.requests()).isEqualTo(1);
  }

  @Test
  void userIsDisabledAndLetInAgain() {
    assertThat(cli().run("user", "disable", "jo@b").out().strip()).isEqualTo("disabled jo@b");
    assertThat(cli().run("user", "enable", "jo@b").out().strip()).isEqualTo("enabled jo@b");
    assertThat(host.received())
        .extracting(request -> request.method() + " " + request.target() + " " + request.body())
        .containsExactly(
            "PATCH /core/authz/users/jo@b {\"isDisabled\":true}",
            "PATCH /core/authz/users/jo@b {\"isDisabled\":false}");
  }

  @Test
  void usersAndRolesAreListed() {
    host.answers(
        200,
        "{\"documents\":{\"/core/authz/users/jo\":{\"email\":\"jo@b\",\"isDisabled\":true,\"userGroupLinks\":[\"/g/x\"],\"documentSelfLink\":\"/core/authz/users/jo\"}}}");
    assertThat(cli().run("user", "list").out())
        .containsPattern("jo@b +disabled +- +x +/core/authz/users/jo");
    host.answers(
        200,
        "{\"documents\":{\"r\":{\"documentSelfLink\":\"/core/authz/roles/r\",\"userGroupLink\":\"/a/g\",\"resourceGroupLink\":\"/a/all\",\"verbs\":[\"GET\",\"PUT\"],\"policy\":\"DENY\"}}}");
    assertThat(cli().run("role", "list").out()).containsPattern("r +g +not GET,PUT +all");
  }

  @Test
  void roleIsGrantedAndRevokedWithTheSameWords() {
    host.answers(200, "{\"documentSelfLink\":\"/core/authz/roles/r\"}");
    cli().run("role", "grant", "viewer", "--to=jo@b", "--on=/core/examples");
    cli().run("role", "revoke", "viewer", "--to=jo@b", "--kind=k");
    assertThat(host.received())
        .extracting(request -> request.method() + " " + request.target() + " " + request.body())
        .containsExactly(
            "POST /core/authz/grants {\"role\":\"viewer\",\"to\":\"jo@b\",\"on\":\"/core/examples\"}",
            "DELETE /core/authz/grants {\"role\":\"viewer\",\"to\":\"jo@b\",\"ofKind\":\"k\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role grant boss --to=jo@b",
        "role grant viewer",
        "role grant",
        "role",
        "user",
        "user add",
        "user add a b",
        "login",
        "whoami x",
        "can-i GET",
        "can-i"
      })
  void wrongUsageSendsNothing(String words) {
    assertThat(cli().run(words.split(" ")).code()).isEqualTo(ExitCode.USAGE);
    assertThat(host.requests()).isZero();
  }

  @Test
  void canISaysYesOrNoAndWhy() {
    host.answers(200, "{\"allowed\":false,\"reason\":\"No role of jo@b allows it\"}");
    CliRun.Result no = cli().run("can-i", "PATCH", "/core/examples/a b", "--as=jo+x@b");
    assertThat(no.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(no.out()).isEqualTo("no\nNo role of jo@b allows it\n");
    assertThat(host.request().target())
        .isEqualTo("/core/authz/can-i?verb=PATCH&link=%2Fcore%2Fexamples%2Fa%20b&as=jo%2Bx%40b");
    host.answers(200, "{\"allowed\":true,\"reason\":\"Role r\"}");
    assertThat(cli().run("can-i", "GET", "/x").code()).isZero();
  }
}
