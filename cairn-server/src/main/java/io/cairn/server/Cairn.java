// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.cli.CairnCommand;
import io.cairn.cli.StandardStreams;
import io.cairn.server.certificates.CertsCommand;
import io.cairn.server.logging.EventLog;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What the launcher {@code ./cairn} runs: {@code start}, and the client's commands. */
public final class Cairn {

  private Cairn() {}

  /** Runs a command and ends the process with its exit code; a started host ends by a signal. */
  public static void main(String[] args) {
    int code =
        args.length > 0 && args[0].equals("start")
            // Not through picocli: a host should not wait for it.
            ? StartCommand.ofProcess().run(List.of(args).subList(1, args.length))
            : client(args);
    System.exit(code);
  }

  private static int client(String[] args) {
    EventLog.silence();
    Map<String, String> environment = System.getenv();
    CommandLine cairn = CairnCommand.create(environment, StandardStreams.ofProcess());
    cairn.addSubcommand("start", startSpec());
    cairn.addSubcommand("certs", new CertsCommand(InstantSource.system()));
    return cairn.execute(args);
  }

  private static CommandSpec startSpec() {
    Callable<Integer> start = () -> StartCommand.ofProcess().run(List.of("--help"));
    CommandSpec spec = CommandSpec.wrapWithoutInspection(start).name("start");
    spec.usageMessage().description("Start a host; start --help lists its settings.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("--NAME=VALUE")
            .description("settings")
            .build());
    spec.parser().unmatchedOptionsArePositionalParams(true);
    return spec;
  }
}
