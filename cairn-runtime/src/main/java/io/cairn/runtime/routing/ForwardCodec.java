// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.service.Operation;
import io.cairn.service.Operation.OperationOption;
import io.cairn.service.Service.Action;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Operations and their answers as bytes between nodes. The order of the constants of {@link Kind}
 * and {@link Action} is part of the format.
 */
@SuppressWarnings("EnumOrdinal") // the format says which constants there are, in which order
public final class ForwardCodec {

  private static final int FORMAT = 2;
  private static final int MAX_HEADERS = 1000;
  private static final int USUAL_HEAD = 512;

  /** Mean the connection that a message came over, not the message. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "transfer-encoding",
          "host",
          "upgrade",
          "expect",
          "te",
          "trailer",
          "keep-alive",
          "date");

  private ForwardCodec() {}

  /** How the receiver is to treat the operation. */
  public enum Kind {
    /** A request to the path it names. */
    REQUEST,
    /** A POST to a factory whose child has a name already: the path. */
    CREATE,
    /** The initial state of a service that every node starts. */
    START,
    /** A request for exactly this node, as if a client had sent it. */
    NODE
  }

  /**
   * A forwarded operation.
   *
   * @param kind how to treat it
   * @param op the operation, as the node that forwards it has it
   * @param leftMicros how long it may still take
   * @param bodyBytes how large its body is
   * @param partition the partition that the sender means; null if that does not matter
   */
  public record Forwarded(
      Kind kind, Operation op, long leftMicros, int bodyBytes, @Nullable String partition) {}

  /** Writes an operation, as a request to another node. */
  static byte[] encode(Kind kind, Operation op, long leftMicros, @Nullable String partition) {
    byte[] body = BodyBytes.of(op);
    WireWriter out =
        new WireWriter(USUAL_HEAD + body.length)
            .u8(PeerRequests.OPERATION)
            .u8(FORMAT)
            .number(kind.ordinal())
            .number(op.getAction().ordinal())
            .text(target(op.getUri()))
            .i64(leftMicros)
            .optional(partition, WireWriter::text)
            .optional(op.getContentType(), WireWriter::text)
            .optional(op.getRefererAsString(), WireWriter::text)
            .optional(op.getContextId(), WireWriter::text)
            .optional(op.getTransactionId(), WireWriter::text)
            .optional(callerOf(op), WireWriter::text);
    writeHeaders(out, op.hasRequestHeaders() ? op.getRequestHeaders() : Map.of());
    return out.bytes(body).take();
  }

  private static @Nullable String callerOf(Operation op) {
    return op.getCaller() instanceof InetSocketAddress address
        // The scope of a link-local address means nothing on another machine.
        ? address.getAddress().getHostAddress().replaceFirst("%.*", "") + ' ' + address.getPort()
        : null;
  }

  private static InetSocketAddress caller(WireReader in) {
    String text = in.text();
    int blank = text.indexOf(' ');
    MalformedException.require(blank > 0, "a caller has no port");
    return new InetSocketAddress(
        InetAddress.ofLiteral(text.substring(0, blank)),
        Integer.parseInt(text, blank + 1, text.length(), 10));
  }

  /** Path and query of a URI, as they are sent. */
  static String target(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + '?' + uri.getRawQuery();
  }

  /**
   * Reads a request that {@link #encode} wrote.
   *
   * @param host what its path is below
   */
  public static Forwarded decode(byte[] payload, URI host) {
    return WireReader.read(payload, in -> read(in, host));
  }

  private static Forwarded read(WireReader in, URI host) {
    in.u8(); // what kind of question it is
    in.version(FORMAT, WireReader.SAME_ON_ALL_NODES);
    Kind kind = Kind.values()[in.number(Kind.values().length - 1)];
    Action action = Action.values()[in.number(Action.values().length - 1)];
    String target = in.text();
    Operation op =
        Operation.create(
            action, URI.create(host.getScheme() + "://" + host.getRawAuthority() + target));
    long left = in.i64();
    String partition = in.optional(WireReader::text);
    op.setRequestContentType(in.optional(WireReader::text));
    String referer = in.optional(WireReader::text);
    op.setReferer(referer);
    if (!op.hasReferer()) {
      op.setReferer(host);
    }
    op.setContextId(in.optional(WireReader::text));
    op.setTransactionId(in.optional(WireReader::text));
    op.forceRemote()
        .setCaller(in.optional(ForwardCodec::caller))
        .toggleOption(OperationOption.FORWARDED, kind != Kind.NODE);
    readHeaders(in, op::addRequestHeaderAsIs);
    byte[] body = in.bytes(Integer.MAX_VALUE);
    if (body.length > 0) {
      boolean text = op.getContentType() != null && op.getContentType().startsWith("text/");
      op.setBodyNoCloning(text ? new String(body, StandardCharsets.UTF_8) : body)
          .setContentLength(body.length);
    }
    return new Forwarded(kind, op, left, body.length, partition);
  }

  /** Writes what has become of an operation, which holds its answer. */
  public static byte[] encodeAnswer(Operation op, @Nullable Throwable failure) {
    boolean moved = op.isForwarded() && NotOwnerException.isOf(op, failure);
    if (moved) {
      return new WireWriter().u8(FORMAT).flag(true).take();
    }
    byte[] body = BodyBytes.of(op);
    WireWriter out = new WireWriter(USUAL_HEAD + body.length).u8(FORMAT).flag(false);
    out.i32(op.getStatusCode()).text(op.getAnswerContentType());
    writeHeaders(out, op.hasResponseHeaders() ? op.getResponseHeaders() : Map.of());
    return out.bytes(body).take();
  }

  static ForwardedOutcome decodeAnswer(byte[] payload) {
    return WireReader.read(payload, ForwardCodec::readAnswer);
  }

  private static ForwardedOutcome readAnswer(WireReader in) {
    in.version(FORMAT, WireReader.SAME_ON_ALL_NODES);
    if (in.flag()) {
      return new ForwardedOutcome.Moved();
    }
    int status = in.i32();
    String type = in.text();
    Map<String, String> headers = new LinkedHashMap<>();
    readHeaders(in, headers::put);
    return new ForwardedOutcome.Done(status, type, headers, in.bytes(Integer.MAX_VALUE));
  }

  private static void writeHeaders(WireWriter out, Map<String, String> headers) {
    int count = 0;
    for (String name : headers.keySet()) {
      count += OF_THE_CONNECTION.contains(name) ? 0 : 1;
    }
    out.number(count);
    for (var header : headers.entrySet()) {
      if (!OF_THE_CONNECTION.contains(header.getKey())) {
        out.text(header.getKey()).text(header.getValue());
      }
    }
  }

  private static void readHeaders(WireReader in, BiConsumer<String, String> to) {
    for (int left = in.count(MAX_HEADERS, 2); left > 0; left--) {
      to.accept(in.text(), in.text());
    }
  }
}
