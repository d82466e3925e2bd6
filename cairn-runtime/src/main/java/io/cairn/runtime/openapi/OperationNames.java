// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.service.Service.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names operations as a client would call its methods: {@code createExample}, {@code
 * getOrderStatement}. Each name is there once in a document. Confined to one call.
 */
final class OperationNames {
  private final Set<String> services = new HashSet<>();
  private final Set<String> operations = new HashSet<>();

  /**
   * What a service is called: the last segment of its link, or as much as tells it apart.
   *
   * @param whole whether its last segment says little without those before, of which {@code core}
   *     is none
   */
  String service(String link, boolean whole) {
    List<String> segments =
        Arrays.stream(link.split("/", -1)).filter(each -> !each.isEmpty()).toList();
    int first = !segments.isEmpty() && segments.getFirst().equals("core") ? 1 : 0;
    for (int from = whole ? first : segments.size() - 1; from >= 0; from--) {
      String name = words(String.join("-", segments.subList(from, segments.size())));
      if (!name.isEmpty() && services.add(name)) {
        return name;
      }
    }
    String name = segments.isEmpty() ? "Root" : words(String.join("-", segments));
    return services.add(name) ? name : next(services, name);
  }

  /** A name that no other operation of the document has. */
  String operation(String wanted) {
    return operations.add(wanted) ? wanted : next(operations, wanted);
  }

  private static String next(Set<String> taken, String name) {
    for (int i = 2; ; i++) {
      if (taken.add(name + i)) {
        return name + i;
      }
    }
  }

  /** The words of a name, each with a capital, without what no method may be called. */
  static String words(String text) {
    StringBuilder name = new StringBuilder();
    for (String word : text.split("[^A-Za-z0-9]+", -1)) {
      if (!word.isEmpty()) {
        name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    return name.toString();
  }

  /** One of many, as far as English is regular. */
  static String singular(String plural) {
    if (plural.endsWith("ies") && plural.length() > 4) {
      return plural.substring(0, plural.length() - 3) + "y";
    }
    if (plural.endsWith("sses") || plural.endsWith("xes") || plural.endsWith("ches")) {
      return plural.substring(0, plural.length() - 2);
    }
    boolean many =
        plural.length() > 2
            && plural.endsWith("s")
            && !plural.endsWith("ss")
            && !plural.endsWith("us");
    return many ? plural.substring(0, plural.length() - 1) : plural;
  }

  /** What a verb does to a document. */
  static String verb(Action action) {
    return switch (action) {
      case GET -> "get";
      case POST -> "post";
      case PUT -> "replace";
      case PATCH -> "patch";
      case DELETE -> "delete";
      case OPTIONS -> "options";
    };
  }

  /** The words of a template below a service: constants, then what the variables are called. */
  static String path(String template) {
    List<String> constants = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    for (String segment : template.split("/", -1)) {
      (segment.startsWith("{") ? variables : constants).add(segment);
    }
    String by = words(String.join("-And-", variables));
    return words(String.join("-", constants)) + (by.isEmpty() ? "" : "By" + by);
  }
}
