// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Applied;
import io.cairn.cluster.Leadership;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the copies of a partition are compared again. */
class CopyChecksTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  @TempDir private Path directory;
  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime);
  private final Map<String, String> launches = new HashMap<>(Map.of("other", "first"));
  private final Others others = new Others();
  private DocumentStore store;
  private PartitionMachine machine;
  private CopyChecks checks;
  private long now = HOUR;
  private long index;
  private int compared;

  @BeforeEach
  void lead() {
    store = DocumentStore.open(directory, pool, StoreOptions.defaults(), kind -> null, () -> 1);
    PartitionMachine.Surroundings around =
        proxy(
            PartitionMachine.Surroundings.class,
            (name, arguments) -> name.equals("self") ? "self" : null);
    machine = new PartitionMachine("group", store, around);
    checks =
        new CopyChecks(new CopyChecks.Settings(HOUR, 1 << 20), others, () -> List.of(new Owned()));
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private interface Answers {
    @Nullable Object answer(String name, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answers answers) {
    Object made =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> answers.answer(method.getName(), arguments));
    return type.cast(made);
  }

  /** A partition that this node leads, whose log is applied at once. */
  private final class Owned implements Partition {
    @Override
    public PartitionId id() {
      return new PartitionId("default", "uid", "single", 0, 0);
    }

    @Override
    public ReplicaSet replica() {
      return proxy(
          ReplicaSet.class,
          (name, arguments) ->
              switch (name) {
                case "leadership" -> new Leadership(1);
                case "propose" -> {
                  index++;
                  Object result = machine.apply(index, (byte[]) arguments[0], arguments[1]);
                  yield CompletableFuture.completedFuture(new Applied(index, result));
                }
                default -> throw new UnsupportedOperationException(name);
              });
    }

    @Override
    public StateMachine machine() {
      return machine;
    }

    @Override
    public String owner() {
      return "self";
    }

    @Override
    public List<String> holders() {
      return List.of("self", "other");
    }
  }

  private final class Others implements CopyChecks.Holders {
    @Override
    public String self() {
      return "self";
    }

    @Override
    public @Nullable String launch(String node) {
      return launches.get(node);
    }

    @Override
    public CompletionStage<byte[]> ask(String node, String group, long id) {
      compared++;
      String same = CopyChecks.answer(machine, id);
      return CompletableFuture.completedFuture(same.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long newId() {
      return index;
    }

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public long micros() {
      return 0;
    }
  }

  /** Returns whether the other node was asked for its copy a while later. */
  private boolean comparesAfter(long nanos) throws InterruptedException {
    now += nanos;
    compared = 0;
    checks.run();
    return compared > 0;
  }

  @Test
  void copiesAreComparedNowAndThen() throws InterruptedException {
    assertThat(comparesAfter(0)).isTrue();
    assertThat(comparesAfter(HOUR / 2)).isFalse();
    assertThat(comparesAfter(HOUR / 2)).isTrue();
    checks.request();
    assertThat(comparesAfter(1)).isTrue();
  }

  @Test
  void copyOfANodeThatIsBackIsCompared() throws InterruptedException {
    assertThat(comparesAfter(0)).isTrue();
    String first = launches.remove("other");
    assertThat(comparesAfter(HOUR / 4)).isFalse();
    launches.put("other", first);
    assertThat(comparesAfter(HOUR / 4)).isTrue();
    assertThat(comparesAfter(HOUR / 4)).isFalse();
  }

  /** Its copies were opened again, and nobody has compared what it opened. */
  @Test
  void copyOfANodeThatStartedAgainBeforeAnybodyMissedItIsCompared() throws InterruptedException {
    assertThat(comparesAfter(0)).isTrue();
    launches.put("other", "second");
    assertThat(comparesAfter(HOUR / 4)).isTrue();
    assertThat(comparesAfter(HOUR / 4)).isFalse();
  }
}
