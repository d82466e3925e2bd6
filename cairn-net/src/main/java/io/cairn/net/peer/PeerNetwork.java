// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Carries bytes between this node and others, addressed by the URI under which those are dialed.
 * Connections are made when something is to be sent and are used both ways. Two nodes have a
 * control lane, whose event loops never wait, and a lane for each shard that both have, which the
 * shard itself reads and writes and which waits while the shard waits for its disk. Safe for use by
 * any thread; no method but {@link #close} blocks. Futures complete on a thread of the network's:
 * dependents that block or compute belong elsewhere.
 */
public interface PeerNetwork extends AutoCloseable {

  /**
   * Sends a message that may get lost: it is dropped, and counted, when the peer cannot be reached
   * or the queue to it is full. Those of one stream arrive in order. The array must not be written
   * to afterwards.
   */
  void send(URI peer, PeerStream stream, byte[] payload);

  /**
   * As the other form, by the lane of a shard: what is sent in a turn of its event loop leaves at
   * the turn's end or with {@link io.cairn.net.LoopTurn#letOut()}. Messages of one shard to one
   * peer arrive in order as long as they go the same way: by the control lane while there is no
   * lane.
   *
   * @param shard the number of the shard that sends. It is divided by the number of lanes, and what
   *     is left over is the lane
   * @param payload bytes that begin at the beginning of an array, which nobody writes to any more
   */
  void send(URI peer, PeerStream stream, int shard, ByteBuffer payload);

  /**
   * Sends a request and awaits the answer.
   *
   * @param timeout how long it may take from now on, connecting included
   * @return the answer; fails with one of the kinds of {@link PeerException}. Who cancels it takes
   *     the request back: it is not sent any more, or the peer is told
   */
  CompletableFuture<byte[]> request(URI peer, PeerStream stream, byte[] payload, Duration timeout);

  /**
   * As the other form, by the lane of a shard, over which the answer comes too.
   *
   * @param shard the number of the shard that the request is for, or one that leaves it over when
   *     divided by the number of shards
   */
  CompletableFuture<byte[]> request(
      URI peer, PeerStream stream, int shard, byte[] payload, Duration timeout);

  /**
   * Gives a request up that certainly was not sent: it fails with a {@link
   * PeerUnreachableException}. One that may have been sent goes on, and so does one that goes over
   * another node.
   *
   * @param answer what {@link #request} has returned
   */
  void withdraw(CompletableFuture<byte[]> answer);

  /**
   * Opens a transfer from the peer. It never delays other traffic: the peer sends only so much as
   * the reader has made room for.
   *
   * @param timeout how long opening may take, and later each wait for the next bytes
   * @return the bytes as a stream for one reader, which blocks; complete when the peer has opened
   *     it. A transfer that breaks off, or pauses for too long, ends in an {@link
   *     java.io.IOException}, never in a premature end of stream. Closing it early tells the peer.
   *     Fails like {@link #request}
   */
  CompletableFuture<InputStream> download(
      URI peer, PeerStream stream, byte[] request, Duration timeout);

  /** Sets who takes what arrives on a stream, in place of the handler before. */
  void handle(PeerStream stream, PeerHandler handler);

  /** Whether there is an authenticated connection with the peer now. */
  boolean isConnected(URI peer);

  /** Returns who answers at the address, if there is a connection now. */
  Optional<PeerIdentity> identity(URI peer);

  /** Returns how long ago anything came from the peer; empty if nothing did, or long ago. */
  Optional<Duration> silence(URI peer);

  /** Returns which peers this node wants to talk with and cannot, and why; ordered by address. */
  List<PeerTrouble> troubles();

  /** Returns who came within the last minute and was not let in, and why; the latest last. */
  List<PeerRefusal> refusals();

  /**
   * Returns which connected peers have a time of day that differs from this node's; ordered by id.
   */
  List<PeerClockSkew> clockSkews();

  /**
   * Returns how long the last look at each connected peer's clock took there and back, in
   * nanoseconds, by node id: one each ten seconds.
   */
  Map<String, Long> roundTrips();

  /** Returns how many connections with peers there are, all lanes together. */
  int connectionCount();

  /**
   * Returns the time of day that most of the connected nodes and this one have, in microseconds
   * since 1970; the earlier one where they are divided. For what must not happen too early because
   * one clock is wrong. Goes back when clocks are set.
   */
  long agreedMicros();

  /**
   * Registers what to do when the connection with a peer ends for whatever reason. Runs on an event
   * loop and must not block.
   */
  void onDisconnect(Consumer<PeerIdentity> listener);

  /** Returns what each stream has carried. */
  Map<PeerStream, PeerTraffic> traffic();

  /** Sends what is queued to connected peers, bounded in time, and closes every connection. */
  @Override
  void close();
}
