// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.Setting.Effect;
import io.cairn.runtime.ClusterArguments;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What a host is told when it starts. A value is taken from the first of these that has one: the
 * command line ({@code --port=8000}), system properties ({@code -Dcairn.port}, then {@code
 * -Dxenon.port}), the environment ({@code CAIRN_PORT}), the configuration file, the default.
 *
 * @param host the host's own settings
 * @param nodes how many hosts to run on this machine, on consecutive ports; the settings are the
 *     first one's
 * @param stopWithInput whether the host stops when its standard input ends
 * @param logFormat how events are written
 * @param logLevel how much is logged, in the logger's words
 * @param accessFile where each request is written down; null for nowhere
 * @param file the configuration file that was read; null if there was none
 * @param notes what the log should say about them, a sentence each
 */
public record HostConfiguration(
    ClusterArguments host,
    int nodes,
    boolean stopWithInput,
    LogFormat logFormat,
    String logLevel,
    @Nullable AccessFile accessFile,
    @Nullable String file,
    List<String> notes) {

  private static final int HELP_COLUMN = 46;

  /**
   * Reads the settings of a host; no class path is looked at.
   *
   * @param arguments of the form {@code --name=value}; the last of a name counts
   * @throws ConfigurationException if any is unknown or malformed; it lists all of them
   */
  public static HostConfiguration read(
      List<String> arguments, Properties systemProperties, Map<String, String> environment)
      throws ConfigurationException {
    return EffectiveConfiguration.read(
            SpecArgument.NONE,
            arguments,
            ProcessSurroundings.of(systemProperties, environment),
            new ApplicationSettings())
        .configuration();
  }

  /** The help's list of settings, those of an application first. */
  public static String help(ApplicationSettings application) {
    List<Setting> own = application.declared();
    return own.isEmpty()
        ? list(Settings.all())
        : "Settings of the application:\n"
            + list(own)
            + "\nSettings of the host:\n"
            + list(Settings.all());
  }

  private static String list(List<Setting> settings) {
    StringBuilder text = new StringBuilder();
    for (Setting setting : settings) {
      if (setting.effect() == Effect.OBEYED) {
        String left = "  --" + setting.name() + "=" + setting.form();
        String known = setting.defaultText();
        String fallback = known == null || known.isEmpty() ? "" : " [" + known + "]";
        // A long name has a line of its own.
        String gap = left.length() > HELP_COLUMN ? "\n" + " ".repeat(HELP_COLUMN) : "";
        text.append(String.format("%-46s%s %s%s%n", left, gap, setting.meaning(), fallback));
      }
    }
    return text.toString();
  }
}
