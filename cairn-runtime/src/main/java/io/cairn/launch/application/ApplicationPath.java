// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Where the classes of applications are.
 *
 * @param roots jars and directories that applications are looked for in
 * @param libraries jars that these need
 */
record ApplicationPath(List<Path> roots, List<Path> libraries) {
  private static final String LIB = "lib";

  /**
   * Finds the files that belong to what was named: a jar; a directory with jars; a directory of
   * classes; a Maven project that is compiled, or its {@code target}. Libraries are those in the
   * directory {@code lib} in it or beside it.
   *
   * @throws ApplicationException if something that was named is not there or no such thing
   */
  static ApplicationPath of(List<String> names) throws ApplicationException {
    Set<Path> roots = new LinkedHashSet<>();
    Set<Path> libraries = new LinkedHashSet<>();
    for (String name : names) {
      Path path = Path.of(name).toAbsolutePath().normalize();
      if (Files.isDirectory(path)) {
        addDirectory(path, name, roots, libraries);
      } else if (Files.exists(path)) {
        roots.add(path);
        libraries.addAll(jars(path.resolveSibling(LIB)));
      } else {
        throw new ApplicationException("there is no jar or directory " + name);
      }
    }
    libraries.removeAll(roots);
    ApplicationPath found = new ApplicationPath(List.copyOf(roots), List.copyOf(libraries));
    found.requireJars();
    return found;
  }

  private static void addDirectory(Path path, String name, Set<Path> roots, Set<Path> libraries)
      throws ApplicationException {
    Path directory =
        Stream.of("target/classes", "classes")
            .map(path::resolve)
            .filter(compiled -> compiled.endsWith("target/classes"))
            .filter(Files::isDirectory)
            .findFirst()
            .orElse(path);
    List<Path> jars = jars(directory);
    roots.addAll(jars);
    libraries.addAll(jars(directory.resolve(LIB)));
    if (holdsClasses(directory)) {
      roots.add(directory);
      libraries.addAll(jars(directory.resolveSibling(LIB)));
    } else if (jars.isEmpty()) {
      throw new ApplicationException(
          Files.exists(path.resolve("pom.xml"))
              ? name + " is not compiled: run mvn package in it"
              : "the directory " + name + " holds neither jars nor classes");
    }
  }

  private static boolean holdsClasses(Path directory) throws ApplicationException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(ApplicationScan.CLASS));
    } catch (IOException e) {
      throw new ApplicationException("the directory " + directory + " cannot be read: " + e);
    }
  }

  private static List<Path> jars(Path directory) throws ApplicationException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new ApplicationException("the directory " + directory + " cannot be read: " + e);
    }
  }

  /** A class path passes over jars that cannot be read, and says later that classes are missing. */
  private void requireJars() throws ApplicationException {
    for (Path path : all()) {
      if (!Files.isDirectory(path)) {
        try (JarFile jar = new JarFile(path.toFile())) {
          var _ = jar.size();
        } catch (IOException e) {
          throw new ApplicationException(path + " is no jar, or damaged: " + e.getMessage());
        }
      }
    }
  }

  private List<Path> all() {
    return Stream.concat(roots.stream(), libraries.stream()).toList();
  }

  URL[] urls() {
    List<URL> urls = new ArrayList<>();
    for (Path path : all()) {
      try {
        urls.add(path.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException("a file has no URL: " + path, e);
      }
    }
    return urls.toArray(URL[]::new);
  }
}
