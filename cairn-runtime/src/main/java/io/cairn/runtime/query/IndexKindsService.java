// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.ReindexProgress;
import io.cairn.store.search.IndexStatistics;
import io.cairn.store.search.IndexStatistics.KindStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many documents there are of each kind, in all and in the replicas of this node, and how far
 * those are that are being indexed anew, by GET. With {@code ?consistency=local}, of this node's
 * replicas alone, however old.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class IndexKindsService extends StatelessService {

  private final IndexQueries queries;
  private final IndexQueries local;
  private final DocumentDirectory documents;

  /** A service that counts in the index. */
  public IndexKindsService(IndexQueries queries, IndexQueries local, DocumentDirectory documents) {
    this.queries = queries;
    this.local = local;
    this.documents = documents;
    toggleOption(ServiceOption.CORE, true);
  }

  /**
   * What there is.
   *
   * @param documentCount of all kinds together, each document once
   * @param kinds by their names
   * @param replicas whose counts {@code here} has
   * @param indexBytes what the files of their indexes take on disk
   */
  private record Kinds(
      long documentCount, Map<String, Kind> kinds, String replicas, long indexBytes) {}

  /** What there is of a kind: in all, and in the replicas of this node. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Kind(long documentCount, Here here, @Nullable Progress reindexing) {}

  private record Here(
      long documentCount, long deletedCount, long versionCount, long documentBytes) {}

  /** How many documents of this node's replicas were indexed anew, and how many are to be. */
  private record Progress(long done, long left) {
    Progress and(ReindexProgress further) {
      return new Progress(done + further.done(), left + further.left());
    }
  }

  @Override
  public void handleGet(Operation get) {
    IndexQueries asked = ReplicaReads.isWanted(get) ? local : queries;
    asked.tellReplicas(get);
    asked.engine().answer(get, () -> count(asked, asked.engine().asker(get)));
  }

  private Kinds count(IndexQueries asked, Asker asker) {
    Map<String, Long> counted = asked.countKinds(asker);
    List<DocumentStore> stores = documents.asItIs();
    IndexStatistics.Found found = IndexStatistics.of(stores, asker::requirePresent);
    Map<String, Progress> progress = progress(stores);
    Map<String, Kind> kinds = new TreeMap<>();
    counted.forEach(
        (kind, count) -> kinds.put(kind, kind(count, found.kinds().get(kind), progress.get(kind))));
    // What has deleted documents only is worth a line too.
    found
        .kinds()
        .forEach(
            (kind, here) -> kinds.computeIfAbsent(kind, _ -> kind(0, here, progress.get(kind))));
    long all = counted.values().stream().mapToLong(Long::longValue).sum();
    return new Kinds(all, kinds, documents.replicaState(), found.indexBytes());
  }

  private static Map<String, Progress> progress(List<DocumentStore> stores) {
    Map<String, Progress> progress = new TreeMap<>();
    for (DocumentStore store : stores) {
      for (ReindexProgress one : store.reindexing()) {
        progress.merge(
            one.kind(), new Progress(one.done(), one.left()), (known, _) -> known.and(one));
      }
    }
    return progress;
  }

  private static Kind kind(
      long count, @Nullable KindStatistics here, @Nullable Progress reindexing) {
    Here held =
        here == null
            ? new Here(0, 0, 0, 0)
            : new Here(here.documents(), here.deleted(), here.versions(), here.documentBytes());
    return new Kind(count, held, reindexing);
  }
}
