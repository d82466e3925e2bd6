// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import io.cairn.cluster.simulation.VirtualTime;
import io.cairn.wire.MalformedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Nodes whose network loses nothing unless it is told to; digests are an hour apart by default. */
final class CalmCluster {

  static final long INTERVAL_MILLIS = 1_000;
  static final AttributesSettings SETTINGS =
      new AttributesSettings(
          Duration.ofMillis(INTERVAL_MILLIS),
          3,
          Duration.ofHours(1),
          Duration.ofDays(1),
          4096,
          64 << 10,
          1_000,
          null);

  final VirtualTime time = new VirtualTime(1L << 40);
  final Random random = new Random(11);
  final MemberNetwork network = new MemberNetwork(time, random);
  final List<SimulatedMember> members = new ArrayList<>();

  /** A message that was sent, and when. */
  record Sent(String from, String to, AttributesMessage message, long millis) {}

  final List<Sent> sent = new ArrayList<>();

  CalmCluster() {
    network.isSometimesSlow = false;
    network.maxDelayMillis = 2;
    network.observer =
        (from, to, bytes) -> {
          try {
            sent.add(new Sent(from, to, AttributesMessageCodec.decode(bytes), time.millis()));
          } catch (MalformedException e) {
            throw new AssertionError(e);
          }
        };
  }

  static AttributesSettings persistent() {
    return SETTINGS.withDirectory(Path.of("attributes"));
  }

  static AttributesSettings withDigests(Duration interval, Duration tombstoneLifetime) {
    return new AttributesSettings(
        SETTINGS.redistributionInterval(),
        3,
        interval,
        tombstoneLifetime,
        4096,
        64 << 10,
        1_000,
        null);
  }

  SimulatedMember start(String id, AttributesSettings settings) {
    SimulatedMember member = new SimulatedMember(id, network, time, random, settings);
    members.add(member);
    member.start();
    return member;
  }

  SimulatedMember start(String id) {
    return start(id, SETTINGS);
  }

  /** Lets everybody see who can be reached. */
  void see() {
    for (SimulatedMember member : members) {
      for (SimulatedMember other : members) {
        if (member != other && member.isUp()) {
          member.sees(other, other.isUp() && network.isConnected(member.id(), other.id()));
        }
      }
    }
  }

  /** Lets everybody see who can be reached, and the comparisons of that take place. */
  void settle() {
    see();
    time.advanceMillis(3 * INTERVAL_MILLIS);
    sent.clear();
  }

  long count(String to, Class<? extends AttributesMessage> type) {
    return sent.stream()
        .filter(each -> each.to().equals(to) && type.isInstance(each.message()))
        .count();
  }
}
