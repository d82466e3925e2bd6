// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.elsewhere;

import io.cairn.cluster.ReplicationException;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.store.DocumentStore;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SearchGroups;
import io.cairn.store.search.SortKey;
import io.cairn.store.search.TooManyCursorsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches this node's replicas for other nodes. A search that goes on holds the documents as they
 * were when it began, until whoever began it ends it, its time is over, or nobody has read it for a
 * quarter of an hour. Thread-safe.
 */
public final class PeerSearches {

  /** How much the documents of one answer weigh at most; a single one may weigh more. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int MAX_ROWS = 2048;
  private static final long IDLE_MICROS = TimeUnit.MINUTES.toMicros(15);
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /** So long a search works on one answer: nobody waits for it any longer. */
  private static final Duration WORK = OtherNodes.LIMIT.minusSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(PeerSearches.class);

  private final Function<List<String>, CompletionStage<List<DocumentStore>>> stores;
  private final StoredForms forms;
  private final Executor threads;
  private final HostClock clock;
  private final Map<String, Held> searches = new ConcurrentHashMap<>();

  /**
   * Searches replicas.
   *
   * @param stores those of some replica sets, once they have what was acknowledged anywhere
   * @param forms says how fields were called
   * @param threads do the searching, and may block
   */
  public PeerSearches(
      Function<List<String>, CompletionStage<List<DocumentStore>>> stores,
      StoredForms forms,
      Executor threads,
      HostClock clock) {
    this.stores = stores;
    this.forms = forms;
    this.threads = threads;
    this.clock = clock;
  }

  /** The search takes longer on one answer than it may. */
  private static final class OvertimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertimeException(long limitNanos) {
      super(
          limitNanos < WORK.toNanos()
              ? "its search takes longer than the %d ms that the query had left"
                  .formatted(TimeUnit.NANOSECONDS.toMillis(limitNanos))
              : "its search takes longer than %d s".formatted(WORK.toSeconds()));
    }
  }

  /**
   * A search that goes on; the documents are guarded by its lock. Whoever closes it does not wait
   * for the thread that searches: that one ends soon, and lets them go.
   */
  private final class Held {
    final ReentrantLock lock = new ReentrantLock();
    final long untilMicros;
    volatile long readMicros = clock.micros();
    volatile boolean closed;
    private volatile long limitNanos;
    private volatile long endNanos;
    private @Nullable OrderedCursor cursor;

    Held(long lifeMicros) {
      this.untilMicros = readMicros + Math.max(lifeMicros, TimeUnit.MINUTES.toMicros(1));
    }

    /** Searches for so long only, unless this was closed or is closed meanwhile. */
    PeerFound work(PeerSearch.Wanted wanted, Supplier<PeerFound> search) {
      lock.lock();
      try {
        readMicros = clock.micros();
        limitNanos = Math.min(WORK.toNanos(), TimeUnit.MICROSECONDS.toNanos(wanted.limitMicros()));
        endNanos = clock.nanos() + limitNanos;
        check();
        return search.get();
      } catch (NobodyWaitsException e) {
        return gone();
      } finally {
        lock.unlock();
        if (closed) {
          release();
        }
      }
    }

    void check() {
      if (closed) {
        throw new NobodyWaitsException();
      }
      if (clock.nanos() - endNanos > 0) {
        throw new OvertimeException(limitNanos);
      }
    }

    void close() {
      closed = true;
      release();
    }

    private void release() {
      if (lock.tryLock()) {
        try {
          if (cursor != null) {
            cursor.close();
          }
        } finally {
          lock.unlock();
        }
      }
    }

    boolean isOver(long nowMicros) {
      return untilMicros <= nowMicros || readMicros + IDLE_MICROS <= nowMicros;
    }
  }

  /** Answers a request; does not block. */
  public CompletionStage<byte[]> answer(byte[] request) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            answer.complete(PeerFound.encode(answer(PeerSearch.decode(request))));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private PeerFound answer(PeerSearch request) {
    try {
      return switch (request) {
        case PeerSearch.Open open -> open(open);
        case PeerSearch.Read read -> read(read);
        case PeerSearch.Close close -> {
          end(searches.remove(close.search()));
          yield PeerFound.Rows.NONE;
        }
      };
    } catch (IllegalArgumentException e) {
      return refused(PeerFound.Reason.INVALID, e);
    } catch (OvertimeException e) {
      return refused(PeerFound.Reason.TOO_LONG, e);
    } catch (NotServedException
        | ReplicationException
        | StoreException
        | TooManyCursorsException e) {
      return refused(PeerFound.Reason.UNAVAILABLE, e);
    } catch (RuntimeException e) {
      log.error("A search for another node failed", e);
      return refused(PeerFound.Reason.FAILED, e);
    }
  }

  private static PeerFound refused(PeerFound.Reason reason, RuntimeException e) {
    return new PeerFound.Refused(reason, String.valueOf(e.getMessage()));
  }

  private PeerFound aggregated(DocumentSearch search, PeerSearch.Open open) {
    Aggregated found =
        new Aggregated(forms.widened(open.specification())).scan(search, open.restriction());
    return new PeerFound.Rows(List.of(), false, 0, found.encoded(), List.of());
  }

  private PeerFound open(PeerSearch.Open open) {
    // Known before it begins, so that it can be ended while it searches.
    Held held = new Held(open.lifeMicros());
    end(searches.put(open.search(), held));
    boolean kept = false;
    try {
      List<DocumentStore> stores = await(open.groups(), open.wanted());
      PeerFound found =
          held.work(
              open.wanted(),
              () -> {
                DocumentSearch search = DocumentSearch.over(stores).checking(held::check);
                if (open.wanted().aggregated()) {
                  return aggregated(search, open);
                }
                held.cursor =
                    search.openOrdered(forms.widened(open.specification()), open.restriction());
                return read(held.cursor, open.wanted(), held::check);
              });
      kept = open.lifeMicros() > 0;
      return found;
    } finally {
      if (!kept) {
        searches.remove(open.search(), held);
        held.close();
      }
    }
  }

  private List<DocumentStore> await(List<String> groups, PeerSearch.Wanted wanted) {
    try {
      return stores
          .apply(groups)
          .toCompletableFuture()
          .get(
              Math.min(TimeUnit.MILLISECONDS.toMicros(PATIENCE.toMillis()), wanted.limitMicros()),
              TimeUnit.MICROSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = FailedFuture.cause(e);
      throw cause instanceof RuntimeException known ? known : new NotServedException("" + cause);
    } catch (TimeoutException e) {
      throw new NotServedException(
          "Its replicas could not be brought up to date in %d s, or in what the query had left"
              .formatted(PATIENCE.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotServedException("The node is stopping");
    }
  }

  private PeerFound read(PeerSearch.Read read) {
    Held held = searches.get(read.search());
    return held == null
        ? gone()
        : held.work(
            read.wanted(),
            () -> held.cursor == null ? gone() : read(held.cursor, read.wanted(), held::check));
  }

  private static PeerFound gone() {
    return new PeerFound.Refused(PeerFound.Reason.GONE, "The search is not known here");
  }

  private static PeerFound read(OrderedCursor all, PeerSearch.Wanted wanted, Runnable check) {
    String group = wanted.group();
    OrderedCursor cursor = group == null ? all : all.group(group);
    long count = wanted.count() ? cursor.totalCount() : 0;
    List<RankedGroup> groups =
        wanted.groups() == 0
            ? List.of()
            : cursor.groups(Math.min(wanted.groups(), SearchGroups.MAX_GROUPS + 1), check);
    List<PeerFound.Row> rows = new ArrayList<>();
    boolean more = false;
    int most = Math.min(wanted.rows(), MAX_ROWS);
    if (most > 0) {
      SortKey after = wanted.after();
      long bytes = 0;
      for (OrderedCursor.Found found : cursor.read(after, most + 1, check)) {
        check.run();
        DocumentVersion document = wanted.content() ? cursor.document(found.hit()) : null;
        bytes += document == null ? 0 : document.json().length;
        more = rows.size() == most || (bytes > MAX_BYTES && !rows.isEmpty());
        if (more) {
          break;
        }
        rows.add(
            new PeerFound.Row(found.hit().link(), found.hit().version(), found.key(), document));
      }
    }
    return new PeerFound.Rows(rows, more, count, null, groups);
  }

  private static void end(@Nullable Held held) {
    if (held != null) {
      held.close();
    }
  }

  /** How many searches go on. */
  public int count() {
    return searches.size();
  }

  /** Ends those whose time is over. */
  public void expire(long nowMicros) {
    searches
        .values()
        .removeIf(
            held -> {
              boolean over = held.isOver(nowMicros);
              if (over) {
                held.close();
              }
              return over;
            });
  }

  /** Ends all. */
  public void close() {
    expire(Long.MAX_VALUE);
  }
}
