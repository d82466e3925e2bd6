// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** Writes the parts of ASN.1's distinguished encoding (ITU-T X.690) that a certificate needs. */
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  private static final DateTimeFormatter SHORT_YEAR =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
  private static final DateTimeFormatter LONG_YEAR =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return element(SEQUENCE, parts);
  }

  static byte[] sequence(Collection<byte[]> parts) {
    return element(SEQUENCE, parts.toArray(byte[][]::new));
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  static byte[] yes() {
    return element(BOOLEAN, new byte[] {(byte) 0xff});
  }

  static byte[] octets(byte[] value) {
    return element(OCTET_STRING, value);
  }

  /** Whole bytes, or bits of which the last {@code unused} do not count. */
  static byte[] bits(int unused, byte... value) {
    return element(BIT_STRING, new byte[] {(byte) unused}, value);
  }

  /** Something that the surrounding structure numbers, which itself consists of elements. */
  static byte[] numbered(int number, byte[] element) {
    return element(CONTEXT | CONSTRUCTED | number, element);
  }

  /** Plain bytes that the surrounding structure numbers. */
  static byte[] numberedBytes(int number, byte[] bytes) {
    return element(CONTEXT | number, bytes);
  }

  /** RFC 5280, section 4.1.2.5, asks for the short form until 2049. */
  static byte[] time(Instant instant) {
    ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
    boolean isShort = time.getYear() < 2050;
    String text = (isShort ? SHORT_YEAR : LONG_YEAR).format(time);
    return element(
        isShort ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier in its dotted form. */
  static byte[] identifier(String dotted) {
    int[] arcs = Arrays.stream(dotted.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeArc(bytes, arcs[0] * 40 + arcs[1]);
    for (int i = 2; i < arcs.length; i++) {
      writeArc(bytes, arcs[i]);
    }
    return element(OBJECT_IDENTIFIER, bytes.toByteArray());
  }

  private static void writeArc(ByteArrayOutputStream bytes, int arc) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (arc >> shift != 0) {
        bytes.write(0x80 | (arc >> shift & 0x7f));
      }
    }
    bytes.write(arc & 0x7f);
  }

  private static byte[] element(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(tag);
    if (length < 0x80) {
      bytes.write(length);
    } else {
      byte[] digits = BigInteger.valueOf(length).toByteArray();
      int from = digits[0] == 0 ? 1 : 0;
      bytes.write(0x80 | (digits.length - from));
      bytes.write(digits, from, digits.length - from);
    }
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
