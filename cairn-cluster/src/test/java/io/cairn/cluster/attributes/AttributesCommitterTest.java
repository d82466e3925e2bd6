// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.log.SimulatedFileSystem;
import io.cairn.document.HybridClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads at once. */
class AttributesCommitterTest {

  private static final int THREADS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EntryStore store = new EntryStore();
  private final List<AttributeEvent> events = new ArrayList<>();

  /** Counts writes and holds up the first. */
  private static final class SlowJournal implements Journal {
    final AtomicInteger writes = new AtomicInteger();
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void append(List<AttributeEntry> entries, Map<Integer, Long> horizons) {
      writes.incrementAndGet();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void tidy(EntryStore ignored) {}

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public void close() {}
  }

  private AttributesCommitter committer(Journal journal) {
    AttributesEnvironment environment =
        new AttributesEnvironment(
            new HybridClock(() -> 1),
            InstantSource.system(),
            System::nanoTime,
            (task, delay) -> {},
            new Random(),
            new SimulatedFileSystem().process(),
            Runnable::run);
    return new AttributesCommitter(
        () -> new AttributesDraft(store, "here", 1_000),
        store,
        journal,
        environment,
        events::add,
        outbox -> {});
  }

  private static AttributesCommitter.Operation put(int number) {
    AttributeEntry entry =
        AttributeEntry.live(
            "set", Attribute.of("x" + number, number), new Version(1 + number, "n"));
    return draft -> {
      draft.put(entry);
      return AttributesCommitter.NOTHING_MORE;
    };
  }

  @Test
  void changesThatWaitShareOneWrite() throws Exception {
    SlowJournal journal = new SlowJournal();
    AttributesCommitter committer = committer(journal);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i <= THREADS; i++) {
      AttributesCommitter.Operation operation = put(i);
      threads.add(Thread.ofPlatform().daemon().start(() -> committer.run(operation)));
      await().atMost(PATIENCE).until(() -> journal.writes.get() == 1);
    }
    await()
        .atMost(PATIENCE)
        .until(() -> threads.stream().allMatch(each -> each.getState() == Thread.State.WAITING));
    assertThat(store.allOf("set").isNone()).isTrue();
    journal.goOn.countDown();
    for (Thread thread : threads) {
      assertThat(thread.join(PATIENCE)).isTrue();
    }
    assertThat(store.allOf("set").attributes()).hasSize(THREADS + 1);
    assertThat(events).hasSize(THREADS + 2);
    assertThat(journal.writes.get()).isEqualTo(2);
  }
}
