// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerRefusal;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.PeerTrouble.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What keeps this node from talking with peers. Each is logged once, and again when the reason
 * changes or after all was well in between. That nobody answers is normal while nodes start, and is
 * logged only when it lasts. Thread-safe; guarded by this.
 */
final class PeerTroubles {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTroubles.class);

  /** How long nobody may answer: the time that nodes which start together may differ by. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A node that moves is taken for its former self until that one is given up. */
  static final Duration MOVE = Duration.ofSeconds(3);

  /** The least time between two lines about one peer, whose reasons may alternate. */
  private static final Duration FLOOR = Duration.ofSeconds(10);

  /** The same about one that dials this node: who has not come for so long is new. */
  private static final Duration VISIT = Duration.ofMinutes(1);

  private static final int REMEMBERED = 1000;

  private final LongSupplier nanoTime;
  private final Map<URI, Case> dials = new TreeMap<>();

  /** Who was not let in, by what they are known by. Strangers can fill it, and lose places only. */
  private final Map<String, Case> visitors =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Case> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** One peer's trouble. */
  private static final class Case {
    private Kind kind;
    private String reason;
    private long since;
    private long lastTime;
    private @Nullable String logged;
    private long loggedAt;

    private Case(Kind kind, String reason, long since) {
      this.kind = kind;
      this.reason = reason;
      this.since = since;
      this.lastTime = since;
    }

    private boolean lasts(long now) {
      Duration patience =
          switch (kind) {
            case UNREACHABLE -> PATIENCE;
            case REFUSED -> Duration.ZERO;
            case CLAIMED -> MOVE;
          };
      return now - since >= patience.toNanos();
    }

    private boolean isDue(long now, Duration floor) {
      return lasts(now)
          && !reason.equals(logged)
          && (logged == null || now - loggedAt >= floor.toNanos());
    }
  }

  PeerTroubles(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A dial has failed. */
  synchronized void failed(URI address, Kind kind, String reason) {
    note(dials, address, kind, reason);
    look(address, dials.get(address));
  }

  /** There is a connection, or nobody wants one any more. */
  synchronized void over(URI address) {
    dials.remove(address);
  }

  /**
   * This node has refused one that dialed it.
   *
   * @param visitor what that one is known by
   */
  synchronized void refused(String visitor, Kind kind, String reason) {
    long now = nanoTime.getAsLong();
    Case before = visitors.get(visitor);
    if (before != null && now - before.lastTime > VISIT.toNanos()) {
      visitors.remove(visitor);
    }
    note(visitors, visitor, kind, reason);
    Case visit = visitors.get(visitor);
    if (visit != null && visit.isDue(now, VISIT)) {
      log(visit, "Refused the peer at {}: {}", visitor);
    }
  }

  /** One that was refused before is let in. */
  synchronized void admitted(String visitor) {
    visitors.remove(visitor);
  }

  /** Logs what has lasted for long enough by now; called every now and then. */
  synchronized void look() {
    dials.forEach(this::look);
  }

  /** Returns whom nobody answers for long and who refuses, ordered by address. */
  synchronized List<PeerTrouble> all() {
    long now = nanoTime.getAsLong();
    return dials.entrySet().stream()
        .filter(dial -> dial.getValue().kind != Kind.UNREACHABLE || dial.getValue().lasts(now))
        .map(
            dial ->
                new PeerTrouble(dial.getKey(), dial.getValue().kind, dial.getValue().reason, null))
        .toList();
  }

  /** Returns who was not let in within the last minute, the latest last. */
  synchronized List<PeerRefusal> refusals() {
    long now = nanoTime.getAsLong();
    return visitors.entrySet().stream()
        .filter(visit -> now - visit.getValue().lastTime <= VISIT.toNanos())
        .filter(visit -> visit.getValue().lasts(now))
        .map(
            visit ->
                new PeerRefusal(visit.getKey(), visit.getValue().kind, visit.getValue().reason))
        .toList();
  }

  private <K> void note(Map<K, Case> cases, K key, Kind kind, String reason) {
    long now = nanoTime.getAsLong();
    Case present = cases.computeIfAbsent(key, any -> new Case(kind, reason, now));
    if (present.kind != kind) {
      present.kind = kind;
      present.since = now;
    }
    present.reason = reason;
    present.lastTime = now;
  }

  private void look(URI address, @Nullable Case dial) {
    if (dial != null && dial.isDue(nanoTime.getAsLong(), FLOOR)) {
      String form =
          dial.kind == Kind.CLAIMED
              ? "The peer at {} does not take this node in: {}"
              : "Cannot connect with the peer at {}: {}";
      log(dial, form, address);
    }
  }

  private void log(Case told, String form, Object peer) {
    told.logged = told.reason;
    told.loggedAt = nanoTime.getAsLong();
    LOG.atLevel(told.kind == Kind.CLAIMED ? Level.ERROR : Level.WARN).log(form, peer, told.reason);
  }
}
