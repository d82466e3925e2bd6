// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerClockSkew;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerNetwork;
import io.cairn.net.peer.PeerStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this node's time of day with its peers': right after a connection was made, and every
 * now and then. What differs by so much that it is no accident of measuring is logged, once for
 * each peer until it is well again. Thread-safe.
 */
final class PeerClocks implements PeerHandler {
  private static final Logger LOG = LoggerFactory.getLogger(PeerClocks.class);

  /** What NTP keeps by far, and what does no harm. */
  static final Duration TOLERATED = Duration.ofSeconds(2);

  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  private final PeerNode node;
  private final PeerNetwork network;
  private final InstantSource clock;

  /** By node id. */
  private final Map<String, PeerClockSkew> wrong = new ConcurrentHashMap<>();

  /** How far the clock of each connected peer is ahead, in microseconds, by launch. */
  private final Map<String, Long> ahead = new ConcurrentHashMap<>();

  /** How long the last question took there and back, in nanoseconds, by node id. */
  private final Map<String, Long> roundTrips = new ConcurrentHashMap<>();

  PeerClocks(PeerNode node, PeerNetwork network) {
    this.node = node;
    this.network = network;
    this.clock = node.settings().clock();
  }

  @Override
  public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
    return CompletableFuture.completedFuture(
        ByteBuffer.allocate(Long.BYTES).putLong(ownMicros()).array());
  }

  /** Asks all peers, and forgets those that are gone. */
  void round() {
    List<PeerIdentity> peers = node.roster().connected();
    ahead.keySet().retainAll(peers.stream().map(PeerIdentity::launchId).toList());
    List<String> ids = peers.stream().map(PeerIdentity::nodeId).toList();
    wrong.keySet().retainAll(ids);
    roundTrips.keySet().retainAll(ids);
    peers.forEach(this::ask);
  }

  /** Asks a peer with which there is a connection. Does not wait. */
  void ask(PeerIdentity peer) {
    long asked = node.nanoTime();
    var _ =
        network
            .request(peer.address(), PeerStream.CLOCK, new byte[0], ANSWER_TIME)
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null && answer.length == Long.BYTES) {
                    long nanos = node.nanoTime() - asked;
                    roundTrips.put(peer.nodeId(), nanos);
                    long took = TimeUnit.NANOSECONDS.toMicros(nanos);
                    long then = ByteBuffer.wrap(answer).getLong() + took / 2;
                    compared(peer, then - ownMicros(), took / 2);
                  }
                });
  }

  private void compared(PeerIdentity peer, long difference, long error) {
    ahead.put(peer.launchId(), difference);
    String id = peer.nodeId();
    if (Math.abs(difference) - error <= micros(TOLERATED)) {
      if (wrong.remove(id) != null) {
        LOG.info("The clocks of node {} and of this one agree again", id);
      }
      return;
    }
    PeerClockSkew skew = new PeerClockSkew(id, Duration.ofNanos(difference * 1000));
    if (wrong.put(id, skew) == null) {
      LOG.warn("{}", skew.text());
    }
  }

  /** Returns how long the last question to each connected peer took, in nanoseconds, by node id. */
  Map<String, Long> roundTrips() {
    return Map.copyOf(roundTrips);
  }

  /** Returns which peers' clocks differ from this node's, ordered by id. */
  List<PeerClockSkew> skews() {
    return wrong.values().stream()
        .sorted(java.util.Comparator.comparing(PeerClockSkew::nodeId))
        .toList();
  }

  /**
   * Returns the time of day that most of the connected nodes have, in microseconds; the earlier one
   * where they are divided. It is this node's own as long as that is about right.
   */
  long agreedMicros() {
    List<Long> differences = new ArrayList<>(ahead.values());
    differences.add(0L);
    differences.sort(null);
    long median = differences.get((differences.size() - 1) / 2);
    return ownMicros() + (Math.abs(median) <= micros(TOLERATED) ? 0 : median);
  }

  private long ownMicros() {
    var now = clock.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }
}
