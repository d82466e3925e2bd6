// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.query.FilterIndex;
import io.cairn.runtime.documents.ChangeTap;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.watch.WatchFilter.Scope;
import io.cairn.runtime.watch.WatchFilter.Verdict;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one partition on their way to those on this node who watch it. It keeps the last
 * ones, bounded; whoever was slower reads from the history and comes back.
 *
 * <p>{@code changed} and {@code jumped} come in the order of the log and do not block; what they
 * bring is given out by a thread of its own. Two monitors: {@code recent} guards the changes that
 * are kept, {@code this} who watches; the latter may be held when the former is taken.
 */
final class ChangeHub implements ChangeTap {
  private static final int MAX_RECENT = 4_096;
  private static final long MAX_RECENT_BYTES = 8 << 20;

  /** What came of an attempt to watch. */
  enum Attachment {
    /** Everything behind the watcher's place is told from now on. */
    DONE,
    /** The watcher must read from the history first: what it lacks is not kept here. */
    BEHIND,
    /** Nothing is known here yet. */
    NOT_READY,
    /** The replica behind this was closed: another hub takes its place. */
    CLOSED
  }

  private record Member(Watch watch, Watch.Source source, long after) {}

  /** Those who watch the same: a change is put to their filter once. */
  private static final class Same {
    private final WatchFilter filter;
    private final Map<Watch.Source, Member> members = new LinkedHashMap<>();

    Same(WatchFilter filter) {
      this.filter = filter;
    }

    WatchFilter filter() {
      return filter;
    }

    Collection<Member> members() {
      return members.values();
    }
  }

  private final Executor executor;
  private final StoredForms forms;
  private final Object recent = new Object();

  // Guarded by recent.
  private final @Nullable Change[] ring = new Change[MAX_RECENT];
  private int first;
  private int kept;
  private long keptBytes;

  /** Every change behind this index, up to {@link #upTo}, is in the ring. */
  private long from = -1;

  private long upTo = -1;
  private boolean ready;
  private boolean pumping;
  private boolean closed;
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();

  // Guarded by this.
  private final Map<WatchFilter, Same> all = new LinkedHashMap<>();
  private final Map<Scope, Map<String, FilterIndex<Same>>> byName = new HashMap<>();

  /** Everything up to this index was given to those who watch. Written under this. */
  private volatile long given = -1;

  ChangeHub(Executor executor, StoredForms forms) {
    this.executor = executor;
    this.forms = forms;
  }

  /** From here on it hears everything: called once, when it has begun to listen. */
  void begin(long index) {
    synchronized (recent) {
      while (kept > 0 && at(0).index() <= index) {
        dropFirst();
      }
      from = Math.max(from, index);
      upTo = Math.max(upTo, index);
      ready = true;
    }
    wake();
  }

  @Override
  public void changed(
      long index, String link, @Nullable DocumentVersion before, @Nullable DocumentVersion now) {
    add(new Change(index, link, now, before, true, false));
    wake();
  }

  @Override
  public void jumped(long index) {
    synchronized (recent) {
      while (kept > 0) {
        dropFirst();
      }
      from = Math.max(from, index);
      upTo = Math.max(upTo, index);
    }
    wake();
  }

  /** Takes what another node's hub has given. */
  void receive(Batch batch) {
    if (batch.isBroken() || batch.hasCommonEntries()) { // changes here have an index of their own
      jumped(batch.upTo());
      return;
    }
    batch.changes().forEach(this::add);
    synchronized (recent) {
      upTo = Math.max(upTo, batch.upTo());
    }
    wake();
  }

  private void add(Change change) {
    synchronized (recent) {
      if (closed || change.index() <= upTo) {
        return;
      }
      if (kept == MAX_RECENT) {
        dropFirst();
      }
      ring[(first + kept) % MAX_RECENT] = change;
      kept++;
      keptBytes += change.weight();
      upTo = change.index();
      while (keptBytes > MAX_RECENT_BYTES && kept > 1) {
        dropFirst();
      }
    }
  }

  private void dropFirst() {
    Change dropped = at(0);
    ring[first] = null;
    first = (first + 1) % MAX_RECENT;
    kept--;
    keptBytes -= dropped.weight();
    from = dropped.index();
  }

  private Change at(int position) {
    return java.util.Objects.requireNonNull(ring[(first + position) % MAX_RECENT]);
  }

  /**
   * The changes behind an index, at most so many; the index is one that the ring reaches back to.
   */
  private List<Change> behind(long index, int most) {
    int low = 0;
    int high = kept;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).index() <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    List<Change> found = new ArrayList<>(Math.min(most, kept - low));
    for (int position = low; position < kept && found.size() < most; position++) {
      found.add(at(position));
    }
    return found;
  }

  /** Has what is new given out, unless somebody is at it. */
  private void wake() {
    synchronized (recent) {
      if (!ready || pumping || closed) {
        return;
      }
      pumping = true;
    }
    executor.execute(this::pump);
  }

  private void pump() {
    List<CompletableFuture<Void>> woken;
    while (giveOut()) {
      // More has come meanwhile.
    }
    synchronized (recent) {
      woken = waiting;
      waiting = new ArrayList<>();
    }
    woken.forEach(one -> one.complete(null));
  }

  /** Gives some changes out; says whether there are more. */
  private synchronized boolean giveOut() {
    List<Change> changes;
    boolean lost;
    long reached;
    synchronized (recent) {
      if (given >= upTo || closed) {
        pumping = false;
        return false;
      }
      lost = given < from;
      changes = behind(given, Batch.MAX_CHANGES);
      reached = changes.size() < Batch.MAX_CHANGES ? upTo : changes.get(changes.size() - 1).index();
    }
    if (lost && given >= 0) {
      looseAll();
    }
    changes.forEach(this::give);
    given = reached;
    return true;
  }

  private void give(Change change) {
    if (all.isEmpty()) {
      return;
    }
    Judged judged = new Judged(change, forms);
    Told told = new Told(change, forms);
    give(Scope.LINK, change.link(), judged, told);
    give(Scope.PARENT, WatchFilter.parentOf(change.link()), judged, told);
    String kind = change.kind();
    if (kind != null) {
      give(Scope.KIND, kind, judged, told);
    }
    give(Scope.ALL, "", judged, told);
  }

  private void give(Scope scope, String name, Judged judged, Told told) {
    FilterIndex<Same> there = byName.getOrDefault(scope, Map.of()).get(name);
    if (there == null) {
      return;
    }
    List<Member> slow = new ArrayList<>();
    for (Same same : judged.candidates(there)) {
      Verdict verdict = same.filter().judge(judged);
      if (verdict == Verdict.NONE) {
        continue;
      }
      for (Member member : same.members()) {
        if (judged.change().index() > member.after()
            && !member.watch().offer(member.source(), told, verdict)) {
          slow.add(member);
        }
      }
    }
    slow.forEach(member -> detach(member.source()));
  }

  /** Everyone has to read from the history, because something was not told. */
  private void looseAll() {
    List<Same> before = new ArrayList<>(all.values());
    all.clear();
    byName.clear();
    for (Same same : before) {
      same.members().forEach(member -> member.watch().isBehind(member.source()));
    }
  }

  /**
   * Tells somebody of everything behind an index from now on, if what is behind it is kept here.
   */
  synchronized Attachment attach(Watch watch, Watch.Source source, long after) {
    List<Change> missed;
    synchronized (recent) {
      if (closed) {
        return Attachment.CLOSED;
      }
      if (!ready || given < 0) {
        return Attachment.NOT_READY;
      }
      if (after < from) {
        return Attachment.BEHIND;
      }
      missed = behind(after, MAX_RECENT);
    }
    detach(source);
    watch.isUpToDate(source);
    for (Change change : missed) {
      if (change.index() > given) {
        break;
      }
      Verdict verdict = source.filter().judge(new Judged(change, forms));
      if (verdict != Verdict.NONE && !watch.offer(source, new Told(change, forms), verdict)) {
        return Attachment.BEHIND;
      }
    }
    WatchFilter filter = source.filter();
    Same same = all.get(filter);
    if (same == null) {
      same = new Same(filter);
      all.put(filter, same);
      byName
          .computeIfAbsent(filter.scope(), _ -> new HashMap<>())
          .computeIfAbsent(filter.name(), _ -> new FilterIndex<>())
          .add(filter.query(), same);
    }
    same.members.put(source, new Member(watch, source, after));
    return Attachment.DONE;
  }

  /** Tells somebody no more. */
  synchronized void detach(Watch.Source source) {
    WatchFilter filter = source.filter();
    Same same = all.get(filter);
    if (same == null) {
      return;
    }
    same.members.remove(source);
    if (same.members.isEmpty()) {
      all.remove(filter);
      Map<String, FilterIndex<Same>> names = byName.getOrDefault(filter.scope(), Map.of());
      FilterIndex<Same> there = names.get(filter.name());
      if (there != null) {
        there.remove(filter.query(), same);
        if (there.isEmpty()) {
          names.remove(filter.name());
        }
      }
    }
  }

  /** Everything up to this index was given to those who watch; -1 if nothing is known yet. */
  long given() {
    return given;
  }

  /** The changes behind an index, or null if they are not kept here. */
  @Nullable Batch recent(long after, WatchFilter filter) {
    synchronized (recent) {
      if (!ready || after < from) {
        return null;
      }
      List<Change> found = new ArrayList<>();
      long bytes = 0;
      for (Change change : behind(after, MAX_RECENT)) {
        if (filter.concerns(change.link(), change.kind())) {
          found.add(change);
          bytes += change.weight();
          if (found.size() == Batch.MAX_CHANGES || bytes >= Batch.MAX_BYTES) {
            return new Batch(change.index(), false, found);
          }
        }
      }
      return new Batch(Math.max(after, upTo), false, found);
    }
  }

  /** Completes when something has come behind an index, the hub was closed, or time is up. */
  CompletionStage<Void> awaitBehind(long index, long millis) {
    CompletableFuture<Void> come = new CompletableFuture<>();
    synchronized (recent) {
      if (closed || (ready && upTo > index)) {
        return CompletableFuture.completedStage(null);
      }
      waiting.removeIf(CompletableFuture::isDone);
      waiting.add(come);
    }
    return come.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS);
  }

  boolean isClosed() {
    synchronized (recent) {
      return closed;
    }
  }

  @Override
  public void closed() {
    List<CompletableFuture<Void>> woken;
    synchronized (recent) {
      if (closed) {
        return;
      }
      closed = true;
      woken = waiting;
      waiting = new ArrayList<>();
    }
    woken.forEach(one -> one.completeAsync(() -> null, executor));
    executor.execute(
        () -> {
          synchronized (this) {
            looseAll();
          }
        });
  }
}
