// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CairnCommandTest {

  @CommandLine.Command(name = "start")
  static final class StartCommand implements Callable<Integer> {
    @CommandLine.Option(names = "--port")
    private int port;

    @CommandLine.Option(names = "--host")
    private String host = "";

    @Override
    public Integer call() {
      return host.equals("h") ? port : -1;
    }
  }

  @Test
  void otherModulesAddCommandsWithOptionsOfTheirOwn() {
    CommandLine cairn = create().addSubcommand("start", new StartCommand());

    assertThat(cairn.execute("start", "--port", "42", "--host=h")).isEqualTo(42);
    assertThat(cairn.execute("start", "--prot=42")).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "post", "put", "patch", "delete"})
  void everyVerbHasHelp(String verb) {
    CliRun.Result result = new CliRun().run(verb, "--help");

    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Usage: cairn " + verb + " [OPTIONS] PATH");
  }

  @Test
  void helpTellsTheGrammarAndTheExitCodes() {
    assertThat(new CliRun().run("post", "--help").out()).contains("--counter:=7", "--tags[0]=x");
    assertThat(new CliRun().run("-h").out()).contains("Exit codes: 0 done", "get", "completion");
  }

  @Test
  void versionIsToldOnRequest() {
    assertThat(new CliRun().run("--version").out()).startsWith("cairn ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completionScriptKnowsCommandsAndOptions(String shell) {
    CliRun.Result result = new CliRun().run("completion", shell);

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("complete -F", "patch", "--timeout", "bashcompinit");
  }

  @Test
  void completionScriptIsOneThatBashAccepts() throws IOException, InterruptedException {
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    try (var script = bash.getOutputStream()) {
      script.write(new CliRun().run("completion").out().getBytes(StandardCharsets.UTF_8));
    }

    String complaints = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(complaints).isZero();
  }

  @Test
  void helpHasNoColoursInAPipe() {
    assertThat(new CliRun().run("--help").out()).doesNotContain("\u001b");
    assertThat(new CliRun().onTerminal().run("--help").out()).contains("\u001b");
  }

  private static CommandLine create() {
    return CairnCommand.create(
        Map.of(),
        new StandardStreams(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            true,
            false));
  }
}
