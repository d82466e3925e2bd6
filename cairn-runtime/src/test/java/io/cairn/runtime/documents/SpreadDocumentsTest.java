// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Obstacle;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.group.state.SelectorSpec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whether other nodes have to do with some documents, so that requests may have to be handed on.
 */
class SpreadDocumentsTest {

  private static final String SELF = "self";
  private static final ReplicaSet REPLICA =
      (ReplicaSet)
          Proxy.newProxyInstance(
              ReplicaSet.class.getClassLoader(),
              new Class<?>[] {ReplicaSet.class},
              (_, method, _) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private record Held(@Nullable ReplicaSet replica, List<String> holders) implements Partition {
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

  private record Parts(List<Partition> partitions, Condition condition) implements PartitionSet {
    @Override
    public SelectorSpec selector() {
      return SelectorSpec.EVERYWHERE;
    }

    @Override
    public boolean isFrozen() {
      return false;
    }
  }

  private static PartitionedStorage documents(
      Supplier<@Nullable PartitionSet> set, Condition condition) {
    return new PartitionedStorage(
        SELF, set, DiskRoom.of(Path.of("."), 0, System::nanoTime), () -> condition);
  }

  private static boolean isSpread(Partition... partitions) {
    PartitionSet set = new Parts(List.of(partitions), Condition.WELL);
    return documents(() -> set, Condition.WELL).isSpread();
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

  // What is missing is refused, never left out.

  private static final Condition IDLE =
      new Condition(
          true,
          true,
          "2 of 3 live",
          List.of(new Obstacle(Obstacle.Kind.QUORUM, "2 of 3 live")),
          Map.of());

  private static PartitionedStorage documents(Condition condition, Partition... partitions) {
    PartitionSet set = new Parts(List.of(partitions), condition);
    return documents(() -> set, Condition.WELL);
  }

  private static void assertRefused(PartitionedStorage documents, String why) {
    assertThatThrownBy(documents::spread)
        .isInstanceOf(NotServedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void documentsOfAGroupThatThisNodeIsNotInAreRefused() {
    PartitionedStorage documents = documents(() -> null, Condition.none("in no group yet"));

    assertRefused(documents, "in no group yet");
    assertThatThrownBy(documents::held).isInstanceOf(NotServedException.class);
    assertThatThrownBy(() -> documents.requireKnown("/x", false))
        .isInstanceOf(NotServedException.class);
    assertThat(documents.refusal()).isEqualTo("in no group yet");
    assertThat(documents.isSpread()).isTrue();
  }

  @Test
  void partitionWhoseReplicaIsNotOpenIsRefusedAndNamed() {
    PartitionedStorage documents = documents(Condition.WELL, new Held(null, List.of(SELF)));

    assertRefused(documents, "partition default/0: its replica on self is not open");
    assertThatThrownBy(() -> documents.requireKnown("/x", false))
        .isInstanceOf(NotServedException.class)
        .hasMessageContaining("single/0");
    assertThat(documents.isPartial()).isFalse();
    assertThat(documents.isComplete()).isFalse();
  }

  @Test
  void partitionWhoseReplicaIsNotOpenHereIsAskedOfThoseThatHoldItToo() {
    PartitionedStorage documents =
        documents(Condition.WELL, new Held(null, List.of(SELF, "other")));

    assertThat(documents.spread().elsewhere()).hasSize(1);
    assertThatThrownBy(documents::held).isInstanceOf(NotServedException.class);
  }

  @Test
  void partitionThatOnlyOthersHoldMakesThisNodePartialAndIsAskedOfThem() {
    PartitionedStorage documents = documents(Condition.WELL, new Held(null, List.of("other")));

    assertThat(documents.isPartial()).isTrue();
    assertThat(documents.spread().elsewhere()).hasSize(1);
    assertThatThrownBy(() -> documents.requireKnown("/x", true))
        .isInstanceOf(NotServedException.class);
  }

  @Test
  void nodeOfAGroupBelowItsQuorumOwnsNothingWhateverItLeads() {
    PartitionedStorage documents = documents(IDLE, new Held(REPLICA, List.of(SELF)));

    assertThat(documents.tenure("/x")).isEqualTo(DocumentStorage.NO_TENURE);
    assertThat(documents.isIdle()).isTrue();
    assertThat(documents.isSpread()).as("so that requests are routed, and refused").isTrue();
    assertThat(documents.refusal()).isEqualTo("2 of 3 live");
    assertRefused(documents, "2 of 3 live");
  }
}
