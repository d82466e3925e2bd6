// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.query.elsewhere.PeerFound;
import io.cairn.runtime.query.elsewhere.PeerSearch;
import io.cairn.store.StorePool.SearchLimits;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.GroupValue;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.RankedGroup;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SortKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node and others find, merged in the order of the query. A position is the key of the
 * last row before it, so it means the same whoever reads on.
 */
final class SpreadDocuments implements FoundDocuments {

  /** So many rows are read from one place at once, at most. */
  private static final int ROWS = 2048;

  /** What is found elsewhere comes with its key: so many rows fit into what a search may hold. */
  private static final long MAX_ROWS = SearchLimits.ofThisMachine(0).heldBytes() / 500;

  /** How many bytes of documents of others are kept in one slice; further ones are asked for. */
  private static final long MAX_CONTENT = 16L << 20;

  private static final Set<QueryOption> WITH_CONTENT =
      EnumSet.of(
          QueryOption.EXPAND_CONTENT,
          QueryOption.EXPAND_BUILTIN_CONTENT_ONLY,
          QueryOption.EXPAND_SELECTED_FIELDS,
          QueryOption.EXPAND_BINARY_CONTENT,
          QueryOption.SELECT_LINKS);

  private final @Nullable OrderedCursor here;
  private final RemoteSearch elsewhere;
  private final Comparator<SortKey> order;
  private final StoredForms forms;
  private final Asker opener;
  private final boolean content;
  private final @Nullable SortKey begin;
  private final int offset;

  /**
   * Merges what is found.
   *
   * @param here what this node finds; null if it holds nothing
   * @param begin the key behind which the first row is; null to begin with the first of all
   * @param opener whoever it is opened for
   */
  SpreadDocuments(
      @Nullable OrderedCursor here,
      RemoteSearch elsewhere,
      QuerySpecification specification,
      @Nullable SortKey begin,
      StoredForms forms,
      Asker opener) {
    this.here = here;
    this.elsewhere = elsewhere;
    this.order = SortKey.order(specification);
    this.begin = begin;
    this.forms = forms;
    this.opener = opener;
    this.content = specification.options.stream().anyMatch(WITH_CONTENT::contains);
    this.offset = specification.offset == null ? 0 : specification.offset;
  }

  /** A row of one place; its document is there already, or here to be read. */
  private record Candidate(
      String link,
      long version,
      SortKey key,
      @Nullable Supplier<DocumentVersion> document,
      int bytes) {}

  @Override
  public Slice read(@Nullable Object position, int size, Asker asker) {
    return read(null, (SortKey) position, size, asker);
  }

  /**
   * Reads rows of a group.
   *
   * @param group its name; null for the rows of all
   * @param position the key of the row before the first; null to begin
   */
  Slice read(@Nullable String group, @Nullable SortKey position, int size, Asker asker) {
    SortKey after = position == null ? begin : position;
    if (position == null && offset > 0) {
      after = skipped(group, asker);
      if (after == null) {
        return new Slice(List.of(), null);
      }
    }
    List<Candidate> found = new Merge(group, after, size + 1, content, asker).rows();
    int end = Math.min(size, found.size());
    List<Row> rows = new ArrayList<>(end);
    for (int i = 0; i < end; i++) {
      SortKey before = i == 0 ? after : found.get(i - 1).key();
      rows.add(row(found.get(i), group, before, asker));
    }
    return new Slice(rows, found.size() > size ? found.get(end - 1).key() : null);
  }

  /** The key of the last document that is skipped; null if there are no more. */
  private @Nullable SortKey skipped(@Nullable String group, Asker asker) {
    SortKey reached = begin;
    for (int left = offset; left > 0; left -= ROWS) {
      int wanted = Math.min(left, ROWS);
      List<Candidate> some = new Merge(group, reached, wanted, false, asker).rows();
      if (some.size() < wanted) {
        return null;
      }
      reached = some.getLast().key();
    }
    return reached;
  }

  private static void requireRoom(int rows) {
    if (rows >= MAX_ROWS) {
      throw new IllegalArgumentException(
          "The query wants more than %d documents at once, for which there is no memory: read smaller pages (resultLimit)"
              .formatted(MAX_ROWS));
    }
  }

  private Row row(
      Candidate candidate, @Nullable String group, @Nullable SortKey before, Asker asker) {
    Supplier<DocumentVersion> document = candidate.document();
    Supplier<DocumentVersion> read =
        document == null ? () -> readAgain(candidate, group, before, asker) : document;
    return new Row(candidate.link(), candidate.version(), () -> forms.present(read.get()));
  }

  private DocumentVersion readAgain(
      Candidate candidate, @Nullable String group, @Nullable SortKey before, Asker asker) {
    for (Candidate again : new Merge(group, before, 1, true, asker).rows()) {
      if (again.link().equals(candidate.link()) && again.document() != null) {
        return again.document().get();
      }
    }
    throw new NotServedException(
        candidate.link() + " was changed while it was read from another copy: ask again");
  }

  /** The first groups of the query that all places find together, in order. */
  List<RankedGroup> groups(int limit, Comparator<RankedGroup> ranks, Asker asker) {
    // A group that is not among the first of any place is not among the first of all.
    RemoteSearch.Whole asked = elsewhere.askWhole(PeerSearch.Wanted.groups(limit), asker);
    Map<GroupValue, RankedGroup> first = new HashMap<>();
    Consumer<RankedGroup> sink =
        group ->
            first.merge(
                group.value(), group, (one, other) -> ranks.compare(one, other) <= 0 ? one : other);
    if (here != null) {
      here.groups(limit, asker::requirePresent).forEach(sink);
    }
    asked.forEach((_, found) -> found.groups().forEach(sink));
    return first.values().stream().sorted(ranks).limit(limit).toList();
  }

  @Override
  public long totalCount() {
    return (here == null ? 0 : here.totalCount()) + elsewhere.count(opener);
  }

  @Override
  public void close() {
    elsewhere.close();
    if (here != null) {
      here.close();
    }
  }

  /** Rows behind a key, from all places. Used once. */
  private final class Merge {
    private final RemoteSearch.Attempts attempts;
    private final PriorityQueue<Feed> feeds =
        new PriorityQueue<>((one, other) -> order.compare(one.head(), other.head()));
    private final @Nullable String group;
    private final @Nullable SortKey after;
    private final int count;
    private final Asker asker;
    private boolean withContent;

    Merge(
        @Nullable String group,
        @Nullable SortKey after,
        int count,
        boolean withContent,
        Asker asker) {
      this.group = group;
      this.after = after;
      this.count = count;
      this.withContent = withContent;
      this.asker = asker;
      this.attempts = elsewhere.new Attempts(asker);
    }

    List<Candidate> rows() {
      List<Feed> all = new ArrayList<>();
      elsewhere
          .askAll(wanted(after), asker)
          .forEach(asked -> all.add(new RemoteFeed(asked, after)));
      if (here != null) {
        all.add(new OwnFeed(group == null ? here : here.group(group)));
      }
      all.forEach(this::fill);
      List<Candidate> rows = new ArrayList<>();
      long bytes = 0;
      while (rows.size() < count && !feeds.isEmpty()) {
        Feed first = feeds.remove();
        Candidate next = first.buffer.remove();
        requireRoom(rows.size());
        rows.add(next);
        bytes += next.bytes();
        withContent &= bytes <= MAX_CONTENT;
        if (rows.size() < count) {
          fill(first);
        }
      }
      return rows;
    }

    private PeerSearch.Wanted wanted(@Nullable SortKey behind) {
      return PeerSearch.Wanted.inGroup(group, behind, Math.min(count, ROWS), withContent);
    }

    /** Has a feed show its first row; one that has none any more is forgotten. */
    private void fill(Feed feed) {
      asker.requirePresent();
      if (feed.buffer.isEmpty()) {
        feed.fetch();
      }
      if (!feed.buffer.isEmpty()) {
        feeds.add(feed);
      }
    }

    /** The rows of one place, as far as they have been read. */
    private abstract static class Feed {
      final ArrayDeque<Candidate> buffer = new ArrayDeque<>();

      SortKey head() {
        return buffer.getFirst().key();
      }

      /** Reads on, if there is more. */
      abstract void fetch();
    }

    private final class OwnFeed extends Feed {
      private final OrderedCursor cursor;
      private @Nullable SortKey reached = after;
      private boolean more = true;

      OwnFeed(OrderedCursor cursor) {
        this.cursor = cursor;
      }

      @Override
      void fetch() {
        if (!more) {
          return;
        }
        int size = Math.min(count, ROWS);
        List<OrderedCursor.Found> found = cursor.read(reached, size, asker::requirePresent);
        more = found.size() == size;
        for (OrderedCursor.Found one : found) {
          SearchHit hit = one.hit();
          buffer.add(
              new Candidate(hit.link(), hit.version(), one.key(), () -> cursor.document(hit), 0));
          reached = one.key();
        }
      }
    }

    private final class RemoteFeed extends Feed {
      private RemoteSearch.Asked asked;
      private @Nullable SortKey reached;
      private boolean isAsked = true;
      private boolean more = true;

      RemoteFeed(RemoteSearch.Asked asked, @Nullable SortKey reached) {
        this.asked = asked;
        this.reached = reached;
      }

      @Override
      void fetch() {
        if (!more) {
          return;
        }
        if (!isAsked) {
          asked = elsewhere.ask(asked, wanted(reached), asker);
        }
        isAsked = false;
        PeerFound.Rows found =
            elsewhere.await(asked, attempts, instead -> fill(new RemoteFeed(instead, reached)));
        more = found != null && found.more();
        if (found != null) {
          for (PeerFound.Row row : found.rows()) {
            DocumentVersion document = row.document();
            buffer.add(
                new Candidate(
                    row.link(),
                    row.version(),
                    row.key(),
                    document == null ? null : () -> document,
                    document == null ? 0 : document.json().length));
            reached = row.key();
          }
        }
      }
    }
  }
}
