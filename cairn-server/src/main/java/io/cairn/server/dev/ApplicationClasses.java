// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.application.Application;
import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKinds;
import io.cairn.server.project.ProjectException;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.stream.Stream;

/**
 * The classes of a project as one reload found them, in a loader of their own that is forgotten at
 * the next. Used by one thread.
 */
final class ApplicationClasses implements AutoCloseable {

  private static final String NAMED = "META-INF/services/" + Application.class.getName();

  private final Path classes;
  private final URLClassLoader loader;

  private ApplicationClasses(Path classes, URLClassLoader loader) {
    this.classes = classes;
    this.loader = loader;
  }

  /**
   * Opens them.
   *
   * @param classes where the class files are
   * @param resources what else is found on the class path
   * @param libraries finds what they need
   */
  static ApplicationClasses open(Path classes, Path resources, ClassLoader libraries) {
    URL[] urls = {urlOf(classes), urlOf(resources)};
    return new ApplicationClasses(
        classes, new URLClassLoader("cairn-dev-application", urls, libraries));
  }

  /** The URL of a file or directory, as class loaders want it. */
  static URL urlOf(Path path) {
    try {
      String uri = path.toUri().toString();
      boolean bare = !Files.isRegularFile(path) && !uri.endsWith("/");
      return java.net.URI.create(bare ? uri + "/" : uri).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path + " has no URL", e);
    }
  }

  ClassLoader loader() {
    return loader;
  }

  /**
   * Makes the applications: those that the project names, or else all that it has.
   *
   * @throws ProjectException if there is none, or one cannot be made
   */
  List<Application> applications() throws ProjectException, IOException {
    List<String> names = named();
    List<Application> found = new ArrayList<>();
    for (String name : names.isEmpty() ? all() : names) {
      Class<?> type = load(name, names.isEmpty());
      if (type != null) {
        found.add(make(type));
      }
    }
    if (found.isEmpty()) {
      throw new ProjectException(
          "the project has no application: write a public class that implements %s, with a public"
                  .formatted(Application.class.getName())
              + " constructor without parameters");
    }
    return found;
  }

  private List<String> named() throws IOException {
    URL file = loader.findResource(NAMED);
    if (file == null) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(Path.of(java.net.URI.create(file.toString())))) {
      return lines
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    }
  }

  private List<String> all() throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .map(file -> file.substring(0, file.length() - 6).replace(java.io.File.separatorChar, '.'))
          .sorted()
          .toList();
    }
  }

  /** Loads a class; null if it is none that is looked for. */
  private @org.jspecify.annotations.Nullable Class<?> load(String name, boolean looking)
      throws ProjectException {
    try {
      Class<?> type = Class.forName(name, false, loader);
      boolean suits =
          Application.class.isAssignableFrom(type)
              && Modifier.isPublic(type.getModifiers())
              && !Modifier.isAbstract(type.getModifiers());
      if (looking) {
        return suits && Stream.of(type.getConstructors()).anyMatch(c -> c.getParameterCount() == 0)
            ? type
            : null;
      }
      if (!suits) {
        throw new ProjectException(
            name + ", which " + NAMED + " names, is no public class that implements Application");
      }
      return type;
    } catch (ClassNotFoundException e) {
      throw new ProjectException(NAMED + " names the class " + name + ", which does not exist", e);
    } catch (LinkageError e) {
      if (looking) {
        return null;
      }
      throw new ProjectException(name + " cannot be loaded: " + e, e);
    }
  }

  private static Application make(Class<?> type) throws ProjectException {
    try {
      return (Application) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ProjectException("the application " + type.getName() + " cannot be made: " + cause, e);
    }
  }

  /** Forgets them, here and wherever classes are kept by what they are called. */
  @Override
  public void close() throws IOException {
    loader.close();
    DocumentKinds.shared().forget(loader);
    DocumentJson.standard().forgetTypes();
    ResourceBundle.clearCache(loader);
  }
}
