// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One event of a {@code text/event-stream}. Not thread-safe. */
public class ServerSentEvent {
  /** The name of the event that carries an error body and ends the stream. */
  public static final String EVENT_TYPE_ERROR = "x-xenon-error";

  /** The event's name; absent means {@code message}. */
  public @Nullable String event;

  /** The payload; may have several lines. */
  public @Nullable String data;

  /**
   * What the transport made of a payload, in place of {@link #data}: set by the runtime, which
   * sends one payload to many clients.
   */
  public transient @Nullable Object payload;

  /** What a client sends back as {@code last-event-id} when it reconnects. */
  public @Nullable String id;

  /** How long a client waits before it reconnects, in milliseconds. */
  public @Nullable Long retry;

  /** A remark that clients skip, sent in place of an event. */
  public @Nullable String comment;

  /** Runs when the event has been written (null) or could not be (the failure). */
  public transient @Nullable Consumer<@Nullable Throwable> completionCallback;

  public ServerSentEvent setEvent(@Nullable String value) {
    this.event = value;
    return this;
  }

  public ServerSentEvent setData(@Nullable String value) {
    this.data = value;
    return this;
  }

  public ServerSentEvent setId(@Nullable String value) {
    this.id = value;
    return this;
  }

  public ServerSentEvent setRetry(@Nullable Long millis) {
    this.retry = millis;
    return this;
  }

  public ServerSentEvent setComment(@Nullable String value) {
    this.comment = value;
    return this;
  }

  public ServerSentEvent setCompletionCallback(Consumer<@Nullable Throwable> callback) {
    this.completionCallback = callback;
    return this;
  }
}
