// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One command as picocli sees it. Whatever it does not know as an option reaches the action in
 * order, because a body's fields look like options.
 */
final class ClientCommand implements Callable<Integer> {

  /** What a command does. */
  @FunctionalInterface
  interface Action {
    /**
     * Runs with what stood beside the options.
     *
     * @return the exit code
     */
    int run(CommandSpec spec, List<String> arguments);
  }

  private final CommandSpec spec;
  private final Action action;

  private ClientCommand(String name, Action action) {
    this.action = action;
    this.spec = CommandSpec.wrapWithoutInspection(this).name(name);
  }

  /** A command named {@code name} whose further arguments are named and described like that. */
  static CommandSpec create(String name, String label, String description, Action action) {
    CommandSpec spec = new ClientCommand(name, action).spec;
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(label)
            .description(description)
            .hideParamSyntax(true)
            .build());
    spec.parser()
        .unmatchedOptionsArePositionalParams(true)
        .posixClusteredShortOptionsAllowed(false);
    spec.usageMessage().abbreviateSynopsis(true).width(100);
    return spec;
  }

  /** A command that asks a host, with the options for that. */
  static CommandSpec asking(
      String name, String label, String words, String description, Action action) {
    CommandSpec spec = create(name, label, words, action);
    RequestOptions.declareOn(spec);
    spec.usageMessage().description(description);
    return spec;
  }

  /** A command that only has commands of its own. */
  static CommandSpec family(String name, String description, String usage) {
    return asking(
        name,
        "",
        "",
        description,
        (self, words) -> {
          throw CommandFailure.usage(usage);
        });
  }

  /** An option without a value. */
  static OptionSpec flag(String name, String description) {
    return OptionSpec.builder(name).type(boolean.class).arity("0").description(description).build();
  }

  /** An option with a value. */
  static OptionSpec text(String name, String label, String description) {
    return OptionSpec.builder(name)
        .type(String.class)
        .arity("1")
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Whether an option of a command was given. */
  static boolean isSet(CommandSpec self, String name) {
    return self.commandLine().getParseResult().hasMatchedOption(name);
  }

  /** What was given with an option of a command; empty if it was not given. */
  static String value(CommandSpec self, String name) {
    String value = self.commandLine().getParseResult().matchedOptionValue(name, null);
    return value == null ? "" : value;
  }

  /** The one word beside the options that a command takes. */
  static String only(String command, String what, List<String> words) {
    if (words.size() != 1 || words.getFirst().startsWith("-")) {
      throw CommandFailure.usage("%s takes %s".formatted(command, what));
    }
    return words.getFirst();
  }

  /** Makes sure that nothing stands beside the options. */
  static void none(String command, List<String> words) {
    if (!words.isEmpty()) {
      throw CommandFailure.usage("%s takes no '%s'".formatted(command, words.getFirst()));
    }
  }

  @Override
  public Integer call() {
    return action.run(
        spec, spec.commandLine().getParseResult().matchedPositionalValue(0, List.of()));
  }
}
