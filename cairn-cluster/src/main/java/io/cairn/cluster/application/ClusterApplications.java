// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/** Makes applications from the names of their classes. */
public final class ClusterApplications {

  private ClusterApplications() {}

  /**
   * Makes an application.
   *
   * @param className the full name of a public class with a public constructor without parameters,
   *     nested ones with a {@code $}
   * @throws IllegalArgumentException if that cannot be; the message names the class and says what
   *     to do
   */
  public static ClusterApplication instantiate(String className, ClassLoader loader) {
    Class<?> type = load(className, loader);
    if (!ClusterApplication.class.isAssignableFrom(type)) {
      throw refusal(
          className,
          "does not implement %s; extend %s"
              .formatted(
                  ClusterApplication.class.getName(), ClusterApplicationAdapter.class.getName()),
          null);
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      throw refusal(className, "is abstract; name a class that is not", null);
    }
    try {
      return (ClusterApplication) constructor(className, type).newInstance();
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw refusal(className, "failed in its constructor: " + cause, cause);
    } catch (LinkageError | ReflectiveOperationException e) {
      throw refusal(className, "cannot be made: " + e, e);
    }
  }

  private static Class<?> load(String className, ClassLoader loader) {
    try {
      return Class.forName(className, false, loader);
    } catch (ClassNotFoundException e) {
      throw refusal(className, "is not on the class path; check its name, or add its jar", e);
    } catch (LinkageError e) {
      throw refusal(className, "cannot be loaded: " + e, e);
    }
  }

  private static Constructor<?> constructor(String className, Class<?> type) {
    try {
      Constructor<?> constructor = type.getConstructor();
      if (Modifier.isPublic(type.getModifiers())) {
        return constructor;
      }
      throw refusal(className, "is not public; make it public", null);
    } catch (NoSuchMethodException e) {
      throw refusal(className, "has no public constructor without parameters; add one", e);
    }
  }

  private static IllegalArgumentException refusal(
      String className, String problem, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "the cluster application %s %s".formatted(className, problem), cause);
  }
}
