// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * Loses, delays, repeats and reorders what is sent, and forgets what is on a link when that is cut.
 * All chance comes from one source, so that a seed always gives the same run. For one thread.
 *
 * @param <A> what nodes are named by
 */
public final class SimulatedNetwork<A> {

  /**
   * How links treat what is sent over them; times in nanoseconds.
   *
   * @param loss the share that never arrives
   * @param duplication the share that arrives twice
   * @param leastDelay how long it takes at least
   * @param spread how much longer it may take
   * @param lateness the share that comes much later still
   * @param latest by how much at most
   */
  public record Traffic(
      double loss, double duplication, long leastDelay, long spread, double lateness, long latest) {

    /** Traffic that loses, repeats and holds up nothing. */
    public static Traffic calm(long leastDelay, long spread) {
      return new Traffic(0, 0, leastDelay, spread, 0, 0);
    }
  }

  private record Link<A>(A from, A to) {}

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Set<Link<A>> cut = new HashSet<>();
  private final Map<Link<A>, Long> heldUntil = new HashMap<>();
  private final Map<Link<A>, Traffic> exceptions = new HashMap<>();
  private BiPredicate<A, A> partition = (from, to) -> false;
  private Traffic traffic;

  /** Creates a network all of whose links treat what they carry alike. */
  public SimulatedNetwork(VirtualTime time, RandomGenerator random, Traffic traffic) {
    this.time = time;
    this.random = random;
    this.traffic = traffic;
  }

  /** Changes how all links treat what they carry, but for those with a treatment of their own. */
  public void traffic(Traffic treatment) {
    traffic = treatment;
  }

  /** Gives one direction a treatment of its own. */
  public void traffic(A from, A to, Traffic treatment) {
    exceptions.put(new Link<>(from, to), treatment);
  }

  /** Cuts one direction. */
  public void cut(A from, A to) {
    cut.add(new Link<>(from, to));
  }

  /** Cuts, beside what is cut one by one, every direction for which it holds. */
  public void partition(BiPredicate<A, A> apart) {
    partition = apart;
  }

  /** Keeps back what is sent in one direction until some time, and then delivers it. */
  public void hold(A from, A to, long until) {
    heldUntil.put(new Link<>(from, to), until);
  }

  /** Joins what was cut. */
  public void heal() {
    cut.clear();
    partition = (from, to) -> false;
  }

  /** Forgets what links were told to keep back. */
  public void release() {
    heldUntil.clear();
  }

  /** Tells whether anything gets through in one direction. */
  public boolean isOpen(A from, A to) {
    return !cut.contains(new Link<>(from, to)) && !partition.test(from, to);
  }

  /**
   * Sends something.
   *
   * @param sent when
   * @param arrival happens when it arrives: once, twice or never
   */
  public void send(A from, A to, long sent, Runnable arrival) {
    Link<A> link = new Link<>(from, to);
    Traffic treatment = exceptions.getOrDefault(link, traffic);
    boolean lost = chance(treatment.loss());
    boolean twice = chance(treatment.duplication());
    if (lost || !isOpen(from, to)) {
      return;
    }
    for (int copies = twice ? 2 : 1; copies > 0; copies--) {
      long delay = treatment.leastDelay() + (long) (random.nextDouble() * treatment.spread());
      if (chance(treatment.lateness())) {
        delay += (long) (random.nextDouble() * treatment.latest());
      }
      long begin = Math.max(sent, heldUntil.getOrDefault(link, sent));
      time.at(
          begin + delay,
          () -> {
            if (isOpen(from, to)) {
              arrival.run();
            }
          });
    }
  }

  private boolean chance(double share) {
    return share > 0 && random.nextDouble() < share;
  }
}
