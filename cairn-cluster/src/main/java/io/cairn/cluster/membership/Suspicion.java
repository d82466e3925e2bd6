// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * How long a suspected member has to contradict: Lifeguard's dogpile (section IV-B). The time is
 * long while only one node says so, who may be slow itself, and shrinks with each other node that
 * got no answer either.
 */
final class Suspicion {

  /** The paper's K, and the first accuser. */
  static final int MAX_ACCUSERS = 4;

  /** How many times the shortest time the longest is: the paper's beta. */
  private static final int LONGEST = 3;

  private final long beganNanos;
  private final Duration shortest;

  /** How many are to confirm before the time is the shortest. */
  private final int wanted;

  private final Set<Integer> accusers = new HashSet<>();

  /** When the next look is; earlier timers are void. */
  long lookNanos;

  /**
   * Begins a suspicion.
   *
   * @param members how many there are, this node and the suspect included
   */
  Suspicion(long nowNanos, MembershipSettings settings, int members) {
    this.beganNanos = nowNanos;
    this.shortest =
        settings.pingInterval().multipliedBy((long) settings.suspicionMultiplier() * bits(members));
    // Half of those who could is enough: some of them may be slow or dead themselves.
    this.wanted = Math.clamp((members - 2) / 2, 0, MAX_ACCUSERS - 1);
  }

  /** Returns the logarithm that times and repetitions grow with (SWIM, sections 4.1 and 4.2). */
  static int bits(int members) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(members);
  }

  /** Takes accusers into account and returns whether one of them is new and counts. */
  boolean confirm(Set<Integer> others) {
    boolean grew = false;
    for (Integer other : others) {
      grew |= accusers.size() <= wanted && accusers.add(other);
    }
    return grew;
  }

  Set<Integer> accusers() {
    return accusers;
  }

  /** Returns when the member is given up: the formula of Lifeguard, section IV-B. */
  long endNanos() {
    double min = shortest.toNanos();
    double max = wanted == 0 ? min : LONGEST * min;
    int confirmations = Math.clamp(accusers.size() - 1L, 0, wanted);
    double share = wanted == 0 ? 1 : Math.log(confirmations + 1.0) / Math.log(wanted + 1.0);
    return beganNanos + (long) Math.max(min, max - (max - min) * share);
  }
}
