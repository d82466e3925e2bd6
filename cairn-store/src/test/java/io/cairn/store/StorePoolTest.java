// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.store.disk.StoreRoom;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores' tick comes when something is due, and not otherwise. */
class StorePoolTest {

  /** A store that wants further ticks for a while. */
  private static final class Member implements StorePool.Member {
    private final AtomicInteger ticks = new AtomicInteger();
    private volatile int wanted;

    @Override
    public long tick(long nanoTime) {
      return ticks.incrementAndGet() < wanted ? 0 : StorePool.NEVER;
    }

    @Override
    public void relieve() {}

    @Override
    public long uncommittedBytes() {
      return 0;
    }
  }

  @Test
  void ticksAsOftenAsAStoreWantsAndThenNoMore() {
    try (StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime)) {
      assertThat(pool.isQuiet()).isTrue();
      Member member = new Member();
      member.wanted = 3;
      pool.join(member);
      await().until(() -> member.ticks.get() == 3 && pool.isQuiet());
      member.wanted = 5;
      pool.stir();
      pool.stir();
      await().until(() -> member.ticks.get() == 5 && pool.isQuiet());
    }
  }

  @Test
  void aTickThatIsFarAwayComesEarlierWhenSomethingChanges() {
    try (StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime)) {
      AtomicInteger ticks = new AtomicInteger();
      pool.join(
          new StorePool.Member() {
            @Override
            public long tick(long nanoTime) {
              ticks.incrementAndGet();
              return TimeUnit.DAYS.toNanos(1);
            }

            @Override
            public void relieve() {}

            @Override
            public long uncommittedBytes() {
              return 0;
            }
          });
      await().until(() -> ticks.get() == 1);
      assertThat(pool.isQuiet()).isFalse();
      pool.stir();
      await().until(() -> ticks.get() == 2);
    }
  }

  @Test
  void aStoreThatHasCommittedAllWakesNobody(@TempDir Path directory) {
    StoreOptions quick =
        StoreOptions.defaults().with(it -> it.refreshIntervalMillis(1).commitIntervalMillis(1));
    try (TestPartition partition = new TestPartition();
        DocumentStore store = partition.open(directory, quick)) {
      await().until(partition.pool::isQuiet);
      store.apply(1, TestPartition.version("/a", 0));
      await().until(() -> store.committedIndex() == 1 && partition.pool.isQuiet());
    }
  }
}
