// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.SettingSources.Found;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the settings, all of it; one thread. */
final class Problems {
  private final List<String> usage = new ArrayList<>();
  private final List<String> configuration = new ArrayList<>();

  /** What is wrong with arguments, or with settings together. */
  List<String> usage() {
    return usage;
  }

  /** What is wrong with the configuration file, or with classes that it names. */
  List<String> configuration() {
    return configuration;
  }

  /** Notes a problem of a value where its source belongs. */
  void add(Found found, String problem) {
    (found.layer() == Layer.FILE ? configuration : usage).add(found.origin() + " " + problem);
  }

  boolean isEmpty() {
    return usage.isEmpty() && configuration.isEmpty();
  }

  ConfigurationException failure(List<String> notes) {
    return new ConfigurationException(usage, configuration, List.copyOf(notes));
  }
}
