// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the caller gets to see. */
class OutputTest {
  private static final String DOCUMENT =
      "{\"name\":\"n\",\"counter\":1.10,\"tags\":[\"x\",{\"y\":true}],\"empty\":{},\"none\":[],"
          + "\"nil\":null,\"documents\":{\"/core/examples/niki\":{\"name\":\"m\"}}}";

  @TempDir private Path directory;
  private RecordingHost host;

  @BeforeEach
  void startHost() {
    host = RecordingHost.start().answers(200, DOCUMENT);
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  @Test
  void aPipeGetsWhatTheHostSent() {
    host.answers(200, "{ \"a\" :1.0,\"a\":2}");

    assertThat(run("get", "/a").out()).isEqualTo("{ \"a\" :1.0,\"a\":2}" + System.lineSeparator());
  }

  @Test
  void aTerminalGetsIndentedJsonInColours() {
    host.answers(200, "{\"a\":\"x\"}");

    assertThat(CliRun.against(host).onTerminal().run("get", "/a").out())
        .isEqualToNormalizingNewlines(
            "{\n  \u001b[34m\"a\"\u001b[0m: \u001b[32m\"x\"\u001b[0m\n}\n");
  }

  @ParameterizedTest
  @CsvSource({"NO_COLOR,1", "TERM,dumb"})
  void coloursCanBeTurnedOff(String variable, String value) {
    host.answers(200, "{\"a\":\"x\"}");

    assertThat(CliRun.against(host).with(variable, value).onTerminal().run("get", "/a").out())
        .isEqualToNormalizingNewlines("{\n  \"a\": \"x\"\n}\n");
  }

  @Test
  void prettyIndentsByTwo() {
    assertThat(run("get", "/a", "-o", "pretty").out())
        .isEqualToNormalizingNewlines(
            """
            {
              "name": "n",
              "counter": 1.10,
              "tags": [
                "x",
                {
                  "y": true
                }
              ],
              "empty": {},
              "none": [],
              "nil": null,
              "documents": {
                "/core/examples/niki": {
                  "name": "m"
                }
              }
            }
            """);
  }

  @Test
  void yamlKeepsTextThatLooksLikeANumberText() {
    host.answers(200, "{\"name\":\"niki\",\"number\":7,\"text\":\"7\",\"tags\":[\"x\"]}");

    assertThat(run("get", "/a", "-o=yaml").out())
        .isEqualToNormalizingNewlines("name: niki\nnumber: 7\ntext: \"7\"\ntags:\n- x\n");
  }

  @Test
  void jsonOnATerminalIsAsReceived() {
    assertThat(CliRun.against(host).onTerminal().run("get", "/a", "-o", "json").out().strip())
        .isEqualTo(DOCUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ".name | n",
        "name | n",
        ".counter | 1.10",
        ".tags[0] | x",
        ".tags[1].y | true",
        ".tags | [\"x\",{\"y\":true}]",
        ".nil | null",
        ".documents[\"/core/examples/niki\"].name | m",
        "documents['/core/examples/niki'] | {\"name\":\"m\"}",
      })
  void selectorPrintsOnePart(String selector, String expected) {
    assertThat(run("get", "/a", "-s", selector))
        .isEqualTo(new CliRun.Result(0, expected + System.lineSeparator(), ""));
  }

  @Test
  void aDotSelectsAll() {
    assertThat(run("get", "/a", "-s", ".").out().strip()).isEqualTo(DOCUMENT);
  }

  @Test
  void selectorMayStandBeforeTheVerb() {
    assertThat(run("-s", ".name", "get", "/a").out().strip()).isEqualTo("n");
  }

  @Test
  void selectedPartFollowsTheFormat() {
    assertThat(run("get", "/a", "-s", ".tags[1]", "-o", "pretty").out())
        .isEqualToNormalizingNewlines("{\n  \"y\": true\n}\n");
  }

  @Test
  void textAnswerIsPrintedAsItIs() {
    host.answers(200, "hello\n").withHeader("content-type", "text/plain");

    assertThat(CliRun.against(host).onTerminal().run("get", "/a").out()).isEqualTo("hello\n");
  }

  @Test
  void emptyAnswerPrintsNothing() {
    host.answers(200, "");

    assertThat(run("delete", "/a")).isEqualTo(new CliRun.Result(0, "", ""));
  }

  @Test
  void compressedAnswerIsUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(DOCUMENT.getBytes(StandardCharsets.UTF_8));
    }
    host.answers(200, packed.toByteArray()).withHeader("content-encoding", "gzip");

    assertThat(run("get", "/a").out().strip()).isEqualTo(DOCUMENT);
  }

  @ParameterizedTest
  @CsvSource({"-x", "-n", "--dry-run"})
  void dryRunShowsTheRequestAndSendsNothing(String option) {
    CliRun.Result result =
        CliRun.against(host)
            .with("CAIRN_TOKEN", "secret")
            .run("post", "/core/examples?a=b c", "--name=n", option);

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith("POST " + host.url() + "/core/examples?a=b%20c\n")
        .contains("\ncontent-type: application/json\n")
        .contains("\nx-xenon-auth-token: ***\n")
        .endsWith("\n\n{\"name\":\"n\"}\n");
    assertThat(host.requests()).isZero();
  }

  @Test
  void traceHoldsRequestAndAnswer() throws IOException {
    host.answers(404, "{\"message\":\"gone\"}");
    Path trace = directory.resolve("trace");

    run("patch", "/a", "--name=n", "-t", trace.toString(), "-H", "Authorization: Basic c2VjcmV0");

    assertThat(Files.readString(trace))
        .startsWith("PATCH " + host.url() + "/a\n")
        .contains("\n{\"name\":\"n\"}\n")
        .contains("\nHTTP 404\n")
        .contains("\ncontent-type: application/json\n")
        .contains("Authorization: ***")
        .endsWith("\n{\"message\":\"gone\"}\n");
  }

  @Test
  void traceOnStandardErrorLeavesTheOutputClean() {
    CliRun.Result result = run("get", "/a", "-t=-");

    assertThat(result.out().strip()).isEqualTo(DOCUMENT);
    assertThat(result.err()).contains("GET " + host.url() + "/a", "HTTP 200");
  }

  private CliRun.Result run(String... args) {
    return CliRun.against(host).run(args);
  }
}
