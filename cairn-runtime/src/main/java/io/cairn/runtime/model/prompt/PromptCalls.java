// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import java.util.Map;
import java.util.Set;

/**
 * What a prompt handler may call: what neither waits nor takes longer than its arguments are large.
 * Whatever is not here may block. Immutable.
 */
final class PromptCalls {

  /** Values and plain collections of the JDK, all of whose methods are prompt. */
  private static final Set<String> CLASSES =
      Set.of(
          "java/lang/Boolean",
          "java/lang/Character",
          "java/lang/Double",
          "java/lang/Enum",
          "java/lang/IllegalArgumentException",
          "java/lang/IllegalStateException",
          "java/lang/Integer",
          "java/lang/Long",
          "java/lang/Math",
          "java/lang/String",
          "java/lang/StringBuilder",
          "java/util/ArrayList",
          "java/util/Collection",
          "java/util/EnumMap",
          "java/util/EnumSet",
          "java/util/HashMap",
          "java/util/HashSet",
          "java/util/LinkedHashMap",
          "java/util/LinkedHashSet",
          "java/util/List",
          "java/util/Map",
          "java/util/Map$Entry",
          "java/util/Objects",
          "java/util/Optional",
          "java/util/Set",
          "java/util/SortedMap",
          "java/util/SortedSet",
          "java/util/TreeMap",
          "java/util/TreeSet",
          "java/util/UUID");

  private static final String OPERATION = "io/cairn/service/Operation";

  /** Single methods of classes that have others, which are not prompt. */
  private static final Map<String, Set<String>> METHODS =
      Map.of(
          "java/lang/Object",
          Set.of("<init>", "equals", "hashCode", "getClass", "toString"),
          OPERATION,
          Set.of(
              "addPragmaDirective",
              "addResponseHeader",
              "complete",
              "fail",
              "getAction",
              "getBody",
              "getBodyRaw",
              "getContentType",
              "getLinkedState",
              "getRequestHeader",
              "getStatusCode",
              "getUri",
              "hasBody",
              "hasPragmaDirective",
              "linkState",
              "setBody",
              "setBodyNoCloning",
              "setContentType",
              "setStatusCode"),
          "io/cairn/service/StatefulService",
          Set.of(
              "checkForBody",
              "getBody",
              "getSelfLink",
              "getState",
              "getStateDescription",
              "getStateType",
              "handlePatch",
              "handlePut",
              "hasOption",
              "setState"),
          "io/cairn/service/Utils",
          Set.of(
              "beforeNow",
              "fromNowMicrosUtc",
              "getNowMicrosUtc",
              "getSystemNowMicrosUtc",
              "mergeWithState",
              "mergeWithStateAdvanced",
              "updateCollections",
              "updateMaps",
              "validateState"),
          "io/cairn/document/ServiceDocument",
          Set.of("<init>", "copyTo"));

  private PromptCalls() {}

  /** Whether a method of a class that is not an author's is prompt, as the class file names it. */
  static boolean allow(String owner, String method) {
    Set<String> some = METHODS.get(owner);
    return some == null ? CLASSES.contains(owner) : some.contains(method);
  }

  /** Whether a class is known here: its code is not read. */
  static boolean know(String owner) {
    return METHODS.containsKey(owner) || CLASSES.contains(owner);
  }
}
