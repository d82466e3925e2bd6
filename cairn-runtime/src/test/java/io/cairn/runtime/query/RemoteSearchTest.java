// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.document.HybridClock;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.query.elsewhere.PeerSearches;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.store.DocumentStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Other nodes hear at once that nobody wants what they search for. */
class RemoteSearchTest {

  private static final String NODE = "node";

  private record Held(List<String> holders) implements Partition {
    @Override
    public PartitionId id() {
      return new PartitionId("default", "uid", "single", 0, 0);
    }

    @Override
    public @Nullable ReplicaSet replica() {
      return null;
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

  @Test
  void searchThatHasNotAnsweredYetIsEndedWithItsQuery() {
    AtomicInteger requests = new AtomicInteger();
    CompletableFuture<List<DocumentStore>> notYet = new CompletableFuture<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HostClock clock = HostClock.system();
      PeerSearches there =
          new PeerSearches(
              groups -> notYet,
              new StoredForms(System::nanoTime),
              task -> {
                requests.incrementAndGet();
                threads.execute(task);
              },
              clock);
      OtherNodes others = new OtherNodes(null, NODE, there, () -> "search", clock);
      QuerySpecification some = new QuerySpecification();
      some.query = new Query().setTermPropertyName("name").setTermMatchValue("a");

      try (RemoteSearch search =
          new RemoteSearch(
              others,
              List.of(new Held(List.of(NODE))),
              some,
              null,
              TimeUnit.MINUTES.toMicros(10))) {
        Asker goneWhenItSearches = () -> there.count() == 1;
        assertThatExceptionOfType(NobodyWaitsException.class)
            .isThrownBy(() -> search.count(goneWhenItSearches));
        assertThat(requests).hasValue(1);
      }

      await().untilAsserted(() -> assertThat(requests).hasValue(2));
      await().untilAsserted(() -> assertThat(there.count()).isZero());
      notYet.completeExceptionally(new IllegalStateException("the test is over"));
    }
  }

  /** The asker's clock stands still, so only the node that searches can see that time is over. */
  @Test
  void limitOfTheAskerTravels() {
    CompletableFuture<List<DocumentStore>> never = new CompletableFuture<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HostClock clock = HostClock.system();
      PeerSearches there =
          new PeerSearches(groups -> never, new StoredForms(System::nanoTime), threads, clock);
      AtomicInteger answers = new AtomicInteger();
      OtherNodes others = new OtherNodes(null, NODE, there, () -> "s" + answers.get(), clock);
      QuerySpecification some = new QuerySpecification();
      some.query = new Query().setTermPropertyName("name").setTermMatchValue("a");
      HostClock still = new HostClock(new HybridClock(() -> 1), () -> 1, () -> 0);
      Asker hasLittleTime =
          ((Asker)
                  () -> {
                    answers.incrementAndGet();
                    return answers.get() > 1 && there.count() == 0;
                  })
              .within(new Asker.TimeLimit(still, TimeUnit.MILLISECONDS.toNanos(50), "never said"));
      assertThat(hasLittleTime.leftMicros()).isEqualTo(50_000);

      try (RemoteSearch search =
          new RemoteSearch(others, List.of(new Held(List.of(NODE))), some, null, 0)) {
        // The node gives up by itself, long before its own patience of 8 s is over.
        assertThatExceptionOfType(NobodyWaitsException.class)
            .isThrownBy(() -> search.count(hasLittleTime));
      }
      assertThat(answers).hasValueLessThan(40); // ten looks in a second
      assertThat(there.count()).isZero();
    }
  }
}
