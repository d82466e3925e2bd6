// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import io.cairn.document.QueryExplanation;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.store.DocumentStore;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreException;
import io.cairn.store.search.SearchReaders.Mode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.jspecify.annotations.Nullable;

/**
 * Searches the documents of several partitions as one. A search sees everything that was applied to
 * each partition before it began (unless option DO_NOT_REFRESH says otherwise), and the newest
 * version of each document only, unless its options ask for more. Expired documents never show,
 * deleted ones with INCLUDE_DELETED.
 *
 * <p>All methods throw {@link IllegalArgumentException}, with what to do about it, for a
 * specification that makes no sense, and {@link StoreException} when a partition cannot be read.
 * Cheap to make, immutable, thread-safe.
 */
public final class DocumentSearch {
  /** A search without resultLimit that matches more than this must be paged. */
  public static final int MAX_HITS = 1_000_000;

  /**
   * A property that every document has in a search: its self link up to the last slash. A TERM on
   * it finds the children of a factory much faster than a PREFIX on the self link.
   */
  public static final String PROPERTY_PARENT = "documentParentLink";

  private final List<DocumentStore> stores;
  private final Runnable check;

  private DocumentSearch(List<DocumentStore> stores, Runnable check) {
    this.stores = stores;
    this.check = check;
  }

  /** A search over partitions, which stay open while it is in use. */
  public static DocumentSearch over(List<DocumentStore> stores) {
    if (stores.isEmpty()) {
      throw new IllegalArgumentException("A search needs at least one partition");
    }
    return new DocumentSearch(List.copyOf(stores), () -> {});
  }

  /**
   * The same search for somebody who may lose interest.
   *
   * @param interest run now and then, after some hundred documents, by the thread that searches;
   *     what it throws ends the search
   */
  public DocumentSearch checking(Runnable interest) {
    return new DocumentSearch(stores, interest);
  }

  /** As {@link #search(QuerySpecification, QueryTask.Query)}, unrestricted. */
  public SearchResult search(QuerySpecification specification) {
    return search(specification, null);
  }

  /**
   * Runs a query: the first {@code resultLimit} matches after {@code offset}, or all when there is
   * no limit; with COUNT none, only their number.
   *
   * @param restriction must match as well: what the caller may see, for instance
   * @throws TooManyCursorsException if the node has as many results open as it allows
   */
  public SearchResult search(
      QuerySpecification specification, QueryTask.@Nullable Query restriction) {
    SearchReaders readers = readers(specification, restriction, pool().results());
    try {
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, now());
      List<SearchHit> hits = List.of();
      if (!specification.options.contains(QueryOption.COUNT)) {
        ScoreDoc[] found = found(readers, plan, specification);
        hits = HitCollection.hits(readers.searcher(), found, check);
      }
      return new SearchResult(readers, plan.query(), hits, check);
    } catch (IOException e) {
      readers.close();
      throw readers.failure("searching", e);
    } catch (IndexSearcher.TooManyClauses e) {
      readers.close();
      throw new IllegalArgumentException("The query has too many clauses: simplify it", e);
    } catch (RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  private ScoreDoc[] found(SearchReaders readers, SearchPlan plan, QuerySpecification specification)
      throws IOException {
    int offset = offsetOf(specification);
    int count;
    if (specification.resultLimit == null) {
      int matches = readers.searcher(check).count(plan.query());
      if (matches > MAX_HITS) {
        throw new IllegalArgumentException(
            "The query matches " + matches + " documents: set resultLimit and read pages");
      }
      count = matches;
    } else {
      requireLimit(specification.resultLimit);
      count = Math.min(offset + specification.resultLimit, 2 * MAX_HITS);
    }
    ScoreDoc[] found = HitCollection.top(readers, check, plan, count, null);
    return Arrays.copyOfRange(found, Math.min(offset, found.length), found.length);
  }

  /** As {@link #open(QuerySpecification, QueryTask.Query)}, unrestricted. */
  public SearchCursor open(QuerySpecification specification) {
    return open(specification, null);
  }

  /**
   * Opens pages of {@code resultLimit} over what a query matches now.
   *
   * @throws TooManyCursorsException if the node has as many open as it allows
   */
  public SearchCursor open(
      QuerySpecification specification, QueryTask.@Nullable Query restriction) {
    return opened(specification, restriction, (_, _, cursor) -> cursor);
  }

  /**
   * Opens groups over what a query matches now, by its {@code groupByTerm}; pages of {@code
   * resultLimit} for each.
   *
   * @throws TooManyCursorsException as {@link #open(QuerySpecification, QueryTask.Query)}
   */
  public SearchGroups groups(
      QuerySpecification specification, QueryTask.@Nullable Query restriction) {
    return opened(
        specification,
        restriction,
        (readers, plan, cursor) -> {
          OrderedCursor.Grouping grouping = grouping(specification, readers);
          return new SearchGroups(readers, plan, cursor, grouping.field(), grouping.order());
        });
  }

  private static OrderedCursor.Grouping grouping(
      QuerySpecification specification, SearchReaders readers) {
    QueryTerm term = specification.groupByTerm;
    if (term == null || term.propertyName == null || term.propertyName.isEmpty()) {
      throw new IllegalArgumentException(
          "Grouping needs a groupByTerm with a propertyName: set it");
    }
    GroupField field = new GroupField(term.propertyName, term.propertyType);
    return new OrderedCursor.Grouping(
        field,
        new SortTranslator(readers::hasField, readers::requireIndexed)
            .groups(specification, field.name()));
  }

  /** Makes something of what was opened. */
  private interface Opening<T> {
    T of(SearchReaders readers, SearchPlan plan, SearchCursor cursor);
  }

  private <T> T opened(
      QuerySpecification specification, QueryTask.@Nullable Query restriction, Opening<T> opening) {
    if (specification.resultLimit == null) {
      throw new IllegalArgumentException("Paging needs a resultLimit: set it");
    }
    requireLimit(specification.resultLimit);
    int offset = offsetOf(specification);
    SearchReaders readers = readers(specification, restriction, pool().cursors());
    try {
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, now());
      return opening.of(
          readers, plan, new SearchCursor(readers, plan, specification.resultLimit, offset, check));
    } catch (RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  /**
   * Opens what a query matches now, in an order that is the same on every node, with its groups if
   * it has the option GROUP_BY; the specification's limit and offset mean nothing here.
   *
   * @throws TooManyCursorsException if the node has as many open as it allows
   */
  public OrderedCursor openOrdered(
      QuerySpecification specification, QueryTask.@Nullable Query restriction) {
    SearchReaders readers = readers(specification, restriction, pool().cursors());
    try {
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, now()).inTotalOrder();
      return new OrderedCursor(
          readers,
          plan,
          SortKey.order(specification),
          check,
          specification.options.contains(QueryOption.GROUP_BY)
              ? grouping(specification, readers)
              : null);
    } catch (RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  /**
   * Shows the values of some properties in all documents that a query matches, in no particular
   * order, one document at a time. All are of one moment.
   *
   * @param properties what is shown
   * @param visitor is given each document, to be looked at until it returns
   * @throws IllegalArgumentException if a document that matches has a property in a form whose
   *     values cannot be read from the index
   * @throws TooManyCursorsException as {@link #search(QuerySpecification, QueryTask.Query)}
   */
  public void scan(
      QuerySpecification specification,
      QueryTask.@Nullable Query restriction,
      List<ScannedProperty> properties,
      Consumer<ScannedDocument> visitor) {
    List<String> names = properties.stream().map(ScannedProperty::name).toList();
    SearchReaders readers = readers(new Asked(specification, restriction, names), pool().results());
    try {
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, now());
      IndexSearcher searcher = readers.searcher(check);
      for (ScannedProperty property : properties) {
        property.requireReadable(readers, searcher, plan);
      }
      var _ = searcher.search(plan.query(), new ValueScan.Manager(properties, visitor));
    } catch (IOException e) {
      throw readers.failure("reading values", e);
    } catch (IndexSearcher.TooManyClauses e) {
      throw new IllegalArgumentException("The query has too many clauses: simplify it", e);
    } finally {
      readers.close();
    }
  }

  /**
   * Says how the index answers a query, which it counts the matches of.
   *
   * @param readable all that whoever asks may read, which the restriction demands, too: then
   *     nothing is said of other documents, not even how many there are. Null for everything
   * @throws TooManyCursorsException as {@link #search(QuerySpecification, QueryTask.Query)}
   */
  public QueryExplanation explain(
      QuerySpecification specification,
      QueryTask.@Nullable Query restriction,
      QueryTask.@Nullable Query readable) {
    SearchReaders readers = readers(specification, restriction, pool().results());
    try {
      SearchPlan plan = SearchPlan.of(specification, restriction, readers, now());
      SearchPlan all =
          readable == null ? null : SearchPlan.ofAll(specification, readable, readers, now());
      QueryExplanation explanation =
          new SearchExplainer(readers, readers.searcher(check), all).explain(specification, plan);
      explanation.partitionsHere = stores.size();
      return explanation;
    } catch (IOException e) {
      throw readers.failure("explaining", e);
    } finally {
      readers.close();
    }
  }

  /**
   * Gives the links of the documents directly under a path, in no particular order: all of them,
   * however many, without holding them in memory.
   *
   * @param parent the path without a slash at its end, {@code /core/examples}
   */
  public void forEachChild(String parent, Consumer<String> sink) {
    SearchReaders readers = readers();
    try {
      readers
          .searcher()
          .search(SearchPlan.children(parent, now()), new LinkCollector.Manager(sink));
    } catch (IOException e) {
      throw readers.failure("listing " + parent, e);
    } finally {
      readers.close();
    }
  }

  /** How many documents are directly under a path. */
  public long countChildren(String parent) {
    SearchReaders readers = readers();
    try {
      return readers.searcher().count(SearchPlan.children(parent, now()));
    } catch (IOException e) {
      throw readers.failure("counting " + parent, e);
    } finally {
      readers.close();
    }
  }

  private SearchReaders readers(
      QuerySpecification specification, QueryTask.@Nullable Query restriction, Semaphore permits) {
    return readers(new Asked(specification, restriction, List.of()), permits);
  }

  /** Readers that count among those that may be held at once. */
  private SearchReaders readers(Asked asked, Semaphore permits) {
    if (!permits.tryAcquire()) {
      throw new TooManyCursorsException();
    }
    SearchReaders readers = null;
    try {
      readers = SearchReaders.over(stores, Mode.of(asked.specification().options), asked, check);
      readers.hold(permits);
      return readers;
    } catch (IOException e) {
      throw notOpened(e);
    } finally {
      if (readers == null) {
        permits.release();
      }
    }
  }

  private SearchReaders readers() {
    try {
      return SearchReaders.over(stores, Mode.CURRENT);
    } catch (IOException e) {
      throw notOpened(e);
    }
  }

  private static StoreException notOpened(IOException cause) {
    return new StoreException("opening readers failed: " + cause, cause);
  }

  private StorePool pool() {
    return stores.getFirst().pool();
  }

  private long now() {
    return stores.getFirst().now();
  }

  private static int offsetOf(QuerySpecification specification) {
    int offset = specification.offset == null ? 0 : specification.offset;
    if (offset < 0 || offset > MAX_HITS) {
      throw new IllegalArgumentException(
          "offset is " + offset + ": it must be between 0 and " + MAX_HITS);
    }
    return offset;
  }

  static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("resultLimit is " + limit + ": it must be positive");
    }
  }
}
