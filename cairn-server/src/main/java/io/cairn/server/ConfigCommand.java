// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.server.exit.ServerExit;
import io.cairn.server.settings.ConfigurationException;
import io.cairn.server.settings.EffectiveConfiguration;
import io.cairn.server.settings.EffectiveConfiguration.Row;
import io.cairn.server.settings.ProcessSurroundings;
import io.cairn.server.settings.SpecArgument;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code cairn config}: prints what a host would run with, and starts nothing. */
final class ConfigCommand {
  private static final String FORMAT = "--format=";

  private final ProcessSurroundings surroundings;
  private final PrintStream out;
  private final PrintStream err;

  private ConfigCommand(ProcessSurroundings surroundings, PrintStream out, PrintStream err) {
    this.surroundings = surroundings;
    this.out = out;
    this.err = err;
  }

  static ConfigCommand ofProcess() {
    return new ConfigCommand(ProcessSurroundings.ofProcess(), System.out, System.err);
  }

  /**
   * Prints the settings.
   *
   * @param arguments those of {@code start} or {@code node}
   * @return one of {@link ServerExit}'s numbers
   */
  int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HelpTexts.CONFIG);
      return ServerExit.STOPPED;
    }
    String format = "text";
    List<String> settings = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith(FORMAT)) {
        format = argument.substring(FORMAT.length());
      } else {
        settings.add(argument);
      }
    }
    if (!format.equals("text") && !format.equals("json")) {
      err.println("cairn: --format is \"" + format + "\" and must be one of text, json");
      return ServerExit.USAGE;
    }
    try {
      EffectiveConfiguration read =
          EffectiveConfiguration.read(SpecArgument.OPTIONAL, settings, surroundings);
      out.print(format.equals("json") ? json(read) : table(read));
      out.flush();
      return ServerExit.STOPPED;
    } catch (ConfigurationException e) {
      e.notes().forEach(note -> err.println("cairn: " + note));
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      return ServerExit.of(e);
    }
  }

  private static String table(EffectiveConfiguration read) {
    int names = widest(read.settings().stream().map(Row::name).toList());
    int values = Math.min(40, widest(read.settings().stream().map(Row::value).toList()));
    StringBuilder text = new StringBuilder();
    String file = read.configuration().file();
    text.append("configuration file: ").append(file == null ? "none" : file).append("\n\n");
    for (Row row : read.settings()) {
      String line = ("%-" + names + "s  %-" + values + "s  %s");
      text.append(line.formatted(row.name(), row.value(), row.from()).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int widest(List<String> words) {
    return words.stream().mapToInt(String::length).max().orElse(1);
  }

  private static String json(EffectiveConfiguration read) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", read.configuration().file());
    document.put("settings", read.settings());
    document.put("notes", read.configuration().notes());
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
  }
}
