// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model.prompt;

import java.util.HashMap;
import java.util.Map;

/**
 * What a prompt handler may call: single methods, each of which neither waits nor takes longer than
 * its arguments are large, whatever a client has sent. Whatever is not here may block: regular
 * expressions, anything that calls back, anything whose time grows faster than its arguments.
 * Immutable.
 */
final class PromptCalls {

  /** How many instructions a call counts as. */
  static final int KNOWN = 10;

  /**
   * What a step counts as that may double what is there: the few that a handler has room for cannot
   * make a small body large, nor nest collections so that to read them takes long.
   */
  static final int GROWING = 250;

  private static final String OBJECT = "Ljava/lang/Object;";
  private static final String STRING = "Ljava/lang/String;";
  private static final String CHARS = "Ljava/lang/CharSequence;";
  private static final String OPERATION = "Lio/cairn/service/Operation;";
  private static final String DOCUMENT = "Lio/cairn/document/ServiceDocument;";
  private static final String BUILDER = "Ljava/lang/StringBuilder;";

  /** What calls cost, each named as the class file names it; 0 for a class that has some. */
  private static final Map<String, Integer> COSTS = new HashMap<>();

  static {
    values();
    texts();
    collections();
    maps();
    framework();
  }

  private PromptCalls() {}

  /** What a call costs; {@code otherwise} if it is not known to be prompt. */
  static int cost(String owner, String method, String descriptor, int otherwise) {
    return COSTS.getOrDefault(owner + '.' + method + descriptor, otherwise);
  }

  /** Whether a class is known here: its code is not read. */
  static boolean know(String owner) {
    return COSTS.containsKey(owner);
  }

  /** The calls that are known; for tests. */
  static Map<String, Integer> all() {
    return Map.copyOf(COSTS);
  }

  private static void allow(String owner, int cost, String... methods) {
    COSTS.put(owner, 0);
    for (String method : methods) {
      COSTS.put(owner + '.' + method, cost);
    }
  }

  private static void values() {
    allow("java/lang/Object", KNOWN, "<init>()V");
    allow("java/lang/Record", KNOWN, "<init>()V");
    allow(
        "java/lang/Enum",
        KNOWN,
        "<init>(Ljava/lang/String;I)V",
        "name()" + STRING,
        "ordinal()I",
        "equals(Ljava/lang/Object;)Z");
    number("java/lang/Boolean", "Z", "booleanValue");
    number("java/lang/Character", "C", "charValue");
    number("java/lang/Double", "D", "doubleValue");
    number("java/lang/Float", "F", "floatValue");
    number("java/lang/Integer", "I", "intValue");
    number("java/lang/Long", "J", "longValue");
    number("java/lang/Short", "S", "shortValue");
    number("java/lang/Byte", "B", "byteValue");
    allow("java/lang/Integer", KNOWN, "parseInt(Ljava/lang/String;)I", "longValue()J");
    allow("java/lang/Long", KNOWN, "parseLong(Ljava/lang/String;)J", "intValue()I");
    for (String type : new String[] {"I", "J", "D"}) {
      String two = "(" + type + type + ")" + type;
      allow("java/lang/Math", KNOWN, "max" + two, "min" + two, "abs(" + type + ")" + type);
    }
    for (String type : new String[] {"I", "J"}) {
      String two = "(" + type + type + ")" + type;
      allow(
          "java/lang/Math",
          KNOWN,
          "addExact" + two,
          "subtractExact" + two,
          "multiplyExact" + two,
          "floorMod" + two,
          "floorDiv" + two);
    }
    allow(
        "java/util/Objects",
        KNOWN,
        "equals(Ljava/lang/Object;Ljava/lang/Object;)Z",
        "isNull(Ljava/lang/Object;)Z",
        "nonNull(Ljava/lang/Object;)Z",
        "requireNonNull(Ljava/lang/Object;)" + OBJECT,
        "requireNonNull(Ljava/lang/Object;Ljava/lang/String;)" + OBJECT,
        "requireNonNullElse(Ljava/lang/Object;Ljava/lang/Object;)" + OBJECT);
    allow("java/lang/IllegalArgumentException", KNOWN, "<init>()V", "<init>(" + STRING + ")V");
    allow("java/lang/IllegalStateException", KNOWN, "<init>()V", "<init>(" + STRING + ")V");
    allow(
        "java/lang/Thread",
        KNOWN,
        "currentThread()Ljava/lang/Thread;",
        "getName()" + STRING,
        "isVirtual()Z");
  }

  private static void number(String box, String primitive, String unboxed) {
    allow(
        box,
        KNOWN,
        "valueOf(" + primitive + ")L" + box + ";",
        unboxed + "()" + primitive,
        "equals(Ljava/lang/Object;)Z",
        "compareTo(L" + box + ";)I",
        "compare(" + primitive + primitive + ")I",
        "toString()" + STRING,
        "toString(" + primitive + ")" + STRING,
        "hashCode()I");
  }

  private static void texts() {
    allow(
        "java/lang/String",
        KNOWN,
        "length()I",
        "isEmpty()Z",
        "isBlank()Z",
        "charAt(I)C",
        "equals(Ljava/lang/Object;)Z",
        "equalsIgnoreCase(Ljava/lang/String;)Z",
        "hashCode()I",
        "compareTo(Ljava/lang/String;)I",
        "startsWith(Ljava/lang/String;)Z",
        "endsWith(Ljava/lang/String;)Z",
        "indexOf(I)I",
        "lastIndexOf(I)I",
        "substring(I)" + STRING,
        "substring(II)" + STRING,
        "replace(CC)" + STRING,
        "strip()" + STRING,
        "trim()" + STRING,
        "toLowerCase()" + STRING,
        "toUpperCase()" + STRING,
        "toString()" + STRING);
    for (String type : new String[] {"Z", "C", "D", "F", "I", "J"}) {
      allow("java/lang/String", KNOWN, "valueOf(" + type + ")" + STRING);
      allow("java/lang/StringBuilder", KNOWN, "append(" + type + ")" + BUILDER);
    }
    allow("java/lang/String", GROWING, "valueOf(" + OBJECT + ")" + STRING);
    allow("java/lang/StringBuilder", KNOWN, "<init>()V", "toString()" + STRING, "length()I");
    allow(
        "java/lang/StringBuilder",
        GROWING,
        "<init>(" + STRING + ")V",
        "append(" + STRING + ")" + BUILDER,
        "append(" + CHARS + ")" + BUILDER,
        "append(" + OBJECT + ")" + BUILDER);
    allow(
        "java/util/UUID",
        KNOWN,
        "fromString(Ljava/lang/String;)Ljava/util/UUID;",
        "equals(Ljava/lang/Object;)Z",
        "toString()" + STRING);
  }

  private static void collections() {
    for (String name : new String[] {"ArrayList", "LinkedHashSet", "HashSet", "TreeSet"}) {
      collection("java/util/" + name);
      allow("java/util/" + name, KNOWN, "<init>()V");
      allow("java/util/" + name, GROWING, "<init>(Ljava/util/Collection;)V");
    }
    for (String name : new String[] {"Collection", "List", "Set", "SortedSet"}) {
      collection("java/util/" + name);
    }
    for (String name : new String[] {"java/util/List", "java/util/ArrayList"}) {
      allow(
          name,
          KNOWN,
          "get(I)" + OBJECT,
          "remove(I)" + OBJECT,
          "getFirst()" + OBJECT,
          "getLast()" + OBJECT,
          "indexOf(Ljava/lang/Object;)I");
      allow(
          name,
          GROWING,
          "set(ILjava/lang/Object;)" + OBJECT,
          "add(ILjava/lang/Object;)V",
          "addAll(ILjava/util/Collection;)Z");
    }
    String parameters = "";
    for (int i = 0; i <= 2; i++) { // what more are given in is an array
      allow("java/util/List", GROWING, "of(" + parameters + ")Ljava/util/List;");
      allow("java/util/Set", GROWING, "of(" + parameters + ")Ljava/util/Set;");
      allow(
          "java/util/Map",
          GROWING,
          i == 1 ? "of(" + OBJECT + OBJECT + ")Ljava/util/Map;" : "of()Ljava/util/Map;");
      parameters += OBJECT;
    }
    allow("java/util/List", GROWING, "copyOf(Ljava/util/Collection;)Ljava/util/List;");
    allow("java/util/Set", GROWING, "copyOf(Ljava/util/Collection;)Ljava/util/Set;");
  }

  private static void collection(String owner) {
    allow(owner, KNOWN, "size()I", "isEmpty()Z", "clear()V", "contains(Ljava/lang/Object;)Z");
    allow(owner, KNOWN, "remove(Ljava/lang/Object;)Z");
    allow(owner, GROWING, "add(Ljava/lang/Object;)Z", "addAll(Ljava/util/Collection;)Z");
  }

  private static void maps() {
    String[] made = {"java/util/HashMap", "java/util/LinkedHashMap", "java/util/TreeMap"};
    for (String name : made) {
      map(name);
      allow(name, KNOWN, "<init>()V");
      allow(name, GROWING, "<init>(Ljava/util/Map;)V");
    }
    map("java/util/Map");
    map("java/util/SortedMap");
    allow("java/util/Map", GROWING, "copyOf(Ljava/util/Map;)Ljava/util/Map;");
  }

  private static void map(String owner) {
    allow(
        owner,
        KNOWN,
        "size()I",
        "isEmpty()Z",
        "clear()V",
        "get(Ljava/lang/Object;)" + OBJECT,
        "getOrDefault(Ljava/lang/Object;Ljava/lang/Object;)" + OBJECT,
        "containsKey(Ljava/lang/Object;)Z",
        "remove(Ljava/lang/Object;)" + OBJECT);
    allow(
        owner,
        GROWING,
        "put(Ljava/lang/Object;Ljava/lang/Object;)" + OBJECT,
        "putIfAbsent(Ljava/lang/Object;Ljava/lang/Object;)" + OBJECT,
        "replace(Ljava/lang/Object;Ljava/lang/Object;)" + OBJECT,
        "putAll(Ljava/util/Map;)V");
  }

  /** What these call in turn, no service may override ({@link PromptHandlers}). */
  private static void framework() {
    allow(
        "io/cairn/service/Operation",
        KNOWN,
        "addPragmaDirective(Ljava/lang/String;)" + OPERATION,
        "addResponseHeader(Ljava/lang/String;Ljava/lang/String;)" + OPERATION,
        "complete()V",
        "fail(I)V",
        "fail(Ljava/lang/Throwable;)V",
        "fail(ILjava/lang/Throwable;Ljava/lang/Object;)V",
        "getAction()Lio/cairn/service/Service$Action;",
        "getBody(Ljava/lang/Class;)" + OBJECT,
        "getContentType()" + STRING,
        "getLinkedState()" + DOCUMENT,
        "getRequestHeader(Ljava/lang/String;)" + STRING,
        "getStatusCode()I",
        "hasBody()Z",
        "hasPragmaDirective(Ljava/lang/String;)Z",
        "linkState(" + DOCUMENT + ")" + OPERATION,
        "setBody(Ljava/lang/Object;)" + OPERATION,
        "setBodyNoCloning(Ljava/lang/Object;)" + OPERATION,
        "setContentType(Ljava/lang/String;)" + OPERATION,
        "setStatusCode(I)" + OPERATION);
    allow(
        "io/cairn/service/StatefulService",
        KNOWN,
        "checkForBody(" + OPERATION + ")Z",
        "getBody(" + OPERATION + ")" + DOCUMENT,
        "getSelfLink()" + STRING,
        "getState(" + OPERATION + ")" + DOCUMENT,
        "getStateDescription()Lio/cairn/document/ServiceDocumentDescription;",
        "getStateType()Ljava/lang/Class;",
        "handlePatch(" + OPERATION + ")V",
        "handlePut(" + OPERATION + ")V",
        "setState(" + OPERATION + DOCUMENT + ")V");
    allow(
        "io/cairn/service/Utils",
        KNOWN,
        "beforeNow(J)Z",
        "fromNowMicrosUtc(J)J",
        "getNowMicrosUtc()J",
        "getSystemNowMicrosUtc()J");
    allow(
        "io/cairn/service/Utils",
        GROWING,
        "mergeWithState(Lio/cairn/document/ServiceDocumentDescription;" + OBJECT + OBJECT + ")Z");
    allow("io/cairn/document/ServiceDocument", KNOWN, "<init>()V", "copyTo(" + DOCUMENT + ")V");
  }
}
