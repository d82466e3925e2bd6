// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.watch.WatchFilter.Verdict;
import io.cairn.runtime.watch.WatchSources.Place;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client that watches. Hubs put what concerns it into its queue; a thread of its own sends it,
 * and reads from the history what no hub could tell. The queue is bounded: who does not keep up
 * with a hub is left by it, and reads from the history until it has come up again.
 *
 * <p>{@code queue} guards the queue and which sources are behind; the rest belongs to the thread.
 */
final class Watch implements Following {

  private static final Duration ANSWER = Duration.ofSeconds(70);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How long a partition may be out of reach before the client had better ask another node. */
  private static final long OUT_OF_REACH_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final WatchRequest request;
  private final WatchSources sources;
  private final ChangeSink events;
  private final StoredForms forms;
  private final LongSupplier nanoTime;

  private final Object queue = new Object();
  private List<Pending> queued = new ArrayList<>();
  private long queuedBytes;
  private boolean ended;

  private String sentToken = "";
  private long bookmarkDue;

  private record Pending(Source source, Told told, Verdict verdict) {}

  /** One partition of what is watched. Belongs to the watch's thread, but for what is said. */
  static final class Source {
    private final Place place;
    private final WatchFilter filter;
    private long position;
    private long retryAt;
    private long failingSince;
    private @Nullable PartitionFeed feed;

    /** Guarded by the queue. */
    private boolean behind = true;

    Source(Place place, WatchFilter filter, long position) {
      this.place = place;
      this.filter = filter;
      this.position = position;
    }

    WatchFilter filter() {
      return filter;
    }

    Place place() {
      return place;
    }

    long position() {
      return position;
    }
  }

  Watch(
      WatchRequest request,
      WatchSources sources,
      ChangeSink events,
      StoredForms forms,
      LongSupplier nanoTime) {
    this.request = request;
    this.sources = sources;
    this.events = events;
    this.forms = forms;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a change that matches. Any thread; does not block.
   *
   * @return false if there is no room, or it has ended: the hub is to leave it
   */
  boolean offer(Source source, Told told, Verdict verdict) {
    synchronized (queue) {
      if (ended || source.behind) {
        return false;
      }
      if (queued.size() >= request.room().changes() || queuedBytes >= request.room().bytes()) {
        source.behind = true;
        queue.notifyAll();
        return false;
      }
      queued.add(new Pending(source, told, verdict));
      queuedBytes += told.change().weight();
      queue.notifyAll();
      return true;
    }
  }

  /** A hub has left it. Any thread. */
  void isBehind(Source source) {
    synchronized (queue) {
      source.behind = true;
      queue.notifyAll();
    }
  }

  /** A hub is about to tell it everything. Any thread. */
  void isUpToDate(Source source) {
    synchronized (queue) {
      source.behind = false;
    }
  }

  @Override
  public void end() {
    events.end();
    synchronized (queue) {
      ended = true;
      queue.notifyAll();
    }
  }

  /** Sends what there is and what comes, until it is ended. */
  @Override
  public void run() {
    try {
      long sent = 0;
      if (request.current() && request.token() == null) {
        for (Source source : sources.all()) {
          sent += sendCurrent(source);
        }
      }
      sentToken = token();
      events.live(sentToken, sent);
      planBookmark();
      while (turn()) {
        // The next one.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new CompletionException(e.getMessage(), e);
    } finally {
      end();
      sources.all().forEach(this::leave);
    }
  }

  private long sendCurrent(Source source) throws IOException {
    long sent = 0;
    try (PartitionFeed.Matches matches = feed(source).current(source.filter, source.position)) {
      for (DocumentVersion next = matches.next();
          next != null && !isEnded();
          next = matches.next()) {
        events.current(forms.present(next));
        sent++;
      }
      source.position = matches.upTo();
    }
    return sent;
  }

  private boolean isEnded() {
    synchronized (queue) {
      return ended;
    }
  }

  /** Sends what has come, or reads what was missed; false at the end. */
  private boolean turn() throws InterruptedException {
    List<Pending> taken;
    List<Source> behind;
    synchronized (queue) {
      if (!ended && queued.isEmpty()) {
        long nanos = nanosLeft();
        if (nanos > 0) {
          TimeUnit.NANOSECONDS.timedWait(queue, nanos);
        }
      }
      if (ended) {
        return false;
      }
      behind = sources.all().stream().filter(source -> source.behind).toList();
      taken = queued;
      queued = new ArrayList<>();
      queuedBytes = 0;
    }
    taken.forEach(this::send);
    for (Source source : behind) {
      if (source.retryAt == 0 || source.retryAt <= nanoTime.getAsLong()) {
        catchUp(source);
      }
    }
    if (bookmarkDue - nanoTime.getAsLong() <= 0) {
      bookmark();
    }
    return true;
  }

  /** How long nothing is to be done; the queue's monitor is held. */
  private long nanosLeft() {
    long now = nanoTime.getAsLong();
    long left = bookmarkDue - now;
    for (Source source : sources.all()) {
      if (source.behind) {
        left = Math.min(left, source.retryAt == 0 ? 0 : source.retryAt - now);
      }
    }
    return left;
  }

  private static long indexAt(List<Pending> pending, int at) {
    return pending.get(at).told().change().index();
  }

  private void send(Pending pending) {
    send(pending, true);
  }

  /**
   * Sends a change.
   *
   * @param endsEntry whether the log entry has brought no further one: only then the token moves
   *     on, so that one who loses the connection in between hears all of the entry
   */
  private void send(Pending pending, boolean endsEntry) {
    Source source = pending.source();
    Change change = pending.told().change();
    if (change.index() <= source.position) {
      return;
    }
    if (change.hasLost()) {
      events.gap(
          null,
          "Earlier changes of this document are not kept any more; those that were there, if any, cannot be told",
          change.link());
    }
    if (!endsEntry) {
      events.changed(pending.verdict().fate(), null, pending.told());
      return;
    }
    source.position = change.index();
    sentToken = token();
    events.changed(pending.verdict().fate(), sentToken, pending.told());
  }

  @Override
  public String position() {
    return token();
  }

  private String token() {
    return sources.token().toString();
  }

  /** Reads a batch of what a source has missed, or finds that there is nothing. */
  private void catchUp(Source source) throws InterruptedException {
    try {
      switch (feed(source).hub().attach(this, source, source.position)) {
        case DONE -> source.failingSince = 0;
        case BEHIND -> readHistory(source);
        case NOT_READY -> pause(source);
        case CLOSED -> {
          leave(source);
          pause(source);
          lookAround();
        }
      }
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      if (e instanceof ChangeSink.ClosedException closed) {
        throw closed;
      }
      failed(source, e);
    }
  }

  private void readHistory(Source source)
      throws InterruptedException, ExecutionException, TimeoutException {
    Batch batch =
        feed(source)
            .history(source.position, source.filter)
            .toCompletableFuture()
            .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    if (batch.upTo() <= source.position) {
      pause(source); // whoever was asked is behind this client itself
      return;
    }
    if (batch.isBroken()) {
      source.position = batch.upTo();
      gap("What changed since this token is not kept any more. Read anew what you need");
      return;
    }
    List<Pending> matching = new ArrayList<>();
    for (Change change : batch.changes()) {
      Verdict verdict = source.filter.judge(new Judged(change, forms));
      if (verdict != Verdict.NONE) {
        matching.add(new Pending(source, new Told(change, forms), verdict));
      }
    }
    for (int i = 0; i < matching.size(); i++) {
      send(
          matching.get(i),
          i + 1 == matching.size() || indexAt(matching, i) < indexAt(matching, i + 1));
    }
    source.position = Math.max(source.position, batch.upTo());
    source.failingSince = 0;
  }

  private void gap(String reason) {
    sentToken = token();
    events.gap(sentToken, reason, null);
  }

  private void pause(Source source) {
    source.retryAt = nanoTime.getAsLong() + PAUSE_NANOS;
  }

  private void failed(Source source, Exception failure) {
    long now = nanoTime.getAsLong();
    if (source.failingSince == 0) {
      source.failingSince = now;
    } else if (now - source.failingSince > OUT_OF_REACH_NANOS) {
      throw new CompletionException(
          "This node cannot tell of all that is watched: %s. Connect to another node with the last event id"
              .formatted(failure.getMessage()),
          failure);
    }
    leave(source);
    pause(source);
    lookAround();
  }

  private PartitionFeed feed(Source source) {
    PartitionFeed present = source.feed;
    if (present == null) {
      present = sources.acquire(source.place);
      source.feed = present;
    }
    return present;
  }

  private void leave(Source source) {
    PartitionFeed present = source.feed;
    if (present != null) {
      present.hub().detach(source);
      sources.release(present);
      source.feed = null;
    }
    isBehind(source);
  }

  /** Looks whether the partitions are still those that were watched. */
  private void lookAround() {
    List<Source> gone = sources.refresh();
    if (gone.isEmpty()) {
      return;
    }
    gone.forEach(this::leave);
    synchronized (queue) {
      queued.removeIf(pending -> gone.contains(pending.source()));
    }
    gap(
        "This host belongs to another group now, which has its documents. What was changed by others"
            + " meanwhile is not told: read anew what you need");
  }

  private void planBookmark() {
    bookmarkDue = nanoTime.getAsLong() + request.bookmarks().toNanos();
  }

  /** Moves the token on: what the hubs have given, if all of it was sent. */
  private void bookmark() {
    planBookmark();
    lookAround();
    List<Long> given = new ArrayList<>();
    for (Source source : sources.all()) {
      PartitionFeed feed = source.feed;
      given.add(feed == null ? -1 : feed.hub().given());
    }
    synchronized (queue) {
      if (!queued.isEmpty()) {
        return;
      }
      for (int at = 0; at < given.size(); at++) {
        Source source = sources.all().get(at);
        if (!source.behind) {
          source.position = Math.max(source.position, given.get(at));
        }
      }
    }
    String now = token();
    if (!now.equals(sentToken)) {
      sentToken = now;
      events.bookmark(sentToken, sources.token().entries());
    }
  }
}
