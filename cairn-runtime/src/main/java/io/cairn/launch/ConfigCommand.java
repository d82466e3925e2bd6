// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.exit.HostExit;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.EffectiveConfiguration.Row;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** {@code cairn config}: prints what a host would run with, and starts nothing. */
public final class ConfigCommand {
  private static final String FORMAT = "--format=";

  private final HostProgram program;
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  /** The command of a program. */
  public ConfigCommand(HostProgram program) {
    this.program = program;
  }

  /**
   * Prints the settings.
   *
   * @param arguments those of {@code start} or {@code node}
   * @return one of {@link HostExit}'s numbers
   */
  public int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HelpTexts.config(program));
      return HostExit.STOPPED;
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
      return HostExit.USAGE;
    }
    try {
      DeclaredApplication application = DeclaredApplication.of(program.applications());
      EffectiveConfiguration read =
          EffectiveConfiguration.read(
              SpecArgument.OPTIONAL,
              settings,
              ProcessSurroundings.ofProcess(program.classes()),
              application.settings());
      application.settingsAreRead();
      out.print(format.equals("json") ? json(read) : table(read));
      out.flush();
      return HostExit.STOPPED;
    } catch (ConfigurationException e) {
      e.notes().forEach(note -> err.println("cairn: " + note));
      e.problems().forEach(problem -> err.println("cairn: " + problem));
      return HostExit.of(e);
    } catch (ApplicationException e) {
      err.println("cairn: " + e.getMessage());
      return e.exitCode();
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
