// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

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
    try {
      return constructor(className, loader).newInstance();
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw refusal(className, "failed in its constructor: " + cause, cause);
    } catch (LinkageError | ReflectiveOperationException e) {
      throw refusal(className, "cannot be made: " + e, e);
    }
  }

  /**
   * Finds what makes an application, without running any of its code.
   *
   * @throws IllegalArgumentException as {@link #instantiate} does
   */
  public static Constructor<? extends ClusterApplication> constructor(
      String className, ClassLoader loader) {
    try {
      Class<?> type = Class.forName(className, false, loader);
      requireUsable(className, type);
      return type.asSubclass(ClusterApplication.class).getConstructor();
    } catch (ClassNotFoundException e) {
      throw refusal(
          className,
          "is not on the class path; check its name, or add its jar with CAIRN_CLASSPATH=DIR:JAR",
          e);
    } catch (NoSuchMethodException e) {
      throw refusal(className, "has no public constructor without parameters; add one", e);
    } catch (LinkageError e) {
      throw refusal(className, "cannot be loaded: " + e, e);
    }
  }

  private static void requireUsable(String className, Class<?> type) {
    if (!ClusterApplication.class.isAssignableFrom(type)) {
      throw refusal(
          className,
          "does not implement %s; extend %s"
              .formatted(
                  ClusterApplication.class.getName(), ClusterApplicationAdapter.class.getName()),
          null);
    }
    if (Modifier.isAbstract(type.getModifiers())) { // as interfaces are
      throw refusal(className, "is abstract; name a class that is not", null);
    }
    if (!Modifier.isPublic(type.getModifiers())) {
      throw refusal(className, "is not public; make it public", null);
    }
  }

  private static IllegalArgumentException refusal(
      String className, String problem, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "the cluster application %s %s".formatted(className, problem), cause);
  }
}
