// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts rely on. */
class ExitCodeTest {
  @TempDir private Path directory;
  private RecordingHost host;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start();
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202})
  void successIsZero(int status) {
    host.answers(status, "{}");

    assertThat(run("post", "/a").code()).isZero();
  }

  @Test
  void nothingNewIsZero() {
    host.answers(304, "");

    assertThat(run("get", "/a")).isEqualTo(new CliRun.Result(0, "", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 409, 500, 503})
  void errorStatusIsOneAndItsBodyGoesToStandardError(int status) {
    host.answers(status, "{\"message\":\"no\"}");

    CliRun.Result result = run("patch", "/a", "--b=c", "-s", ".message");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualToNormalizingNewlines(
            "cairn: PATCH " + host.url() + "/a answered " + status + "\n{\"message\":\"no\"}\n");
  }

  @Test
  void redirectIsNotFollowedButTold() {
    host.answers(302, "").withHeader("location", host.url() + "/elsewhere");

    CliRun.Result result = run("get", "/");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("answered 302", "it is at " + host.url() + "/elsewhere");
    assertThat(host.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1} | the answer has no such field",
        "<html> | the answer is not JSON",
        "'' | the answer is not JSON",
      })
  void aSelectorThatFindsNothingIsOne(String body, String reason) {
    host.answers(200, body);

    CliRun.Result result = run("get", "/a", "-s", ".b");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fetch /a | there is no command fetch",
        "get | get needs a path, such as /core/examples",
        "post --name /a | post needs a path",
        "get /a /b | get takes one path, not /a and /b",
        "get /a --name=n | get sends no body",
        "get /a -i - | get sends no body",
        "get /a -z | unknown option -z",
        "post /a --flag | --flag has no value",
        "get /a -s | Missing required parameter for option '-s'",
        "get /a -s a..b | 'a..b' is not a field path",
        "get /a -o xml | -o takes json, pretty or yaml, not 'xml'",
        "get /a --timeout soon | --timeout takes a time",
        "get /a --timeout 0 | --timeout takes a time",
        "get /a -H nonsense | -H takes 'name: value', not 'nonsense'",
        "get /a -H Host:x | cannot send this header",
        "get /a --host h:port | is not a URL",
        "get /a --cacert {none} | cannot read certificates from {none}",
        "get /a -t {none}/trace | cannot write the trace",
        "post /a -i {none} | there is no file {none}",
        "completion fish | completion takes bash or zsh",
        "import | import takes a factory",
        "import /f {none} | cannot read {none}",
        "import /f --existing=drop - | --existing takes replace, keep or refuse, not 'drop'",
        "import /f - --resume | --resume needs a file",
        "import /f - --max-failures=0 | --max-failures takes a number from 1 to 10000, not '0'",
        "import /f - --from=x | --from takes a number from 1 on, not 'x'",
        "import /f - --format=xml | --format takes ndjson or csv, not 'xml'",
        "import /f - --fast | import has no option --fast",
        "import /f - -x | -x are for get, post, put, patch and delete",
        "export | export takes a factory",
        "export /f a b | export takes a factory",
        "export /f --resume | --resume needs a file",
        "export /f {none} --resume | no export to {none} has broken off",
      })
  void wrongUsageIsTwoAndNothingIsSent(String arguments, String why) {
    String none = directory.resolve("none").toString();
    String reason = why.replace("{none}", none);

    CliRun.Result result = run(arguments.replace("{none}", none).split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(reason).contains("--help");
    assertThat(host.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": | standard input is not JSON",
        "{\"a\":1} x | standard input is not JSON",
        "{\"a\":1,\"a\":2} | standard input is not JSON",
        "a: [1 | standard input is not YAML",
        "a: &x 1\\nb: *x | standard input uses a YAML alias, line 2",
        "`` | standard input is empty",
        "{} {} | standard input is not JSON",
      })
  void inputThatCannotBeReadIsTwo(String input, String reason) {
    CliRun.Result result =
        CliRun.against(host).input(input.replace("\\n", "\n")).run("post", "/a", "-i", "-");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(reason);
    assertThat(host.requests()).isZero();
  }

  @Test
  void aFileNamedJsonIsNotReadAsYaml() throws IOException {
    Path file = Files.writeString(directory.resolve("a.json"), "name: n");

    CliRun.Result result = run("post", "/a", "-i", file.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("is not JSON").contains("line 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "action: post | it needs a path",
        "path: /a, action: copy | its action is get, post, put, patch or delete",
        "path: /a, verb: post | it may not hold 'verb'",
      })
  void aWholeRequestThatIsNoneIsTwo(String fields, String reason) {
    CliRun.Result result = CliRun.against(host).input("{" + quoted(fields) + "}").run();

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(reason);
  }

  @Test
  void nothingAtAllShowsTheUsage() {
    CliRun.Result result = run();

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("Usage: cairn");
  }

  @Test
  void aHostThatIsNotThereIsThree() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    CliRun.Result result = new CliRun().run("get", "/a", "--host", "localhost:" + port);

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("cannot reach http://localhost:" + port);
  }

  @Test
  void aHostThatIsNotThereIsInTheTrace() throws IOException {
    host.close();
    Path trace = directory.resolve("trace");

    run("get", "/a", "-t", trace.toString());

    assertThat(Files.readString(trace)).contains("GET " + host.url(), "cannot reach");
  }

  @Test
  void aNameThatDoesNotResolveIsThree() {
    CliRun.Result result = new CliRun().run("get", "/a", "--host", "nowhere.invalid:8000");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("there is no host nowhere.invalid");
  }

  @Test
  void aHostThatDoesNotAnswerInTimeIsThree() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CliRun.Result result =
          new CliRun()
              .run("get", "/a", "--timeout=50ms", "--host", "localhost:" + silent.getLocalPort());

      assertThat(result.code()).isEqualTo(3);
      assertThat(result.err()).contains("no answer from", "within 50 ms");
    }
  }

  @Test
  void aBrokenCompressedAnswerIsThree() {
    host.answers(200, "not gzip").withHeader("content-encoding", "gzip");

    assertThat(run("get", "/a").code()).isEqualTo(3);
  }

  private CliRun.Result run(String... args) {
    return CliRun.against(host).run(args);
  }

  private static String quoted(String fields) {
    return fields.replaceAll("([a-z/]+)", "\"$1\"");
  }
}
