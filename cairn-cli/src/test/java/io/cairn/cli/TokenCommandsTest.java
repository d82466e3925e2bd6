// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cli.login.KeyExpiry;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCommandsTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

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
    return CliRun.against(host);
  }

  @Test
  void keyIsMadeWithItsScopeAndPrintedAlone() {
    host.answers(
        200,
        "{\"documentSelfLink\":\"/core/authz/api-keys/abc\",\"userLink\":\"/core/authz/users/jo@b\","
            + "\"documentExpirationTimeMicros\":4102444800000000,\"key\":\"cairn_abc_secret\"}");
    CliRun.Result made =
        cli()
            .run(
                "token",
                "create",
                "--name=nightly report",
                "--user=jo@b",
                "--verbs=get, patch",
                "--links=/core/examples,/notes",
                "--tenant=/core/tenants/a",
                "--expires=2100-01-01");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).isEqualTo("cairn_abc_secret\n");
    assertThat(made.err())
        .isEqualTo(
            "cairn: the key abc of jo@b is good until 2100-01-01T00:00:00Z. It is shown this once\n");
    assertThat(host.request().method() + " " + host.request().target())
        .isEqualTo("POST /core/authz/api-keys");
    assertThat(host.request().body())
        .isEqualTo(
            "{\"name\":\"nightly report\",\"userLink\":\"/core/authz/users/jo@b\",\"verbs\":[\"GET\",\"PATCH\"],"
                + "\"linkPrefixes\":[\"/core/examples\",\"/notes\"],\"tenantLinks\":[\"/core/tenants/a\"],"
                + "\"documentExpirationTimeMicros\":4102444800000000}");
  }

  @Test
  void keyOfOnesOwnNamesNoUserAndEndsByItself() {
    assertThat(cli().run("token", "create", "--name=n").code()).isZero();
    assertThat(host.request().body())
        .matches("\\{\"name\":\"n\",\"documentExpirationTimeMicros\":[0-9]{16}}");
  }

  @Test
  void answerCanBeHadAsItCame() {
    host.answers(200, "{\"key\":\"cairn_abc_secret\",\"generation\":0}");
    assertThat(cli().run("token", "create", "--name=n", "-o", "json").out())
        .isEqualTo("{\"key\":\"cairn_abc_secret\",\"generation\":0}\n");
    assertThat(cli().run("token", "create", "--name=n", "-s", ".key").out())
        .isEqualTo("cairn_abc_secret\n");
  }

  @Test
  void keysAreListedWithLastUseAndExpiry() {
    host.answers(
        200,
        "{\"documents\":{\"a\":{\"documentSelfLink\":\"/core/authz/api-keys/abc\",\"name\":\"report\","
            + "\"userLink\":\"/core/authz/users/jo@b\",\"verbs\":[\"GET\"],\"linkPrefixes\":[\"/core/examples\"],"
            + "\"lastUsedTimeMicros\":1893456000000000,\"documentExpirationTimeMicros\":4102444800000000},"
            + "\"b\":{\"documentSelfLink\":\"/core/authz/api-keys/def\",\"name\":\"other\","
            + "\"userLink\":\"/core/authz/users/al@b\",\"lastUsedTimeMicros\":0,\"documentExpirationTimeMicros\":1}}}");
    String out = cli().run("token", "list").out();
    assertThat(out)
        .containsPattern(
            "abc +report +jo@b +GET +/core/examples +all +2030-01-01T00:00:00Z +2100-01-01T00:00:00Z")
        .containsPattern("def +other +al@b +all +all +all +never +1970");
    cli().run("token", "list", "--user=jo@b");
    assertThat(host.received().getLast().target())
        .isEqualTo(
            "/core/authz/api-keys?expand&$filter=userLink%20eq%20%27%2Fcore%2Fauthz%2Fusers%2Fjo%40b%27");
  }

  @Test
  void keysAreRevokedByIdLinkOrTheKeyItself() {
    CliRun.Result result =
        cli()
            .run(
                "token",
                "revoke",
                "abc",
                "/core/authz/api-keys/def",
                "cairn_abcdefghijklmnop_somebody-posted-this");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("revoked abc\nrevoked def\nrevoked abcdefghijklmnop\n");
    assertThat(host.received())
        .extracting(request -> request.method() + " " + request.target())
        .containsExactly(
            "DELETE /core/authz/api-keys/abc",
            "DELETE /core/authz/api-keys/def",
            "DELETE /core/authz/api-keys/abcdefghijklmnop");
  }

  @Test
  void keyThatIsNotThereIsNamed() {
    host.answers(404, "{\"message\":\"Service not found\"}");
    CliRun.Result result = cli().run("token", "revoke", "abc", "def");
    assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.err())
        .contains("there is no API key abc; cairn token list")
        .contains("there is no API key def");
  }

  @Test
  void allThatAUserHasIsRevoked() {
    CliRun.Result result = cli().run("token", "revoke", "--user=jo@b");
    assertThat(result.out()).isEqualTo("revoked all sessions and API keys of jo@b\n");
    assertThat(host.received())
        .extracting(request -> request.method() + " " + request.target() + " " + request.body())
        .containsExactly(
            "GET /core/authz/users/jo@b ",
            "POST /core/authz/revocations {\"subjectLink\":\"/core/authz/users/jo@b\"}");
  }

  @Test
  void userThatIsNotThereIsNamedAndNothingIsDone() {
    host.answers(404, "{\"message\":\"Service not found\"}");
    CliRun.Result revoked = cli().run("token", "revoke", "--user=jo");
    assertThat(revoked.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(revoked.err()).contains("there is no user jo; cairn user list");
    assertThat(host.requests()).isEqualTo(1);
    assertThat(cli().run("user", "disable", "jo").err()).contains("there is no user jo;");
    assertThat(cli().input("p\n").run("user", "passwd", "jo").err())
        .contains("there is no user jo;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "token | takes create, list or revoke",
        "token create | needs --name=TEXT",
        "token create --name=n --verbs=REED | takes GET, POST, PUT, PATCH, DELETE and OPTIONS, with commas between, not 'REED'",
        "token create --name=n --links=core/examples | --links takes links, which begin with /",
        "token create --name=n --tenant=acme | --tenant takes links, which begin with /",
        "token create --name=n --expires=soon | --expires takes a time such as 12h or 90d",
        "token create --name=n --expires=0d | --expires is 0d, which is past",
        "token create --name=n --expires=2001-01-01 | which is past",
        "token create --name=n --verb=GET | takes no '--verb=GET'",
        "token create n | takes no 'n'",
        "token list all | takes no 'all'",
        "token revoke | takes ids of keys, which token list shows, or --user=EMAIL",
        "token revoke abc --user=jo@b | takes ids of keys",
        "token revoke --al | '--al' is no id of a key",
        "token revoke a/b/ | 'a/b/' is no id of a key"
      })
  void wrongUsageSaysWhatToDoAndSendsNothing(String words, String said) {
    CliRun.Result result = cli().run(words.split(" "));
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(said);
    assertThat(host.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "12h, 2030-01-01T12:00:00Z",
    "5m, 2030-01-01T00:05:00Z",
    "90d, 2030-04-01T00:00:00Z",
    "2031-01-31, 2031-01-31T00:00:00Z",
    "2031-01-31T12:00:00+02:00, 2031-01-31T10:00:00Z"
  })
  void expiryIsATimeFromNowOrADate(String text, Instant end) {
    assertThat(KeyExpiry.parse(text, NOW)).isEqualTo(end);
  }

  @Test
  void expiryIsAheadAndWithinWhatCanBeCounted() {
    assertThat(KeyExpiry.shown(KeyExpiry.parse("999999d", NOW))).startsWith("4767-");
    assertThatThrownBy(() -> KeyExpiry.parse("2030-01-01", NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("past");
    assertThatThrownBy(() -> KeyExpiry.parse("9999999d", NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
