// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long this leader may be sure that no other leads.
 *
 * <p>A follower that has taken an append neither votes for another nor starts an election until its
 * heartbeat timeout has passed since. So once a quorum that every election must ask has answered
 * appends <em>sent</em> at or after a time, nobody can be elected before that time plus the
 * timeout. A stamp counts only within the term whose append carried it, and never if it lies ahead
 * of the clock: it was not taken from it, or in another life of this machine. From that a part is
 * taken off for clocks that run at different speeds. All methods but {@link #isValid} run on the
 * group's thread.
 */
public final class Lease {

  /** What clocks may differ in speed, and some more: one tenth. */
  private static final int DRIFT_DIVISOR = 10;

  /** The engine's clock counts milliseconds. */
  private static final long GRAIN_NANOS = 10_000_000;

  private record Grant(int term, boolean endless, long until) {}

  private final long durationNanos;
  private final Map<String, Long> stamps = new HashMap<>();
  private int term;

  /** The term of the last append sent, and since when stamps count. */
  private int sentTerm;

  private long notBefore;
  private volatile @Nullable Grant grant;

  public Lease(long timeoutNanos) {
    this.durationNanos = timeoutNanos - timeoutNanos / DRIFT_DIVISOR - GRAIN_NANOS;
  }

  /** Tells whether the lease of a term holds at {@code now}. Any thread. */
  public boolean isValid(int ofTerm, long now) {
    Grant held = grant;
    return held != null && held.term == ofTerm && (held.endless || held.until - now > 0);
  }

  /**
   * Takes note of the configuration in which this node leads, or leads no more.
   *
   * @param leadingTerm the term it leads in; 0 if it does not
   * @param others the other voters
   * @param quorum how many voters, this node among them, every election must ask one of
   */
  public void configure(int leadingTerm, Collection<String> others, int quorum) {
    if (leadingTerm != term) {
      stamps.clear();
      term = leadingTerm;
    }
    if (leadingTerm == 0) {
      grant = null;
    } else if (quorum == 1) {
      grant = new Grant(leadingTerm, true, 0);
    } else {
      renew(others, quorum);
    }
  }

  /** This leader sends an append; its first of a term comes before it is told of its role. */
  public void sending(int inTerm, long now) {
    if (inTerm != sentTerm) {
      sentTerm = inTerm;
      notBefore = now;
    }
  }

  /**
   * A member has answered an append of this leader's term.
   *
   * @param stamp when the append was sent
   */
  public void answered(String nodeId, long stamp, long now, Collection<String> others, int quorum) {
    if (sentTerm != term || stamp - notBefore < 0 || stamp - now > 0) {
      return;
    }
    Long known = stamps.get(nodeId);
    if (known == null || stamp - known > 0) {
      stamps.put(nodeId, stamp);
      if (quorum > 1) {
        renew(others, quorum);
      }
    }
  }

  private void renew(Collection<String> others, int quorum) {
    long[] known = new long[others.size()];
    int count = 0;
    for (String other : others) {
      Long stamp = stamps.get(other);
      if (stamp != null) {
        known[count++] = stamp;
      }
    }
    if (count < quorum - 1) {
      grant = null;
      return;
    }
    // The stamps of one process do not lie so far apart that they wrap around.
    Arrays.sort(known, 0, count);
    grant = new Grant(term, false, known[count - (quorum - 1)] + durationNanos);
  }

  /** Ends the lease; only answers to what is sent after {@code now} count for a new one. */
  public void restart(long now) {
    notBefore = now + 1;
    stamps.clear();
    Grant held = grant;
    if (held != null && !held.endless) {
      grant = null;
    }
  }
}
