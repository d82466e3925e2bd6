// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import io.cairn.cluster.application.ClusterApplication;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that the class of a cluster application can be used, without running any of its code. */
final class ApplicationClass {

  private ApplicationClass() {}

  /**
   * Notes why a class cannot be used, if so.
   *
   * @param name null if there is none
   */
  static void check(@Nullable String name, ClassLoader classes, List<String> problems) {
    if (name == null) {
      return;
    }
    String subject = ClusterKeys.APPLICATION + " is \"" + name + "\": ";
    try {
      String flaw = flaw(Class.forName(name, false, classes));
      if (flaw != null) {
        problems.add(subject + flaw);
      }
    } catch (ClassNotFoundException e) {
      problems.add(
          subject + "there is no such class on the class path; CAIRN_CLASSPATH=DIR:JAR adds to it");
    } catch (LinkageError e) {
      problems.add(subject + "the class cannot be loaded: " + e);
    }
  }

  private static @Nullable String flaw(Class<?> type) {
    if (!ClusterApplication.class.isAssignableFrom(type)) {
      return "it does not implement " + ClusterApplication.class.getName();
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      return "it is abstract";
    }
    if (!Modifier.isPublic(type.getModifiers())) {
      return "it is not public";
    }
    boolean constructible =
        Arrays.stream(type.getConstructors()).anyMatch(made -> made.getParameterCount() == 0);
    return constructible ? null : "it has no public constructor without parameters";
  }
}
