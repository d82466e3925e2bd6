// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.simulation.SimulatedNetwork;
import io.cairn.cluster.simulation.VirtualTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The network as members that keep attributes use it: islands, and messages that tests look into.
 */
final class MemberNetwork {

  /** The share of messages that come late. */
  private static final double SLOW = 0.02;

  private final VirtualTime time;
  private final SimulatedNetwork<String> links;
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

  MemberNetwork(VirtualTime time, RandomGenerator random) {
    this.time = time;
    links = new SimulatedNetwork<>(time, random, SimulatedNetwork.Traffic.calm(1, 0));
    links.partition((from, to) -> !isConnected(from, to));
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
    long spread = maxDelayMillis * VirtualTime.MILLIS;
    links.traffic(
        new SimulatedNetwork.Traffic(
            loss,
            duplication,
            1,
            spread,
            isSometimesSlow ? SLOW : 0,
            Math.min(10 * VirtualTime.SECONDS, 50 * spread)));
    links.send(
        from, to, time.now(), () -> member(to).ifPresent(member -> member.deliver(from, message)));
  }
}
