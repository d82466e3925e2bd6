// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.service.uri.Links;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A path template, checked: segments that are constants, variables in braces, and perhaps a last
 * {@code {name...}} that takes the rest of the path.
 *
 * @param text as it was written
 * @param segments in order; empty for the base path itself
 */
record PathPattern(String text, List<Segment> segments) {

  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z_$][\\w$]*)(\\.\\.\\.)?}");
  private static final Pattern CONSTANT = Pattern.compile("[A-Za-z0-9\\-._~!$&'()+,;=:@]+");

  /** One segment. */
  sealed interface Segment {}

  /** A segment that must be there as it stands. */
  record Constant(String value) implements Segment {}

  /** A segment whose value is a parameter's; one that takes the rest has at least one. */
  record Variable(String name, boolean takesRest) implements Segment {}

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException that says what is wrong with it
   */
  static PathPattern of(String template) {
    if (template.isEmpty() || template.equals("/")) {
      return new PathPattern("", List.of());
    }
    if (!template.startsWith("/") || template.endsWith("/")) {
      throw wrong(template, "it begins with a slash and ends without one");
    }
    List<Segment> segments = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String part : template.substring(1).split("/", -1)) {
      if (!segments.isEmpty()
          && segments.getLast() instanceof Variable(var name, var rest)
          && rest) {
        throw wrong(template, "{" + name + "...} takes the rest of the path, so it must be last");
      }
      Segment segment = segment(template, part);
      if (segment instanceof Variable variable && !names.add(variable.name())) {
        throw wrong(template, "{" + variable.name() + "} stands there twice");
      }
      segments.add(segment);
    }
    if (segments.size() == 1
        && segments.getFirst() instanceof Constant(var value)
        && Links.UTILITIES.contains(value)) {
      throw wrong(template, "each service has its utilities there");
    }
    return new PathPattern(template, List.copyOf(segments));
  }

  private static Segment segment(String template, String part) {
    var variable = VARIABLE.matcher(part);
    if (variable.matches()) {
      return new Variable(variable.group(1), variable.group(2) != null);
    }
    if (!CONSTANT.matcher(part).matches() || part.equals(".") || part.equals("..")) {
      throw wrong(
          template,
          "'%s' is neither a constant segment nor a variable: {name}, or {name...} for the rest"
              .formatted(part));
    }
    return new Constant(part);
  }

  private static IllegalArgumentException wrong(String template, String why) {
    return new IllegalArgumentException("The path template '%s': %s".formatted(template, why));
  }

  /** The names of the variables. */
  List<String> variables() {
    return segments.stream()
        .filter(Variable.class::isInstance)
        .map(segment -> ((Variable) segment).name())
        .toList();
  }
}
