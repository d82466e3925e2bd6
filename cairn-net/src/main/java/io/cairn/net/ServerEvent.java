// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A server-sent event.
 *
 * @param event its type; null for the default, {@code message}
 * @param payload what it says
 * @param id what a client that reconnects sends as {@code Last-Event-ID}; null for none
 * @param retry how long clients shall wait before they reconnect; null to leave that alone
 */
public record ServerEvent(
    @Nullable String event, Payload payload, @Nullable String id, @Nullable Duration retry) {

  private static final String DATA = "data: ";

  /** Checks the parts. */
  public ServerEvent {
    requireNonNull(payload, "payload");
    requireSingleLine("event", event);
    requireSingleLine("id", id);
  }

  /** As the other form, with a payload that may have several lines. */
  public ServerEvent(
      @Nullable String event, String data, @Nullable String id, @Nullable Duration retry) {
    this(event, Payload.of(data), id, retry);
  }

  /** What events say, in the form in which it is sent: made once for all who get it. Immutable. */
  public static final class Payload {
    private final byte[] lines;

    private Payload(byte[] lines) {
      this.lines = lines;
    }

    /** Of a text, which may have several lines. */
    public static Payload of(String data) {
      StringBuilder lines = new StringBuilder(data.length() + DATA.length() + 1);
      appendLines(lines, DATA, data);
      return new Payload(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Of a text in UTF-8, which may have several lines. */
    public static Payload of(byte[] data) {
      for (byte one : data) {
        if (one == '\n' || one == '\r') {
          return of(new String(data, StandardCharsets.UTF_8));
        }
      }
      byte[] lines = new byte[DATA.length() + data.length + 1];
      System.arraycopy(DATA.getBytes(StandardCharsets.US_ASCII), 0, lines, 0, DATA.length());
      System.arraycopy(data, 0, lines, DATA.length(), data.length);
      lines[lines.length - 1] = '\n';
      return new Payload(lines);
    }

    /** How many bytes it is. */
    public int length() {
      return lines.length;
    }
  }

  /** Returns an event of the default type. */
  public static ServerEvent of(String data) {
    return new ServerEvent(null, data, null, null);
  }

  /** Returns an event of the given type. */
  public static ServerEvent of(String event, String data) {
    return new ServerEvent(event, data, null, null);
  }

  private static void requireSingleLine(String what, @Nullable String text) {
    if (text != null && text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      throw new IllegalArgumentException(what + " must be one line");
    }
  }

  /** Returns the event as it stands in the stream. */
  public byte[] encoded() {
    StringBuilder lines = new StringBuilder(64);
    if (event != null) {
      lines.append("event: ").append(event).append('\n');
    }
    if (id != null) {
      lines.append("id: ").append(id).append('\n');
    }
    if (retry != null) {
      lines.append("retry: ").append(retry.toMillis()).append('\n');
    }
    byte[] head = lines.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + payload.lines.length + 1);
    System.arraycopy(payload.lines, 0, all, head.length, payload.lines.length);
    all[all.length - 1] = '\n';
    return all;
  }

  /** Appends the text with a prefix before each of its lines, whatever ends them. */
  public static void appendLines(StringBuilder out, String prefix, String text) {
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '\n' : text.charAt(i);
      if (c == '\n' || c == '\r') {
        out.append(prefix).append(text, start, i).append('\n');
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
        start = i + 1;
      }
    }
  }
}
