// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.service.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the class path that pages in browsers load. It is read and compressed once, when it is
 * first asked for, and kept compressed if that is smaller. Thread-safe.
 */
final class StaticFile {
  private static final class Content {
    private final byte[] gzipped;
    private final String tag;

    Content(byte[] gzipped, String tag) {
      this.gzipped = gzipped;
      this.tag = tag;
    }
  }

  private final String resource;
  private final String mediaType;
  private volatile @Nullable Content content;

  /**
   * A file that is not read yet.
   *
   * @param resource its absolute name on the class path
   */
  StaticFile(String resource, String mediaType) {
    this.resource = resource;
    this.mediaType = mediaType;
  }

  /** Completes a GET with the file, or with 304 if the client has it. */
  void answer(Operation get, String cacheControl) {
    Content present = content();
    get.addResponseHeader(Operation.ETAG_HEADER, present.tag)
        .addResponseHeader(Operation.CACHE_CONTROL_HEADER, cacheControl)
        .addResponseHeader("x-content-type-options", "nosniff")
        .addResponseHeader("vary", Operation.ACCEPT_ENCODING_HEADER);
    if (isKnown(get, present.tag)) {
      get.setStatusCode(Operation.STATUS_CODE_NOT_MODIFIED).setBodyNoCloning(null).complete();
      return;
    }
    get.setContentType(mediaType);
    String accepted = get.getRequestHeader(Operation.ACCEPT_ENCODING_HEADER);
    if (accepted != null && accepted.contains(Operation.CONTENT_ENCODING_GZIP)) {
      get.addResponseHeader(Operation.CONTENT_ENCODING_HEADER, Operation.CONTENT_ENCODING_GZIP)
          .setBodyNoCloning(present.gzipped)
          .complete();
    } else {
      get.setBodyNoCloning(read(resource)).complete();
    }
  }

  private Content content() {
    Content present = content;
    if (present == null) {
      byte[] bytes = read(resource);
      present = new Content(gzip(bytes), tagOf(bytes));
      content = present;
    }
    return present;
  }

  static byte[] read(String resource) {
    try (InputStream in = StaticFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream(bytes.length / 3);
    try (OutputStream out = new GZIPOutputStream(gzipped)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array cannot fail
    }
    return gzipped.toByteArray();
  }

  /** The entity tag of a content, weak: compressed or not it is the same. */
  static String tagOf(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "W/\"%s\"".formatted(HexFormat.of().formatHex(hash, 0, 12));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether the client says that it has what a tag names. */
  static boolean isKnown(Operation get, String tag) {
    String known = get.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    return known != null
        && Arrays.stream(known.split(",", -1))
            .map(String::strip)
            .anyMatch(each -> each.equals("*") || each.equals(tag) || ("W/" + each).equals(tag));
  }
}
