// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.ReplicationGroup;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.Condition;
import io.cairn.cluster.group.Partition;
import io.cairn.cluster.group.PartitionId;
import io.cairn.cluster.group.PartitionSet;
import io.cairn.cluster.group.SelectorSpec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether other nodes have to do with some documents, so that requests may have to be handed on. */
class SpreadDocumentsTest {

  private static final String SELF = "self";
  private static final ReplicationGroup REPLICA =
      (ReplicationGroup)
          Proxy.newProxyInstance(
              ReplicationGroup.class.getClassLoader(),
              new Class<?>[] {ReplicationGroup.class},
              (_, method, _) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private record Held(@Nullable ReplicationGroup replica, List<String> holders)
      implements Partition {
    @Override
    public PartitionId id() {
      return new PartitionId("default", "uid", "single", 0, 0);
    }

    @Override
    public @Nullable StateMachine machine() {
      return null;
    }

    @Override
    public @Nullable String owner() {
      return null;
    }
  }

  private record Parts(List<Partition> partitions) implements PartitionSet {
    @Override
    public SelectorSpec selector() {
      return SelectorSpec.EVERYWHERE;
    }

    @Override
    public boolean isFrozen() {
      return false;
    }

    @Override
    public Condition condition() {
      return Condition.WELL;
    }
  }

  private static boolean isSpread(Partition... partitions) {
    PartitionSet set = new Parts(List.of(partitions));
    return new PartitionedDocuments(
            SELF, () -> set, DiskRoom.of(Path.of("."), 0), () -> Condition.WELL)
        .isSpread();
  }

  @Test
  void documentsThatOnlyThisNodeHoldsAreNotSpread() {
    assertThat(isSpread(new Held(REPLICA, List.of(SELF)))).isFalse();
  }

  @Test
  void documentsThatOthersHoldAreSpread() {
    assertThat(isSpread(new Held(REPLICA, List.of(SELF, "other")))).isTrue();
    assertThat(isSpread(new Held(REPLICA, List.of(SELF)), new Held(null, List.of("other"))))
        .isTrue();
  }

  @Test
  void documentsThatMoveToAnotherNodeAreSpreadWhileTheirReplicaIsStillHere() {
    assertThat(isSpread(new Held(REPLICA, List.of(SELF)), new Held(REPLICA, List.of("other"))))
        .isTrue();
  }

  @Test
  void documentsWhoseHoldersAreNotKnownYetAreSpread() {
    assertThat(isSpread(new Held(REPLICA, List.of()))).isTrue();
  }
}
