// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.runtime.ClusterArguments;
import java.util.List;

/**
 * A configuration with where each of its values came from.
 *
 * @param configuration what the host is told
 * @param settings every setting that is obeyed, then those that were given and are not
 */
public record EffectiveConfiguration(HostConfiguration configuration, List<Row> settings) {

  /**
   * A setting.
   *
   * @param value as one would write it; secrets are masked, empty if there is none
   * @param from where the value came from
   * @param obeyed whether anything comes of it
   */
  public record Row(String name, String value, String from, boolean obeyed) {
    static final String DEFAULT = "default";
    static final String UNSET = "not set";
  }

  /**
   * Reads all settings of a host.
   *
   * @param spec whether there is a node spec among the arguments
   * @param arguments settings of the form {@code --name=value}; the last of a name counts
   * @param application gets the values of its settings
   * @throws ConfigurationException if any is unknown or malformed; it lists all of them
   */
  public static EffectiveConfiguration read(
      SpecArgument spec,
      List<String> arguments,
      ProcessSurroundings surroundings,
      ApplicationSettings application)
      throws ConfigurationException {
    return new ConfigurationReader(
            spec, arguments, surroundings, application, new Draft(new ClusterArguments()))
        .read();
  }

  /** Returns whether a setting has another value than its default, or its default was written. */
  public boolean isGiven(String name) {
    return settings.stream()
        .anyMatch(
            row ->
                row.name().equals(name)
                    && !row.from().equals(Row.DEFAULT)
                    && !row.from().equals(Row.UNSET));
  }
}
