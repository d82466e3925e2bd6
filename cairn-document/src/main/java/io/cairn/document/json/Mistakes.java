// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.json;

import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All values of a tree that are not of their field's type. Each is found by reading the tree
 * without those found before, so that a client hears of all of them at once.
 *
 * @param found in the order in which they were found; empty if the first is not tied to a field
 * @param rest what the tree is without them; null if it is nothing
 */
public record Mistakes(List<Violation> found, @Nullable Object rest) {

  /** Reading again costs as much as reading: more mistakes than these are told another time. */
  private static final int MOST = 20;

  /**
   * Looks for mistakes.
   *
   * @param tree loses the values that do not fit
   * @param reader makes an object of the tree, or throws
   */
  public static Mistakes in(JsonNode tree, Function<JsonNode, Object> reader) {
    List<Violation> found = new ArrayList<>();
    for (int reading = 0; reading <= MOST; reading++) {
      try {
        return new Mistakes(List.copyOf(found), reader.apply(tree));
      } catch (JacksonException e) {
        MalformedJsonException mistake = MalformedJsonException.ofTree(e);
        String field = mistake.field();
        boolean consequence = found.stream().anyMatch(one -> isWithin(one.path(), field));
        if (reading == MOST || mistake.violations().isEmpty() || consequence) {
          break;
        }
        found.addAll(mistake.violations());
        if (!remove(tree, e.getPath())) {
          break;
        }
      }
    }
    return new Mistakes(List.copyOf(found), null);
  }

  /** Whether a path is that of a whole, or of something inside it. */
  private static boolean isWithin(String path, String whole) {
    return whole.isEmpty()
        || path.equals(whole)
        || path.startsWith(whole + ".")
        || path.startsWith(whole + "[");
  }

  /**
   * All that is wrong with the tree: its mistakes, and what others say of the rest that is no
   * consequence of them.
   *
   * @param ofRest what is wrong with the rest
   */
  public List<Violation> with(List<Violation> ofRest) {
    List<Violation> all = new ArrayList<>(found);
    for (Violation one : ofRest) {
      boolean ofMethod = one.rule().equals("AssertTrue") || one.rule().equals("AssertFalse");
      String judged = ofMethod ? parent(one.path()) : one.path();
      boolean mayFollow =
          found.stream()
              .anyMatch(
                  mistake -> isWithin(mistake.path(), judged) || isWithin(judged, mistake.path()));
      if (!mayFollow && all.size() < ViolationException.MOST) {
        all.add(one);
      }
    }
    return all;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  private static boolean remove(JsonNode tree, List<JacksonException.Reference> path) {
    JsonNode node = tree;
    for (int i = 0; i < path.size(); i++) {
      JacksonException.Reference step = path.get(i);
      boolean last = i == path.size() - 1;
      String name = step.getPropertyName();
      if (name != null && node instanceof ObjectNode object && object.has(name)) {
        if (last) {
          object.remove(name);
        }
        node = object.path(name);
      } else if (name == null && node instanceof ArrayNode array && array.has(step.getIndex())) {
        if (last) {
          array.setNull(step.getIndex());
        }
        node = array.path(step.getIndex());
      } else {
        return false;
      }
    }
    return !path.isEmpty();
  }
}
