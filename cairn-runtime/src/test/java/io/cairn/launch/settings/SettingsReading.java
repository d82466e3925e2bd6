// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.runtime.ClusterArguments;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads settings as a process would, with surroundings that a test makes. */
final class SettingsReading {
  private final Path directory;
  private final Properties properties = new Properties();
  private final Map<String, String> environment = new HashMap<>();
  private ApplicationSettings application = new ApplicationSettings();

  /** Nothing but arguments, until told otherwise; the class path is {@code directory}. */
  SettingsReading(Path directory) {
    this.directory = directory;
  }

  SettingsReading property(String name, String value) {
    properties.setProperty(name, value);
    return this;
  }

  SettingsReading variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Puts a file on the class path; returns where it is. */
  Path file(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
  }

  /** Has an application add settings of its own. */
  SettingsReading with(ApplicationSettings settings) {
    application = settings;
    return this;
  }

  EffectiveConfiguration effective(String... arguments) throws ConfigurationException {
    try {
      URL[] classPath = {directory.toUri().toURL()};
      ClassLoader classes = new URLClassLoader(classPath, SettingsReading.class.getClassLoader());
      return EffectiveConfiguration.read(
          SpecArgument.OPTIONAL,
          List.of(arguments),
          new ProcessSurroundings(properties, environment, classes),
          application);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  HostConfiguration read(String... arguments) throws ConfigurationException {
    return effective(arguments).configuration();
  }

  ClusterArguments host(String... arguments) throws ConfigurationException {
    return read(arguments).host();
  }

  /** The rows of {@code cairn config}: value, then where it came from. */
  Map<String, List<String>> rows(String... arguments) throws ConfigurationException {
    return effective(arguments).settings().stream()
        .collect(
            Collectors.toMap(
                EffectiveConfiguration.Row::name, row -> List.of(row.value(), row.from())));
  }

  ConfigurationException failure(String... arguments) {
    return catchThrowableOfType(ConfigurationException.class, () -> read(arguments));
  }

  List<String> problems(String... arguments) {
    ConfigurationException thrown = failure(arguments);
    return thrown == null ? List.of() : thrown.problems();
  }

  static String[] and(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }
}
