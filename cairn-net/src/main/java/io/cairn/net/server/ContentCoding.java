// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.RequestBodyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Gzip in both directions. */
final class ContentCoding {
  private ContentCoding() {}

  /** Says whether the body must be decoded before anyone can read it. */
  static boolean isEncoded(HttpRequest request) {
    if (request.body().length == 0) {
      return false;
    }
    String coding = request.headers().get("content-encoding");
    return coding != null && !coding.equalsIgnoreCase("identity");
  }

  /**
   * Refuses a body that nobody here can decode.
   *
   * @throws RequestRefusedException with 415
   */
  static void requireKnown(HttpRequest request) throws RequestRefusedException {
    String coding = String.join(",", request.headers().all("content-encoding"));
    boolean plain = coding.isEmpty() || coding.equalsIgnoreCase("identity");
    if (!plain && !coding.equalsIgnoreCase("gzip") && !coding.equalsIgnoreCase("x-gzip")) {
      throw new RequestRefusedException(415, "Unsupported Content-Encoding");
    }
  }

  /** Returns a body that is decoded as it is read; nothing is read before. */
  static InputStream decoding(HttpRequest request, InputStream body) {
    String coding = request.headers().get("content-encoding");
    return coding == null || coding.equalsIgnoreCase("identity") ? body : new Gunzipped(body);
  }

  /** Begins to decode when it is read: the beginning alone has to be waited for. */
  private static final class Gunzipped extends FilterInputStream {
    private boolean begun;

    Gunzipped(InputStream compressed) {
      super(compressed);
    }

    private void begin() throws IOException {
      if (!begun) {
        begun = true;
        try {
          in = new GZIPInputStream(in);
        } catch (ZipException e) {
          throw new RequestBodyException(400, "The body is not valid gzip");
        }
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      begin();
      try {
        return super.read(target, offset, length);
      } catch (ZipException | EOFException e) {
        throw new RequestBodyException(400, "The body is not valid gzip");
      }
    }
  }

  /**
   * Returns the decoded body, gathered in {@code body}. Takes long for large bodies: not for event
   * loops.
   */
  static byte[] decode(HttpRequest request, BodyBuffer body) throws RequestRefusedException {
    requireKnown(request);
    byte[] block = new byte[8192];
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        body.append(block, 0, n);
      }
    } catch (IOException e) {
      throw RequestRefusedException.malformed("The body is not valid gzip");
    }
    return body.take();
  }

  /** Returns the answer, compressed if that is worth it and the client can read it. */
  static HttpResponse encode(HttpRequest request, HttpResponse response, int minBytes) {
    if (minBytes < 0
        || response.body().length < Math.max(1, minBytes)
        || response.forbidsBody()
        || !isCompressible(response.headers())) {
      return response;
    }
    HttpHeaders headers = response.headers().with("vary", "accept-encoding");
    String accepted = String.join(",", request.headers().all("accept-encoding"));
    if (!acceptsGzip(accepted)) {
      return HttpResponse.of(response.status(), headers, response.body());
    }
    return HttpResponse.of(
        response.status(), headers.with("content-encoding", "gzip"), gzip(response.body()));
  }

  private static boolean isCompressible(HttpHeaders headers) {
    if (headers.contains("content-encoding")) {
      return false;
    }
    String type = headers.get("content-type");
    if (type == null) {
      return false;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith("text/")
        || lower.contains("json")
        || lower.contains("javascript")
        || lower.contains("xml")
        || lower.contains("yaml");
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4 + 64);
    try (OutputStream out = new GZIPOutputStream(bytes, 4096)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // An array cannot fail.
    }
    return bytes.toByteArray();
  }

  /** Says whether the value of an Accept-Encoding field allows gzip; {@code q=0} forbids it. */
  static boolean acceptsGzip(String field) {
    Boolean any = null;
    for (String element : field.split(",", -1)) {
      String[] parts = element.split(";", -1);
      String coding = parts[0].trim().toLowerCase(Locale.ROOT);
      boolean allowed = parts.length < 2 || quality(parts[1]) > 0;
      if (coding.equals("gzip") || coding.equals("x-gzip")) {
        return allowed;
      }
      if (coding.equals("*")) {
        any = allowed;
      }
    }
    return Boolean.TRUE.equals(any);
  }

  private static double quality(@Nullable String parameter) {
    String text = parameter == null ? "" : parameter.trim().toLowerCase(Locale.ROOT);
    if (!text.startsWith("q=")) {
      return 1;
    }
    try {
      return Double.parseDouble(text.substring(2).trim());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
