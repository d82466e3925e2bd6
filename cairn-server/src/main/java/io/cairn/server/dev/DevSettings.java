// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.server.project.MavenProject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code cairn dev}: as {@code cairn start} reads them, but for two things. The
 * file {@code cairn.properties} of the project is read if no other is named, and documents are kept
 * in the project. Used by one thread.
 */
final class DevSettings implements DevHost.SettingsReader {

  private static final String FILE = "cairn.properties";
  private static final String CONFIG = "--config=";

  private final MavenProject project;
  private final List<String> arguments;
  private final Properties properties;
  private final Map<String, String> environment;
  private ClassLoader classes = DevSettings.class.getClassLoader();

  DevSettings(
      MavenProject project,
      List<String> arguments,
      Properties properties,
      Map<String, String> environment) {
    this.project = project;
    this.properties = properties;
    this.environment = environment;
    this.arguments = List.copyOf(arguments);
  }

  /** The settings file, which need not be there: the one that is named, or the project's. */
  Path file() {
    String named = named();
    return named == null ? project.directory().resolve(FILE) : Path.of(named).toAbsolutePath();
  }

  /** In the order in which the host looks for the name. */
  private @Nullable String named() {
    return arguments.stream()
        .filter(argument -> argument.startsWith(CONFIG))
        .map(argument -> argument.substring(CONFIG.length()))
        .reduce((first, last) -> last)
        .orElseGet(() -> properties.getProperty("cairn.config", environment.get("CAIRN_CONFIG")));
  }

  /** Says what loads the classes that settings name. */
  void use(ClassLoader application) {
    classes = application;
  }

  @Override
  public HostConfiguration read(ApplicationSettings application) throws ConfigurationException {
    List<String> given = new ArrayList<>(arguments);
    if (named() == null && Files.isRegularFile(file())) {
      given.add(CONFIG + file());
    }
    EffectiveConfiguration read =
        EffectiveConfiguration.read(
            SpecArgument.NONE,
            given,
            new ProcessSurroundings(properties, environment, classes),
            application);
    HostConfiguration configuration = read.configuration();
    if (!read.isGiven("sandbox")) {
      configuration.host().sandbox = project.directory().resolve(".cairn");
    }
    return configuration;
  }

  /** Those of the application, which nobody knows yet, are passed over. */
  @Override
  public HostConfiguration readHostsOnly() throws ConfigurationException {
    return read(ApplicationSettings.undeclared());
  }
}
