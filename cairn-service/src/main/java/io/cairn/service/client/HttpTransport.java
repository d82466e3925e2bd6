// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import io.cairn.document.DocumentJson;
import io.cairn.document.HybridClock;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.http.OperationVocabulary;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Calls a host from another process. Thread-safe. */
final class HttpTransport implements Transport {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();
  private final URI host;

  HttpTransport(URI host) {
    this.host = host;
  }

  @Override
  public CompletableFuture<Reply> send(Outgoing outgoing) {
    long left = outgoing.deadlineMicros() - HybridClock.systemMicros();
    if (left <= 0) {
      return CompletableFuture.failedFuture(new TimeoutException("There is no time left"));
    }
    HttpRequest request;
    try {
      request = requestOf(outgoing, Duration.of(left, ChronoUnit.MICROS));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return client
        .sendAsync(request, BodyHandlers.ofByteArray())
        .<Reply>thenApply(Received::new)
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(notSent(CallPolicy.cause(failure))));
  }

  private HttpRequest requestOf(Outgoing outgoing, Duration limit) {
    byte[] body = outgoing.body() == null ? null : DocumentJson.standard().toBytes(outgoing.body());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(host.resolve(outgoing.target()))
            .timeout(limit)
            .method(
                outgoing.verb(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (body != null) {
      request.setHeader(
          OperationVocabulary.CONTENT_TYPE_HEADER, OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON);
    }
    outgoing.headers().forEach(request::setHeader);
    return request.build();
  }

  private static Throwable notSent(Throwable failure) {
    if (failure instanceof HttpConnectTimeoutException) {
      ConnectException unreachable = new ConnectException(failure.getMessage());
      unreachable.initCause(failure);
      return unreachable;
    }
    return failure;
  }

  @Override
  public void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(task);
  }

  @Override
  public void close() {
    client.close();
  }

  private record Received(HttpResponse<byte[]> answer) implements Reply {
    @Override
    public int status() {
      return answer.statusCode();
    }

    @Override
    public @Nullable String header(String name) {
      return answer.headers().firstValue(name).orElse(null);
    }

    @Override
    public boolean hasBody() {
      return answer.body().length > 0;
    }

    @Override
    public <T> T body(Class<T> type) {
      return DocumentJson.standard().fromJson(answer.body(), type);
    }

    @Override
    public @Nullable ServiceErrorResponse error() {
      try {
        return hasBody() ? body(ServiceErrorResponse.class) : null;
      } catch (IllegalArgumentException e) {
        return null; // something between us and the host has answered
      }
    }
  }
}
