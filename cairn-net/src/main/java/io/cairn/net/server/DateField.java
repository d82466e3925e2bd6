// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.netty.handler.codec.DateFormatter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;

/** The date field of answers, formatted once a second. Safe for use by any thread. */
final class DateField {
  private final InstantSource clock;
  private volatile Second current;

  /** One second and its forms. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and never changed.
  private record Second(long second, String text, byte[] line) {}

  DateField(InstantSource clock) {
    this.clock = clock;
    this.current = format(clock.millis() / 1000);
  }

  /** Returns the whole line for HTTP/1. Do not modify. */
  byte[] line() {
    return current().line;
  }

  String text() {
    return current().text;
  }

  private Second current() {
    Second last = current;
    long second = clock.millis() / 1000;
    if (second != last.second) {
      last = format(second);
      current = last;
    }
    return last;
  }

  private static Second format(long second) {
    String text = DateFormatter.format(Date.from(Instant.ofEpochSecond(second)));
    return new Second(second, text, ("date: " + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }
}
