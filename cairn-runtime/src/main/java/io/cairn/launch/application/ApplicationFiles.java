// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.application.Application;
import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applications that were found in files, and the class loader that has them. What Cairn has itself
 * is taken from Cairn, whatever versions lie among the libraries. Closing it ends the loading of
 * further classes.
 */
public final class ApplicationFiles implements AutoCloseable {
  private final URLClassLoader classes;
  private final List<Application> applications;

  private ApplicationFiles(URLClassLoader classes, List<Application> applications) {
    this.classes = classes;
    this.applications = applications;
  }

  /**
   * Loads the applications in jars and directories.
   *
   * @param names of files, as a user writes them
   * @throws ApplicationException if there is none, or one cannot be used
   */
  public static ApplicationFiles of(List<String> names) throws ApplicationException {
    return load(ApplicationPath.of(names), names, ApplicationFiles.class.getClassLoader());
  }

  /**
   * Loads the applications in a directory of classes.
   *
   * @param name of the directory, for messages
   * @param libraries finds what they need
   * @throws ApplicationException if there is none, or one cannot be used
   */
  public static ApplicationFiles in(Path directory, String name, ClassLoader libraries)
      throws ApplicationException {
    return load(new ApplicationPath(List.of(directory), List.of()), List.of(name), libraries);
  }

  private static ApplicationFiles load(ApplicationPath path, List<String> names, ClassLoader parent)
      throws ApplicationException {
    Set<String> found = new TreeSet<>();
    Set<String> unconstructed = new TreeSet<>();
    for (Path root : path.roots()) {
      found.addAll(ApplicationScan.of(root, unconstructed));
    }
    if (found.isEmpty()) {
      throw new ApplicationException(nothingIn(names, unconstructed));
    }
    URLClassLoader classes = new URLClassLoader("application", path.urls(), parent);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      List<Application> applications = new ArrayList<>();
      for (String name : found) {
        applications.add(make(name, classes, String.join(", ", names)));
      }
      return new ApplicationFiles(classes, List.copyOf(applications));
    } catch (ApplicationException | RuntimeException | Error e) {
      close(classes);
      throw e;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String nothingIn(List<String> names, Set<String> unconstructed) {
    String where = String.join(", ", names);
    return unconstructed.isEmpty()
        ? "there is no application in "
            + where
            + ": no public class implements io.cairn.application.Application. A program with a main"
            + " of its own runs with java -cp"
        : "the application in "
            + where
            + " cannot be made: "
            + String.join(", ", unconstructed)
            + " needs a public constructor without parameters";
  }

  private static Application make(String name, ClassLoader classes, String where)
      throws ApplicationException {
    try {
      Class<?> type = Class.forName(name, true, classes);
      if (!Application.class.isAssignableFrom(type)) {
        throw new ApplicationException(
            "%s in %s does not implement io.cairn.application.Application".formatted(name, where));
      }
      return (Application) type.getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw new ApplicationException(
          "%s names the application %s, and there is no such class in it".formatted(where, name));
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw new ApplicationException(
          ("the application %s in %s cannot be made: it must be public and concrete, with a public"
                  + " constructor without parameters")
              .formatted(name, where));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw ApplicationDefect.of(
          "the application %s in %s cannot be made".formatted(name, where),
          HostExit.DATA_UNUSABLE,
          e);
    }
  }

  /** Returns the applications, in the order of their names. */
  public List<Application> applications() {
    return applications;
  }

  /** Returns what loads their classes. */
  public ClassLoader classes() {
    return classes;
  }

  @Override
  public void close() {
    close(classes);
  }

  private static void close(URLClassLoader classes) {
    try {
      classes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
