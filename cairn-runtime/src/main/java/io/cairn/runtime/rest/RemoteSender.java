// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.FailedFuture;
import io.cairn.net.HttpResponse;
import io.cairn.net.client.WebClient;
import io.cairn.net.client.WebClientException;
import io.cairn.net.client.WebRequest;
import io.cairn.net.tls.ReloadingTls;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.model.HostSettings;
import io.cairn.service.Operation;
import io.cairn.service.security.AuthorizationContext;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends operations to other hosts and to the rest of the world, over HTTP. Thread-safe. */
public final class RemoteSender implements AutoCloseable {

  private final WebClient client;
  private final LongSupplier nowMicros;
  private final ScheduledExecutorService timer;
  private final NotificationTrail trail;
  private final Predicate<URI> isMember;

  /**
   * Sends.
   *
   * @param isMember whether a URI names a host of this cluster: they alone get the token of the
   *     subject that an operation is sent for, as this host got it
   */
  public RemoteSender(
      LongSupplier nowMicros,
      ScheduledExecutorService timer,
      HostSettings settings,
      @Nullable ReloadingTls tls,
      NotificationTrail trail,
      Predicate<URI> isMember) {
    this.trail = trail;
    this.isMember = isMember;
    this.nowMicros = nowMicros;
    this.timer = timer;
    WebClient.Builder builder =
        WebClient.builder().maxResponseBytes(settings.responsePayloadSizeLimit());
    this.client = (tls == null ? builder : builder.sslContext(tls.world())).build();
  }

  public void send(Operation op) {
    attempt(op, 0);
  }

  private void attempt(Operation op, int retries) {
    long left = op.getExpirationMicrosUtc() - nowMicros.getAsLong();
    if (left <= 0) {
      op.fail(new TimeoutException("The operation expired before it was sent: " + op));
      return;
    }
    var _ =
        client
            .send(requestOf(op, Duration.of(left, ChronoUnit.MICROS)))
            .whenComplete(
                (answer, thrown) -> {
                  if (answer != null) {
                    answered(op, answer);
                  } else {
                    failed(op, FailedFuture.cause(thrown), retries);
                  }
                });
  }

  private WebRequest requestOf(Operation op, Duration timeout) {
    WebRequest request = WebRequest.of(op.getAction().name(), op.getUri()).withTimeout(timeout);
    if (op.hasRequestHeaders()) {
      for (var header : op.getRequestHeaders().entrySet()) {
        boolean depth = header.getKey().equals(Operation.NOTIFICATION_DEPTH_HEADER);
        String value = depth ? trail.outgoing(header.getValue()) : header.getValue();
        request = request.with(header.getKey(), value);
      }
    }
    String token = tokenFor(op);
    if (token != null) {
      request = request.with(Operation.REQUEST_AUTH_TOKEN_HEADER, token);
    }
    String referer = op.getRefererAsString();
    if (referer != null) {
      request = request.with(Operation.REFERER_HEADER, referer);
    }
    if (op.getContextId() != null) {
      request = request.with(Operation.CONTEXT_ID_HEADER, op.getContextId());
    }
    byte[] body = BodyBytes.of(op);
    return body.length == 0
        ? request
        : request.with(Operation.CONTENT_TYPE_HEADER, op.getContentType()).withBody(body);
  }

  private @Nullable String tokenFor(Operation op) {
    AuthorizationContext subject = op.getAuthorizationContext();
    String token = subject == null ? null : subject.getToken();
    return token == null
            || op.getRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER) != null
            || op.getRequestHeader(Operation.AUTHORIZATION_HEADER) != null
            || !isMember.test(op.getUri())
        ? null
        : token;
  }

  private static void answered(Operation op, HttpResponse answer) {
    op.setStatusCode(answer.status());
    answer
        .headers()
        .forEach((name, value) -> op.addResponseHeader(name.toLowerCase(Locale.ROOT), value));
    op.setContentType(answer.headers().get(Operation.CONTENT_TYPE_HEADER));
    byte[] body = answer.body().length == 0 ? null : answer.body();
    op.setBodyNoCloning(body);
    if (answer.status() < Operation.STATUS_CODE_FAILURE_THRESHOLD) {
      op.complete();
    } else {
      op.fail(
          new ProtocolFailure(
              "%s %s answered %d".formatted(op.getAction(), op.getUri(), answer.status())),
          body);
    }
  }

  private void failed(Operation op, Throwable failure, int retries) {
    boolean retry =
        retries < op.getRetryCount() && failure instanceof WebClientException.ConnectFailed;
    if (retry) {
      var _ = timer.schedule(() -> attempt(op, retries + 1), retries + 1L, TimeUnit.SECONDS);
      return;
    }
    if (failure instanceof WebClientException.TimedOut) {
      TimeoutException timeout = new TimeoutException(failure.getMessage());
      timeout.initCause(failure);
      op.fail(timeout);
    } else if (failure instanceof WebClientException.ConnectFailed) {
      op.fail(Operation.STATUS_CODE_UNAVAILABLE, failure, null);
    } else {
      op.fail(failure);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** Another host answered with an error status. */
  private static final class ProtocolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProtocolFailure(String message) {
      super(message);
    }
  }
}
