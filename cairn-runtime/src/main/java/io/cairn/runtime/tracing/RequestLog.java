// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WatchedExchange;
import io.cairn.net.WebSocket;
import io.cairn.runtime.model.OperationObserver;
import io.cairn.service.Operation;
import io.cairn.service.state.RequestLoggingInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the requests that a host answers, if it is told to: who asked, for what, the status, the
 * bytes of the answer, and how long it took. Queries in URLs are left out, because they may hold
 * what is nobody's business. Thread-safe.
 */
public final class RequestLog implements OperationObserver {
  private static final Logger log = LoggerFactory.getLogger(RequestLog.class);

  private final LongSupplier nanoTime;
  private final Map<Operation, Long> forwarded = new ConcurrentHashMap<>();
  private volatile RequestLoggingInfo info = new RequestLoggingInfo();

  /** Logs nothing yet. */
  public RequestLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns what is logged. Not to be changed. */
  public RequestLoggingInfo info() {
    return info;
  }

  /** Logs like that from now on. The caller changes it no more. */
  public void configure(RequestLoggingInfo wanted) {
    info = wanted;
    if (!wanted.enabled || wanted.skipForwardingRequests) {
      forwarded.clear();
    }
  }

  /** Has the requests of a handler logged. */
  public HttpHandler before(HttpHandler handler) {
    return new HttpHandler() {
      @Override
      public void handle(HttpExchange exchange) {
        handler.handle(info.enabled ? new Noted(exchange, nanoTime.getAsLong()) : exchange);
      }

      @Override
      public boolean readsAsStream(HttpRequest head) {
        return handler.readsAsStream(head);
      }

      @Override
      public WebSocket.@Nullable Offer webSocket(
          HttpRequest request, List<X509Certificate> certificates) {
        return handler.webSocket(request, certificates);
      }
    };
  }

  @Override
  public void begun(Operation op) {
    RequestLoggingInfo wanted = info;
    if (wanted.enabled && !wanted.skipForwardingRequests && op.isForwarded()) {
      forwarded.put(op, nanoTime.getAsLong());
    }
  }

  @Override
  public void ended(Operation op) {
    Long since = forwarded.isEmpty() ? null : forwarded.remove(op);
    if (since != null) {
      log.info(
          "{} {} {} forwarded {} in {} ms",
          op.getCaller(),
          op.getAction(),
          op.getUri().getRawPath(),
          op.getStatusCode(),
          millisSince(since));
    }
  }

  private long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - nanos);
  }

  /** An exchange whose answer is logged. */
  private final class Noted extends WatchedExchange {
    private final long since;

    Noted(HttpExchange exchange, long since) {
      super(exchange);
      this.since = since;
    }

    @Override
    protected void answered(int status, @Nullable HttpResponse whole) {
      log.info(
          "{} {} {} {} {} {} in {} ms",
          remoteAddress(),
          request().method(),
          request().path(),
          protocol(),
          status,
          whole == null ? "streamed" : whole.body().length + " bytes",
          millisSince(since));
    }
  }
}
