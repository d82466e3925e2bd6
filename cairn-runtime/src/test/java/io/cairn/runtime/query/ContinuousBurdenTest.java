// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.HybridClock;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.model.HostClock;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whoever changes a document does not wait for continuous queries, and they cannot pile up. */
class ContinuousBurdenTest {

  private final AtomicLong nanos = new AtomicLong();
  private final HostClock clock =
      new HostClock(new HybridClock(() -> 1), () -> 1, nanos::incrementAndGet);
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final ServiceDocumentDescription description =
      ServiceDocumentDescription.Builder.create().buildDescription(Notes.Note.class);
  private final ContinuousQueries queries =
      new ContinuousQueries("host", clock, waiting::add, 10_000);
  private final List<QueryTask> quick = new ArrayList<>();
  private final List<QueryTask> slow = new ArrayList<>();

  private static QueryTask all() {
    QueryTask task = new QueryTask();
    task.documentExpirationTimeMicros = Long.MAX_VALUE;
    task.querySpec.options = EnumSet.of(QueryOption.CONTINUOUS);
    task.querySpec.query =
        new Query()
            .setTermPropertyName("documentSelfLink")
            .setTermMatchValue("*")
            .setTermMatchType(MatchType.WILDCARD);
    return task;
  }

  private void change(int number) {
    byte[] json =
        "{\"documentSelfLink\":\"/notes/%d\"}".formatted(number).getBytes(StandardCharsets.UTF_8);
    queries.changedByOthers(
        new DocumentVersion("/notes/" + number, null, 0, 0, 1, "POST", 0, json), description);
  }

  private void drain() {
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      next.run();
    }
  }

  private static ContinuousQueries.Follower follower(Consumer<QueryTask> updates) {
    return new ContinuousQueries.Follower(() -> null, updates);
  }

  @Test
  void changeIsPutToQueriesLaterAndToThoseOnlyThatWereThere() {
    change(1);
    queries.add("quick", all(), null, follower(quick::add));
    change(2);
    assertThat(quick).isEmpty();

    drain();

    assertThat(quick).hasSize(1);
    assertThat(quick.getFirst().results.documentLinks).containsExactly("/notes/2");
  }

  @Test
  void allEndBeforeWhatWaitsHasNoBound() {
    for (int i = 0; i < 40; i++) {
      queries.add("query" + i, all(), null, follower(quick::add));
    }
    change(0);
    drain();

    for (int i = 1; i < 200; i++) {
      change(i);
    }

    assertThat(queries.isIdle()).isTrue();
  }

  @Test
  void queryThatTakesLongestEndsWhenTooMuchWaits() {
    queries.add("quick", all(), null, follower(quick::add));
    queries.add(
        "slow",
        all(),
        null,
        follower(
            update -> {
              slow.add(update);
              nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            }));
    change(0);
    drain();
    slow.clear();

    for (int i = 1; i < 22; i++) {
      change(i);
    }

    assertThat(slow).hasSize(1);
    assertThat(TaskState.isFailed(slow.getFirst().taskInfo)).isTrue();
    assertThat(slow.getFirst().taskInfo.failure.message)
        .contains("Documents change faster than this query can be put to them");
    drain();
    assertThat(slow).hasSize(1);
    assertThat(quick).hasSize(22).noneMatch(update -> TaskState.isFailed(update.taskInfo));
  }
}
