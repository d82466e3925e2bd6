// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.log.LogPart;
import io.cairn.cluster.raft.message.Codec;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.cluster.raft.message.MemberMessage.StartClaim;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.wire.WireWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The starts of this node's disk, and what it knows of those of other disks. Each start has a
 * number, one above the last, and a token drawn by lot; both are on the disk before anything is
 * sent. A disk that was set back, or copied, begins again from an earlier number: its next start
 * has a number that another one had before, or follows on a token that another one did not. Safe
 * for all threads.
 */
final class DiskStarts {

  private static final Logger LOG = LoggerFactory.getLogger(DiskStarts.class);

  /** In this node's own part of the log: its disk, its last start, the tokens of the last ones. */
  static final byte OWN = 3;

  /** Likewise: the last start known of each other disk. */
  static final byte KNOWN = 4;

  /** Disks that are remembered; that of longest ago makes room. */
  private static final int MAX_DISKS = 256;

  private final LogPart log;
  private final LongSupplier lots;
  private volatile StartClaim own;
  private volatile boolean refused;
  private volatile Runnable onRefusal = () -> {};
  private final Map<Long, Known> known = new LinkedHashMap<>();
  private long told;

  /** The last start known of a disk. */
  private record Known(long number, long token) {}

  private DiskStarts(LogPart log, StartClaim own, LongSupplier lots) {
    this.log = log;
    this.own = own;
    this.lots = lots;
  }

  /**
   * Begins the next start, durably.
   *
   * @param nanos the clock, which is taken into account too, lest a source of chance that begins
   *     anew gives an earlier start's token
   */
  static DiskStarts next(LogPart log, RandomGenerator random, LongSupplier nanos)
      throws IOException {
    byte[] stored = log.state(OWN);
    List<Long> tokens = new ArrayList<>();
    LongSupplier lots = () -> random.nextLong() ^ nanos.getAsLong();
    tokens.add(lots.getAsLong());
    long disk = lots.getAsLong();
    long number = 1;
    if (stored != null) {
      StartClaim last = Codec.read(stored, MemberMessageCodec::readClaim);
      disk = last.disk();
      number = last.number() + 1;
      tokens.addAll(
          last.tokens().subList(0, Math.min(last.tokens().size(), StartClaim.MAX_TOKENS - 1)));
    }
    DiskStarts starts = new DiskStarts(log, new StartClaim(disk, number, tokens), lots);
    starts.writeOwn();
    starts.readKnown();
    return starts;
  }

  private void writeOwn() throws IOException {
    WireWriter out = new WireWriter();
    MemberMessageCodec.write(out, own);
    log.putState(OWN, out.take());
  }

  /** Another member knows a later start, and replicas here were stopped for that. */
  void refused() {
    if (!refused) {
      refused = true;
      onRefusal.run();
    }
  }

  /** Sets what is told that this disk was refused, on whatever thread has learned of it. */
  void onRefusal(Runnable listener) {
    onRefusal = listener;
  }

  boolean areRefused() {
    return refused;
  }

  /** Makes this another disk: nothing that it may have promised before is on it any more. */
  void beginAnew() throws IOException {
    refused = false;
    own = new StartClaim(lots.getAsLong(), 1, List.of(lots.getAsLong()));
    writeOwn();
  }

  private void readKnown() throws IOException {
    byte[] stored = log.state(KNOWN);
    if (stored != null) {
      Codec.read(
              stored,
              in -> in.items(MAX_DISKS, r -> Map.entry(r.i64(), new Known(r.i64(), r.i64()))))
          .forEach(start -> known.put(start.getKey(), start.getValue()));
    }
  }

  private void writeKnown() throws IOException {
    log.putState(
        KNOWN,
        new WireWriter()
            .items(
                known.entrySet(),
                (out, disk) ->
                    out.i64(disk.getKey())
                        .i64(disk.getValue().number())
                        .i64(disk.getValue().token()))
            .take());
  }

  /** This start, for others to examine. */
  StartClaim own() {
    return own;
  }

  /**
   * Examines another node's start. What is accepted is on this disk first, so that an earlier one
   * is not accepted any more, whatever happens.
   */
  synchronized StartAnswer examine(String node, StartClaim claim) throws IOException {
    Known last = known.get(claim.disk());
    boolean accepted = last == null || follows(claim, last);
    if (accepted && (last == null || last.number() != claim.number())) {
      known.remove(claim.disk()); // the latest last
      known.put(claim.disk(), new Known(claim.number(), claim.token()));
      if (known.size() > MAX_DISKS) {
        known.remove(known.keySet().iterator().next());
      }
      writeKnown();
    } else if (!accepted && told != claim.token()) {
      told = claim.token();
      LOG.error(
          "Node {} was started from a disk that was set back or copied: this is its start {}, but"
              + " start {} of the same disk is known here. It does not take part in what it has"
              + " forgotten. If two nodes run with copies of one disk, stop one and delete its data",
          node,
          claim.number(),
          last == null ? 0 : last.number());
    }
    return new StartAnswer(claim.token(), accepted, last == null ? 0 : last.number());
  }

  private static boolean follows(StartClaim claim, Known last) {
    @Nullable Long then = claim.tokenOf(last.number());
    // Of starts further back than tokens go nothing can be said.
    return claim.number() >= last.number() && (then == null || then == last.token());
  }
}
