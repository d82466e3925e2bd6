// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.context.GroupEnvironment;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.context.LeaderNews;
import io.cairn.cluster.group.peers.LivePeers;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.GroupRegister;
import io.cairn.cluster.group.state.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupHandoverTest {

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private GroupContext context() throws IOException {
    FakeNetwork network = new FakeNetwork();
    FakeNetwork.Node node = network.node("a");
    return new GroupContext(
        GroupSettings.defaults(directory),
        new GroupEnvironment(
            new FakeConsensus(network).node("a"),
            node,
            new LivePeers(),
            node,
            new MapMachines(new ConcurrentHashMap<>(), partition -> null),
            Clock.systemUTC(),
            System::nanoTime,
            new Random(1)),
        GroupRegister.open(directory, "a", List.of()),
        new LeaderNews(),
        timer,
        new CountDownLatch(1));
  }

  @Test
  void membershipThatIsLeftIsLookedForOnlyWhenTheOtherHasCaughtUp()
      throws IOException, InterruptedException {
    GroupContext context = context();
    GroupMembership membership =
        new GroupMembership(
            "uid", 1, "token", List.of(), false, NodeRole.PEER, "", Map.of(), List.of());
    GroupInstance notOpen = new GroupInstance(context, "default", membership, false, null);
    AtomicBoolean asked = new AtomicBoolean();

    boolean done =
        new GroupHandover(
                context,
                () -> {
                  asked.set(true);
                  return null;
                },
                notOpen)
            .isDone();

    assertThat(done).isFalse();
    assertThat(asked).isFalse();
  }
}
