// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one document that a reader shows, read one at a time: what is held of the others
 * is a few numbers of those that were asked for. Used by one thread, while the reader is held.
 */
public final class RetainedVersions {
  private static final Comparator<Head> BY_AGE =
      Comparator.comparing(Head::rank)
          .thenComparing(head -> !head.merged)
          .thenComparingLong(head -> head.logIndex)
          .thenComparingInt(head -> head.sequence);

  private final DirectoryReader reader;
  private final String link;

  /** The versions of a link. */
  public RetainedVersions(DirectoryReader reader, String link) {
    this.reader = reader;
    this.link = link;
  }

  /**
   * How old a version is among those of its link: where groups were joined, two of them may have
   * the same number.
   */
  public record Rank(long epoch, long version, long updateTimeMicros) implements Comparable<Rank> {
    private static final Comparator<Rank> ORDER =
        Comparator.comparingLong(Rank::epoch)
            .thenComparingLong(Rank::version)
            .thenComparingLong(Rank::updateTimeMicros);

    @Override
    public int compareTo(Rank other) {
      return ORDER.compare(this, other);
    }

    /** The rank of a version. */
    public static Rank of(DocumentVersion document) {
      return new Rank(document.epoch(), document.version(), document.updateTimeMicros());
    }
  }

  /** What somebody wants to know of the versions of a document. */
  @FunctionalInterface
  public interface Question<T extends @Nullable Object> {
    /** Looks at them; they cannot be read any more afterwards. */
    T ask(RetainedVersions versions) throws IOException;
  }

  /** A version without its content. */
  public static final class Head {
    private final Rank rank;
    private final boolean merged;
    private final long logIndex;
    private final int sequence;
    private final LeafReader leaf;
    private final int doc;

    private Head(LeafReader leaf, int doc, StoredForm.Entry entry) {
      this.rank = Rank.of(entry.document());
      this.merged = entry.isMerged();
      this.logIndex = entry.logIndex();
      this.sequence = entry.sequence();
      this.leaf = leaf;
      this.doc = doc;
    }

    /** Its number, and how old it is. */
    public Rank rank() {
      return rank;
    }

    private boolean isOf(StoredForm.Entry entry) {
      return entry.logIndex() == logIndex
          && entry.sequence() == sequence
          && entry.isMerged() == merged;
    }
  }

  /**
   * What a look at all versions has found.
   *
   * @param newest the newest of those that were wanted, the newest first
   * @param oldest the oldest of all; null if there are none
   * @param latest the newest of all; null if there are none
   * @param count how many there are in all
   */
  public record Found(List<Head> newest, @Nullable Rank oldest, @Nullable Rank latest, long count) {
    /** Copies the list. */
    public Found {
      newest = List.copyOf(newest);
    }
  }

  /**
   * Looks at all versions, and keeps the newest that are wanted.
   *
   * @param limit how many it keeps at most
   * @param wanted which
   */
  public Found newest(int limit, Predicate<Rank> wanted) throws IOException {
    Scan scan = new Scan(limit, wanted);
    LinkLookup.each(reader, link, scan::take);
    List<Head> newest = new ArrayList<>(scan.kept);
    newest.sort(BY_AGE.reversed());
    return new Found(newest, scan.oldest, scan.latest, scan.count);
  }

  /** The newest version that is wanted. */
  public Optional<DocumentVersion> newest(Predicate<Rank> wanted) throws IOException {
    List<Head> found = newest(1, wanted).newest();
    return found.isEmpty() ? Optional.empty() : Optional.of(read(found.getFirst()));
  }

  /** Reads one whole. */
  public DocumentVersion read(Head head) throws IOException {
    for (StoredForm.Entry entry : LinkLookup.entries(head.leaf.storedFields(), head.doc)) {
      if (head.isOf(entry)) {
        return entry.document();
      }
    }
    throw new IOException("a version of " + link + " is not where it was");
  }

  private static final class Scan {
    private final int limit;
    private final Predicate<Rank> wanted;
    private final PriorityQueue<Head> kept = new PriorityQueue<>(BY_AGE);
    private @Nullable Rank oldest;
    private @Nullable Rank latest;
    private long count;

    private Scan(int limit, Predicate<Rank> wanted) {
      this.limit = limit;
      this.wanted = wanted;
    }

    private void take(LeafReader leaf, int doc, StoredForm.Entry entry) {
      Head head = new Head(leaf, doc, entry);
      count++;
      oldest = oldest == null || head.rank.compareTo(oldest) < 0 ? head.rank : oldest;
      latest = latest == null || head.rank.compareTo(latest) > 0 ? head.rank : latest;
      if (wanted.test(head.rank)) {
        kept.add(head);
        if (kept.size() > limit) {
          var _ = kept.remove();
        }
      }
    }
  }
}
