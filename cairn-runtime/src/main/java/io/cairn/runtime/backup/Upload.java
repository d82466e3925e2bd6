// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends an archive to another machine: PUT requests, each with one piece and a {@code
 * Content-Range} that says where it belongs. The last one alone says how long the whole is. A piece
 * that got no answer is sent again, since it says where it belongs.
 */
final class Upload implements ArchiveTarget.Output {
  private static final int PIECE = 4 << 20;
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient client;
  private final URI to;
  private final @Nullable String bearer;
  private long sent;

  /**
   * Prepares to send.
   *
   * @param bearer a token that the receiver wants to see; null for none
   */
  Upload(HttpClient client, URI to, @Nullable String bearer) {
    this.client = client;
    this.to = to;
    this.bearer = bearer;
  }

  /** A client for uploads and downloads. */
  static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(20))
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  @Override
  public String place() {
    return to.toString();
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  /** Collects a piece; the last one is sent when it is closed. */
  @Override
  public OutputStream stream() {
    return new OutputStream() {
      private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE);

      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (piece.size() + length > PIECE) {
          send(piece.toByteArray(), false);
          piece.reset();
        }
        piece.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        send(piece.toByteArray(), true);
      }
    };
  }

  @Override
  public void publish() {}

  @Override
  public void discard() {}

  private void send(byte[] piece, boolean last) throws IOException {
    long end = sent + piece.length;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(PATIENCE)
            .header("content-type", "application/octet-stream")
            .header(
                "content-range",
                "bytes %d-%d/%s".formatted(sent, end - 1, last ? Long.toString(end) : "*"))
            .PUT(BodyPublishers.ofByteArray(piece));
    if (bearer != null) {
      request.header("authorization", "Bearer " + bearer);
    }
    IOException failure = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        HttpResponse<String> answer = exchange(client, request.build(), BodyHandlers.ofString());
        requireSuccess("PUT", answer);
        sent = end;
        return;
      } catch (BackupException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new IOException(
        "%s does not take the backup: %s".formatted(to, String.valueOf(failure)), failure);
  }

  private static <T> HttpResponse<T> exchange(
      HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> body) throws IOException {
    try {
      return client.send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a backup was transferred");
    }
  }

  private static void requireSuccess(String verb, HttpResponse<?> answer) throws BackupException {
    int status = answer.statusCode();
    if (status < 200 || status > 299) {
      throw new BackupException(
          status == 507 ? Reason.NO_ROOM : Reason.CONFLICT,
          "%s answered %s with status %d".formatted(answer.uri(), verb, status));
    }
  }

  /** Fetches an archive into a file. */
  static void fetch(URI from, @Nullable String bearer, Path file) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(PATIENCE).GET();
    if (bearer != null) {
      request.header("authorization", "Bearer " + bearer);
    }
    try (HttpClient client = client()) {
      HttpResponse<InputStream> answer =
          exchange(client, request.build(), BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        requireSuccess("GET", answer);
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
