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
import java.util.Optional;
import java.util.Properties;

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
    List<String> all = new ArrayList<>(arguments);
    Path file = project.directory().resolve(FILE);
    if (all.stream().noneMatch(argument -> argument.startsWith(CONFIG))
        && !environment.containsKey("CAIRN_CONFIG")
        && Files.isRegularFile(file)) {
      all.add(CONFIG + file);
    }
    this.arguments = List.copyOf(all);
  }

  /** The settings file, if an argument names one. */
  Optional<Path> file() {
    return arguments.stream()
        .filter(argument -> argument.startsWith(CONFIG))
        .map(argument -> Path.of(argument.substring(CONFIG.length())).toAbsolutePath())
        .findFirst();
  }

  /** Says what loads the classes that settings name. */
  void use(ClassLoader application) {
    classes = application;
  }

  @Override
  public HostConfiguration read(ApplicationSettings application) throws ConfigurationException {
    return read(arguments, application);
  }

  /** Those of the application, which nobody knows yet, are passed over. */
  @Override
  public HostConfiguration readHostsOnly() throws ConfigurationException {
    return read(
        arguments.stream().filter(DevSettings::mayBeHosts).toList(), new ApplicationSettings());
  }

  private static boolean mayBeHosts(String argument) {
    return !argument.matches("--[^=]+(=.*)?")
        || argument.startsWith(CONFIG)
        || HostConfiguration.hasSetting(argument.substring(2).replaceFirst("=.*", ""));
  }

  private HostConfiguration read(List<String> given, ApplicationSettings application)
      throws ConfigurationException {
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
}
