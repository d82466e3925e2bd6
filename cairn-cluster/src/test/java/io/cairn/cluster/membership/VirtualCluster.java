// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.ClusterMember.State;
import io.cairn.cluster.simulation.VirtualTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members on a virtual network and clock, each of which writes down its events. */
final class VirtualCluster {

  private static final Duration LOOK = Duration.ofMillis(5);

  final VirtualTime time = new VirtualTime();
  final VirtualNetwork network;
  final List<Member> members = new ArrayList<>();
  private final MembershipSettings settings;
  private final Random random;
  private int launches;

  VirtualCluster(MembershipSettings settings, long seed) {
    this.settings = settings;
    this.random = new Random(seed);
    this.network = new VirtualNetwork(time, seed);
  }

  /** A member, what it heard, and when. */
  record Member(
      SwimMembership membership,
      VirtualTimers node,
      List<MembershipEvent> events,
      List<Long> times) {

    URI address() {
      return membership.self().address();
    }

    List<String> others() {
      return membership.members().stream()
          .filter(member -> !member.launchId().equals(membership.self().launchId()))
          .map(ClusterMember::launchId)
          .sorted()
          .toList();
    }

    /** What it heard, as words: the kind and the launch. */
    List<String> story() {
      return events.stream().map(VirtualCluster::word).toList();
    }

    boolean heard(String word) {
      return events.stream().anyMatch(event -> word(event).equals(word));
    }

    long millisOf(String word) {
      return times.get(story().indexOf(word));
    }
  }

  static String word(MembershipEvent event) {
    String launch = event.member().launchId();
    return switch (event) {
      case MembershipEvent.Joined joined -> "joined " + launch;
      case MembershipEvent.Suspected suspected -> "suspected " + launch;
      case MembershipEvent.Recovered recovered -> "recovered " + launch;
      case MembershipEvent.Updated updated -> "updated " + launch;
      case MembershipEvent.Left left -> left.reason() + " " + launch;
      case MembershipEvent.Conflicted conflict ->
          "conflicted " + launch + " " + conflict.intruder().launchId();
    };
  }

  static URI address(int number) {
    return URI.create("http://host" + number + ":8000");
  }

  /** Makes a member that is not started; its launch id is its node id and a running number. */
  Member member(String nodeId, URI address) {
    String launchId = nodeId + "-" + ++launches;
    VirtualTimers node = new VirtualTimers(time);
    SwimMembership membership =
        new SwimMembership(
            new ClusterMember(nodeId, launchId, address, Map.of("name", nodeId), State.ALIVE),
            network.plug(address),
            settings,
            new SwimRuntime(node, Runnable::run, this::instant, random));
    Member member = new Member(membership, node, new ArrayList<>(), new ArrayList<>());
    membership.listener(
        event -> {
          member.events().add(event);
          member.times().add(time.millis());
        });
    members.add(member);
    return member;
  }

  Member start(String nodeId, URI address, URI... seeds) {
    Member member = member(nodeId, address);
    member.membership().seeds(Arrays.asList(seeds));
    member.membership().start();
    return member;
  }

  static URI[] addresses(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(VirtualCluster::address).toArray(URI[]::new);
  }

  Instant instant() {
    return Instant.ofEpochSecond(0, time.now());
  }

  /** Starts nodes n1, n2, ... at the same instant, each with all addresses as seeds. */
  VirtualCluster startAll(int count) {
    URI[] seeds = addresses(count);
    for (int i = 1; i <= count; i++) {
      start("n" + i, address(i), seeds);
    }
    return this;
  }

  /** Looks every few milliseconds only: to look after each message takes longer than to send it. */
  boolean convergesWithin(Duration limit) {
    return holdsWithin(this::isConverged, limit);
  }

  /** Lets time pass until something holds, to the next few milliseconds. */
  boolean holdsWithin(BooleanSupplier condition, Duration limit) {
    long end = time.millis() + limit.toMillis();
    while (!condition.getAsBoolean()) {
      if (time.millis() >= end) {
        return false;
      }
      time.advance(LOOK);
    }
    return true;
  }

  /** Whether each knows exactly all others, and none is suspected. */
  boolean isConverged() {
    Set<String> all =
        members.stream().map(m -> m.membership().self().launchId()).collect(Collectors.toSet());
    return members.stream().allMatch(member -> knowsAll(member, all));
  }

  private static boolean knowsAll(Member member, Set<String> launches) {
    List<ClusterMember> known = member.membership().members();
    return known.size() == launches.size()
        && known.stream()
            .allMatch(m -> launches.contains(m.launchId()) && m.state() == State.ALIVE);
  }

  /** Ends a member as kill -9 does. */
  void kill(Member member) {
    network.unplug(member.address());
    member.membership().close();
    member.node().close();
    members.remove(member);
  }

  /** Cuts the network between the first members and the others. */
  void partition(int firsts) {
    List<URI> side = members.subList(0, firsts).stream().map(Member::address).toList();
    network.cut((from, to) -> side.contains(from) != side.contains(to));
  }

  void clearStories() {
    members.forEach(
        member -> {
          member.events().clear();
          member.times().clear();
        });
  }
}
