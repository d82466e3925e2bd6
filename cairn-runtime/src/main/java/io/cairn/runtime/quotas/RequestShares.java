// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.failure.LimitExceeded;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a host does at a time. Below the bound everybody may have as many as he likes.
 * From there on a party is let in while it has less than its share, the bound divided by those who
 * have something under way: so who floods a host finds it busy, and others do not. At twice the
 * bound nobody is let in. Thread-safe; guarded by this.
 */
public final class RequestShares {

  private final int bound;
  private final BiFunction<Subject, @Nullable SocketAddress, String> parties;
  private final Map<String, Integer> byParty = new HashMap<>();
  private int total;

  /**
   * Nobody has anything under way.
   *
   * @param bound 0 for none
   * @param parties whose share somebody's requests are part of
   */
  public RequestShares(int bound, BiFunction<Subject, @Nullable SocketAddress, String> parties) {
    this.bound = bound;
    this.parties = parties;
  }

  /** Whether there is a bound. */
  public boolean isOn() {
    return bound > 0;
  }

  /**
   * Takes up a request.
   *
   * @param who has sent it; null if nobody was asked to prove it
   * @param from where it came from
   * @return is run when it has its answer; idempotent
   * @throws LimitExceeded with 503 if there is no room for it
   */
  public Runnable enter(@Nullable SubjectContext who, @Nullable SocketAddress from) {
    String party = parties.apply(who == null ? Subject.GUEST : who.subject(), from);
    synchronized (this) {
      int mine = byParty.getOrDefault(party, 0);
      int share = Math.max(1, bound / Math.max(1, byParty.size() + (mine == 0 ? 1 : 0)));
      if (total >= bound && (mine >= share || total >= 2L * bound)) {
        throw LimitExceeded.ofHost(
            "This host does %d requests, as many as maxRequestsInProgress allows, and %d of them are of %s, which may have %d while others want some too: send this one again later"
                .formatted(total, mine, party, share));
      }
      byParty.put(party, mine + 1);
      total++;
    }
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        leave(party);
      }
    };
  }

  private synchronized void leave(String party) {
    total--;
    byParty.computeIfPresent(party, (any, mine) -> mine <= 1 ? null : mine - 1);
  }
}
