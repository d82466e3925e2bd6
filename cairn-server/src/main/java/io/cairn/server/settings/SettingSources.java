// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where values come from: arguments, then system properties, then environment variables, then the
 * file that {@code config} names. Collects what is wrong with them.
 */
final class SettingSources {

  /** A value and how its source names it. */
  record Found(String value, String origin) {}

  private static final String CONFIG = "config";

  private final Map<String, String> arguments = new LinkedHashMap<>();
  private final Map<String, String> file = new LinkedHashMap<>();
  private final Properties systemProperties;
  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();
  private String fileName = "";

  SettingSources(List<String> args, Properties systemProperties, Map<String, String> environment) {
    this.systemProperties = systemProperties;
    this.environment = environment;
    args.forEach(this::takeArgument);
    readFile();
  }

  List<String> problems() {
    return problems;
  }

  /** The value of the highest source that has one. A value of {@code null} counts as none. */
  @Nullable Found find(Setting setting) {
    Found found = first(setting);
    return found == null || found.value().equals("null") ? null : found;
  }

  private @Nullable Found first(Setting setting) {
    String name = setting.name();
    if (arguments.containsKey(name)) {
      return new Found(arguments.getOrDefault(name, ""), "--" + name);
    }
    for (String prefix : List.of("cairn.", "xenon.")) {
      String value = systemProperties.getProperty(prefix + name);
      if (value != null) {
        return new Found(value, "-D" + prefix + name);
      }
    }
    String variable = environment.get(setting.environmentName());
    if (variable != null) {
      return new Found(variable, setting.environmentName());
    }
    String line = file.get(name);
    return line == null ? null : new Found(line, name + " in " + fileName);
  }

  private void takeArgument(String argument) {
    int equals = argument.indexOf('=');
    if (!argument.startsWith("--")) {
      problems.add("\"" + argument + "\" is no setting; write --name=value");
      return;
    }
    String name = argument.substring(2, equals < 0 ? argument.length() : equals);
    if (!isKnown(name)) {
      problems.add("--" + name + " is unknown" + Suggestions.forName(name));
    } else if (equals < 0) {
      problems.add("--" + name + " needs a value; write --" + name + "=" + form(name));
    } else {
      arguments.put(name, argument.substring(equals + 1));
    }
  }

  private static boolean isKnown(String name) {
    return name.equals(CONFIG) || Settings.named(name).isPresent();
  }

  private static String form(String name) {
    return Settings.named(name).map(Setting::form).orElse("FILE");
  }

  private void readFile() {
    String named = arguments.get(CONFIG);
    if (named == null) {
      named = systemProperties.getProperty("cairn." + CONFIG);
    }
    if (named == null) {
      named = environment.get("CAIRN_CONFIG");
    }
    if (named == null) {
      return;
    }
    fileName = named;
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(named), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      problems.add("--config: there is no file " + named);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("--config: cannot read " + named + ": " + e.getMessage());
    }
    for (String name : properties.stringPropertyNames()) {
      if (Settings.named(name).isPresent()) {
        file.put(name, properties.getProperty(name).strip());
      } else {
        problems.add(name + " in " + named + " is unknown" + Suggestions.forName(name));
      }
    }
  }
}
