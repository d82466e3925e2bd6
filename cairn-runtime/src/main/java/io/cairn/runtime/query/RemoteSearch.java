// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.net.FailedFuture;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.query.elsewhere.PeerFound;
import io.cairn.runtime.query.elsewhere.PeerSearch;
import io.cairn.wire.MalformedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One query's search in partitions that other nodes hold. Each partition is read by one of them; if
 * that cannot go on, by another, which begins behind what was read. Used by one thread at a time.
 */
final class RemoteSearch implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final long LOOK_MILLIS = 100;

  private final OtherNodes others;
  private final QuerySpecification specification;
  private final @Nullable Query restriction;
  private final long lifeMicros;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Prepares a search.
   *
   * @param lifeMicros how long it goes on to be read; 0 if one answer is all
   */
  RemoteSearch(
      OtherNodes others,
      List<Partition> partitions,
      QuerySpecification specification,
      @Nullable Query restriction,
      long lifeMicros) {
    this.others = others;
    this.specification = specification;
    this.restriction = restriction;
    this.lifeMicros = lifeMicros;
    if (!partitions.isEmpty()) {
      parts.add(new Part(null, partitions, ""));
    }
  }

  /** The partitions that one node reads; no node as long as none has been chosen. */
  private static final class Part {
    final @Nullable String node;
    final List<Partition> partitions;
    final String search;

    /** Whether it was begun, and may be kept there. */
    boolean asked;

    boolean open;

    Part(@Nullable String node, List<Partition> partitions, String search) {
      this.node = node;
      this.partitions = partitions;
      this.search = search;
    }

    List<String> groups() {
      return partitions.stream().map(partition -> partition.id().groupName()).toList();
    }
  }

  /** What was asked of a part; no answer can come if it has no node. */
  static final class Asked {
    private final Part part;
    private final PeerSearch.Wanted wanted;
    private final @Nullable CompletionStage<PeerFound> answer;

    private Asked(
        Part part, PeerSearch.Wanted wanted, @Nullable CompletionStage<PeerFound> answer) {
      this.part = part;
      this.wanted = wanted;
      this.answer = answer;
    }
  }

  /** The attempts to get one answer together. */
  final class Attempts {
    private final long deadline = others.clock().nanos() + PATIENCE.toNanos();
    private final Set<String> failed = new HashSet<>();
    private final Asker asker;
    private String why = "nobody is known to hold it";

    Attempts(Asker asker) {
      this.asker = asker;
    }
  }

  /** Asks all parts at once. */
  List<Asked> askAll(PeerSearch.Wanted wanted, Asker asker) {
    return parts.stream().map(part -> ask(part, wanted, asker)).toList();
  }

  /** Asks the same part for something else. */
  Asked ask(Asked before, PeerSearch.Wanted wanted, Asker asker) {
    return ask(before.part, wanted, asker);
  }

  private Asked ask(Part part, PeerSearch.Wanted some, Asker asker) {
    if (part.node == null) {
      return new Asked(part, some, null);
    }
    part.asked = true;
    PeerSearch.Wanted wanted = some.within(asker.leftMicros());
    PeerSearch request =
        part.open
            ? new PeerSearch.Read(part.search, wanted)
            : new PeerSearch.Open(
                part.search, part.groups(), specification, restriction, lifeMicros, wanted);
    return new Asked(part, wanted, others.ask(part.node, request));
  }

  /** How many documents match. */
  long count(Asker asker) {
    long[] count = {0};
    askWhole(PeerSearch.Wanted.number(), asker).forEach((_, found) -> count[0] += found.count());
    return count[0];
  }

  /** One answer of each part, which is being found out. */
  final class Whole {
    private final Attempts attempts;
    private final ArrayDeque<Asked> asked;

    private Whole(Attempts attempts, ArrayDeque<Asked> asked) {
      this.attempts = attempts;
      this.asked = asked;
    }

    /** Waits for all of them. */
    void forEach(BiConsumer<Asked, PeerFound.Rows> sink) {
      while (!asked.isEmpty()) {
        Asked next = asked.remove();
        PeerFound.Rows found = await(next, attempts, asked::add);
        if (found != null) {
          sink.accept(next, found);
        }
      }
    }

    /** Waits for the aggregations of all of them. */
    void mergeInto(Aggregated all) {
      forEach((next, found) -> merge(next, found, all));
    }

    private static void merge(Asked asked, PeerFound.Rows found, Aggregated all) {
      byte[] aggregated = found.aggregated();
      try {
        MalformedException.require(aggregated != null, "it has no aggregations");
        all.merge(Objects.requireNonNull(aggregated));
      } catch (MalformedException e) {
        throw new IllegalStateException(
            "The answer of node %s cannot be read: %s".formatted(asked.part.node, e.getMessage()),
            e);
      }
    }
  }

  /** Has all parts find out something. */
  Whole askWhole(PeerSearch.Wanted wanted, Asker asker) {
    return new Whole(new Attempts(asker), new ArrayDeque<>(askAll(wanted, asker)));
  }

  /**
   * Waits for an answer.
   *
   * @param instead is given what others were asked, if there is no answer
   * @return null if others were asked
   * @throws NotServedException if nobody can answer
   * @throws IllegalArgumentException if the query makes no sense
   */
  PeerFound.@Nullable Rows await(Asked asked, Attempts attempts, Consumer<Asked> instead) {
    PeerFound found = answer(asked, attempts);
    if (found instanceof PeerFound.Rows rows) {
      asked.part.open = lifeMicros > 0;
      return rows;
    }
    if (found instanceof PeerFound.Refused(var reason, var why)) {
      attempts.why = why;
      switch (reason) {
        case INVALID -> throw new IllegalArgumentException(why);
        case FAILED -> throw new IllegalStateException(asked.part.node + ": " + why);
        case UNAVAILABLE -> attempts.failed.add(String.valueOf(asked.part.node));
        case TOO_LONG ->
            throw new Asker.TooLongException(
                asked.part.node + ": " + why + "; let the query match less, or read smaller pages");
        case GONE -> {} // it may begin again
      }
    }
    replace(asked, attempts).forEach(instead);
    return null;
  }

  /** The answer; null if none comes. */
  private @Nullable PeerFound answer(Asked asked, Attempts attempts) {
    if (asked.answer == null) {
      return null;
    }
    try {
      while (true) {
        attempts.asker.requirePresent();
        try {
          return asked.answer.toCompletableFuture().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          // The request has a limit of its own.
        }
      }
    } catch (ExecutionException e) {
      attempts.why = String.valueOf(FailedFuture.cause(e).getMessage());
      attempts.failed.add(String.valueOf(asked.part.node));
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  /** Has others read what a part cannot read; waits while nobody can, for some time. */
  private List<Asked> replace(Asked lost, Attempts attempts) {
    while (true) {
      Map<String, List<Partition>> byNode = divided(lost.part.partitions, attempts.failed);
      if (byNode != null) {
        end(lost.part);
        parts.remove(lost.part);
        List<Asked> asked = new ArrayList<>();
        byNode.forEach(
            (node, partitions) -> {
              Part part = new Part(node, partitions, others.ids().get());
              parts.add(part);
              asked.add(ask(part, lost.wanted, attempts.asker));
            });
        return asked;
      }
      if (others.clock().nanos() - attempts.deadline > 0) {
        throw new NotServedException(
            "No node could search %s: %s".formatted(lost.part.groups().getFirst(), attempts.why));
      }
      attempts.asker.requirePresent();
      LockSupport.parkNanos(PAUSE.toNanos());
      attempts.failed.clear();
    }
  }

  /** Partitions by the node that is to read them; null if one has none. */
  private static @Nullable Map<String, List<Partition>> divided(
      List<Partition> partitions, Set<String> failed) {
    Map<String, List<Partition>> byNode = new LinkedHashMap<>();
    for (Partition partition : partitions) {
      String reader =
          PartitionedStorage.readers(partition).stream()
              .filter(node -> !failed.contains(node))
              .findFirst()
              .orElse(null);
      if (reader == null) {
        return null;
      }
      byNode.computeIfAbsent(reader, _ -> new ArrayList<>()).add(partition);
    }
    return byNode;
  }

  private void end(Part part) {
    if (part.node != null && part.asked) {
      var _ = others.ask(part.node, new PeerSearch.Close(part.search));
    }
  }

  /** Lets other nodes let go what they hold for it. Idempotent. */
  @Override
  public void close() {
    parts.forEach(this::end);
    parts.clear();
  }
}
