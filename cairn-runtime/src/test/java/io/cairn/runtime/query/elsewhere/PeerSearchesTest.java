// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.HybridClock;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.query.elsewhere.PeerSearch.Wanted;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches for another node end when it says so, and when they take too long. */
class PeerSearchesTest {

  private static final int DOCUMENTS = 2_000;
  private static final long LIFE = TimeUnit.MINUTES.toMicros(10);

  @TempDir private Path directory;
  private final StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();

  /** Runs once the search has looked at the time so often as to be at its documents. */
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

  private final HostClock clock =
      new HostClock(
          new HybridClock(() -> 1),
          () -> 1,
          () -> {
            if (looks.incrementAndGet() == 5) {
              meanwhile.get().run();
            }
            return nanos.get();
          });
  private CompletableFuture<List<DocumentStore>> current = new CompletableFuture<>();
  private DocumentStore store;
  private PeerSearches searches;

  @BeforeEach
  void open() {
    store = DocumentStore.open(directory, pool, StoreOptions.defaults(), kind -> null, () -> 1);
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] json = "{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_8);
      store.apply(i + 1, new DocumentVersion("/things/" + i, null, 0, 0, 1, "POST", 0, json));
    }
    searches =
        new PeerSearches(groups -> current, new StoredForms(System::nanoTime), threads, clock);
  }

  @AfterEach
  void close() {
    current.complete(List.of(store));
    searches.close();
    threads.close();
    store.close();
    pool.close();
  }

  private CompletionStage<PeerFound> ask(PeerSearch request) {
    return searches.answer(PeerSearch.encode(request)).thenApply(PeerFound::decode);
  }

  private CompletionStage<PeerFound> begin(String search, int rows) {
    return begin(search, Wanted.rows(null, rows, true));
  }

  private CompletionStage<PeerFound> begin(String search, Wanted wanted) {
    QuerySpecification all = new QuerySpecification();
    all.query =
        new Query()
            .setTermPropertyName("documentSelfLink")
            .setTermMatchValue("/things/")
            .setTermMatchType(MatchType.PREFIX);
    return ask(new PeerSearch.Open(search, List.of("group"), all, null, LIFE, wanted));
  }

  private static PeerFound await1(CompletionStage<PeerFound> answer) {
    return answer.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void searchIsHeldUntilItIsEnded() {
    current.complete(List.of(store));
    assertThat(await1(begin("one", 10))).isInstanceOf(PeerFound.Rows.class);
    assertThat(searches.count()).isEqualTo(1);

    await1(ask(new PeerSearch.Close("one")));

    assertThat(searches.count()).isZero();
    assertThat(pool.cursors().availablePermits()).isEqualTo(1_000);
  }

  @Test
  void searchThatIsEndedBeforeItBeginsHoldsNothing() {
    CompletionStage<PeerFound> answer = begin("one", 10);
    await().until(() -> searches.count() == 1);

    await1(ask(new PeerSearch.Close("one")));
    current.complete(List.of(store));

    assertThat(await1(answer))
        .isInstanceOfSatisfying(
            PeerFound.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(PeerFound.Reason.GONE));
    assertThat(searches.count()).isZero();
    assertThat(pool.cursors().availablePermits()).isEqualTo(1_000);
  }

  @Test
  void searchStopsWhileItSearchesWhenItIsEnded() {
    current.complete(List.of(store));
    meanwhile.set(() -> await1(ask(new PeerSearch.Close("one"))));

    PeerFound found = await1(begin("one", 2_000));

    assertThat(found)
        .isInstanceOfSatisfying(
            PeerFound.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(PeerFound.Reason.GONE));
    assertThat(looks).hasValueLessThan(10);
    assertThat(searches.count()).isZero();
    await().until(() -> pool.cursors().availablePermits() == 1_000);
  }

  @Test
  void searchStopsWhenNobodyWaitsForItsAnswerAnyMore() {
    current.complete(List.of(store));
    meanwhile.set(() -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(9) + 1));

    PeerFound found = await1(begin("one", 2_000));

    assertThat(found)
        .isInstanceOfSatisfying(
            PeerFound.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(PeerFound.Reason.TOO_LONG);
              assertThat(refused.why()).contains("longer than 9 s");
            });
    assertThat(searches.count()).isZero();
    assertThat(pool.cursors().availablePermits()).isEqualTo(1_000);
  }

  @Test
  void searchTakesNoLongerThanItsQueryMay() {
    current.complete(List.of(store));
    meanwhile.set(() -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(2) + 1));

    PeerFound found =
        await1(begin("one", Wanted.rows(null, 2_000, true).within(TimeUnit.SECONDS.toMicros(2))));

    assertThat(found)
        .isInstanceOfSatisfying(
            PeerFound.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(PeerFound.Reason.TOO_LONG);
              assertThat(refused.why()).contains("longer than the 2000 ms");
            });
    assertThat(searches.count()).isZero();
  }

  @Test
  void replicasAreNotWaitedForLongerThanTheQueryMay() {
    PeerFound found = await1(begin("one", Wanted.number().within(1_000)));

    assertThat(found)
        .isInstanceOfSatisfying(
            PeerFound.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(PeerFound.Reason.UNAVAILABLE));
    assertThat(searches.count()).isZero();
  }

  @Test
  void sweepDoesNotWaitForASearch() {
    current.complete(List.of(store));
    meanwhile.set(
        () -> {
          CompletableFuture<Void> sweep =
              CompletableFuture.runAsync(() -> searches.expire(Long.MAX_VALUE));
          sweep.orTimeout(60, TimeUnit.SECONDS).join();
        });

    assertThat(await1(begin("one", 2_000))).isInstanceOf(PeerFound.Refused.class);

    assertThat(searches.count()).isZero();
    await().until(() -> pool.cursors().availablePermits() == 1_000);
  }
}
