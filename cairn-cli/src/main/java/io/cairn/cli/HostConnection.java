// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests with the JDK's client. Redirects are not followed: a redirect would carry
 * credentials to a place the user did not name. For one thread.
 */
final class HostConnection implements AutoCloseable {
  /** The most that is read of one answer, before and after decompression. */
  static final int MAX_ANSWER_BYTES = 256 * 1024 * 1024;

  private static final int COPIED = 64 << 10;

  private final HttpClient client;
  private final Duration timeout;

  /**
   * A connection that gives up on an answer, to its last byte, after {@code timeout}.
   *
   * @param trust whom to believe; null for the certificates that Java trusts
   */
  HostConnection(Duration timeout, @Nullable SSLContext trust) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (trust != null) {
      builder.sslContext(trust);
    }
    this.client = builder.build();
    this.timeout = timeout;
  }

  /**
   * Sends {@code request} and waits for the whole answer.
   *
   * @throws CommandFailure with usage for a header that cannot be sent, or unreachable when no
   *     answer comes
   */
  HostAnswer send(RestRequest request) {
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(
            httpRequest(request, body(request)),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    HttpResponse<byte[]> response = await(sent, request.uri());
    try {
      return new HostAnswer(response.statusCode(), response.headers(), plainBody(response));
    } catch (IOException brokenCompression) {
      throw unreachable(request.uri(), brokenCompression);
    }
  }

  private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> sent, URI uri) {
    try {
      return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      sent.cancel(true);
      throw CommandFailure.unreachable(
          "no answer from %s within %d ms".formatted(origin(uri), timeout.toMillis()));
    } catch (ExecutionException failed) {
      throw unreachable(uri, failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.unreachable("interrupted while waiting for an answer");
    }
  }

  /**
   * Sends {@code request} and hands over the lines of the answer as they come, until it ends. Only
   * its beginning is subject to the time limit.
   *
   * @return the whole answer if it is no success; null if it was one and has ended
   * @throws CommandFailure as {@link #send}
   */
  @Nullable HostAnswer stream(RestRequest request, Consumer<String> lines) {
    return stream(request, body(request), lines);
  }

  /** As the other, with a body that is no text. */
  @Nullable HostAnswer stream(RestRequest request, byte[] body, Consumer<String> lines) {
    return stream(request, BodyPublishers.ofByteArray(body), lines);
  }

  private @Nullable HostAnswer stream(
      RestRequest request, BodyPublisher sent, Consumer<String> lines) {
    HttpResponse<InputStream> response = open(request, sent);
    try (InputStream body = response.body()) {
      HostAnswer refusal = refusal(response);
      if (refusal == null) {
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))
            .lines()
            .forEach(lines);
      }
      return refusal;
    } catch (IOException | UncheckedIOException broken) {
      throw unreachable(request.uri(), broken);
    }
  }

  /**
   * Sends {@code request} and writes the answer as it comes. Only its beginning is subject to the
   * time limit.
   *
   * @return the whole answer if it is no success; null if it was one and has been written
   * @throws IOException if it cannot be written
   * @throws CommandFailure as {@link #send}
   */
  @Nullable HostAnswer download(RestRequest request, OutputStream out) throws IOException {
    HttpResponse<InputStream> response = open(request, body(request));
    try (InputStream body = response.body()) {
      HostAnswer refusal = refusal(response);
      byte[] buffer = new byte[COPIED];
      while (refusal == null) {
        int length = read(body, buffer, request.uri());
        if (length < 0) {
          break;
        }
        out.write(buffer, 0, length);
      }
      return refusal;
    }
  }

  private static int read(InputStream body, byte[] buffer, URI uri) {
    try {
      return body.read(buffer);
    } catch (IOException broken) {
      throw unreachable(uri, broken);
    }
  }

  private HttpResponse<InputStream> open(RestRequest request, BodyPublisher body) {
    return await(
        client.sendAsync(httpRequest(request, body), BodyHandlers.ofInputStream()), request.uri());
  }

  private static @Nullable HostAnswer refusal(HttpResponse<InputStream> response)
      throws IOException {
    return response.statusCode() == 200
        ? null
        : new HostAnswer(
            response.statusCode(),
            response.headers(),
            response.body().readNBytes(MAX_ANSWER_BYTES));
  }

  /** Does not wait: after a timeout there may be an answer that never ends. */
  @Override
  public void close() {
    client.shutdownNow();
  }

  private static BodyPublisher body(RestRequest request) {
    String body = request.body();
    return body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
  }

  private static HttpRequest httpRequest(RestRequest request, BodyPublisher publisher) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).method(request.method(), publisher);
    for (RestRequest.Header header : request.headers()) {
      try {
        builder.header(header.name(), header.value());
      } catch (IllegalArgumentException refused) {
        throw CommandFailure.usage("cannot send this header: " + refused.getMessage());
      }
    }
    return builder.build();
  }

  private static byte[] plainBody(HttpResponse<byte[]> response) throws IOException {
    byte[] body = response.body();
    String encoding = response.headers().firstValue("content-encoding").orElse("");
    if (!encoding.equalsIgnoreCase("gzip") || body.length == 0) {
      return body;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] plain = in.readNBytes(MAX_ANSWER_BYTES + 1);
      if (plain.length > MAX_ANSWER_BYTES) {
        throw new IOException("the answer is larger than " + MAX_ANSWER_BYTES + " bytes");
      }
      return plain;
    }
  }

  private static CommandFailure unreachable(URI uri, @Nullable Throwable cause) {
    return CommandFailure.unreachable(
        switch (cause) {
          case UncheckedIOException wrapped -> unreachable(uri, wrapped.getCause()).reason();
          case ConnectException refused
              when refused.getCause() instanceof UnresolvedAddressException ->
              "there is no host " + uri.getHost();
          case ConnectException ignored ->
              "cannot reach " + origin(uri) + "; is the host running? CAIRN or --host names it";
          case SSLException tls ->
              "no trusted connection to %s: %s; --cacert FILE names whom to trust"
                  .formatted(origin(uri), tls.getMessage());
          case null -> "no answer from " + origin(uri);
          default -> "no answer from " + origin(uri) + ": " + cause.getMessage();
        });
  }

  private static String origin(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority();
  }
}
