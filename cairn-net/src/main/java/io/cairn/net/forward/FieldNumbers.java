// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

/**
 * The numbers that stand for the names which fields often have. They are part of the format: a new
 * one goes to the end, and with a new version of the format.
 */
final class FieldNumbers {
  /** Behind the last field. */
  static final int END = 0;

  /** A field whose name follows as text. */
  static final int OTHER = 1;

  /** The first attribute: a value that is no field, though a client sends it as one. */
  static final int ATTRIBUTES = 2;

  private static final int FIRST = ATTRIBUTES + ForwardedFields.Attribute.values().length;

  private static final String[] NAMES = {
    // Their values are the same again and again.
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "user-agent",
    "vary",
    "allow",
    "origin",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "x-forwarded-proto",
    "x-forwarded-host",
    // Theirs are not.
    "authorization",
    "content-encoding",
    "cookie",
    "etag",
    "if-match",
    "if-none-match",
    "location",
    "pragma",
    "range",
    "retry-after",
    "set-cookie",
    "traceparent",
    "tracestate",
    "www-authenticate",
    "x-cairn-notification-depth",
    "x-cairn-replica",
    "x-forwarded-for",
    "x-request-id",
    "x-xenon-auth-token",
    "x-xenon-ctx-id",
    "x-xenon-tx-id",
  };

  private static final int REPEATED = 13;

  /** A power of two, so large that a search ends soon. */
  private static final int SLOTS = 256;

  /** Numbers from the slot of the name's hash on; 0 ends a search. */
  private static final byte[] NUMBERS = new byte[SLOTS];

  static {
    for (int i = 0; i < NAMES.length; i++) {
      int slot = NAMES[i].hashCode() & (SLOTS - 1);
      while (NUMBERS[slot] != 0) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      NUMBERS[slot] = (byte) (FIRST + i);
    }
  }

  /** What is for the node that the client talks to, too. */
  static final int PRAGMA = numberOf("pragma");

  static final int NOTIFICATION_DEPTH = numberOf("x-cairn-notification-depth");

  private FieldNumbers() {}

  /** Returns the largest number. */
  static int last() {
    return FIRST + NAMES.length - 1;
  }

  /** Returns the number of a name in lower case, or {@link #OTHER}. */
  static int numberOf(String name) {
    int slot = name.hashCode() & (SLOTS - 1);
    while (NUMBERS[slot] != 0) {
      if (name(NUMBERS[slot]).equals(name)) {
        return NUMBERS[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return OTHER;
  }

  /** As the other form, of a name in whatever case that stands in bytes. */
  static int numberOf(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int at = from; at < to; at++) {
      hash = 31 * hash + lower(bytes[at]);
    }
    int slot = hash & (SLOTS - 1);
    while (NUMBERS[slot] != 0) {
      if (isNamed(bytes, from, to, name(NUMBERS[slot]))) {
        return NUMBERS[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return OTHER;
  }

  /** Whether bytes are a name, which is in lower case. */
  static boolean isNamed(byte[] bytes, int from, int to, String name) {
    if (to - from != name.length()) {
      return false;
    }
    for (int at = from; at < to; at++) {
      if (lower(bytes[at]) != name.charAt(at - from)) {
        return false;
      }
    }
    return true;
  }

  private static char lower(byte letter) {
    char c = (char) (letter & 0xff);
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  /** Returns the name that a number stands for, which is that of a field. */
  static String name(int number) {
    return NAMES[number - FIRST];
  }

  /** Whether the values of a field are the same again and again. */
  static boolean isRepeated(int number) {
    return number >= FIRST && number < FIRST + REPEATED;
  }
}
