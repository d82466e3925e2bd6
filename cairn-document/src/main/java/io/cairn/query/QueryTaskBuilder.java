// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The methods of {@link QueryTask.Builder}, apart so that its file stays readable.
 *
 * @param <B> the builder that the methods return
 */
public abstract sealed class QueryTaskBuilder<B extends QueryTaskBuilder<B>>
    permits QueryTask.Builder {
  private final QueryTask task = new QueryTask();

  QueryTaskBuilder(boolean direct) {
    task.taskInfo.isDirect = direct;
  }

  abstract B self();

  public B setQuery(Query query) {
    task.querySpec.query = query;
    return self();
  }

  public B setResultLimit(int limit) {
    task.querySpec.resultLimit = limit;
    return self();
  }

  public B setGroupResultLimit(int limit) {
    task.querySpec.groupResultLimit = limit;
    return self();
  }

  public B setOffset(int offset) {
    task.querySpec.offset = offset;
    return self();
  }

  public B setExpectedResultCount(long count) {
    task.querySpec.expectedResultCount = count;
    return self();
  }

  public B setIndexLink(String link) {
    task.indexLink = link;
    return self();
  }

  public B setNodeSelectorLink(String link) {
    task.nodeSelectorLink = link;
    return self();
  }

  /** Asks for the past: the results as of {@code micros} since the Unix epoch. */
  public B setQueryTimeStamp(long micros) {
    task.querySpec.timeSnapshotBoundaryMicros = micros;
    return addOption(QuerySpecification.QueryOption.TIME_SNAPSHOT);
  }

  public B addOption(QuerySpecification.QueryOption option) {
    task.querySpec.options.add(option);
    return self();
  }

  public B addOptions(Collection<QuerySpecification.QueryOption> options) {
    task.querySpec.options.addAll(options);
    return self();
  }

  /** Sorts by {@code field}, after the fields that earlier calls named. */
  public B orderAscending(String field, TypeName type) {
    return order(field, type, QuerySpecification.SortOrder.ASC);
  }

  /** Sorts by {@code field} backwards, after the fields that earlier calls named. */
  public B orderDescending(String field, TypeName type) {
    return order(field, type, QuerySpecification.SortOrder.DESC);
  }

  /** Groups the results by {@code field}. */
  public B setGroupByTerm(String field) {
    return setGroupByTerm(field, TypeName.STRING);
  }

  /** Groups the results by {@code field}. */
  public B setGroupByTerm(String field, TypeName type) {
    task.querySpec.groupByTerm = term(field, type);
    return addOption(QuerySpecification.QueryOption.GROUP_BY);
  }

  /** Sorts the groups. */
  public B groupOrder(String field, TypeName type, QuerySpecification.SortOrder order) {
    QueryTerm term = term(field, type);
    if (task.querySpec.groupSortTerm == null) {
      task.querySpec.groupSortTerm = term;
      task.querySpec.groupSortOrder = order;
    } else {
      term.sortOrder = order;
      task.querySpec.additionalGroupSortTerms =
          appended(task.querySpec.additionalGroupSortTerms, term);
    }
    return self();
  }

  /** Selects the link in {@code field}. */
  public B addLinkTerm(String field) {
    task.querySpec.linkTerms = appended(task.querySpec.linkTerms, term(field, null));
    return self();
  }

  /** Selects {@code field} for the results. */
  public B addSelectTerm(String field) {
    task.querySpec.selectTerms = appended(task.querySpec.selectTerms, term(field, null));
    return self();
  }

  public QueryTask build() {
    return task;
  }

  private B order(String field, TypeName type, QuerySpecification.SortOrder order) {
    QueryTerm term = term(field, type);
    if (task.querySpec.sortTerm == null) {
      task.querySpec.sortTerm = term;
      task.querySpec.sortOrder = order;
    } else {
      term.sortOrder = order;
      task.querySpec.additionalSortTerms = appended(task.querySpec.additionalSortTerms, term);
    }
    return addOption(QuerySpecification.QueryOption.SORT);
  }

  private static QueryTerm term(String field, @Nullable TypeName type) {
    QueryTerm term = new QueryTerm();
    term.propertyName = field;
    term.propertyType = type;
    return term;
  }

  private static List<QueryTerm> appended(@Nullable List<QueryTerm> terms, QueryTerm term) {
    List<QueryTerm> result = terms == null ? new ArrayList<>() : terms;
    result.add(term);
    return result;
  }
}
