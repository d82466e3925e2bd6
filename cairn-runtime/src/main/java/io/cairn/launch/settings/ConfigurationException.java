// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.util.List;
import java.util.stream.Stream;

/** The settings cannot be used; says everything that is wrong with them at once. */
public final class ConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;
  private final transient List<String> notes;
  private final boolean usage;

  ConfigurationException(List<String> usage, List<String> configuration, List<String> notes) {
    super(String.join("; ", Stream.concat(usage.stream(), configuration.stream()).toList()));
    this.problems = Stream.concat(usage.stream(), configuration.stream()).toList();
    this.notes = notes;
    this.usage = !usage.isEmpty();
  }

  /** One sentence for each thing that is wrong, naming the setting and what to do. */
  public List<String> problems() {
    return problems;
  }

  /**
   * What is not wrong and yet may not be meant, such as keys that nobody knows; a sentence each.
   */
  public List<String> notes() {
    return notes;
  }

  /** Whether something else than the configuration file, or a class that is named, is wrong. */
  public boolean isUsage() {
    return usage;
  }
}
