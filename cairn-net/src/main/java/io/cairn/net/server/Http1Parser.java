// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static io.cairn.net.server.RequestRefusedException.malformed;

import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.cairn.net.RequestBodyException;
import io.cairn.net.server.stream.BodyPipe;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one HTTP/1 connection into requests. Bytes are copied once from the socket's
 * buffer into an array; the fields of a request refer to that array, which therefore is never
 * written to again where a head lies. Belongs to one event loop.
 */
final class Http1Parser {
  private static final int MAX_CHUNK_LINE = 256;
  private static final int MAX_LEADING_LINES = 4;

  private enum State {
    HEAD,
    FIXED_BODY,
    CHUNK_LINE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS
  }

  private final HttpLimits limits;
  private final BodyBudget budget;
  private final RequestHeadParser headParser;

  private State state = State.HEAD;
  private byte[] bytes = HttpRequest.NO_BODY;
  private int from;
  private int to;

  /** Up to where the end of an incomplete head has been looked for; 0 when not begun. */
  private int scanned;

  private int leadingLines;
  private int trailerBytes;
  private long remaining;
  private @Nullable RequestHead head;
  private BodyBuffer body;

  private final HttpHandler handler;
  private final Runnable wanted;
  private @Nullable BodyPipe pipe;
  private BodyBudget.@Nullable Share pipeShare;
  private boolean handedOn;

  /** A parser that gathers all bodies. */
  Http1Parser(HttpLimits limits, BodyBudget budget) {
    this(limits, budget, _ -> {}, () -> {});
  }

  /**
   * A parser at the beginning of a connection.
   *
   * @param wanted any thread: a body that is read as it arrives can go on
   */
  Http1Parser(HttpLimits limits, BodyBudget budget, HttpHandler handler, Runnable wanted) {
    this.limits = limits;
    this.budget = budget;
    this.handler = handler;
    this.wanted = wanted;
    this.headParser = new RequestHeadParser(limits);
    this.body = new BodyBuffer(0, 0, budget);
  }

  /** Says whether part of a request has arrived and the rest is awaited. */
  boolean isInsideHead() {
    return state == State.HEAD && (from < to || leadingLines > 0);
  }

  boolean isInsideBody() {
    return state != State.HEAD;
  }

  /** Says whether bytes wait to be parsed. */
  boolean hasBufferedBytes() {
    return from < to;
  }

  /** Says what the client has begun to send and not ended; null if it has not begun. */
  ConnectionWatch.@Nullable Phase awaited() {
    if (isInsideBody()) {
      return pipe == null ? ConnectionWatch.Phase.BODY : ConnectionWatch.Phase.STREAM;
    }
    return isInsideHead() ? ConnectionWatch.Phase.HEAD : null;
  }

  /** Returns the head of the request whose body is being read. */
  @Nullable RequestHead head() {
    return head;
  }

  /** Says whether bytes of the body of {@link #head()} have arrived. */
  boolean hasSeenBody() {
    return from < to || body.size() > 0 || (pipe != null && pipe.isSeen());
  }

  /** Says whether the client waits for a word before it sends a body that is wanted now. */
  boolean awaitsContinue() {
    return head != null
        && isInsideBody()
        && head.wish() == RequestHead.Wish.CONTINUE
        && (pipe == null || pipe.isAsked());
  }

  /** Returns what takes the body of {@link #head()} as it arrives; null if it is gathered. */
  @Nullable BodyPipe pipe() {
    return pipe;
  }

  /** Takes all bytes; does not release the buffer. */
  void append(ByteBuf in) throws RequestRefusedException {
    if (state == State.FIXED_BODY && from == to) {
      int length = (int) Math.min(remaining, in.readableBytes());
      if (pipe == null) {
        body.append(in, length);
      } else {
        byte[] piece = new byte[length];
        in.readBytes(piece);
        pipe.offer(piece);
      }
      remaining -= length;
    }
    int length = in.readableBytes();
    if (length == 0) {
      return;
    }
    if (length > bytes.length - to) {
      int left = to - from;
      int capacity = left == 0 ? length : Math.max(2 * left, left + length);
      byte[] larger = new byte[capacity];
      System.arraycopy(bytes, from, larger, 0, left);
      scanned = Math.max(0, scanned - from);
      bytes = larger;
      from = 0;
      to = left;
    }
    in.readBytes(bytes, to, length);
    to += length;
  }

  /** Drops what has arrived. */
  void discard() {
    discard(new RequestBodyException(400, "The client has gone before its body was there"));
  }

  /** Drops what has arrived, and says why the rest of a body that somebody reads does not come. */
  void discard(IOException why) {
    if (pipe != null) {
      pipe.fail(why);
      pipe = null;
    }
    bytes = HttpRequest.NO_BODY;
    from = 0;
    to = 0;
    body.discard();
    BodyBudget.Share window = takeShare();
    if (window != null) {
      window.release();
    }
  }

  /** Lets go of the memory of past requests if the connection is at rest. */
  void trim() {
    if (from == to && state == State.HEAD) {
      bytes = HttpRequest.NO_BODY;
      from = 0;
      to = 0;
      head = null;
      headParser.trim();
    }
  }

  /** Returns the bytes that follow the last request, and forgets them. */
  byte[] takeRest() {
    byte[] rest = Arrays.copyOfRange(bytes, from, to);
    discard();
    return rest;
  }

  /** Returns the next complete request, or null until more bytes have arrived. */
  @Nullable HttpRequest next() throws RequestRefusedException {
    while (true) {
      boolean progress =
          switch (state) {
            case HEAD -> readHead();
            case FIXED_BODY -> readBytes(State.HEAD);
            case CHUNK_LINE -> readChunkLine();
            case CHUNK_DATA -> readBytes(State.CHUNK_END);
            case CHUNK_END -> readChunkEnd();
            case TRAILERS -> readTrailer();
          };
      if (pipe != null && !handedOn && head != null) {
        handedOn = true;
        return head.request();
      }
      if (pipe != null && state == State.HEAD) {
        pipe.finish();
        pipe = null;
        head = null;
        continue;
      }
      if (state == State.HEAD && head != null) {
        HttpRequest request = head.request();
        return body.size() == 0 ? request : request.withBody(body.take());
      }
      if (!progress) {
        return null;
      }
    }
  }

  /** Returns what the body of the last request counts for; null if nothing. */
  BodyBudget.@Nullable Share takeShare() {
    BodyBudget.Share window = pipeShare;
    pipeShare = null;
    return window == null ? body.takeShare() : window;
  }

  private boolean readHead() throws RequestRefusedException {
    head = null;
    if (from == to || !skipLeadingLines() || from == to) {
      return false;
    }
    if (scanned > from && !findsHeadEnd()) {
      return false;
    }
    RequestHead parsed = headParser.parse(bytes, from, to);
    if (parsed == null) {
      scanned = to;
      refuseOverlongHead();
      return false;
    }
    from = headParser.position();
    scanned = 0;
    leadingLines = 0;
    head = parsed;
    if (parsed.contentLength() != 0) {
      boolean chunked = parsed.contentLength() == RequestHead.CHUNKED;
      state = chunked ? State.CHUNK_LINE : State.FIXED_BODY;
      remaining = chunked ? 0 : parsed.contentLength();
      beginBody(parsed, chunked);
      trailerBytes = 0;
    }
    return true;
  }

  private void beginBody(RequestHead parsed, boolean chunked) throws RequestRefusedException {
    boolean switches = parsed.wish() == RequestHead.Wish.UPGRADE;
    if (!switches && handler.readsAsStream(parsed.request())) {
      ContentCoding.requireKnown(parsed.request());
      pipeShare = budget.admitStream(BodyPipe.WINDOW);
      pipe = new BodyPipe(wanted);
      handedOn = false;
      return;
    }
    if (remaining > limits.maxBodyBytes()) {
      throw RequestRefusedException.bodyTooLarge(limits.maxBodyBytes());
    }
    budget.requireRoom(remaining);
    int longest = chunked ? limits.maxBodyBytes() : (int) remaining;
    body = new BodyBuffer(longest, BodyBudget.UNCOUNTED, budget);
  }

  /** A few empty lines before a request are tolerated, as RFC 9112 asks. */
  private boolean skipLeadingLines() throws RequestRefusedException {
    while (from < to && bytes[from] == '\r') {
      if (to - from < 2) {
        return false;
      }
      if (bytes[from + 1] != '\n' || ++leadingLines > MAX_LEADING_LINES) {
        throw malformed("Malformed request line");
      }
      from += 2;
    }
    return true;
  }

  /** Looks at new bytes only, so that a head that comes byte by byte costs linear time. */
  private boolean findsHeadEnd() throws RequestRefusedException {
    for (int i = Math.max(from + 2, scanned); i < to; i++) {
      // A bare line feed ends nothing, but lets the parser refuse it at once.
      if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || bytes[i - 2] == '\n')) {
        return true;
      }
    }
    scanned = to;
    refuseOverlongHead();
    return false;
  }

  private void refuseOverlongHead() throws RequestRefusedException {
    int length = to - from;
    if (length > limits.maxInitialLineBytes()) {
      int i = from;
      while (i < to && bytes[i] != '\n') {
        i++;
      }
      if (i - from > limits.maxInitialLineBytes()) {
        throw RequestHeadParser.uriTooLong();
      }
      if (to - i > limits.maxHeaderBytes() + 3) {
        throw RequestHeadParser.headersTooLarge();
      }
    }
  }

  /** Reads what has come of a body or a chunk, after which the state is {@code next}. */
  private boolean readBytes(State next) throws RequestRefusedException {
    int length = (int) Math.min(remaining, to - from);
    if (pipe == null) {
      body.append(bytes, from, length);
    } else {
      pipe.offer(Arrays.copyOfRange(bytes, from, from + length));
    }
    from += length;
    remaining -= length;
    if (remaining > 0) {
      return false;
    }
    state = next;
    return true;
  }

  private boolean readChunkLine() throws RequestRefusedException {
    int end = lineEnd(MAX_CHUNK_LINE);
    if (end < 0) {
      return false;
    }
    long size = ChunkLine.size(bytes, from, end);
    from = end + 2;
    if (pipe == null && size > limits.maxBodyBytes() - body.size()) {
      throw RequestRefusedException.bodyTooLarge(limits.maxBodyBytes());
    }
    remaining = size;
    state = size == 0 ? State.TRAILERS : State.CHUNK_DATA;
    return true;
  }

  private boolean readChunkEnd() throws RequestRefusedException {
    if (to - from < 2) {
      return false;
    }
    if (bytes[from] != '\r' || bytes[from + 1] != '\n') {
      throw malformed("Malformed chunk");
    }
    from += 2;
    state = State.CHUNK_LINE;
    return true;
  }

  /** Trailers are checked and dropped: nothing here has a use for them. */
  private boolean readTrailer() throws RequestRefusedException {
    int end = lineEnd(limits.maxHeaderBytes());
    if (end < 0) {
      return false;
    }
    boolean last = end == from;
    if (!last) {
      ChunkLine.checkTrailer(bytes, from, end);
    }
    trailerBytes += end + 2 - from;
    if (trailerBytes > limits.maxHeaderBytes()) {
      throw RequestHeadParser.headersTooLarge();
    }
    from = end + 2;
    if (last) {
      state = State.HEAD;
    }
    return true;
  }

  /**
   * Returns where the line that begins at {@code from} ends, before its CR; -1 if it is incomplete.
   */
  private int lineEnd(int limit) throws RequestRefusedException {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        throw malformed("A line feed without carriage return");
      }
      if (bytes[i] == '\r') {
        if (i + 1 == to) {
          return -1;
        }
        if (bytes[i + 1] != '\n') {
          throw malformed("A carriage return without line feed");
        }
        return i;
      }
      if (i - from >= limit) {
        throw malformed("A line of the chunked body is too long");
      }
    }
    return -1;
  }
}
