// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreMarker;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentMapper;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.KindForms;
import io.cairn.store.index.StoredForm;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.SnapshotDeletionPolicy;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene index: one entry per version of a document, the newest of a link live, older ones soft
 * deleted. Superseded entries are kept until {@link #trim} or {@link #purge} removes them.
 *
 * <p>All methods that change something, {@link #refresh} and {@link #prepareCommit} are called with
 * the store's index lock held; {@link #acquire} and what reads from a reader by any thread.
 */
final class PartitionIndex implements Closeable {
  private static final String APPLIED_INDEX = "appliedIndex";
  private static final String TRACES_FROM = "purgeTracesFrom";

  private final CommitDirectory directory;
  private final IndexWriter writer;
  private final SnapshotDeletionPolicy snapshots;
  private final String storeId;
  private final PurgeTraces traces;
  private final KindForms forms;
  private volatile DirectoryReader reader;
  private volatile long committedIndex;
  private volatile boolean closed;
  private long preparedIndex;

  private PartitionIndex(
      CommitDirectory directory,
      IndexWriter writer,
      SnapshotDeletionPolicy snapshots,
      String storeId,
      StoreOptions options,
      KindForms forms)
      throws IOException {
    this.directory = directory;
    this.forms = forms;
    forms.learn(writer.getLiveCommitData());
    this.writer = writer;
    this.snapshots = snapshots;
    this.storeId = storeId;
    this.committedIndex = committedIndexOf(writer.getLiveCommitData());
    this.traces =
        new PurgeTraces(
            options.maxPurgeTraces(),
            options.purgeTraceDistance(),
            // Commits of before there were traces: their purges are unknown.
            numberIn(writer.getLiveCommitData(), TRACES_FROM, committedIndex));
    this.reader = DirectoryReader.open(writer);
    traces.learn(reader);
  }

  /**
   * How segments are merged.
   *
   * @param scheduler runs the merges
   * @param room the disk that has to have room for them
   */
  record Merging(MergeScheduler scheduler, StoreRoom room) {}

  /**
   * Opens an existing index, or makes an empty one with a first commit at log index 0.
   *
   * @param forms of the index's documents: learns those of the commit, and goes into each further
   *     one
   */
  static PartitionIndex open(
      Directory files, StoreOptions options, Merging merging, StoreMarker marker, KindForms forms)
      throws IOException {
    CommitDirectory directory = new CommitDirectory(files);
    boolean create = marker.state() == StoreMarker.State.CREATING;
    SnapshotDeletionPolicy snapshots =
        new SnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy());
    IndexWriterConfig config =
        new IndexWriterConfig(new SimpleAnalyzer())
            .setOpenMode(
                create ? IndexWriterConfig.OpenMode.CREATE : IndexWriterConfig.OpenMode.APPEND)
            .setSoftDeletesField(IndexFields.SUPERSEDED)
            .setMergePolicy(
                new SoftDeletesRetentionMergePolicy(
                    IndexFields.SUPERSEDED,
                    () -> MatchAllDocsQuery.INSTANCE,
                    new AffordableMerges(new TieredMergePolicy(), merging.room())))
            .setMergeScheduler(merging.scheduler())
            .setIndexDeletionPolicy(snapshots)
            .setRAMBufferSizeMB(Math.max(1.0, options.indexBufferBytes() / 1048576.0))
            .setMaxFullFlushMergeWaitMillis(0)
            .setCommitOnClose(false);
    IndexWriter writer = new IndexWriter(directory, config);
    try {
      if (create) {
        writer.setLiveCommitData(commitData(0, marker.storeId(), 0).entrySet());
        writer.commit();
      }
      return new PartitionIndex(directory, writer, snapshots, marker.storeId(), options, forms);
    } catch (IOException | RuntimeException | Error e) {
      writer.rollback();
      throw e;
    }
  }

  private static Map<String, String> commitData(
      long appliedIndex, String storeId, long tracesFrom) {
    return Map.of(
        APPLIED_INDEX,
        Long.toString(appliedIndex),
        StoreMarker.STORE_ID,
        storeId,
        TRACES_FROM,
        Long.toString(tracesFrom));
  }

  /** The applied index in a commit's user data; 0 where there is none. */
  static long committedIndexOf(@Nullable Iterable<Map.Entry<String, String>> userData) {
    return numberIn(userData, APPLIED_INDEX, 0);
  }

  private static long numberIn(
      @Nullable Iterable<Map.Entry<String, String>> userData, String key, long otherwise) {
    if (userData != null) {
      for (Map.Entry<String, String> entry : userData) {
        if (entry.getKey().equals(key)) {
          return Long.parseLong(entry.getValue());
        }
      }
    }
    return otherwise;
  }

  /** Adds the newest version of a link whose earlier versions, if any, become superseded. */
  void putNewest(String link, Document entry, boolean linkIsNew) throws IOException {
    if (linkIsNew) {
      writer.addDocument(entry);
    } else {
      writer.softUpdateDocument(
          linkTerm(link), entry, new NumericDocValuesField(IndexFields.SUPERSEDED, 1));
    }
  }

  /** Adds a version that is superseded already. */
  void putSuperseded(Document entry) throws IOException {
    writer.addDocument(entry);
  }

  /** Removes all versions of a link, and leaves a trace of that in place of an earlier one. */
  void purge(StoredForm.Entry purge) throws IOException {
    String link = purge.document().link();
    writer.deleteDocuments(linkTerm(link));
    writer.updateDocument(new Term(IndexFields.PURGED_LINK, link), DocumentMapper.trace(purge));
    traces.add(purge.logIndex());
  }

  /** Every purge after this log index has a trace. */
  long purgesKnownFrom() {
    return traces.completeFrom();
  }

  /** Removes the versions of a link up to the given one. */
  void trim(String link, long upToVersion) throws IOException {
    writer.deleteDocuments(
        new BooleanQuery.Builder()
            .add(new TermQuery(linkTerm(link)), BooleanClause.Occur.FILTER)
            .add(
                LongPoint.newRangeQuery(IndexFields.VERSION_NUMBER, Long.MIN_VALUE, upToVersion),
                BooleanClause.Occur.FILTER)
            .build());
  }

  /** Removes what a query matches, superseded versions included. */
  void delete(Query query) throws IOException {
    writer.deleteDocuments(query);
  }

  /**
   * Makes everything written so far visible to those who acquire a reader from now on; says whether
   * there was anything.
   */
  boolean refresh() throws IOException {
    DirectoryReader old = reader;
    DirectoryReader changed = DirectoryReader.openIfChanged(old, writer);
    if (changed != null) {
      reader = changed;
      old.decRef();
    }
    return changed != null;
  }

  /** A reader of the newest versions; the caller gives it back with {@code decRef}. */
  DirectoryReader acquire() {
    while (true) {
      if (closed) {
        throw new AlreadyClosedException("the store is closed");
      }
      DirectoryReader current = reader;
      if (current.tryIncRef()) {
        return current;
      }
    }
  }

  /**
   * Writes buffered entries to files, without fsync: makes the prepared commit that follows short.
   */
  void flush() throws IOException {
    writer.flush();
  }

  /**
   * First half of a commit: it holds exactly what was written until now.
   *
   * @param fixed run by this thread when what belongs to the commit is fixed, before it is made
   *     durable: from then on the index lock is not needed
   */
  void prepareCommit(long appliedIndex, Runnable fixed) throws IOException {
    if (traces.trim(appliedIndex)) {
      writer.deleteDocuments(PurgeTraces.upTo(traces.completeFrom()));
    }
    Map<String, String> data =
        new HashMap<>(commitData(appliedIndex, storeId, traces.completeFrom()));
    forms.addTo(data);
    writer.setLiveCommitData(data.entrySet());
    directory.onSync(fixed);
    writer.prepareCommit();
    preparedIndex = appliedIndex;
  }

  /** Second half of a commit; needs no lock beside the one that keeps commits apart. */
  void finishCommit() throws IOException {
    writer.commit();
    committedIndex = preparedIndex;
  }

  /** The generation of the last commit. */
  long generation() throws IOException {
    return SegmentInfos.getLastCommitGeneration(directory);
  }

  /** Segments of the current reader. */
  int segments() {
    return reader.leaves().size();
  }

  /** What the present reader shows, and beside it what waits. */
  StorePool.Held held(long pending, long pendingBytes) throws IOException {
    DirectoryReader shown = acquire();
    try {
      long bytes = 0;
      for (LeafReaderContext leaf : shown.leaves()) {
        if (FilterLeafReader.unwrap(leaf.reader()) instanceof SegmentReader segment) {
          bytes += segment.getSegmentInfo().sizeInBytes();
        }
      }
      return new StorePool.Held(
          shown.numDocs(), shown.maxDoc(), shown.leaves().size(), bytes, pending, pendingBytes);
    } finally {
      shown.decRef();
    }
  }

  long committedIndex() {
    return committedIndex;
  }

  /** Pins the last commit: its files stay until it is released. */
  IndexCommit snapshot() throws IOException {
    return snapshots.snapshot();
  }

  void release(IndexCommit commit) throws IOException {
    snapshots.release(commit);
    if (writer.isOpen()) {
      writer.deleteUnusedFiles();
    }
  }

  FieldInfos fieldInfos() {
    return FieldInfos.getMergedFieldInfos(reader);
  }

  /** What made the writer give up for good, or null. */
  @Nullable Throwable tragedy() {
    return writer.getTragicException();
  }

  private static Term linkTerm(String link) {
    return new Term(IndexFields.LINK_TERM, link);
  }

  /** Drops what is not committed and closes. */
  @Override
  public void close() throws IOException {
    closed = true;
    try {
      reader.decRef();
    } finally {
      try {
        writer.rollback();
      } finally {
        directory.close();
      }
    }
  }
}
