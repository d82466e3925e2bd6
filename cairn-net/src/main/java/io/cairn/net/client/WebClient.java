// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import static java.util.Objects.requireNonNull;

import io.cairn.net.FailedFuture;
import io.cairn.net.HttpProtocol;
import io.cairn.net.ListHeaders;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to other servers. Connections are pooled; redirects are not followed; HTTP/2 is
 * spoken over TLS where the server offers it. Safe for use by any thread.
 */
public final class WebClient implements AutoCloseable {
  private final HttpClient client;
  private final ExecutorService executor;
  private final int maxResponseBytes;

  private WebClient(Builder settings) {
    executor = Executors.newVirtualThreadPerTaskExecutor();
    maxResponseBytes = settings.maxResponseBytes;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .executor(executor)
            .connectTimeout(settings.connectTimeout)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (settings.sslContext != null) {
      builder.sslContext(settings.sslContext);
    }
    client = builder.build();
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sends a request.
   *
   * @return the answer, whatever its status; fails with a {@link WebClientException}. Cancelling it
   *     abandons the request
   */
  public CompletableFuture<WebResponse> send(WebRequest request) {
    CompletableFuture<WebResponse> result = new CompletableFuture<>();
    CompletableFuture<java.net.http.HttpResponse<byte[]>> exchange;
    try {
      exchange = client.sendAsync(translate(request), info -> new BoundedBody(maxResponseBytes));
    } catch (IllegalArgumentException e) {
      result.completeExceptionally(new WebClientException("Cannot send " + request, e));
      return result;
    }
    var _ =
        exchange
            .copy()
            .orTimeout(request.timeout().toNanos(), TimeUnit.NANOSECONDS)
            .whenComplete(
                (answer, failure) -> {
                  if (answer != null) {
                    result.complete(translate(answer));
                  } else {
                    // Whatever has failed, nobody waits for the exchange any more.
                    exchange.cancel(true);
                    result.completeExceptionally(translate(request, requireNonNull(failure)));
                  }
                });
    var _ =
        result.whenComplete(
            (_, _) -> {
              if (result.isCancelled()) {
                exchange.cancel(true);
              }
            });
    return result;
  }

  private static java.net.http.HttpRequest translate(WebRequest request) {
    BodyPublisher body =
        request.body().length == 0
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(request.body());
    boolean encrypted = "https".equalsIgnoreCase(request.uri().getScheme());
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(request.uri())
            .method(request.method(), body)
            .version(encrypted ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!isSetByClient(name)) {
                builder.header(name, value);
              }
            });
    return builder.build();
  }

  private static boolean isSetByClient(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("host")
        || lower.equals("expect")
        || (ListHeaders.isFraming(lower) && !lower.equals("date"));
  }

  private static WebResponse translate(java.net.http.HttpResponse<byte[]> answer) {
    List<String> fields = new ArrayList<>();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              for (String value : values) {
                if (!name.startsWith(":")) {
                  fields.add(name);
                  fields.add(value);
                }
              }
            });
    boolean http2 = answer.version() == HttpClient.Version.HTTP_2;
    return new WebResponse(
        answer.statusCode(),
        ListHeaders.ofValidated(fields),
        answer.body(),
        http2 ? HttpProtocol.HTTP_2 : HttpProtocol.HTTP_1_1);
  }

  private static WebClientException translate(WebRequest request, Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      switch (t) {
        case WebClientException known -> {
          return known;
        }
        case HttpConnectTimeoutException e -> {
          return new WebClientException.ConnectFailed("No connection for " + request, e);
        }
        case ConnectException e -> {
          return new WebClientException.ConnectFailed("No connection for " + request, e);
        }
        case UnresolvedAddressException e -> {
          return new WebClientException.ConnectFailed("Unknown host of " + request, e);
        }
        case HttpTimeoutException e -> {
          return new WebClientException.TimedOut("No answer in time to " + request, e);
        }
        case TimeoutException e -> {
          return new WebClientException.TimedOut("No answer in time to " + request, e);
        }
        default -> {}
      }
    }
    Throwable cause = FailedFuture.cause(failure);
    return new WebClientException(request + " failed: " + cause.getMessage(), cause);
  }

  /** Abandons what is under way and lets go of every connection. */
  @Override
  public void close() {
    client.shutdownNow();
    executor.shutdownNow();
  }

  /** Collects the settings of a client; not safe for use by several threads. */
  public static final class Builder {
    private Duration connectTimeout = Duration.ofSeconds(10);
    private int maxResponseBytes = 64 << 20;
    private @Nullable SSLContext sslContext;

    private Builder() {}

    /** Sets how long a connection may take to come about; 10 seconds if not called. */
    public Builder connectTimeout(Duration value) {
      connectTimeout = requireNonNull(value);
      return this;
    }

    /** Sets how large the body of an answer may be; 64 MiB if not called. */
    public Builder maxResponseBytes(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("maxResponseBytes must be positive, was " + value);
      }
      maxResponseBytes = value;
      return this;
    }

    /** Sets what decides about certificates; the JVM's default if not called. */
    public Builder sslContext(SSLContext value) {
      sslContext = requireNonNull(value);
      return this;
    }

    /** Returns the client. */
    public WebClient build() {
      return new WebClient(this);
    }
  }
}
