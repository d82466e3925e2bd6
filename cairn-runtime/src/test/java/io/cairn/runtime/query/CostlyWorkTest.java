// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.query.limits.CostlyWork;
import io.cairn.service.Operation;
import io.cairn.service.failure.LimitExceeded;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Listings and queries of clients have a share of their own, and end when nobody waits for them.
 */
class CostlyWorkTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final CostlyWork costly = new CostlyWork(1, 2, threads::add, CostlyWork.Parties.ONE);
  private final List<String> done = new ArrayList<>();
  private final AtomicBoolean gone = new AtomicBoolean();

  private static DocumentVersion document() {
    byte[] json = "{\"documentSelfLink\":\"/notes/a\"}".getBytes(StandardCharsets.UTF_8);
    return new DocumentVersion("/notes/a", null, 0, 0, 1, "POST", 0, json);
  }

  private static Operation asked() {
    return Operation.createGet(URI.create("http://localhost/notes")).forceRemote();
  }

  /** Work that asks for more while it is done. */
  private void whileBusy(Runnable more) {
    costly.run(
        asked(),
        () -> {
          more.run();
          done.add("first");
        });
  }

  private void drain() {
    for (Runnable next = threads.poll(); next != null; next = threads.poll()) {
      next.run();
    }
  }

  @Test
  void whatHasNoPlaceWaitsForItsTurnInOrder() {
    whileBusy(
        () -> {
          costly.run(asked(), () -> done.add("second"));
          costly.run(asked(), () -> done.add("third"));
        });
    drain();

    assertThat(done).containsExactly("first", "second", "third");
  }

  @Test
  void whatServicesOfTheHostAskNeverWaits() {
    Operation own = Operation.createGet(URI.create("http://localhost/notes"));

    whileBusy(() -> costly.run(own, () -> done.add("own")));

    assertThat(done).containsExactly("own", "first");
  }

  @Test
  void beyondTheLineIsRefusedEarlyAndSaysWhenToComeBack() {
    Operation late = asked();
    whileBusy(
        () -> {
          costly.run(asked(), () -> done.add("second"));
          costly.run(asked(), () -> done.add("third"));
          costly.run(late, () -> done.add("late"));
        });
    drain();

    assertThat(done).doesNotContain("late");
    assertThat(late.getStatusCode()).isEqualTo(503);
    assertThat(late.getResponseHeader(Operation.RETRY_AFTER_HEADER)).isEqualTo("1");
  }

  /** Whoever asks is named by the query of the address. */
  private static Operation askedBy(String party) {
    return Operation.createGet(URI.create("http://localhost/notes?" + party)).forceRemote();
  }

  private static final CostlyWork.Parties BY_QUERY =
      new CostlyWork.Parties() {
        @Override
        public String of(Operation op) {
          return op.getUri().getQuery();
        }

        @Override
        public Runnable begin(Operation op) {
          return () -> {};
        }
      };

  @Test
  void floodOfOneDoesNotKeepOthersFromTheirTurn() {
    CostlyWork fair = new CostlyWork(1, 8, threads::add, BY_QUERY);
    List<Operation> flood = new ArrayList<>();
    List<Operation> others = List.of(askedBy("b"), askedBy("c"));
    fair.run(
        askedBy("flood"),
        () -> {
          for (int i = 0; i < 100; i++) {
            flood.add(askedBy("flood"));
            fair.run(flood.getLast(), () -> done.add("flood"));
          }
          others.forEach(op -> fair.run(op, () -> done.add(op.getUri().getQuery())));
        });
    drain();

    assertThat(others).allSatisfy(op -> assertThat(op.getStatusCode()).isLessThan(400));
    assertThat(done).hasSize(8).startsWith("flood", "b", "c");
    assertThat(flood).filteredOn(op -> op.getStatusCode() == 503).hasSize(94);
  }

  @Test
  void partyThatHasAsMuchAsItMayIsRefusedUntilSomethingHasEnded() {
    AtomicInteger places = new AtomicInteger(2);
    CostlyWork.Parties bounded =
        new CostlyWork.Parties() {
          @Override
          public String of(Operation op) {
            return "";
          }

          @Override
          public Runnable begin(Operation op) {
            if (places.getAndDecrement() <= 0) {
              places.incrementAndGet();
              throw LimitExceeded.forNow(1, "too many");
            }
            return places::incrementAndGet;
          }
        };
    CostlyWork limited = new CostlyWork(1, 1, threads::add, bounded);
    Operation third = asked();
    limited.run(
        asked(),
        () -> {
          limited.run(asked(), () -> done.add("second"));
          limited.run(third, () -> done.add("third"));
        });
    drain();

    assertThat(done).containsExactly("second");
    assertThat(third.getStatusCode()).isEqualTo(429);
    assertThat(third.getResponseHeader(Operation.RETRY_AFTER_HEADER)).isEqualTo("1");
    assertThat(places).as("all were given back").hasValue(2);
  }

  @Test
  void whatNobodyWaitsForIsNotBegunAndGivesItsPlaceInTheLineToOthers() {
    List<Operation> taken = List.of(asked(), asked());
    taken.forEach(op -> op.setAbandonment(gone::get));
    AtomicInteger ended = new AtomicInteger();
    taken.forEach(op -> op.setCompletion((answered, failure) -> ended.incrementAndGet()));
    whileBusy(
        () -> {
          taken.forEach(op -> costly.run(op, () -> done.add("taken back")));
          gone.set(true);
          costly.run(asked(), () -> done.add("in their place"));
          assertThat(ended).hasValue(2);
        });
    drain();

    assertThat(done).containsExactly("first", "in their place");
  }

  @Test
  void placeIsFreeAgainAfterWorkThatFails() {
    try {
      costly.run(
          asked(),
          () -> {
            throw new IllegalStateException("as expected");
          });
    } catch (IllegalStateException expected) {
      done.add("failed");
    }

    costly.run(asked(), () -> done.add("next"));

    assertThat(done).containsExactly("failed", "next");
  }

  @Test
  void searchStopsAtTheDocumentAtWhichItsAskerHasGone() {
    AtomicInteger looks = new AtomicInteger();
    List<DocumentVersion> documents = Collections.nCopies(1000, document());
    MemorySource source =
        new MemorySource(
            () -> documents, new ServiceDocumentDescription(), () -> looks.incrementAndGet() > 3);
    QuerySpecification all = new QuerySpecification();
    all.query = new Query().setTermPropertyName("documentSelfLink").setTermMatchValue("/notes/a");

    assertThatExceptionOfType(NobodyWaitsException.class).isThrownBy(() -> source.count(all));

    assertThat(looks).hasValue(4);
  }

  @Test
  void listingStopsAtTheDocumentAtWhichItsAskerHasGone() {
    AtomicInteger looks = new AtomicInteger();
    ResultAssembly assembly =
        new ResultAssembly(
            new QuerySpecification(), "owner", Long.MAX_VALUE, link -> null, kind -> null);
    List<FoundDocuments.Row> rows =
        IntStream.range(0, 1000)
            .mapToObj(i -> new FoundDocuments.Row("/notes/" + i, 0, () -> document()))
            .toList();

    assertThatExceptionOfType(NobodyWaitsException.class)
        .isThrownBy(() -> assembly.assemble(rows, () -> looks.incrementAndGet() > 3));

    assertThat(looks).hasValue(4);
  }
}
