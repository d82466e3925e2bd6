// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
import io.cairn.store.index.Retention;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listing as of a time: what a query then would have found, of the documents that have not
 * expired since. It is refused if retention has dropped what may have been found, so that no answer
 * is shorter than the truth.
 *
 * @param micros the time, in microseconds since 1970
 */
record PastListing(long micros) {

  private static final int AT_A_TIME = 500;

  /**
   * Reads the parameter {@code asOf}.
   *
   * @return null if there is none
   * @throws IllegalArgumentException if it is no time, or one in the future
   */
  static @Nullable PastListing of(Map<String, String> parameters, long nowMicros) {
    String time = parameters.get(HistoryPoint.AS_OF);
    return time == null ? null : new PastListing(HistoryPoint.microsOf(time, nowMicros));
  }

  /** Has a query look at that time. */
  QuerySpecification applyTo(QuerySpecification specification) {
    specification.options.add(QueryOption.TIME_SNAPSHOT);
    specification.timeSnapshotBoundaryMicros = micros;
    return specification;
  }

  /**
   * Makes sure that of each document the version of that time is there, if it had one. Only those
   * that have had more versions than are kept can lack it.
   *
   * @throws Refusal with 410 if not
   */
  void requireRetained(
      QuerySource source, String kind, ServiceDocumentDescription description, Asker asker) {
    long limit = Retention.of(description).limit();
    if (limit <= 0) {
      return;
    }
    QuerySpecification trimmed = new QuerySpecification();
    trimmed.options.add(QueryOption.INCLUDE_DELETED);
    trimmed.resultLimit = AT_A_TIME;
    trimmed.query =
        Query.Builder.create()
            .addFieldClause(ServiceDocument.FIELD_NAME_KIND, kind)
            .addRangeClause(
                ServiceDocument.FIELD_NAME_VERSION,
                NumericRange.createGreaterThanOrEqualRange(limit))
            .build();
    try (FoundDocuments found = source.open(trimmed)) {
      Object position = null;
      do {
        FoundDocuments.Slice slice = found.read(position, AT_A_TIME, asker);
        requireRetained(source, kind, slice.rows(), asker);
        position = slice.next();
      } while (position != null);
    }
  }

  private void requireRetained(
      QuerySource source, String kind, List<FoundDocuments.Row> rows, Asker asker) {
    if (rows.isEmpty()) {
      return;
    }
    Set<String> missing = new HashSet<>();
    rows.forEach(row -> missing.add(row.link()));
    QuerySpecification then = applyTo(new QuerySpecification());
    then.options.add(QueryOption.INCLUDE_DELETED);
    then.resultLimit = AT_A_TIME;
    then.query =
        Query.Builder.create()
            .addFieldClause(ServiceDocument.FIELD_NAME_KIND, kind)
            .addInClause(ServiceDocument.FIELD_NAME_SELF_LINK, List.copyOf(missing))
            .build();
    try (FoundDocuments found = source.first(then)) {
      found.read(null, AT_A_TIME, asker).rows().forEach(row -> missing.remove(row.link()));
    }
    if (!missing.isEmpty()) {
      String first = missing.stream().sorted().toList().getFirst();
      throw new Refusal(
          Operation.STATUS_CODE_GONE,
          ("What there was as of %s is not known any more: of %s no version of that time or before is"
                  + " retained. GET %s/versions shows what is")
              .formatted(HistoryPoint.shown(micros), first, first));
    }
  }
}
