// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.host.ServiceHost;
import io.cairn.server.settings.Setting.Effect;
import io.cairn.server.settings.SettingSources.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What a host is told when it starts. A value is taken from the first of these that has one: the
 * command line ({@code --port=8000}), system properties ({@code -Dcairn.port}, then {@code
 * -Dxenon.port}), the environment ({@code CAIRN_PORT}), the file that {@code --config} names, the
 * default.
 *
 * @param host the host's own settings
 * @param nodes how many hosts to run on this machine, on consecutive ports; the settings are the
 *     first one's
 * @param stopWithInput whether the host stops when its standard input ends
 * @param logFormat how events are written
 * @param logLevel how much is logged, in the logger's words
 * @param notes what the log should say about them, a sentence each
 */
public record HostConfiguration(
    ServiceHost.Arguments host,
    int nodes,
    boolean stopWithInput,
    LogFormat logFormat,
    String logLevel,
    List<String> notes) {

  /**
   * Reads the settings.
   *
   * @param arguments of the form {@code --name=value}; the last of a name counts
   * @throws ConfigurationException if any is unknown or malformed; it lists all of them
   */
  public static HostConfiguration read(
      List<String> arguments, Properties systemProperties, Map<String, String> environment)
      throws ConfigurationException {
    SettingSources sources = new SettingSources(arguments, systemProperties, environment);
    List<String> problems = new ArrayList<>(sources.problems());
    List<String> notes = new ArrayList<>();
    Draft draft = new Draft();
    for (Setting setting : Settings.all()) {
      Found found = sources.find(setting);
      if (found != null) {
        take(setting, found, draft, new Findings(problems, notes));
      }
    }
    SettingsCheck check = new SettingsCheck(draft, problems);
    check.run();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    notes.addAll(check.notes());
    return new HostConfiguration(
        draft.host,
        draft.nodes,
        draft.stopWithInput,
        draft.logFormat,
        draft.logLevel,
        List.copyOf(notes));
  }

  private record Findings(List<String> problems, List<String> notes) {}

  private static void take(Setting setting, Found found, Draft draft, Findings findings) {
    if (found.value().isEmpty()) {
      findings.problems.add(found.origin() + " is empty; " + setting.form() + " is expected");
      return;
    }
    try {
      setting.taker().accept(draft, found.value());
    } catch (IllegalArgumentException e) {
      String shown = setting.isSecret() ? "" : " is \"" + found.value() + "\" and";
      findings.problems.add(found.origin() + shown + " " + e.getMessage());
      return;
    }
    if (setting.effect() == Effect.OBEYED || sameAsDefault(setting, found.value())) {
      return;
    }
    if (setting.effect() == Effect.NONE) {
      findings.notes.add(found.origin() + " has no effect: " + setting.meaning());
    } else {
      findings.problems.add(
          found.origin() + " cannot be used: " + setting.meaning() + "; leave it out");
    }
  }

  private static boolean sameAsDefault(Setting setting, String value) {
    String fallback = setting.defaultText();
    return fallback != null
        && (fallback.equalsIgnoreCase(value)
            || (fallback.equals("false") && value.equals("0"))
            || (fallback.equals("true") && value.equals("1")));
  }

  /** The help's list of settings. */
  public static String help() {
    StringBuilder text = new StringBuilder();
    for (Setting setting : Settings.all()) {
      if (setting.effect() == Effect.OBEYED) {
        String left = "  --" + setting.name() + "=" + setting.form();
        String fallback = setting.defaultText() == null ? "" : " [" + setting.defaultText() + "]";
        text.append(String.format("%-46s %s%s%n", left, setting.meaning(), fallback));
      }
    }
    return text.toString();
  }
}
