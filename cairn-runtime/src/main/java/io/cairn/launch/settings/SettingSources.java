// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.PropertiesFile.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where values come from: arguments, then system properties, then environment variables, then the
 * configuration file. Collects what is wrong with them.
 */
final class SettingSources {

  /**
   * A value.
   *
   * @param name of the setting
   * @param place where in its layer it stands: {@code --port}, {@code CAIRN_PORT}, a line of a file
   */
  record Found(String name, String value, Layer layer, String place) {

    /** The subject of a sentence about it. */
    String origin() {
      return layer == Layer.FILE ? name + " in " + place : place;
    }

    /** Where it is from, for a table that has its name already. */
    String from() {
      return switch (layer) {
        case ARGUMENT -> "argument";
        case ENVIRONMENT -> "environment " + place;
        case PROPERTY, FILE -> place;
      };
    }
  }

  /** A line of the file that nothing comes of, and why. */
  record Unused(Found found, String why) {}

  private static final String CONFIG = "config";

  private final Map<String, String> arguments = new LinkedHashMap<>();
  private final KnownSettings known;
  private final ProcessSurroundings surroundings;
  private final Problems problems;
  private final List<Unused> unused = new ArrayList<>();
  private final List<Unused> unknown = new ArrayList<>();
  private final ConfigurationFile file;

  SettingSources(
      List<String> args, KnownSettings known, ProcessSurroundings surroundings, Problems problems) {
    this.known = known;
    this.surroundings = surroundings;
    this.problems = problems;
    args.forEach(this::takeArgument);
    this.file = openFile();
    checkFile();
  }

  /** The configuration file, which may be none. */
  ConfigurationFile file() {
    return file;
  }

  /** Keys of the file that meant something once. */
  List<Unused> unused() {
    return unused;
  }

  /** Keys of the file that mean nothing, and perhaps should. */
  List<Unused> unknown() {
    return unknown;
  }

  /**
   * The value of the highest source that has one. A value of {@code null} counts as none, and so
   * does an empty one where that is a way to say so.
   */
  @Nullable Found find(Setting setting) {
    Found found = first(setting);
    return found == null || found.value().equals("null") ? null : found;
  }

  private @Nullable Found first(Setting setting) {
    String name = setting.name();
    if (arguments.containsKey(name)) {
      return new Found(name, arguments.getOrDefault(name, ""), Layer.ARGUMENT, "--" + name);
    }
    for (String property : setting.propertyNames()) {
      String value = surroundings.properties().getProperty(property);
      if (value != null) {
        return new Found(name, value, Layer.PROPERTY, "-D" + property);
      }
    }
    String variable = surroundings.environment().get(setting.environmentName());
    if (variable != null) {
      return new Found(name, variable, Layer.ENVIRONMENT, setting.environmentName());
    }
    Entry line = file.find(name);
    return line == null ? null : inFile(name, line);
  }

  private Found inFile(String name, Entry line) {
    return new Found(name, line.value(), Layer.FILE, file.place(line));
  }

  private void takeArgument(String argument) {
    int equals = argument.indexOf('=');
    if (!argument.startsWith("--")) {
      problems.usage().add("\"" + argument + "\" is no setting; write --name=value");
      return;
    }
    String name = argument.substring(2, equals < 0 ? argument.length() : equals);
    if (!isKnown(name)) {
      if (known.isComplete()) {
        problems.usage().add("--" + name + " is unknown" + known.nearestTo(name));
      }
    } else if (equals < 0 && known.named(name).filter(Setting::isSwitch).isPresent()) {
      arguments.put(name, "true");
    } else if (equals < 0) {
      problems.usage().add("--" + name + " needs a value; write --" + name + "=" + form(name));
    } else {
      arguments.put(name, argument.substring(equals + 1));
    }
  }

  private boolean isKnown(String name) {
    return name.equals(CONFIG) || known.named(name).isPresent();
  }

  private String form(String name) {
    return known.named(name).map(Setting::form).orElse("FILE");
  }

  private ConfigurationFile openFile() {
    String named = arguments.get(CONFIG);
    if (named == null) {
      named = surroundings.properties().getProperty("cairn." + CONFIG);
    }
    if (named == null) {
      named = surroundings.environment().get("CAIRN_CONFIG");
    }
    return named == null
        ? ConfigurationFile.onClassPath(surroundings.classes(), problems.configuration())
        : ConfigurationFile.named(named, problems.configuration());
  }

  private void checkFile() {
    file.entries().forEach((name, line) -> checkKey(inFile(name, line)));
  }

  private void checkKey(Found found) {
    String name = found.name();
    if (known.named(name).isPresent() || !known.isComplete()) {
      return;
    }
    ClusterKeys.retiredNodeKey(name)
        .ifPresentOrElse(
            why -> unused.add(new Unused(found, why)),
            () -> {
              if (ClusterKeys.isForeign(name) || file.foreign()) {
                unknown.add(new Unused(found, "it is unknown" + known.nearestToKey(name)));
              } else {
                problems
                    .configuration()
                    .add(found.origin() + " is unknown" + known.nearestTo(name));
              }
            });
  }
}
