// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the host. */
class RequestsTest {
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

  @Test
  void getSendsNoBody() {
    CliRun.Result result = run("get", "/core/examples");

    assertThat(result.code()).isZero();
    assertThat(host.request().method()).isEqualTo("GET");
    assertThat(host.request().target()).isEqualTo("/core/examples");
    assertThat(host.request().body()).isEmpty();
    assertThat(host.request().header("content-type")).isNull();
  }

  @Test
  void postOfTheTutorialCreatesNiki() {
    run("post", "/core/examples", "--documentSelfLink=niki", "--name=n");

    assertThat(host.request().method()).isEqualTo("POST");
    assertThat(host.request().body()).isEqualTo("{\"documentSelfLink\":\"niki\",\"name\":\"n\"}");
    assertThat(host.request().header("content-type")).isEqualTo("application/json");
  }

  @Test
  void postWithoutFieldsSendsNoBody() {
    run("post", "/core/examples");

    assertThat(host.request().body()).isEmpty();
    assertThat(host.request().header("content-type")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"post", "put", "patch", "delete"})
  void everyOtherVerbTakesFields(String verb) {
    run(verb, "/core/examples/niki", "--name", "n", "--counter:=7");

    assertThat(host.request().method()).isEqualToIgnoringCase(verb);
    assertThat(host.request().body()).isEqualTo("{\"name\":\"n\",\"counter\":7}");
  }

  @Test
  void fieldsMayStandBeforeThePath() {
    run("PATCH", "--name", "n", "/core/examples/niki", "--counter=1");

    assertThat(host.request().target()).isEqualTo("/core/examples/niki");
    assertThat(host.request().body()).isEqualTo("{\"name\":\"n\",\"counter\":\"1\"}");
  }

  @Test
  void afterTwoDashesOptionsAreFields() {
    run("post", "/core/examples", "--", "--host=h", "--timeout", "5");

    assertThat(host.request().body()).isEqualTo("{\"host\":\"h\",\"timeout\":\"5\"}");
  }

  @Test
  void valuesAreTakenLiterally() {
    run("post", "/core/examples", "--a=@file", "--b=${sys:user.name}", "--c=\"q\"", "--d= ü ");

    assertThat(host.request().body())
        .isEqualTo(
            "{\"a\":\"@file\",\"b\":\"${sys:user.name}\"," + "\"c\":\"\\\"q\\\"\",\"d\":\" ü \"}");
  }

  @Test
  void queryIsEncodedInThePathAndInOptions() {
    run("get", "/core/examples?$filter=name eq 'n*'", "-q", "$top=5", "-q=expand");

    assertThat(host.request().target())
        .isEqualTo("/core/examples?$filter=name%20eq%20'n*'&$top=5&expand");
  }

  @Test
  void headersArePassedOn() {
    run("post", "/a", "--b=c", "-H", "X-One: 1", "-H=content-type: text/plain");

    assertThat(host.request().header("x-one")).isEqualTo("1");
    assertThat(host.request().headers().get("content-type")).containsExactly("text/plain");
  }

  @Test
  void pragmasAreJoined() {
    run("post", "/a", "--pragma", "xn-queue", "--pragma=xn-no-fwd");

    assertThat(host.request().header("pragma")).isEqualTo("xn-queue;xn-no-fwd");
  }

  @Test
  void tokenComesFromTheEnvironmentOrTheOption() {
    CliRun.against(host).with("CAIRN_TOKEN", "t1").run("get", "/a");
    assertThat(host.request().header("x-xenon-auth-token")).isEqualTo("t1");

    try (RecordingHost other = RecordingHost.start()) {
      CliRun.against(other).with("CAIRN_TOKEN", "t1").run("get", "/a", "--token=t2");
      assertThat(other.request().header("x-xenon-auth-token")).isEqualTo("t2");
    }
  }

  @Test
  void tokenOfTheEnvironmentStaysWithItsHost() {
    new CliRun()
        .with("CAIRN", "http://localhost:1")
        .with("CAIRN_TOKEN", "t1")
        .run("get", host.url() + "/a");

    assertThat(host.request().header("x-xenon-auth-token")).isNull();
  }

  @Test
  void optionNamesTheHostBeforeTheEnvironmentDoes() {
    CliRun wrong = new CliRun().with("CAIRN", "http://localhost:1").with("XENON", "localhost:1");

    wrong.run("get", "/a", "--host", host.url());
    wrong.run("-xenon", host.url(), "get", "/a");
    wrong.run("get", "/a", "-xenon=" + host.url());
    wrong.run("--host=http://localhost:2", "get", "/a", "--host=" + host.url());

    assertThat(host.requests()).isEqualTo(4);
  }

  @Test
  void xenonNamesTheHostWhenCairnDoesNot() {
    new CliRun().with("XENON", host.url() + "/").run("get", "/a");

    assertThat(host.request().target()).isEqualTo("/a");
  }

  @Test
  void inputFileIsTheBodyAndFieldsGoOverIt() throws IOException {
    String file = file("body.json", "{\"name\":\"a\",\"keyValues\":{\"x\":\"1\"},\"counter\":1.0}");

    run("post", "/core/examples", "-i", file, "--name=b", "--keyValues.y=2");

    assertThat(host.request().body())
        .isEqualTo("{\"name\":\"b\",\"keyValues\":{\"x\":\"1\",\"y\":\"2\"},\"counter\":1.0}");
  }

  @Test
  void inputMayBeYaml() throws IOException {
    String file = file("body.yml", "name: a\ncounter: 7\ntags:\n  - x\n  - 'on'\nnote: \"7\"\n");

    run("put", "/core/examples/a", "-i=" + file);

    assertThat(host.request().body())
        .isEqualTo("{\"name\":\"a\",\"counter\":7,\"tags\":[\"x\",\"on\"],\"note\":\"7\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"name\":\"ü\"}", "name: ü\n", "  \n{ \"name\" : \"ü\" }\n"})
  void inputMayBeStandardInput(String input) {
    CliRun.against(host).input(input).run("post", "/core/examples", "-i", "-");

    assertThat(host.request().body()).isEqualTo("{\"name\":\"ü\"}");
  }

  @Test
  void inputMayBeAList() {
    CliRun.against(host)
        .input("[{\"op\":\"remove\",\"path\":\"/a\"}]")
        .run("patch", "/a", "-i", "-", "-H", "content-type: application/json-patch+json");

    assertThat(host.request().body()).isEqualTo("[{\"op\":\"remove\",\"path\":\"/a\"}]");
    assertThat(host.request().header("content-type")).isEqualTo("application/json-patch+json");
  }

  @Test
  void withoutAVerbStandardInputIsAWholeRequest() {
    CliRun.against(host)
        .input("action: post\npath: /core/query-tasks\nbody:\n  taskInfo:\n    isDirect: true\n")
        .run();

    assertThat(host.request().method()).isEqualTo("POST");
    assertThat(host.request().target()).isEqualTo("/core/query-tasks");
    assertThat(host.request().body()).isEqualTo("{\"taskInfo\":{\"isDirect\":true}}");
  }

  @Test
  void withoutAVerbAnInputFileIsAWholeRequestWithFieldsOverItsBody() throws IOException {
    String file = file("pool.yml", "action: PATCH\npath: /pools/a\nbody: {id: x, n: 1}\n");

    CliRun.Result result = run("-i", file, "--", "--id", "AWS");

    assertThat(result.err()).isEmpty();
    assertThat(host.request().method()).isEqualTo("PATCH");
    assertThat(host.request().body()).isEqualTo("{\"id\":\"AWS\",\"n\":1}");
  }

  private CliRun.Result run(String... args) {
    return CliRun.against(host).run(args);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
