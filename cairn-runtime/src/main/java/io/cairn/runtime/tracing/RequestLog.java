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
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs the requests that a host answers, if it is told to: who asked, for what, the status, the
 * bytes of the answer, and how long it took. Queries in URLs are left out, because they may hold
 * what is nobody's business. Writes the access log and that of slow requests, and makes an event of
 * each request while the JVM's flight recorder wants them. Thread-safe.
 */
public final class RequestLog implements OperationObserver {
  private static final Logger log = LoggerFactory.getLogger(RequestLog.class);
  private static final Logger access = LoggerFactory.getLogger(RequestLogging.ACCESS);
  private static final Logger slow = LoggerFactory.getLogger(RequestLogging.SLOW);

  /** Says whether the flight recorder wants requests; one for all, to make none for each. */
  private static final RequestEvent PROBE = new RequestEvent();

  private final LongSupplier nanoTime;
  private final Map<Operation, Long> forwarded = new ConcurrentHashMap<>();
  private volatile RequestLoggingInfo info = new RequestLoggingInfo();
  private volatile RequestLogging always = RequestLogging.NONE;

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

  /** Writes these down from now on, whatever is configured beside. */
  public void write(RequestLogging wanted) {
    always = wanted;
  }

  private boolean isWanted() {
    RequestLogging present = always;
    return info.enabled || present.access() || present.slowMicros() > 0 || PROBE.isEnabled();
  }

  /** Has the requests of a handler logged. */
  public HttpHandler before(HttpHandler handler) {
    return new HttpHandler() {
      @Override
      public void handle(HttpExchange exchange) {
        handler.handle(isWanted() ? new Noted(exchange, nanoTime.getAsLong()) : exchange);
      }

      @Override
      public boolean readsAsStream(HttpRequest head) {
        return handler.readsAsStream(head);
      }

      @Override
      public WebSocket.@Nullable Offer webSocket(
          HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
        return handler.webSocket(request, from, certificates);
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

  private static String clientOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : String.valueOf(address);
  }

  private long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - nanos);
  }

  /** An exchange whose answer is logged. */
  private final class Noted extends WatchedExchange {
    private final long since;
    private final RequestEvent event = new RequestEvent();

    Noted(HttpExchange exchange, long since) {
      super(exchange);
      this.since = since;
      event.begin();
    }

    @Override
    protected void answered(int status, @Nullable HttpResponse whole) {
      String length = whole == null ? "streamed" : whole.body().length + " bytes";
      if (info.enabled) {
        noteInLog(status, length);
      }
      RequestLogging wanted = always;
      long micros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - since);
      boolean isSlow = wanted.slowMicros() > 0 && micros >= wanted.slowMicros();
      if (wanted.access() || isSlow || event.isEnabled()) {
        RequestIds ids = RequestIds.of(request().headers());
        if (wanted.access()) {
          write(access.atInfo(), ids, status, length, micros);
        }
        if (isSlow) {
          write(slow.atWarn(), ids, status, length, micros);
        }
        event.end();
        event.method = request().method();
        event.path = request().path();
        event.status = status;
        event.requestId = ids.request();
        event.traceId = ids.trace();
        event.commit();
      }
    }

    private void write(
        LoggingEventBuilder line, RequestIds ids, int status, String length, long micros) {
      LoggingEventBuilder all =
          line.addKeyValue("client", clientOf(remoteAddress()))
              .addKeyValue("method", request().method())
              .addKeyValue("path", request().path())
              .addKeyValue("protocol", String.valueOf(protocol()))
              .addKeyValue("status", status)
              .addKeyValue("answer", length)
              .addKeyValue("micros", micros);
      if (ids.request() != null) {
        all = all.addKeyValue("requestId", ids.request());
      }
      if (ids.trace() != null) {
        all = all.addKeyValue("traceId", ids.trace());
      }
      all.log("request");
    }

    private void noteInLog(int status, String length) {
      log.info(
          "{} {} {} {} {} {} in {} ms",
          remoteAddress(),
          request().method(),
          request().path(),
          protocol(),
          status,
          length,
          millisSince(since));
    }
  }
}
