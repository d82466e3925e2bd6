// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.aggregation;

import io.cairn.document.AggregationResult;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.ScannedDocument;
import io.cairn.store.search.ScannedProperty;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a query's aggregations have found out so far: here, and what other nodes have found out.
 * Bounded; what would need more is refused. Used by one thread at a time.
 */
public final class Aggregated {
  private final QuerySpecification specification;
  private final List<ScannedProperty> properties = new ArrayList<>();
  private final List<Question> questions;
  private final List<Accumulator> accumulators;
  private long documents;

  /** Begins with nothing; the specification has aggregations, and was checked. */
  public Aggregated(QuerySpecification specification) {
    this.specification = specification;
    this.questions =
        Question.of(Objects.requireNonNull(specification.aggregations), false, properties);
    AggregationMemory memory = new AggregationMemory();
    this.accumulators = questions.stream().map(each -> each.begin(memory)).toList();
  }

  /**
   * Takes into account what matches, all of one moment.
   *
   * @param restriction must match as well; null if there is none
   * @throws IllegalArgumentException if that cannot be, or takes too much memory
   */
  public Aggregated scan(DocumentSearch search, @Nullable Query restriction) {
    search.scan(specification, restriction, properties, this::add);
    return this;
  }

  /**
   * Takes documents into account that no index has.
   *
   * @param description of all of them
   * @throws IllegalArgumentException if they have no such values, or that takes too much memory
   */
  public Aggregated scan(Iterable<DocumentVersion> some, ServiceDocumentDescription description) {
    DocumentInMemory document = new DocumentInMemory(properties, description);
    for (DocumentVersion each : some) {
      document.standOn(DocumentJson.standard().readTree(each.json()));
      add(document);
    }
    return this;
  }

  void add(ScannedDocument document) {
    documents++;
    for (Accumulator each : accumulators) {
      each.add(document);
    }
  }

  /** All that is known, for another node. */
  public byte[] encoded() {
    WireWriter out = new WireWriter().i64(documents);
    accumulators.forEach(each -> each.write(out));
    return out.take();
  }

  /**
   * Takes into account what another node has found out.
   *
   * @throws io.cairn.wire.MalformedException if it was not asked the same
   * @throws IllegalArgumentException if that takes too much memory
   */
  public void merge(byte[] encoded) {
    WireReader in = new WireReader(encoded);
    documents += in.index();
    accumulators.forEach(each -> each.merge(in));
    in.requireEnd();
  }

  /** How many documents match. */
  public long documents() {
    return documents;
  }

  /** The answers, by the names of what was asked. */
  public Map<String, AggregationResult> results() {
    Map<String, AggregationResult> results = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      results.put(questions.get(i).name(), accumulators.get(i).result());
    }
    return results;
  }
}
