// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a new project is called.
 *
 * @param name its directory and Maven's artifact
 * @param javaPackage the package of its classes and Maven's group
 * @param className how names of its classes begin
 */
record ProjectName(String name, String javaPackage, String className) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*");

  /** Packages that a class loader, the compiler or Cairn keeps for itself. */
  private static final Set<String> TAKEN = Set.of("java", "javax", "jdk", "sun", "io.cairn");

  /**
   * Checks names.
   *
   * @param javaPackage null to have it made of the name
   * @throws ProjectException if one cannot be used; says which characters can
   */
  static ProjectName of(String name, @Nullable String javaPackage) throws ProjectException {
    if (!NAME.matcher(name).matches()) {
      throw new ProjectException(
          ("\"%s\" cannot be the name of a project: it begins with a letter and has letters and"
                  + " digits, between them - _ or ."
                  + " (it is a directory here, not a path)")
              .formatted(name));
    }
    String made = name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
    String used = javaPackage == null ? made : javaPackage;
    if (!SourceVersion.isName(used, SourceVersion.RELEASE_25)) {
      throw new ProjectException(
          "\"%s\" is no name of a Java package%s"
              .formatted(
                  used,
                  javaPackage == null
                      ? ": choose one with --package=NAME"
                      : ": it has words of letters and digits joined by dots, none of them a word of"
                          + " the language"));
    }
    for (String taken : TAKEN) {
      if (used.equals(taken) || used.startsWith(taken + ".")) {
        throw new ProjectException(
            "the package %s is not for applications: choose another with --package=NAME"
                .formatted(taken));
      }
    }
    String className =
        Stream.of(name.split("[._-]"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return new ProjectName(name, used, className);
  }
}
