// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query found, and the body of a GET on a factory. */
@DocumentKind("com:vmware:xenon:common:ServiceDocumentQueryResult")
public class ServiceDocumentQueryResult extends ServiceDocument {
  public static final String FIELD_NAME_DOCUMENT_LINKS = "documentLinks";
  public static final String FIELD_NAME_DOCUMENT_COUNT = "documentCount";
  public static final String FIELD_NAME_NEXT_PAGE_LINK = "nextPageLink";
  public static final String FIELD_NAME_PREV_PAGE_LINK = "prevPageLink";
  public static final String FIELD_NAME_QUERY_TIME_MICROS = "queryTimeMicros";
  public static final String FIELD_NAME_DOCUMENTS = "documents";

  /** Running totals of a continuous query. */
  public static class ContinuousResult {
    public long documentCountAdded;
    public long documentCountUpdated;
    public long documentCountDeleted;
  }

  /** Self links of what was found, in result order; never absent. */
  public List<String> documentLinks = new ArrayList<>();

  /** The documents by link, where the query asks for content. */
  public @Nullable Map<String, Object> documents;

  /** The links that the link terms select, without repetition. */
  public @Nullable Set<String> selectedLinks;

  /** For each document link, field name to selected link. */
  public @Nullable Map<String, Map<String, String>> selectedLinksPerDocument;

  /** The documents behind {@link #selectedLinks}, where the query asks to expand them. */
  public @Nullable Map<String, Object> selectedDocuments;

  /** For each document link, field name to pieces of its text, where the query asks for that. */
  public @Nullable Map<String, Map<String, List<String>>> highlights;

  /** How many documents this result stands for. */
  public @Nullable Long documentCount;

  /** How many documents match in all pages; set where a factory is asked with OData parameters. */
  public @Nullable Long totalCount;

  public @Nullable String prevPageLink;
  public @Nullable String nextPageLink;

  /** Group value to the link of the first page of that group. */
  public @Nullable Map<String, String> nextPageLinksPerGroup;

  /** What was asked about all documents that match, by the names of the query. */
  public @Nullable Map<String, AggregationResult> aggregations;

  /** How the query was answered, where it asks for that. */
  public @Nullable QueryExplanation explanation;

  /** How long the query took, in microseconds. */
  public @Nullable Long queryTimeMicros;

  public @Nullable ContinuousResult continuousResults;

  /** Copies the built-in fields and, where the target is a result as well, the results. */
  @Override
  public void copyTo(ServiceDocument target) {
    super.copyTo(target);
    if (target instanceof ServiceDocumentQueryResult result) {
      result.documentLinks = documentLinks;
      result.documents = documents;
      result.selectedLinks = selectedLinks;
      result.selectedLinksPerDocument = selectedLinksPerDocument;
      result.selectedDocuments = selectedDocuments;
      result.highlights = highlights;
      result.documentCount = documentCount;
      result.totalCount = totalCount;
      result.prevPageLink = prevPageLink;
      result.nextPageLink = nextPageLink;
      result.nextPageLinksPerGroup = nextPageLinksPerGroup;
      result.aggregations = aggregations;
      result.explanation = explanation;
      result.queryTimeMicros = queryTimeMicros;
      result.continuousResults = continuousResults;
    }
  }
}
