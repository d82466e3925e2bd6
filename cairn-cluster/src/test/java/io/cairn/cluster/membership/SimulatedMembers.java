// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Real members on the virtual network and clock, for tests of what is built on membership. */
public final class SimulatedMembers {

  private static final int ADDRESSES = 8;

  private final VirtualCluster cluster;

  /** Makes a network without members whose accidents depend on the seed. */
  public SimulatedMembers(long seed) {
    cluster = new VirtualCluster(MembershipSettings.defaults(), seed);
  }

  /** Makes a member that is not started, at host number so and so; it knows hosts 1 to 8. */
  public Membership member(String nodeId, int number) {
    Membership membership = cluster.member(nodeId, VirtualCluster.address(number)).membership();
    membership.seeds(
        IntStream.rangeClosed(1, ADDRESSES).mapToObj(VirtualCluster::address).toList());
    return membership;
  }

  /** Returns the virtual clock. */
  public InstantSource clock() {
    return cluster::instant;
  }

  /** Ends a member as kill -9 does. */
  public void kill(Membership membership) {
    cluster.kill(find(membership));
  }

  /** Has a member say good-bye and end. */
  public void leave(Membership membership) {
    VirtualCluster.Member member = find(membership);
    var left = membership.leave();
    cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(30));
    cluster.network.unplug(member.address());
    cluster.members.remove(member);
  }

  /** Pauses a member's process. */
  public void pause(Membership membership, Duration pause) {
    find(membership).node().pause(pause);
  }

  /** Cuts the hosts up to a number off from those beyond. */
  public void cutAfter(int number) {
    cluster.network.cut((from, to) -> isBeyond(from, number) != isBeyond(to, number));
  }

  private static boolean isBeyond(URI address, int number) {
    return Integer.parseInt(address.getHost().substring("host".length())) > number;
  }

  /** Mends the network. */
  public void heal() {
    cluster.network.heal();
    cluster.network.lose(0);
  }

  /** Loses a share of the messages. */
  public void lose(double share) {
    cluster.network.lose(share);
  }

  /** Lets time pass. */
  public void advance(Duration duration) {
    cluster.time.advance(duration);
  }

  /** Lets time pass until something holds, at most so long; returns whether it does. */
  public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    return cluster.time.advanceUntil(condition, limit);
  }

  private VirtualCluster.Member find(Membership membership) {
    return cluster.members.stream()
        .filter(member -> member.membership() == membership)
        .findAny()
        .orElseThrow();
  }
}
