// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.uri;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for what links may be made of. A link that keeps it reads the same in a URI as in a
 * document, so that whoever is given it can follow it.
 */
public final class Links {

  /** The longest id; a request line holds it with room for its factory and a query. */
  public static final int MAX_ID_LENGTH = 1024;

  /** Last segments at which the runtime answers in a service's place. */
  public static final Set<String> UTILITIES =
      Set.of(
          "stats",
          "config",
          "subscriptions",
          "template",
          "available",
          "openapi",
          "openapi.json",
          "openapi.yaml",
          "ui",
          "synchronization");

  private static final Set<String> OF_SELECTORS = Set.of("replication", "forwarding");
  private static final String MARKS = "-._~!$&'()+,;=:@";

  private Links() {}

  /** One leading slash, none at the end; the empty path and the root become {@code "/"}. */
  public static String normalize(@Nullable String path) {
    if (path == null || path.isEmpty()) {
      return UriVocabulary.URI_PATH_CHAR;
    }
    int start = 0;
    while (start < path.length() && path.charAt(start) == '/') {
      start++;
    }
    int end = path.length();
    while (end > start && path.charAt(end - 1) == '/') {
      end--;
    }
    if (start == 1 && end == path.length()) {
      return path;
    }
    return '/' + path.substring(start, end);
  }

  /** The segments of a path, split before they are decoded: an encoded slash is no border. */
  public static List<String> segments(@Nullable String rawPath) {
    if (rawPath == null) {
      return List.of();
    }
    return Arrays.stream(rawPath.split("/", -1))
        .filter(segment -> !segment.isEmpty())
        .map(segment -> UriEscapes.decode(segment.replace("+", "%2B")))
        .toList();
  }

  /** The segments of a path behind a link; none if it is the link, or not below it. */
  public static List<String> below(String link, @Nullable String rawPath) {
    if (link.equals(rawPath)) {
      return List.of();
    }
    List<String> own = segments(link);
    List<String> all = segments(rawPath);
    return all.size() > own.size() && all.subList(0, own.size()).equals(own)
        ? all.subList(own.size(), all.size())
        : List.of();
  }

  /** Whether a name may be the last segment of a link. */
  public static boolean isId(@Nullable String name) {
    return isSegment(name) && !isReserved(name);
  }

  /**
   * Refuses a name that may not be the last segment of a link.
   *
   * @return the name
   * @throws IllegalArgumentException that says what it may be, for the client
   */
  public static String requireId(@Nullable String name) {
    if (name == null || !isSegment(name)) {
      throw new IllegalArgumentException(
          ("'%s' cannot name a service. A name has 1 to %d characters: letters from a to z or A to Z,"
                  + " digits and %s, and is not . or ..")
              .formatted(shown(name), MAX_ID_LENGTH, MARKS));
    }
    if (isReserved(name)) {
      throw new IllegalArgumentException(
          "'%s' cannot name a service: it is reserved for what every service has below its link. Choose another name"
              .formatted(name));
    }
    return name;
  }

  /**
   * The link of a new child.
   *
   * @param parent the link of its factory
   * @param wanted the child's id, or its whole link
   * @throws IllegalArgumentException if it is neither
   */
  public static String childOf(String parent, @Nullable String wanted) {
    String prefix = parent.endsWith("/") ? parent : parent + "/";
    String id = wanted;
    if (wanted != null && wanted.startsWith(prefix)) {
      id = wanted.substring(prefix.length());
    } else if (wanted != null && wanted.startsWith("/")) {
      id = wanted.substring(1);
    }
    if (id != null && id.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "'%s' is not below %s: give the new service's name alone, or its whole link"
              .formatted(shown(wanted), prefix));
    }
    return prefix + requireId(id);
  }

  /**
   * Refuses a path that a service cannot be started at, because requests would not reach it.
   *
   * @param utility whether the service may stand where utilities do
   * @throws IllegalArgumentException that says why
   */
  public static void requirePath(String path, boolean utility) {
    if (path.equals("/")) {
      return;
    }
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean mayBeReserved = utility || i < segments.length - 1;
      if (!mayBeReserved || !isReserved(segments[i])) {
        requireId(segments[i]);
      }
    }
  }

  private static boolean isReserved(@Nullable String name) {
    return name != null && (UTILITIES.contains(name) || OF_SELECTORS.contains(name));
  }

  private static boolean isSegment(@Nullable String name) {
    return name != null
        && !name.isEmpty()
        && name.length() <= MAX_ID_LENGTH
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().allMatch(Links::isLegal);
  }

  private static boolean isLegal(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || MARKS.indexOf(c) >= 0;
  }

  /** A name as a message may hold it, whatever it is made of. */
  private static String shown(@Nullable String name) {
    if (name == null) {
      return "";
    }
    String start = name.length() <= 100 ? name : name.substring(0, 100) + "...";
    StringBuilder shown = new StringBuilder();
    start
        .codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append("\\u%04x".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }
}
