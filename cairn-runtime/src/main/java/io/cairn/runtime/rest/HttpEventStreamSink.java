// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.net.BodyStream;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.ServerEvent;
import io.cairn.service.HostRuntime.EventStreamSink;
import io.cairn.service.Operation;
import io.cairn.service.http.ServerSentEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operation knows of its HTTP exchange: whether the client has gone, and where streams go.
 * Completes an operation with events when the client goes; one that writes a body finds it out by
 * writing.
 */
final class HttpEventStreamSink implements EventStreamSink, BooleanSupplier {

  private final HttpExchange exchange;
  private final Function<Operation, Runnable> places;

  /** An event stream, or a body that is written; one of each operation's objects stays small so. */
  private volatile @Nullable Object started;

  /**
   * Has started nothing yet.
   *
   * @param places takes a place among the streams of who sends an operation
   */
  HttpEventStreamSink(HttpExchange exchange, Function<Operation, Runnable> places) {
    this.exchange = exchange;
    this.places = places;
  }

  /** Whether the client has gone. */
  @Override
  public boolean getAsBoolean() {
    return exchange.isAbandoned();
  }

  boolean isStarted() {
    return started != null;
  }

  private @Nullable EventStream stream() {
    return started instanceof EventStream stream ? stream : null;
  }

  @Override
  public void sendHeaders(Operation op) {
    HttpHeaders headers = HttpHeaders.empty();
    for (var header : op.getResponseHeaders().entrySet()) {
      headers = headers.with(header.getKey(), header.getValue());
    }
    Runnable leave = places.apply(op);
    EventStream stream;
    try {
      stream = exchange.startEventStream(headers);
    } catch (RuntimeException e) {
      leave.run();
      throw e;
    }
    started = stream;
    AtomicBoolean told = new AtomicBoolean();
    stream.onClose(
        () -> {
          leave.run();
          if (started != null && told.compareAndSet(false, true)) {
            op.complete();
          }
        });
  }

  @Override
  public OutputStream sendBody(Operation op) {
    op.setExpiration(Long.MAX_VALUE); // the stream itself watches that bytes move
    BodyStream body =
        exchange.startBody(op.getStatusCode(), AnswerHeaders.of(op, op.getAnswerContentType()));
    started = body;
    return body;
  }

  @Override
  public void send(ServerSentEvent event) {
    EventStream current = stream();
    boolean sent = current != null && sent(current, event) == EventStream.Delivery.QUEUED;
    if (event.completionCallback != null) {
      event.completionCallback.accept(
          sent ? null : new IOException("The client has gone, or reads too slowly"));
    }
  }

  @Override
  public boolean offer(ServerSentEvent event, Runnable whenRoom) {
    EventStream current = stream();
    if (current != null && sent(current, event) == EventStream.Delivery.QUEUED) {
      return true;
    }
    if (current == null) {
      whenRoom.run();
    } else {
      current.whenRoom(whenRoom);
    }
    return false;
  }

  private static EventStream.Delivery sent(EventStream stream, ServerSentEvent event) {
    return event.comment == null
        ? stream.send(toServerEvent(event))
        : stream.comment(event.comment);
  }

  private static ServerEvent toServerEvent(ServerSentEvent event) {
    ServerEvent.Payload payload =
        event.payload instanceof ServerEvent.Payload made
            ? made
            : ServerEvent.Payload.of(event.data == null ? "" : event.data);
    return new ServerEvent(
        event.event,
        payload,
        event.id,
        event.retry == null ? null : Duration.ofMillis(event.retry));
  }

  /** Ends the stream; a failed operation says so with a last event, or breaks its body off. */
  void end(Operation op) {
    boolean failed = op.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD;
    if (started instanceof BodyStream written) {
      if (failed) {
        written.abort();
      } else {
        finish(written);
      }
    }
    EventStream current = stream();
    if (current == null) {
      return;
    }
    started = null;
    if (failed && op.hasBody()) {
      String error = DocumentJson.standard().toJson(op.getBodyRaw());
      current.send(ServerEvent.of(ServerSentEvent.EVENT_TYPE_ERROR, error));
    }
    current.close();
  }

  private static void finish(BodyStream written) {
    try {
      written.close();
    } catch (IOException e) {
      written.abort();
    }
  }
}
