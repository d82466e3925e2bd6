// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.application;

import io.cairn.document.schema.IncompatibleSchemaException;
import io.cairn.launch.exit.HostExit;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Says in a sentence what went wrong in an application's code. Stateless. */
final class ApplicationDefect {

  private ApplicationDefect() {}

  /**
   * Returns what an application did not manage to do.
   *
   * @param what the beginning of the sentence, such as "the application shop.Shop cannot be made"
   * @param exitCode what the process ends with, unless classes do not fit
   */
  static ApplicationException of(String what, int exitCode, Throwable failure) {
    Throwable root = root(failure);
    boolean unfit = root instanceof LinkageError || root instanceof ReflectiveOperationException;
    return new ApplicationException(
        what + ": " + reason(root), unfit ? HostExit.DATA_UNUSABLE : exitCode, failure);
  }

  /** Returns why a class could not be used, without the names of our own classes. */
  static String reason(Throwable root) {
    return switch (root) {
      case UnsupportedClassVersionError e ->
          "it is compiled for a newer Java than "
              + Runtime.version().feature()
              + ", which runs here ("
              + e.getMessage()
              + ")";
      case NoClassDefFoundError e -> missing(e.getMessage());
      case ClassNotFoundException e -> missing(e.getMessage());
      case ClassFormatError e -> "a class file is damaged: " + e.getMessage();
      case LinkageError e ->
          "its classes do not fit together: "
              + e.getMessage()
              + "; compile it against the libraries that it runs with";
      default -> text(root) + place(root);
    };
  }

  private static String missing(@Nullable String name) {
    String type = String.valueOf(name).replace('/', '.');
    return type.startsWith("Could not initialize class ")
        ? "the class " + type.substring("Could not initialize class ".length()) + " failed before"
        : "it needs the class "
            + type
            + ", which is not on its class path; put the jar that has it into the directory lib"
            + " beside it, or name it in the manifest's Class-Path";
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    String type = failure.getClass().getSimpleName();
    boolean plain =
        failure instanceof IllegalArgumentException
            || failure instanceof IllegalStateException
            || failure instanceof IncompatibleSchemaException;
    return message == null || message.isBlank() ? type : plain ? message : type + ": " + message;
  }

  /** Where in the application's code it happened. */
  private static String place(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .filter(frame -> !isOfPlatform(frame.getClassName()))
        .findFirst()
        .map(
            frame ->
                " (at %s.%s, line %d of %s)"
                    .formatted(
                        frame.getClassName(),
                        frame.getMethodName(),
                        frame.getLineNumber(),
                        frame.getFileName()))
        .orElse("");
  }

  private static boolean isOfPlatform(String type) {
    return type.startsWith("java.")
        || type.startsWith("jdk.")
        || type.startsWith("sun.")
        || type.startsWith("io.cairn.");
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null
        && (root instanceof InvocationTargetException
            || root instanceof ExceptionInInitializerError
            || root instanceof CompletionException
            || (root instanceof NoClassDefFoundError && root.getCause() != null)
            || String.valueOf(root.getMessage()).startsWith("Could not start "))) {
      root = root.getCause();
    }
    return root;
  }
}
