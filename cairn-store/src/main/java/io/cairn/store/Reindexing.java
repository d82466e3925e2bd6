// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DescriptionSource;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.ExactToken;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.LinkLookup;
import io.cairn.store.index.ReindexProgress;
import io.cairn.store.index.StoredForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the documents of kinds indexed anew in the background that were indexed otherwise than their
 * description says by now: by shape, by what the description was before, or by another version of
 * this program. It replaces the entries of newest versions; older ones stay as they are. Some at a
 * time, with pauses, so that it takes a quarter of one thread at most. Where it stands is in the
 * index, in the form that each document carries; so a start after a crash goes on there.
 * Thread-safe.
 */
final class Reindexing {
  private static final Logger log = LoggerFactory.getLogger(Reindexing.class);

  /** Entries replaced while the index lock is held: searches and writes wait that long at most. */
  private static final int CHUNK = 250;

  /** So many times as long as a step took, the next one waits. */
  private static final int REST = 3;

  private static final long WITHOUT_ROOM_NANOS = 1_000_000_000L;

  private final PartitionRuntime runtime;
  private final PartitionIndex index;
  private final DocumentMapper mapper;
  private final KindForms forms;
  private final DescriptionSource descriptions;
  private final StorePool pool;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** What is to be looked at, by kind; guarded by this, as what it holds. */
  private final Map<String, Work> waiting = new LinkedHashMap<>();

  private boolean ended;
  private volatile long due;

  Reindexing(
      PartitionRuntime runtime,
      PartitionIndex index,
      DocumentMapper mapper,
      DescriptionSource descriptions) {
    this.runtime = runtime;
    this.index = index;
    this.mapper = mapper;
    this.forms = runtime.forms();
    this.descriptions = descriptions;
    this.pool = runtime.pool();
    this.due = pool.nanoTime();
  }

  /** One kind; completed with how many documents were indexed anew. */
  private static final class Work {
    final CompletableFuture<Long> done = new CompletableFuture<>();
    long replaced;
    long left;
  }

  /** Has a kind looked at; the future holds how many documents were indexed anew. */
  CompletableFuture<Long> ask(String kind) {
    Work work;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.failedFuture(closed());
      }
      if (forms.isSettled(kind)) {
        return CompletableFuture.completedFuture(0L);
      }
      work = waiting.computeIfAbsent(kind, _ -> new Work());
    }
    pool.stir();
    return work.done.copy();
  }

  private IllegalStateException closed() {
    return new IllegalStateException("the document store in " + runtime.directory() + " is closed");
  }

  /** How far the kinds are that have documents of another form. */
  synchronized List<ReindexProgress> progress() {
    return waiting.entrySet().stream()
        .filter(one -> one.getValue().left > 0)
        .map(one -> new ReindexProgress(one.getKey(), one.getValue().replaced, one.getValue().left))
        .toList();
  }

  /** Starts a step that is due; tells when the next one is. */
  long tick(long nanoTime) {
    synchronized (this) {
      if (waiting.isEmpty()) {
        return StorePool.NEVER;
      }
    }
    long wait = due - nanoTime;
    if (wait > 0) {
      return wait;
    }
    if (scheduled.compareAndSet(false, true) && !pool.merge(this::run)) {
      scheduled.set(false);
    }
    return StorePool.NEVER; // the step says when it is done
  }

  private void run() {
    long began = pool.nanoTime();
    long rest = 0;
    try {
      if (runtime.isWaitingForRoom()) {
        rest = WITHOUT_ROOM_NANOS;
      } else {
        while (!step()) {
          // that kind has none left; the next one may
        }
      }
    } catch (RuntimeException e) {
      if (runtime.health().isOpen()) {
        log.warn(
            "Documents in {} are not indexed anew before the next start", runtime.directory(), e);
      }
      end(e);
    } finally {
      long now = pool.nanoTime();
      due = now + Math.max(rest, REST * (now - began));
      scheduled.set(false);
      pool.stir();
    }
  }

  /** Goes on with the first kind; true if documents were replaced, or nothing waits. */
  private boolean step() {
    String kind = first();
    if (kind == null) {
      return true;
    }
    KindForms.Form form = forms.present(kind);
    if (form == null) {
      finish(kind);
      return false;
    }
    int replaced =
        runtime.reworked(
            "reindexing " + kind,
            () -> {
              if (isUncounted(kind)) {
                note(kind, remaining(form));
              }
              int some = replaceSome(form);
              if (some == 0) {
                forms.settle(form);
              }
              return some;
            });
    if (replaced == 0) {
      // Of a description that has changed meanwhile, this was the form of before.
      if (forms.isSettled(kind)) {
        finish(kind);
      }
      return false;
    }
    count(kind, replaced);
    return true;
  }

  /** The first kind that waits, or else one that was described without anybody asking for this. */
  private synchronized @Nullable String first() {
    if (waiting.isEmpty() && !ended) {
      descriptions.kinds().stream()
          .filter(kind -> !forms.isSettled(kind))
          .forEach(kind -> waiting.put(kind, new Work()));
    }
    return waiting.isEmpty() ? null : waiting.keySet().iterator().next();
  }

  private synchronized boolean isUncounted(String kind) {
    Work work = waiting.get(kind);
    return work != null && work.left <= 0;
  }

  private synchronized void note(String kind, int left) {
    Work work = waiting.get(kind);
    if (work != null) {
      work.left = left;
    }
  }

  private synchronized void count(String kind, int replaced) {
    Work work = waiting.get(kind);
    if (work != null) {
      work.replaced += replaced;
      work.left -= replaced;
    }
  }

  private void finish(String kind) {
    Work work;
    synchronized (this) {
      work = waiting.remove(kind);
    }
    if (work != null) {
      if (work.replaced > 0) {
        log.info(
            "{} documents of {} in {} were indexed anew", work.replaced, kind, runtime.directory());
      }
      work.done.complete(work.replaced);
    }
  }

  /** Nothing is indexed anew any more: the store is being closed. */
  void end() {
    end(closed());
  }

  private void end(RuntimeException why) {
    List<Work> left;
    synchronized (this) {
      ended = true;
      left = List.copyOf(waiting.values());
      waiting.clear();
    }
    left.forEach(work -> work.done.completeExceptionally(why));
  }

  // Replacing entries, with the index lock held.

  /** The newest versions of a kind that have another form. */
  private static Query outdated(KindForms.Form form) {
    return new BooleanQuery.Builder()
        .add(
            new TermQuery(
                new Term(IndexFields.exact(IndexFields.KIND), ExactToken.of(form.kind()))),
            BooleanClause.Occur.FILTER)
        .add(new TermQuery(new Term(IndexFields.MARK, form.mark())), BooleanClause.Occur.MUST_NOT)
        .add(
            new TermQuery(new Term(IndexFields.MARK, IndexFields.MARK_BARE)),
            BooleanClause.Occur.MUST_NOT)
        .build();
  }

  /** How many entries are to be replaced, as the present reader shows them. */
  private int remaining(KindForms.Form form) throws IOException {
    DirectoryReader reader = index.acquire();
    try {
      return new IndexSearcher(reader).count(outdated(form));
    } finally {
      reader.decRef();
    }
  }

  /**
   * Replaces some entries; 0 means that none is left. The present reader must show everything
   * written; it must be refreshed before anybody else reads.
   */
  private int replaceSome(KindForms.Form form) throws IOException {
    DirectoryReader reader = index.acquire();
    try {
      return replaceSome(outdated(form), reader);
    } finally {
      reader.decRef();
    }
  }

  private int replaceSome(Query outdated, DirectoryReader reader) throws IOException {
    List<Indexed> found = find(outdated, reader);
    if (found.isEmpty()) {
      return 0;
    }
    BooleanQuery.Builder these = new BooleanQuery.Builder();
    found.forEach(one -> these.add(one.query(), BooleanClause.Occur.SHOULD));
    index.delete(
        new BooleanQuery.Builder()
            .add(outdated, BooleanClause.Occur.FILTER)
            .add(these.build(), BooleanClause.Occur.FILTER)
            .build());
    for (Indexed one : found) {
      try {
        index.putNewest(one.link(), one.trimming(mapper.full(one.entry())), true);
      } catch (IllegalArgumentException e) {
        // As when it was first indexed: Lucene does not take its content.
        index.putNewest(one.link(), one.trimming(mapper.withoutContent(one.entry())), true);
      }
    }
    return found.size();
  }

  /** A newest version, and up to which number it removed earlier ones that a pack still holds. */
  private record Indexed(StoredForm.Entry entry, OptionalLong trimmedUpTo) {
    String link() {
      return entry.document().link();
    }

    /** This entry alone: an earlier one of its link has the log index of another link, maybe. */
    Query query() {
      return new BooleanQuery.Builder()
          .add(new TermQuery(new Term(IndexFields.LINK_TERM, link())), BooleanClause.Occur.FILTER)
          .add(
              NumericDocValuesField.newSlowExactQuery(IndexFields.LOG_INDEX, entry.logIndex()),
              BooleanClause.Occur.FILTER)
          .build();
    }

    Document trimming(Document replacement) {
      trimmedUpTo.ifPresent(upTo -> DocumentMapper.addTrim(replacement, upTo));
      return replacement;
    }
  }

  private static List<Indexed> find(Query query, DirectoryReader reader) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    List<Indexed> found = new ArrayList<>();
    for (ScoreDoc hit : new IndexSearcher(reader).search(query, CHUNK, Sort.INDEXORDER).scoreDocs) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      int doc = hit.doc - leaf.docBase;
      found.add(
          new Indexed(
              LinkLookup.entry(leaf.reader(), doc), LinkLookup.trimmedUpTo(leaf.reader(), doc)));
    }
    return found;
  }
}
