// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a query was answered. Its fields are the wire format. Not thread-safe. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public class QueryExplanation {
  /** What was done, in sentences, in order. */
  public List<String> plan = new ArrayList<>();

  /** How many partitions the node that was asked has searched itself. */
  public int partitionsHere;

  /** How many partitions it had others search; what these have looked at is not in the numbers. */
  public int partitionsElsewhere;

  /** How many segments of the index there are, and in how many of them a match is possible. */
  public int segments;

  public int segmentsSearched;

  /** How many documents there are in what was searched, older versions included that are kept. */
  public long documents;

  /** How many of them were looked at, at most. */
  public long documentsExamined;

  /** How many of them match. */
  public long documentsMatched;

  /** The terms of the query, the first hundred. */
  public List<Clause> clauses = new ArrayList<>();

  /** How many terms there are beyond these. */
  public int clausesNotShown;

  /** One term. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static class Clause {
    /** The term, as {@code name TERM niki}. */
    public String clause = "";

    /** MUST_OCCUR, MUST_NOT_OCCUR or SHOULD_OCCUR. */
    public String occurance = "";

    /** Whether the index leads to what it matches, without a look at everything. */
    public boolean usesIndex;

    /** How it is answered; if not by the index, why not. */
    public String how = "";

    /** How many documents the index offers for it, at most; absent where it has none. */
    public @Nullable Long documents;
  }
}
