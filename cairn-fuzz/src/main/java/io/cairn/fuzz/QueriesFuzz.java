// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.document.DocumentJson;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryValidation;

/** A query is refused, or finds the same in the index and in memory. */
public final class QueriesFuzz {
  private static final SampleDocuments DOCUMENTS = new SampleDocuments();

  private QueriesFuzz() {}

  /** Tries one input: the JSON of a query's clauses. */
  public static void fuzzerTestOneInput(byte[] data) {
    QuerySpecification specification = new QuerySpecification();
    try {
      specification.query = DocumentJson.standard().fromJson(data, Query.class);
    } catch (MalformedJsonException refusal) {
      checkMessage(refusal, data);
      return;
    }
    try {
      QueryValidation.validate(specification);
    } catch (IllegalArgumentException refusal) {
      checkMessage(refusal, data);
      return;
    }
    DOCUMENTS.findsTheSame(specification, data);
  }
}
