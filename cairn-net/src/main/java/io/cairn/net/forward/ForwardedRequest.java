// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A request that another node has forwarded, read no further than it has to be: {@code [type
 * 1][version 1][flags 1][kind][verb][time left 8][path]}, what the flags name, {@link
 * ForwardedFields}, and the body up to the end. Read once, in this order. Not thread-safe.
 */
public final class ForwardedRequest {
  private static final int VERSION = 3;

  /** A GET that a stored document answers as it is: without query and conditions. */
  private static final int PLAIN_READ = 1;

  private static final int QUERY = 2;
  private static final int PARTITION = 4;
  private static final int CALLER = 8;

  /** Who asks, where that is known. No field: what a client sends cannot become it. */
  private static final int SUBJECT = 16;

  private static final int ALL_FLAGS = 31;

  /** More kinds and verbs than anybody has. */
  private static final int MOST = 100;

  private static final int IP4_BYTES = 4;
  private static final int IP6_BYTES = 16;

  private final WireReader in;
  private final KnownTexts known;
  private final boolean plainRead;
  private final int kind;
  private final int verb;
  private final long leftMicros;
  private final String path;
  private final @Nullable String query;
  private final @Nullable String partition;
  private final @Nullable InetSocketAddress caller;
  private final @Nullable String subject;

  /**
   * What stands before the fields.
   *
   * @param kind a number that means how to treat the request
   * @param verb a number that means the verb
   * @param path raw, as it was sent
   * @param query raw; null if there is none
   * @param partition the partition that the sender means; null if that does not matter
   * @param caller where the client's end of its connection is; null if it has none
   * @param subject who asks, as the sending node has proved it; null if it has not
   */
  public record Head(
      int kind,
      int verb,
      String path,
      @Nullable String query,
      @Nullable String partition,
      @Nullable SocketAddress caller,
      @Nullable String subject) {}

  /**
   * Begins to write a request.
   *
   * @param type what the receiver tells requests apart by
   * @param plainRead whether it is a GET that a stored document answers as it is
   * @param leftMicros how long it may still take
   */
  public static WireWriter begin(
      WireWriter out, int type, Head head, boolean plainRead, long leftMicros) {
    InetAddress address =
        head.caller instanceof InetSocketAddress internet ? internet.getAddress() : null;
    int flags =
        (plainRead ? PLAIN_READ : 0)
            | (head.query == null ? 0 : QUERY)
            | (head.partition == null ? 0 : PARTITION)
            | (address == null ? 0 : CALLER)
            | (head.subject == null ? 0 : SUBJECT);
    out.u8(type).u8(VERSION).u8(flags).number(head.kind).number(head.verb);
    out.i64(leftMicros).text(head.path);
    if (head.query != null) {
      out.text(head.query);
    }
    if (head.partition != null) {
      out.text(head.partition);
    }
    if (address != null && head.caller instanceof InetSocketAddress internet) {
      // The scope of a link-local address means nothing on another machine, and is not in these.
      out.bytes(address.getAddress()).i16(internet.getPort());
    }
    if (head.subject != null) {
      out.text(head.subject);
    }
    return out;
  }

  private ForwardedRequest(WireReader in, KnownTexts known) {
    this.in = in;
    this.known = known;
    in.u8(); // what kind of question it is
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    int flags = in.u8();
    MalformedException.require(flags <= ALL_FLAGS, "it has an unknown flag");
    this.plainRead = (flags & PLAIN_READ) != 0;
    this.kind = in.number(MOST);
    this.verb = in.number(MOST);
    this.leftMicros = in.i64();
    this.path = in.text();
    this.query = (flags & QUERY) == 0 ? null : in.text();
    this.partition = (flags & PARTITION) == 0 ? null : in.text(WireReader.MAX_TEXT, known);
    this.caller = (flags & CALLER) == 0 ? null : caller(in);
    this.subject = (flags & SUBJECT) == 0 ? null : in.text(WireReader.MAX_TEXT, known);
  }

  private static InetSocketAddress caller(WireReader in) {
    byte[] address = in.bytes(IP6_BYTES);
    MalformedException.require(
        address.length == IP4_BYTES || address.length == IP6_BYTES, "an address is none");
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), in.i16() & 0xffff);
    } catch (UnknownHostException e) {
      throw new MalformedException("an address is none");
    }
  }

  /**
   * Reads the head of a request.
   *
   * @param known remembers texts that come again and again
   * @throws MalformedException if it was not written by a node of this version
   */
  public static ForwardedRequest read(byte[] payload, KnownTexts known) {
    return new ForwardedRequest(new WireReader(payload), known);
  }

  /** Returns whether it is a GET that a stored document answers as it is. */
  public boolean isPlainRead() {
    return plainRead;
  }

  /** Returns the number of how to treat it. */
  public int kind() {
    return kind;
  }

  /** Returns the number of its verb. */
  public int verb() {
    return verb;
  }

  /** Returns how long it may still take, in microseconds. */
  public long leftMicros() {
    return leftMicros;
  }

  /** Returns the path as it was sent. */
  public String path() {
    return path;
  }

  /** Returns the query as it was sent; null if there is none. */
  public @Nullable String query() {
    return query;
  }

  /** Returns path and query as they were sent. */
  public String target() {
    return query == null ? path : path + '?' + query;
  }

  /** Returns the partition that the sender means; null if that does not matter. */
  public @Nullable String partition() {
    return partition;
  }

  /** Returns where the client's end of its connection is; null if it has none. */
  public @Nullable InetSocketAddress caller() {
    return caller;
  }

  /** Returns who asks, as the node that sent it has proved; null if it has not. */
  public @Nullable String subject() {
    return subject;
  }

  /** Reads the fields; once. */
  public void fields(ForwardedFields.Sink to) {
    ForwardedFields.read(in, known, to);
  }

  /** Reads the body, after the fields; empty if it has none. */
  public byte[] body() {
    return in.rest();
  }
}
