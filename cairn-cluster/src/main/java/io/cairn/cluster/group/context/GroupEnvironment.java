// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.group.partition.PartitionMachines;
import io.cairn.cluster.group.peers.ControlChannel;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.membership.Membership;
import java.time.Clock;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * What groups are made of and take from outside.
 *
 * @param node replicates
 * @param membership says who is alive; started by {@code NodeGroups.start}
 * @param peers who is alive and where; listens to {@code membership}
 * @param control asks other nodes
 * @param machines makes the state machines of partitions
 * @param clock the time of day, for what people read
 * @param nanos a clock that only goes forward, for waiting
 * @param random makes ids of groups and spreads retries
 */
public record GroupEnvironment(
    ReplicationNode node,
    Membership membership,
    LivePeers peers,
    ControlChannel control,
    PartitionMachines machines,
    Clock clock,
    LongSupplier nanos,
    Random random) {

  public long micros() {
    var now = clock.instant();
    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1000;
  }

  public String randomId() {
    return "%016x".formatted(random.nextLong());
  }
}
