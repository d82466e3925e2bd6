// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.PropertiesFile.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file that settings are taken from: the one that is named, or else {@code
 * cairn-cluster.properties} on the class path, or else XOOM's {@code xoom-cluster.properties}
 * there.
 *
 * @param name how people find it
 * @param entries what it says
 * @param foreign whether it may hold what is meant for others: it has XOOM's name
 * @param passedOver another file that would have been read without this one; null if there is none
 */
record ConfigurationFile(
    String name, Map<String, Entry> entries, boolean foreign, @Nullable String passedOver) {
  private static final String OWN = "cairn-cluster.properties";
  private static final String XOOM = "xoom-cluster.properties";

  /** There is none. */
  static final ConfigurationFile NONE = new ConfigurationFile("", Map.of(), false, null);

  private interface Opening {
    InputStream open() throws IOException;
  }

  /**
   * Reads the file that is named.
   *
   * @param problems gets what is wrong with it
   */
  static ConfigurationFile named(String name, List<String> problems) {
    Path file;
    try {
      file = Values.path(name);
    } catch (IllegalArgumentException e) {
      problems.add("--config: " + name + " " + e.getMessage());
      return NONE;
    }
    boolean foreign = file.endsWith(XOOM);
    return read(name, foreign, () -> Files.newInputStream(file), problems);
  }

  /** Reads the first that is on the class path, if any. */
  static ConfigurationFile onClassPath(ClassLoader classes, List<String> problems) {
    URL own = classes.getResource(OWN);
    URL xoom = classes.getResource(XOOM);
    if (own != null) {
      ConfigurationFile read = read(shown(own), false, own::openStream, problems);
      String other = xoom == null ? null : shown(xoom);
      return new ConfigurationFile(read.name, read.entries, false, other);
    }
    return xoom == null ? NONE : read(shown(xoom), true, xoom::openStream, problems);
  }

  private static String shown(URL resource) {
    return resource.getProtocol().equals("file") ? resource.getPath() : resource.toString();
  }

  private static ConfigurationFile read(
      String name, boolean foreign, Opening opening, List<String> problems) {
    List<String> malformed = new ArrayList<>();
    Map<String, Entry> entries = Map.of();
    try (InputStream in = opening.open()) {
      entries = PropertiesFile.read(in, malformed);
    } catch (NoSuchFileException e) {
      problems.add("--config: there is no file " + name);
    } catch (IOException e) {
      problems.add("the configuration file " + name + " cannot be read: " + e.getMessage());
    }
    malformed.forEach(problem -> problems.add(name + " " + problem));
    return new ConfigurationFile(name, entries, foreign, null);
  }

  /** What stands there under a name. */
  @Nullable Entry find(String key) {
    return entries.get(key);
  }

  /** Where an entry stands, for people. */
  String place(Entry entry) {
    return name + " line " + entry.line();
  }

  boolean isPresent() {
    return !name.isEmpty();
  }
}
