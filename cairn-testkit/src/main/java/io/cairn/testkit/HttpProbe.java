// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP to one host, one request per call, and waits for the answer. Knows nothing of the
 * host's own client, so that a defect of that cannot hide behind one of the server. Thread-safe.
 */
public final class HttpProbe implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();
  private final URI host;
  private final Duration limit;

  /** A probe whose requests wait for half a minute. */
  public HttpProbe(URI host) {
    this(host, Duration.ofSeconds(30));
  }

  /**
   * Creates a probe.
   *
   * @param host scheme, name and port
   * @param limit how long a request may take
   */
  public HttpProbe(URI host, Duration limit) {
    this.host = host;
    this.limit = limit;
  }

  /** Reads. */
  public Answer get(String path, String... headers) throws IOException {
    return send("GET", path, null, headers);
  }

  /** Creates, with a JSON body. */
  public Answer post(String path, String json, String... headers) throws IOException {
    return send("POST", path, json, headers);
  }

  /** Replaces, with a JSON body. */
  public Answer put(String path, String json, String... headers) throws IOException {
    return send("PUT", path, json, headers);
  }

  /** Changes, with a JSON body. */
  public Answer patch(String path, String json, String... headers) throws IOException {
    return send("PATCH", path, json, headers);
  }

  /** Deletes. */
  public Answer delete(String path, String... headers) throws IOException {
    return send("DELETE", path, null, headers);
  }

  /**
   * Sends any request.
   *
   * @param headers names and values by turns; they replace the content type of JSON
   * @throws ConnectException if there is nobody: the request was not sent
   * @throws IOException if no answer came: the request may have been done
   */
  public Answer send(String method, String path, @Nullable String body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(host.resolve(path))
            .timeout(limit)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    for (int i = 0; i + 1 < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      return Answer.of(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + method + " " + path, e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
