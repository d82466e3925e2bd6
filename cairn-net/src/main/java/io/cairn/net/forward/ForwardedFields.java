// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

import io.cairn.net.HttpHeaders;
import io.cairn.net.ListHeaders;
import io.cairn.net.RawHeaders;
import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message between nodes, and what clients send as fields but is none for who
 * handles them. What means the connection that a message came over, and not the message, stays
 * behind. Stateless.
 */
@SuppressWarnings("EnumOrdinal") // the format says which constants there are, in which order
public final class ForwardedFields {
  /** More than any message that we take has. */
  private static final int MOST = 1000;

  private static final Attribute[] ATTRIBUTES = Attribute.values();

  /** The longest value. */
  private static final int LONGEST = WireReader.MAX_TEXT;

  /** What a message has beside its fields. The order is part of the format. */
  public enum Attribute {
    /** The media type of the body. */
    CONTENT_TYPE("content-type"),
    /** Who sends a request. */
    REFERER("referer"),
    /** What a request belongs to. */
    CONTEXT("x-xenon-ctx-id"),
    /** The transaction that a request is part of. */
    TRANSACTION("x-xenon-tx-id");

    private final String field;

    Attribute(String field) {
      this.field = field;
    }

    private static @Nullable Attribute of(byte[] bytes, int from, int to) {
      for (Attribute attribute : ATTRIBUTES) {
        if (FieldNumbers.isNamed(bytes, from, to, attribute.field)) {
          return attribute;
        }
      }
      return null;
    }
  }

  /** Takes what was read. */
  public interface Sink {
    /** Takes a value that is no field. */
    void attribute(Attribute attribute, String value);

    /** Takes a field; its name is in lower case. */
    void field(String name, String value);
  }

  private ForwardedFields() {}

  /** Writes a value that is no field, if there is one. */
  public static void write(WireWriter out, Attribute attribute, @Nullable String value) {
    if (value != null) {
      out.number(FieldNumbers.ATTRIBUTES + attribute.ordinal()).text(value);
    }
  }

  /** Writes a field whose name is in lower case, unless it means the connection. */
  public static void write(WireWriter out, String name, String value) {
    if (isOfTheConnection(name)) {
      return;
    }
    int number = FieldNumbers.numberOf(name);
    out.number(number);
    if (number == FieldNumbers.OTHER) {
      out.text(name);
    }
    out.text(value);
  }

  /**
   * Writes the fields of a client's request as they came.
   *
   * @return false if one of them is also for this node: the {@code pragma} and the depth of a
   *     notification; then what was written must be thrown away
   */
  public static boolean write(WireWriter out, HttpHeaders headers) {
    if (headers instanceof RawHeaders raw) {
      return raw.all(
          (bytes, name, nameEnd, value, valueEnd) ->
              copy(out, bytes, name, nameEnd, value, valueEnd));
    }
    boolean[] forThisNode = new boolean[1];
    headers.forEach(
        (name, value) -> forThisNode[0] |= !copy(out, name.toLowerCase(Locale.ROOT), value));
    return !forThisNode[0];
  }

  private static boolean copy(WireWriter out, String name, String value) {
    for (Attribute attribute : ATTRIBUTES) {
      if (attribute.field.equals(name)) {
        write(out, attribute, value);
        return true;
      }
    }
    write(out, name, value);
    return !isForThisNode(FieldNumbers.numberOf(name));
  }

  private static boolean copy(
      WireWriter out, byte[] bytes, int name, int nameEnd, int value, int valueEnd) {
    Attribute attribute = Attribute.of(bytes, name, nameEnd);
    int number =
        attribute != null
            ? FieldNumbers.ATTRIBUTES + attribute.ordinal()
            : FieldNumbers.numberOf(bytes, name, nameEnd);
    if (isForThisNode(number)) {
      return false;
    }
    if (number == FieldNumbers.OTHER) {
      String text = lowerCase(bytes, name, nameEnd);
      if (isOfTheConnection(text)) {
        return true;
      }
      out.number(number).text(text);
    } else {
      out.number(number);
    }
    out.latinText(bytes, value, valueEnd - value);
    return true;
  }

  private static boolean isForThisNode(int number) {
    return number == FieldNumbers.PRAGMA || number == FieldNumbers.NOTIFICATION_DEPTH;
  }

  private static String lowerCase(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  /** Ends the fields. */
  public static void end(WireWriter out) {
    out.number(FieldNumbers.END);
  }

  private static boolean isOfTheConnection(String name) {
    return ListHeaders.isFraming(name) || name.equals("host") || name.equals("expect");
  }

  /**
   * Reads up to the end of the fields.
   *
   * @param known remembers names and values that come again and again
   */
  public static void read(WireReader in, KnownTexts known, Sink to) {
    for (int left = MOST; ; left--) {
      int number = in.number(FieldNumbers.last());
      if (number == FieldNumbers.END) {
        return;
      }
      MalformedException.require(left > 0, "it has too many fields");
      int attribute = number - FieldNumbers.ATTRIBUTES;
      if (number == FieldNumbers.OTHER) {
        to.field(in.text(LONGEST, known), in.text());
      } else if (attribute < ATTRIBUTES.length) {
        Attribute which = ATTRIBUTES[attribute];
        boolean again = which == Attribute.CONTENT_TYPE;
        to.attribute(which, again ? in.text(LONGEST, known) : in.text());
      } else {
        boolean again = FieldNumbers.isRepeated(number);
        to.field(FieldNumbers.name(number), again ? in.text(LONGEST, known) : in.text());
      }
    }
  }
}
