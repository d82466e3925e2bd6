// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.document.DocumentJson;
import io.cairn.net.EventStream;
import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.ServerEvent;
import io.cairn.service.HostRuntime.EventStreamSink;
import io.cairn.service.Operation;
import io.cairn.service.http.ServerSentEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sends an operation's events over its HTTP exchange; completes it when the client goes. */
final class HttpEventStreamSink implements EventStreamSink {

  private final HttpExchange exchange;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable EventStream stream;

  HttpEventStreamSink(HttpExchange exchange) {
    this.exchange = exchange;
  }

  boolean isStarted() {
    return stream != null;
  }

  @Override
  public void sendHeaders(Operation op) {
    HttpHeaders headers = HttpHeaders.empty();
    for (var header : op.getResponseHeaders().entrySet()) {
      headers = headers.with(header.getKey(), header.getValue());
    }
    EventStream started = exchange.startEventStream(headers);
    stream = started;
    started.onClose(
        () -> {
          if (ended.compareAndSet(false, true)) {
            op.complete();
          }
        });
  }

  @Override
  public void send(ServerSentEvent event) {
    EventStream current = stream;
    boolean sent =
        current != null && current.send(toServerEvent(event)) == EventStream.Delivery.QUEUED;
    if (event.completionCallback != null) {
      event.completionCallback.accept(
          sent ? null : new IOException("The client has gone, or reads too slowly"));
    }
  }

  private static ServerEvent toServerEvent(ServerSentEvent event) {
    return new ServerEvent(
        event.event,
        event.data == null ? "" : event.data,
        event.id,
        event.retry == null ? null : Duration.ofMillis(event.retry));
  }

  /** Ends the stream; a failed operation says so with a last event. */
  void end(Operation op) {
    EventStream current = stream;
    if (current == null) {
      return;
    }
    ended.set(true);
    if (op.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD && op.hasBody()) {
      String error = DocumentJson.standard().toJson(op.getBodyRaw());
      current.send(ServerEvent.of(ServerSentEvent.EVENT_TYPE_ERROR, error));
    }
    current.close();
  }
}
