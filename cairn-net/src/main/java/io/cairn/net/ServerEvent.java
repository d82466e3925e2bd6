// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server-sent event.
 *
 * @param event its type; null for the default, {@code message}
 * @param data its payload; may have several lines
 * @param id what a client that reconnects sends as {@code Last-Event-ID}; null for none
 * @param retry how long clients shall wait before they reconnect; null to leave that alone
 */
public record ServerEvent(
    @Nullable String event, String data, @Nullable String id, @Nullable Duration retry) {

  /** Checks the parts. */
  public ServerEvent {
    requireNonNull(data, "data");
    requireSingleLine("event", event);
    requireSingleLine("id", id);
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
  public String encoded() {
    StringBuilder lines = new StringBuilder(data.length() + 32);
    if (event != null) {
      lines.append("event: ").append(event).append('\n');
    }
    if (id != null) {
      lines.append("id: ").append(id).append('\n');
    }
    if (retry != null) {
      lines.append("retry: ").append(retry.toMillis()).append('\n');
    }
    appendLines(lines, "data: ", data);
    return lines.append('\n').toString();
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
