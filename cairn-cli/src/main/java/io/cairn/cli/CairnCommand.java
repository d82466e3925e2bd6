// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The command {@code cairn} with its client verbs. Other modules add theirs to what {@link #create}
 * returns:
 *
 * <pre>{@code
 * CommandLine cairn = CairnCommand.create(System.getenv(), StandardStreams.ofProcess());
 * cairn.addSubcommand("start", new StartCommand());
 * System.exit(cairn.execute(args));
 * }</pre>
 *
 * <p>{@link CommandLine#execute} returns one of {@link ExitCode}'s numbers, or what an added
 * command returns.
 */
public final class CairnCommand {
  private static final Map<String, String> VERBS =
      Map.of(
          "get", "Print a document, a factory's list or any other resource.",
          "post", "Create a document at a factory, or send to a service.",
          "put", "Replace a document.",
          "patch", "Change fields of a document.",
          "delete", "Delete a document.");

  private static final String[] FIELD_HELP = {
    "",
    "Fields of the body:",
    "  --name=n, --name n   text; the host turns it into a number where it needs one",
    "  --counter:=7         any JSON value: number, true, null, {...}, [...]",
    "  --a.b=c              a field inside a field; a\\.b is one key with a dot",
    "  --tags[0]=x          an element of a list",
    "  -- --host=x          after --, options are fields too",
  };

  private static final String[] ROOT_FOOTER = {
    "",
    "Without a command, -i FILE or standard input holds a whole request as YAML or JSON: action,",
    "path and body.",
    "",
    "Exit codes: 0 done, 1 the host answered with an error, 2 wrong usage, 3 no answer.",
  };

  private CairnCommand() {}

  /**
   * The command line, ready to execute.
   *
   * @param environment CAIRN, XENON, CAIRN_TOKEN, NO_COLOR and TERM are looked up in it
   */
  public static CommandLine create(Map<String, String> environment, StandardStreams streams) {
    CommandSpec root = rootSpec(environment, streams);
    for (String verb : List.of("get", "post", "put", "patch", "delete")) {
      root.addSubcommand(verb, verbSpec(verb, environment, streams));
    }
    ClusterCommands.addTo(root, environment, streams);
    DoctorCommand.addTo(root, environment, streams);
    MemberCommands.addTo(root, environment, streams);
    AttributeCommands.addTo(root, environment, streams);
    BackupCommands.addTo(root, environment, streams);
    BulkCommands.addTo(root, environment, streams);
    AccountCommands.addTo(root, environment, streams);
    TokenCommands.addTo(root, environment, streams);
    root.addSubcommand("completion", completionSpec(streams));
    Help.Ansi ansi = wantsColours(environment, streams) ? Help.Ansi.ON : Help.Ansi.OFF;
    return new CommandLine(root)
        .setSubcommandsCaseInsensitive(true)
        .setExpandAtFiles(false)
        .setColorScheme(Help.defaultColorScheme(ansi))
        .setOut(new PrintWriter(streams.out(), true, UTF_8))
        .setErr(new PrintWriter(streams.err(), true, UTF_8))
        .setParameterExceptionHandler(CairnCommand::reportUsage)
        .setExecutionExceptionHandler(CairnCommand::reportFailure);
  }

  /** Colours are for people at a terminal that shows them, unless NO_COLOR is set. */
  public static boolean wantsColours(Map<String, String> environment, StandardStreams streams) {
    return streams.outIsTerminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private static CommandSpec rootSpec(Map<String, String> environment, StandardStreams streams) {
    CommandSpec spec =
        ClientCommand.create(
            "cairn",
            "[--FIELD=VALUE...]",
            "with -i: fields of the request's body",
            (self, arguments) -> {
              RequestOptions options = RequestOptions.of(self, environment);
              if (options.input().isEmpty() && arguments.isEmpty() && streams.inIsTerminal()) {
                self.commandLine().usage(streams.err());
                return ExitCode.USAGE;
              }
              return new RequestCommand(options, environment, streams)
                  .runDocument(options.input().orElse("-"), arguments);
            });
    RequestOptions.declareOn(spec);
    spec.addOption(
        OptionSpec.builder("--version").versionHelp(true).description("show the version").build());
    spec.version("cairn " + version());
    spec.usageMessage()
        .description("Talks to Cairn hosts, and to others that speak the same REST API.")
        .footer(ROOT_FOOTER);
    return spec;
  }

  private static CommandSpec verbSpec(
      String verb, Map<String, String> environment, StandardStreams streams) {
    boolean hasBody = !verb.equals("get");
    CommandSpec spec =
        ClientCommand.asking(
            verb,
            hasBody ? "PATH [--FIELD=VALUE...]" : "PATH",
            hasBody ? "whom to ask, and fields of the body" : "what to print",
            VERBS.getOrDefault(verb, ""),
            (self, arguments) ->
                RequestCommand.of(self, environment, streams).runVerb(verb, arguments));
    if (hasBody) {
      spec.usageMessage().footer(FIELD_HELP);
    }
    return spec;
  }

  private static CommandSpec completionSpec(StandardStreams streams) {
    CommandSpec spec =
        ClientCommand.create(
            "completion",
            "[SHELL]",
            "bash (the default) or zsh",
            (self, arguments) -> {
              if (arguments.size() > 1 || !Set.of("bash", "zsh").containsAll(arguments)) {
                throw CommandFailure.usage("completion takes bash or zsh");
              }
              streams.out().print(AutoComplete.bash("cairn", self.root().commandLine()));
              return ExitCode.OK;
            });
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this help").build());
    spec.usageMessage().description("Print a script that completes cairn's commands and options.");
    return spec;
  }

  private static String version() {
    String version = CairnCommand.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  private static String meant(CommandLine.ParameterException wrong) {
    return wrong instanceof CommandLine.UnmatchedArgumentException unmatched
        ? unmatched.getSuggestions().stream()
            .findFirst()
            .map(known -> "; did you mean " + known + "?")
            .orElse("")
        : "";
  }

  private static int reportUsage(CommandLine.ParameterException wrong, String[] arguments) {
    PrintWriter err = wrong.getCommandLine().getErr();
    err.println("cairn: " + wrong.getMessage() + meant(wrong));
    err.println("See " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static int reportFailure(
      Exception failure, CommandLine command, @Nullable ParseResult parsed) throws Exception {
    if (!(failure instanceof CommandFailure expected)) {
      throw failure;
    }
    command.getErr().println("cairn: " + expected.reason());
    if (expected.exitCode() == ExitCode.USAGE) {
      command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
    }
    return expected.exitCode();
  }
}
