// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.document.QueryExplanation;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.query.aggregation.Aggregated;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.query.elsewhere.PeerSearch;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.OrderedCursor;
import io.cairn.store.search.SortKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Documents of which this node holds some or none: what it finds itself, and what other nodes find
 * for it, merged.
 *
 * @param here searches what this node holds; null if it holds nothing
 * @param elsewhere the partitions that others are to search
 * @param restriction must match as well; null if there is none
 * @param forms shows what is found in its present form
 * @param untilMicros how long others hold what is read in pages
 */
record SpreadSource(
    @Nullable DocumentSearch here,
    List<Partition> elsewhere,
    OtherNodes others,
    @Nullable Query restriction,
    StoredForms forms,
    Asker asker,
    long untilMicros)
    implements QuerySource {

  private static final long ONE_ANSWER_MICROS = TimeUnit.MINUTES.toMicros(2);

  @Override
  public FoundDocuments open(QuerySpecification specification) {
    return found(specification, untilMicros - others.clock().micros());
  }

  @Override
  public FoundDocuments openBehind(QuerySpecification specification, String link) {
    return found(specification, untilMicros - others.clock().micros(), SortKey.ofLink(link));
  }

  @Override
  public FoundGroups groups(QuerySpecification specification) {
    return new SpreadGroups(
        found(specification, untilMicros - others.clock().micros()), specification);
  }

  @Override
  public FoundDocuments first(QuerySpecification specification) {
    return found(specification, ONE_ANSWER_MICROS);
  }

  @Override
  public Aggregated aggregate(QuerySpecification specification) {
    Aggregated all = new Aggregated(forms.widened(specification));
    try (RemoteSearch remote = new RemoteSearch(others, elsewhere, specification, restriction, 0)) {
      // Others are at it while this node searches what it holds.
      RemoteSearch.Whole asked = remote.askWhole(PeerSearch.Wanted.aggregations(), asker);
      if (here != null) {
        var _ = all.scan(here.checking(asker::requirePresent), restriction);
      }
      asked.mergeInto(all);
    }
    return all;
  }

  @Override
  public QueryExplanation explain(QuerySpecification specification) {
    Visible visible = asker.visible();
    Query readable = visible == null ? null : visible.query();
    QueryExplanation explanation =
        here == null
            ? new QueryExplanation()
            : here.checking(asker::requirePresent)
                .explain(forms.widened(specification), restriction, readable);
    explanation.partitionsElsewhere = elsewhere.size();
    explanation.plan.add(
        "Has other nodes search %d partitions that this node does not hold, and puts together what they find"
            .formatted(elsewhere.size()));
    return explanation;
  }

  @Override
  public long count(QuerySpecification specification) {
    try (SpreadDocuments found = found(specification, 0)) {
      return found.totalCount();
    }
  }

  private SpreadDocuments found(QuerySpecification specification, long lifeMicros) {
    return found(specification, lifeMicros, null);
  }

  private SpreadDocuments found(
      QuerySpecification specification, long lifeMicros, @Nullable SortKey begin) {
    OrderedCursor own =
        here == null
            ? null
            : here.checking(asker::requirePresent)
                .openOrdered(forms.widened(specification), restriction);
    return new SpreadDocuments(
        own,
        new RemoteSearch(others, elsewhere, specification, restriction, lifeMicros),
        specification,
        begin,
        forms,
        asker);
  }
}
