// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operations and their answers as bytes between nodes. The first byte is the format. */
@SuppressWarnings("EnumOrdinal") // the format says which constants there are, in which order
public final class ForwardCodec {

  private static final byte FORMAT = 1;
  private static final int MAX_HEADERS = 1000;

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
   * @param action its verb
   * @param target path and query
   * @param leftMicros how long it may still take
   * @param fields what it says about itself
   * @param headers its headers
   * @param body its body; empty for none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Forwarded(
      Kind kind,
      Action action,
      String target,
      long leftMicros,
      Map<String, String> fields,
      Map<String, String> headers,
      byte[] body) {}

  private static final int HEAD_BYTES = 512;

  // Names of fields.
  public static final String CONTENT_TYPE = "type";
  public static final String REFERER = "referer";
  public static final String CONTEXT = "context";
  public static final String TRANSACTION = "transaction";
  public static final String PARTITION = "partition";
  public static final String CALLER = "caller";

  /** Where a forwarded operation carries the name of the partition that its sender meant. */
  public static final String PARTITION_HEADER = "x-cairn-partition";

  /** Writes an operation, as a request to another node. */
  @SuppressWarnings("EnumOrdinal") // their order is part of the format: append only
  public static byte[] encode(Kind kind, Operation op, long leftMicros, @Nullable String partition)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEAD_BYTES + bodyBytes(op));
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(PeerRequests.OPERATION);
    out.writeByte(FORMAT);
    out.writeByte(kind.ordinal());
    out.writeByte(op.getAction().ordinal());
    writeText(out, target(op.getUri()));
    out.writeLong(leftMicros);
    Map<String, String> fields = new LinkedHashMap<>();
    putIfPresent(fields, CONTENT_TYPE, op.getContentType());
    putIfPresent(fields, REFERER, op.getRefererAsString());
    putIfPresent(fields, CONTEXT, op.getContextId());
    putIfPresent(fields, TRANSACTION, op.getTransactionId());
    putIfPresent(fields, PARTITION, partition);
    putIfPresent(fields, CALLER, callerOf(op));
    writeMap(out, fields);
    writeMap(out, op.hasRequestHeaders() ? op.getRequestHeaders() : Map.of());
    writeBody(out, op.getBodyRaw());
    return bytes.toByteArray();
  }

  private static @Nullable String callerOf(Operation op) {
    return op.getCaller() instanceof InetSocketAddress address
        // The scope of a link-local address means nothing on another machine.
        ? address.getAddress().getHostAddress().replaceFirst("%.*", "") + ' ' + address.getPort()
        : null;
  }

  /** Who asked the node that forwards an operation; null if that node did. */
  public static @Nullable InetSocketAddress caller(Forwarded forwarded) {
    String text = forwarded.fields().get(CALLER);
    if (text == null) {
      return null;
    }
    int blank = text.indexOf(' ');
    return new InetSocketAddress(
        InetAddress.ofLiteral(text.substring(0, blank)),
        Integer.parseInt(text.substring(blank + 1)));
  }

  /** Path and query of a URI, as they are sent. */
  static String target(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + '?' + uri.getRawQuery();
  }

  /** Reads a request that {@link #encode} wrote. */
  @SuppressWarnings("EnumOrdinal") // as above
  public static Forwarded decode(byte[] payload) throws IOException {
    DataInputStream in = reader(payload, 1);
    Kind kind = Kind.values()[bounded(in.readByte(), Kind.values().length)];
    Action action = Action.values()[bounded(in.readByte(), Action.values().length)];
    String target = readText(in);
    long left = in.readLong();
    return new Forwarded(kind, action, target, left, readMap(in), readMap(in), readBytes(in));
  }

  /**
   * An answer.
   *
   * @param moved whether nothing was done because another node owns the target
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(
      boolean moved, int status, String contentType, Map<String, String> headers, byte[] body) {}

  /** Writes the answer that an operation holds. */
  public static byte[] encodeAnswer(Operation op) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEAD_BYTES + bodyBytes(op));
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(FORMAT);
    out.writeBoolean(op.hasOption(Operation.OperationOption.MOVED));
    out.writeInt(op.getStatusCode());
    writeText(out, op.getAnswerContentType());
    writeMap(out, op.hasResponseHeaders() ? op.getResponseHeaders() : Map.of());
    writeBody(out, op.getBodyRaw());
    return bytes.toByteArray();
  }

  /** Reads an answer. */
  public static Answer decodeAnswer(byte[] payload) throws IOException {
    DataInputStream in = reader(payload, 0);
    boolean moved = in.readBoolean();
    int status = in.readInt();
    String type = readText(in);
    return new Answer(moved, status, type, readMap(in), readBytes(in));
  }

  private static int bodyBytes(Operation op) {
    return op.getBodyRaw() instanceof byte[] bytes ? bytes.length : 0;
  }

  private static DataInputStream reader(byte[] payload, int from) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(payload, from, payload.length - from));
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("format " + format + " of a forwarded operation is not known here");
    }
    return in;
  }

  private static int bounded(byte value, int limit) throws IOException {
    if (value < 0 || value >= limit) {
      throw new IOException("a forwarded operation is damaged");
    }
    return value;
  }

  private static void putIfPresent(Map<String, String> map, String name, @Nullable String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
    int count = 0;
    for (String name : map.keySet()) {
      count += OF_THE_CONNECTION.contains(name) ? 0 : 1;
    }
    out.writeInt(count);
    for (var entry : map.entrySet()) {
      if (!OF_THE_CONNECTION.contains(entry.getKey())) {
        writeText(out, entry.getKey());
        writeText(out, entry.getValue());
      }
    }
  }

  private static Map<String, String> readMap(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_HEADERS) {
      throw new IOException("a forwarded operation has " + count + " headers");
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(readText(in), readText(in));
    }
    return map;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static void writeBody(DataOutputStream out, @Nullable Object body) throws IOException {
    byte[] bytes =
        switch (body) {
          case null -> new byte[0];
          case byte[] raw -> raw;
          case String text -> text.getBytes(StandardCharsets.UTF_8);
          default -> DocumentJson.standard().toBytes(body);
        };
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a forwarded operation is cut short");
    }
    return in.readNBytes(length);
  }
}
