// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import java.util.List;

/** The settings cannot be used; says everything that is wrong with them at once. */
public final class ConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigurationException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each thing that is wrong, naming the setting and what to do. */
  public List<String> problems() {
    return problems;
  }
}
