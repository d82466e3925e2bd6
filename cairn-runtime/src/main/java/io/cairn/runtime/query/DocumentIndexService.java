// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.runtime.stateful.ReplicaReads;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.state.CommitInfo;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the index holds: {@code ?documentSelfLink=} a link for one document, or for all with a
 * certain beginning if it ends with a star. Documents are written through their services only.
 */
@Needs(read = Access.FILTERED, write = Access.GRANTED)
public final class DocumentIndexService extends StatelessService {

  private final IndexQueries queries;
  private final IndexQueries local;
  private final DocumentDirectory documents;

  /** The last commit that was told. */
  private volatile long committed;

  /** A service in front of the index. */
  public DocumentIndexService(
      IndexQueries queries, IndexQueries local, DocumentDirectory documents) {
    this.queries = queries;
    this.local = local;
    this.documents = documents;
    toggleOption(ServiceOption.CORE, true);
  }

  /**
   * Tells subscribers if the index has been written to its files since the last call. Calls do not
   * overlap; does not block.
   */
  public void tellOfCommits() {
    CommitInfo commit = new CommitInfo();
    try {
      commit.sequenceNumber =
          documents.asItIs().stream().mapToLong(DocumentStore::committedIndex).sum();
    } catch (NotServedException e) {
      committed = 0; // copies are being filled: what comes then is another index
      return;
    }
    if (commit.sequenceNumber > committed) {
      committed = commit.sequenceNumber;
      getUtilityService().publish(Operation.createPatch(getUri()).setBody(commit), null);
    }
  }

  @Override
  public void handleGet(Operation get) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    String link = parameters.get(ServiceDocument.FIELD_NAME_SELF_LINK);
    if (link == null || link.isEmpty()) {
      throw new IllegalArgumentException("parameter documentSelfLink is required");
    }
    requirePersistent(parameters.get(UriUtils.URI_PARAM_CAPABILITY));
    IndexQueries asked = ReplicaReads.isWanted(get) ? local : queries;
    asked.tellReplicas(get);
    if (link.endsWith(UriUtils.URI_WILDCARD_CHAR)) {
      String prefix = link.substring(0, link.length() - 1);
      asked.engine().answer(get, () -> many(asked, prefix, parameters, asked.engine().asker(get)));
    } else {
      Answers.with(
          get,
          () ->
              one(
                  asked,
                  link,
                  parameters,
                  queries.engine().visibleTo(get.getAuthorizationContext())));
    }
  }

  /** All documents of the index are of services with PERSISTENCE, and nothing else is known. */
  private static void requirePersistent(@Nullable String capability) {
    if (capability != null && !capability.equals(ServiceOption.PERSISTENCE.name())) {
      throw new IllegalArgumentException(
          "parameter capability is PERSISTENCE, which all documents here have, or is left out; not '"
              + capability
              + "'");
    }
  }

  /**
   * A version in the present form of its kind, or nothing: a link without document is no error
   * here.
   */
  private byte @Nullable [] one(
      IndexQueries asked, String link, Map<String, String> parameters, @Nullable Visible visible) {
    DocumentVersion found = find(asked, link, parameters);
    return found == null || (visible != null && !visible.sees(found)) ? null : found.json();
  }

  private @Nullable DocumentVersion find(
      IndexQueries asked, String link, Map<String, String> parameters) {
    if (DocumentVersion.isHidden(link)) {
      return null;
    }
    String wanted = parameters.get(ServiceDocument.FIELD_NAME_VERSION);
    Long version = wanted == null ? null : number(wanted);
    if (documents.mayBeElsewhere(link)) {
      DocumentVersion latest = asked.find(link, null);
      return latest == null || version == null
          ? shown(latest, parameters)
          : present(asked.find(link, version));
    }
    DocumentVersion latest = documents.known(link, false);
    if (latest == null || latest.isExpiredAt(queries.engine().nowMicros())) {
      return null;
    }
    return version == null ? shown(latest, parameters) : present(documents.version(link, version));
  }

  private @Nullable DocumentVersion shown(
      @Nullable DocumentVersion latest, Map<String, String> parameters) {
    return latest == null || (latest.isTombstone() && !includesDeleted(parameters))
        ? null
        : present(latest);
  }

  private @Nullable DocumentVersion present(@Nullable DocumentVersion version) {
    return version == null ? null : documents.forms().present(version);
  }

  private static Object many(
      IndexQueries asked, String prefix, Map<String, String> parameters, Asker asker) {
    QueryTask task = new QueryTask();
    task.querySpec
        .query
        .setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK)
        .setTermMatchType(MatchType.PREFIX)
        .setTermMatchValue(prefix.isEmpty() ? "/" : prefix);
    if (ODataQuery.isExpand(parameters.keySet())) {
      task.querySpec.options.add(QueryOption.EXPAND_CONTENT);
    }
    if (includesDeleted(parameters)) {
      task.querySpec.options.add(QueryOption.INCLUDE_DELETED);
    }
    asked.prepare(task);
    return asked.run(task, null, asker);
  }

  private static boolean includesDeleted(Map<String, String> parameters) {
    String value = parameters.get(UriUtils.URI_PARAM_INCLUDE_DELETED);
    return value != null && !value.equalsIgnoreCase("false");
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("documentVersion must be a number, not '" + text + "'", e);
    }
  }
}
