// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.service.failure.Refusal;
import io.cairn.service.http.OperationVocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a form that a client uploads ({@code multipart/form-data}, RFC 7578), in the order
 * in which they come. Each is read as it arrives, so that an upload may be of any size; what a
 * handler does not read of a part is skipped.
 *
 * <pre>{@code
 * for (var part = upload.next(); part.isPresent(); part = upload.next()) {
 *   switch (part.get().name()) {
 *     case "title" -> title = part.get().text(200);
 *     case "photo" -> Files.copy(part.get().stream(), target);
 *     default -> {}
 *   }
 * }
 * }</pre>
 *
 * <p>At most {@link #MOST_PARTS} parts with heads of at most {@link #LONGEST_HEAD} bytes: others
 * are refused, and so is what is no such form. Used by one thread.
 */
public final class Multipart {

  /** The media type that it reads. */
  public static final String MEDIA_TYPE = "multipart/form-data";

  /** More parts than these are refused with 413. */
  public static final int MOST_PARTS = 1_000;

  /** A longer head of a part is refused with 413, in bytes. */
  public static final int LONGEST_HEAD = 8 << 10;

  private static final int BUFFER = 16 << 10;
  private static final int TOO_LARGE = 413;
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([\\w*!#$&+.^`|~-]+)=(\"((?:[^\"\\\\]|\\\\.)*+)\"|[^;\\s]*)");
  private static final Pattern BOUNDARY = Pattern.compile("[\\w'()+,./:=? -]{1,70}");
  private static final Pattern DIRECTORIES = Pattern.compile(".*[/\\\\]");

  private final InputStream body;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private int parts;
  private boolean ended;
  private @Nullable PartStream open;

  private Multipart(InputStream body, String boundary) {
    this.body = body;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    buffer[0] = '\r'; // the first delimiter has no line before it
    buffer[1] = '\n';
    to = 2;
  }

  /**
   * Reads a body.
   *
   * @param contentType with the boundary
   * @throws IllegalArgumentException if there is none
   */
  public static Multipart of(String contentType, InputStream body) {
    String boundary = parameters(contentType).get("boundary");
    if (boundary == null || !BOUNDARY.matcher(boundary).matches() || boundary.endsWith(" ")) {
      throw new IllegalArgumentException(
          "The content type must be " + MEDIA_TYPE + " with a boundary of 1 to 70 characters");
    }
    return new Multipart(body, boundary);
  }

  /** One part. */
  public static final class Part {
    private final String name;
    private final @Nullable String fileName;
    private final String contentType;
    private final PartStream stream;

    private Part(String name, @Nullable String fileName, String contentType, PartStream stream) {
      this.name = name;
      this.fileName = fileName;
      this.contentType = contentType;
      this.stream = stream;
    }

    /** The name of the field. */
    public String name() {
      return name;
    }

    /** The name of the file on the client's side, without its directories. Not to be trusted. */
    public Optional<String> fileName() {
      return Optional.ofNullable(fileName);
    }

    /** What the client says that it is; text if it says nothing. */
    public String contentType() {
      return contentType;
    }

    /** The content, until {@link Multipart#next} is called. */
    public InputStream stream() {
      return stream;
    }

    /**
     * The content as a whole.
     *
     * @param limit bytes; more are refused with 413
     */
    public byte[] bytes(int limit) throws IOException {
      byte[] content = stream.readNBytes(limit);
      if (content.length == limit && stream.read() >= 0) {
        throw new Refusal(TOO_LARGE, "%s has more than %d bytes".formatted(name, limit));
      }
      return content;
    }

    /** The content as a whole, as text in UTF-8; see {@link #bytes}. */
    public String text(int limit) throws IOException {
      return new String(bytes(limit), StandardCharsets.UTF_8);
    }
  }

  /**
   * Waits for the next part; empty behind the last one.
   *
   * @throws IllegalArgumentException if what comes is no form
   * @throws IOException if the client goes
   */
  public Optional<Part> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    PartStream before = open == null ? new PartStream() : open;
    boolean preamble = open == null;
    long skipped = before.skipRest(preamble ? LONGEST_HEAD : Long.MAX_VALUE);
    if (preamble && skipped > LONGEST_HEAD) {
      throw new IllegalArgumentException("The body does not begin with its boundary");
    }
    if (isLast()) {
      ended = true;
      drain();
      return Optional.empty();
    }
    if (++parts > MOST_PARTS) {
      throw new Refusal(TOO_LARGE, "The form has more than " + MOST_PARTS + " parts");
    }
    Map<String, String> head = head();
    String disposition = head.getOrDefault("content-disposition", "");
    Map<String, String> parameters = parameters(disposition);
    String name = parameters.get("name");
    if (!disposition.toLowerCase(Locale.ROOT).startsWith("form-data") || name == null) {
      throw new IllegalArgumentException(
          "Part %d has no Content-Disposition: form-data with a name".formatted(parts));
    }
    PartStream stream = new PartStream();
    open = stream;
    String file = parameters.get("filename");
    return Optional.of(
        new Part(
            name,
            file == null ? null : DIRECTORIES.matcher(file).replaceFirst(""),
            head.getOrDefault("content-type", OperationVocabulary.MEDIA_TYPE_TEXT_PLAIN),
            stream));
  }

  /** Behind a delimiter: two dashes end the form, the end of the line begins a part. */
  private boolean isLast() throws IOException {
    int first = byteOrEnd();
    int second = byteOrEnd();
    if (first == '-' && second == '-') {
      return true;
    }
    while (first == ' ' || first == '\t') {
      first = second;
      second = byteOrEnd();
    }
    if (first != '\r' || second != '\n') {
      throw new IllegalArgumentException("A boundary is followed by neither a line's end nor --");
    }
    return false;
  }

  /** A short epilogue is read, so that the connection can be used again. */
  private void drain() throws IOException {
    int left = LONGEST_HEAD;
    while (left > 0 && byteOrEnd() >= 0) {
      left--;
    }
  }

  private Map<String, String> head() throws IOException {
    Map<String, String> fields = new HashMap<>();
    byte[] line = new byte[LONGEST_HEAD];
    int total = 0;
    while (true) {
      int length = 0;
      for (int b = byteOrEnd(); b != '\n'; b = byteOrEnd()) {
        if (b < 0) {
          throw truncated();
        }
        if (++total > LONGEST_HEAD) {
          throw new Refusal(
              TOO_LARGE,
              "The head of part %d has more than %d bytes".formatted(parts, LONGEST_HEAD));
        }
        line[length++] = (byte) b;
      }
      String text = new String(line, 0, length, StandardCharsets.UTF_8).stripTrailing();
      if (text.isEmpty()) {
        return fields;
      }
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("Part %d has a malformed head".formatted(parts));
      }
      fields.put(
          text.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          text.substring(colon + 1).strip());
    }
  }

  private static Map<String, String> parameters(String header) {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      String quoted = matcher.group(3);
      String value =
          quoted == null
              ? matcher.group(2)
              : quoted.replaceAll("\\\\(.)", "$1").replace("%22", "\"");
      parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return parameters;
  }

  private int byteOrEnd() throws IOException {
    return from < to || fill() ? buffer[from++] & 0xff : -1;
  }

  /** Reads more behind what is there; false at the end of the body. */
  private boolean fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    int n = body.read(buffer, to, buffer.length - to);
    to += Math.max(0, n);
    return n > 0;
  }

  private static IllegalArgumentException truncated() {
    return new IllegalArgumentException("The body ends in the middle of a part");
  }

  /** The content of one part: the bytes up to the next delimiter, which it swallows. */
  private final class PartStream extends InputStream {
    private boolean atEnd;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      int n = ready();
      int step = Math.min(n, length);
      if (step > 0) {
        System.arraycopy(buffer, from, target, offset, step);
        from += step;
      }
      return step == 0 ? -1 : step;
    }

    /** Returns how many bytes at {@code from} certainly belong to the part; 0 at its end. */
    private int ready() throws IOException {
      if (!atEnd && open != this && open != null) {
        throw new IOException("The next part has begun");
      }
      while (!atEnd) {
        int at = from;
        while (at < to && !mayBeDelimiter(at)) {
          at++;
        }
        if (at > from) {
          return at - from;
        }
        if (to - from >= delimiter.length) {
          from += delimiter.length;
          atEnd = true;
        } else if (!fill()) {
          throw truncated();
        }
      }
      return 0;
    }

    private boolean mayBeDelimiter(int at) {
      int length = Math.min(delimiter.length, to - at);
      return buffer[at] == delimiter[0]
          && Arrays.equals(buffer, at, at + length, delimiter, 0, length);
    }

    /** Skips to the end, or until more than so many bytes were skipped; returns how many. */
    long skipRest(long limit) throws IOException {
      long skipped = 0;
      for (int n = ready(); n > 0 && skipped <= limit; n = ready()) {
        from += n;
        skipped += n;
      }
      return skipped;
    }
  }
}
