// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.application.Application;
import io.cairn.cli.CairnCommand;
import io.cairn.cli.StandardStreams;
import io.cairn.launch.ConfigCommand;
import io.cairn.launch.HostProgram;
import io.cairn.launch.StartCommand;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.ApplicationFiles;
import io.cairn.launch.logging.EventLog;
import io.cairn.launch.settings.NodeSpec;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.server.backup.VerifyCommand;
import io.cairn.server.certificates.CertsCommand;
import io.cairn.server.dev.DevCommand;
import io.cairn.server.project.NewCommand;
import io.cairn.server.recovery.AdminPasswordCommand;
import io.cairn.server.recovery.RecoverCommand;
import io.cairn.service.examples.ExampleApplication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What the launcher {@code ./cairn} runs: {@code start}, {@code node}, and the client's commands.
 */
public final class CairnCommands {

  private static final List<String> HELP = List.of("--help");

  private CairnCommands() {}

  /** Runs a command and ends the process with its exit code; a started host ends by a signal. */
  public static void main(String[] args) {
    List<String> rest = List.of(args).subList(Math.min(1, args.length), args.length);
    // Not through picocli: a host should not wait for it.
    int code =
        switch (args.length == 0 ? "" : args[0]) {
          case "start" -> start(SpecArgument.NONE, rest);
          case "node" -> start(SpecArgument.REQUIRED, rest);
          case "config" -> config(rest);
          case "dev" -> DevCommand.ofProcess().run(rest);
          case "recover" -> {
            EventLog.silence();
            yield RecoverCommand.ofProcess().run(rest);
          }
          case "admin-password" -> {
            EventLog.silence();
            yield AdminPasswordCommand.ofProcess().run(rest);
          }
          case "verify" -> {
            EventLog.silence();
            yield VerifyCommand.ofProcess().run(rest);
          }
          default -> client(args);
        };
    System.exit(code);
  }

  private static int start(SpecArgument spec, List<String> arguments) {
    return withProgram(
        spec, arguments, (program, settings) -> new StartCommand(program, spec).run(settings));
  }

  private static int config(List<String> arguments) {
    return withProgram(
        SpecArgument.OPTIONAL,
        arguments,
        (program, settings) -> new ConfigCommand(program).run(settings));
  }

  /** Tells the files of applications from settings; without any it is the examples' program. */
  private static int withProgram(
      SpecArgument spec,
      List<String> arguments,
      BiFunction<HostProgram, List<String>, Integer> command) {
    List<String> files = spec.files(arguments);
    List<String> settings = new ArrayList<>(arguments);
    settings.removeAll(files);
    if (files.isEmpty()) {
      return command.apply(
          program(files, List.of(new ExampleApplication()), CairnCommands.class.getClassLoader()),
          settings);
    }
    try (ApplicationFiles found = ApplicationFiles.of(files)) {
      // Whatever looks for classes by their names finds the application's, in all threads from
      // here.
      Thread.currentThread().setContextClassLoader(found.classes());
      return command.apply(program(files, found.applications(), found.classes()), settings);
    } catch (ApplicationException e) {
      System.err.println("cairn: " + e.getMessage());
      return e.exitCode();
    }
  }

  private static HostProgram program(
      List<String> files, List<Application> applications, ClassLoader classes) {
    List<String> again = Stream.concat(Stream.of("start"), files.stream()).toList();
    return new HostProgram(
        HostProgram.Kind.CAIRN, CairnCommands.class.getName(), again, applications, classes);
  }

  private static int client(String[] args) {
    EventLog.silence();
    Map<String, String> environment = System.getenv();
    CommandLine cairn = CairnCommand.create(environment, StandardStreams.ofProcess());
    cairn.addSubcommand(
        "start",
        hostSpec(
            "start",
            "Start a host; start --help lists its settings.",
            () -> start(SpecArgument.NONE, HELP)));
    cairn.addSubcommand(
        "node",
        hostSpec(
            "node",
            "Start a node of a cluster: node " + NodeSpec.FORMAT,
            () -> start(SpecArgument.REQUIRED, HELP)));
    cairn.addSubcommand(
        "config",
        hostSpec(
            "config", "Print the settings that start or node would run with.", () -> config(HELP)));
    cairn.addSubcommand(
        "recover",
        hostSpec(
            "recover",
            "Go on with what a stopped host has, after the majority of its group was lost.",
            () -> RecoverCommand.ofProcess().run(HELP)));
    cairn.addSubcommand(
        "admin-password",
        hostSpec(
            "admin-password",
            "Give an administrator who forgot it a new password; on the host's own machine.",
            () -> AdminPasswordCommand.ofProcess().run(HELP)));
    cairn.addSubcommand(
        "verify",
        hostSpec(
            "verify",
            "Tell whether a backup is whole; needs no host.",
            () -> VerifyCommand.ofProcess().run(HELP)));
    cairn.addSubcommand("certs", CertsCommand.ofProcess());
    cairn.addSubcommand("new", NewCommand.ofProcess());
    cairn.addSubcommand(
        "dev",
        hostSpec(
            "dev",
            "Run the project in this directory, and take over what is saved in it.",
            () -> DevCommand.ofProcess().run(HELP)));
    return cairn.execute(args);
  }

  /** For the client's help, and its completion. */
  private static CommandSpec hostSpec(String name, String description, Callable<Integer> help) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(help).name(name);
    spec.usageMessage().description(description);
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
