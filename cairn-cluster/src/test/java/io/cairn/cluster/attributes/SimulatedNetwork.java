// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Carries messages between members late, twice, in another order or not at all. */
final class SimulatedNetwork {

  private final SimulatedTime time;
  private final RandomGenerator random;
  private final Map<String, SimulatedMember> members = new TreeMap<>();
  private final Map<String, Integer> islands = new TreeMap<>();

  double loss;
  double duplication;
  long maxDelayMillis = 5;
  boolean isSometimesSlow = true;

  /** Sees every message that is sent; for tests that look into them. */
  Observer observer = (from, to, message) -> {};

  /** Sees a message. */
  interface Observer {
    void sent(String from, String to, byte[] message);
  }

  SimulatedNetwork(SimulatedTime time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  void add(SimulatedMember member) {
    members.put(member.id(), member);
  }

  Map<String, SimulatedMember> members() {
    return members;
  }

  Optional<SimulatedMember> member(String id) {
    return Optional.ofNullable(members.get(id));
  }

  /** Puts a member on an island; only those on the same one reach each other. */
  void island(String id, int number) {
    islands.put(id, number);
  }

  void heal() {
    islands.clear();
  }

  boolean isConnected(String a, String b) {
    return Objects.equals(islands.getOrDefault(a, 0), islands.getOrDefault(b, 0));
  }

  void send(String from, String to, byte[] message) {
    observer.sent(from, to, message);
    if (random.nextDouble() < loss) {
      return;
    }
    deliverLater(from, to, message);
    if (random.nextDouble() < duplication) {
      deliverLater(from, to, message);
    }
  }

  private void deliverLater(String from, String to, byte[] message) {
    boolean isSlow = isSometimesSlow && random.nextInt(50) == 0;
    long most = isSlow ? Math.min(10_000, 50 * maxDelayMillis) : maxDelayMillis;
    long delay = 1 + (long) (random.nextDouble() * most * 1e6);
    time.schedule(
        () -> {
          if (isConnected(from, to)) {
            member(to).ifPresent(member -> member.deliver(from, message));
          }
        },
        delay);
  }
}
