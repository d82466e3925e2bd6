// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A group of documents, and of links without one: what a query matches. */
public class ResourceGroupService
    extends AuthorizationDocument<ResourceGroupService.ResourceGroupState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_RESOURCE_GROUPS;

  /** A factory that updates a group when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(ResourceGroupService.class, ResourceGroupState.class);
  }

  /** The document. */
  @DocumentKind(ResourceGroupState.KIND)
  public static class ResourceGroupState extends ServiceDocument {
    public static final String KIND =
        "com:vmware:xenon:services:common:ResourceGroupService:ResourceGroupState";
    public static final String FIELD_NAME_QUERY = "query";

    /** What is in the group. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Query query;

    /** A group of what a query matches. */
    public static ResourceGroupState of(String id, Query query) {
      ResourceGroupState state = new ResourceGroupState();
      state.documentSelfLink = id;
      state.query = query;
      return state;
    }
  }

  /** A PATCH body that adds a clause to the query, or takes it away. */
  @DocumentKind(PatchQueryRequest.KIND)
  public static class PatchQueryRequest {
    public static final String KIND =
        "com:vmware:xenon:services:common:ResourceGroupService:PatchQueryRequest";

    /** {@link #KIND}: how the request is told from a partial document. */
    public @Nullable String kind = KIND;

    /** The clause. */
    public @Nullable Query clause;

    /** Whether it is taken away, wherever the query has one that says the same. */
    public boolean removeClause;

    /** A request. */
    public static PatchQueryRequest create(Query clause, boolean removeClause) {
      PatchQueryRequest request = new PatchQueryRequest();
      request.clause = clause;
      request.removeClause = removeClause;
      return request;
    }
  }

  /** Declares what the runtime is to do for these documents. */
  public ResourceGroupService() {
    super(ResourceGroupState.class);
  }

  @Override
  void check(ResourceGroupState state) {
    UserGroupService.checkQuery(state.query);
  }

  @Override
  void merge(Operation patch, ResourceGroupState state) {
    PatchQueryRequest request = requestOf(patch);
    if (request == null) {
      Query query = bodyOf(patch).query;
      state.query = query == null ? state.query : query;
      return;
    }
    require("clause", request.clause);
    if (request.clause != null && state.query != null) {
      state.query =
          request.removeClause
              ? without(state.query, request.clause)
              : with(state.query, request.clause);
    }
  }

  private static @Nullable PatchQueryRequest requestOf(Operation patch) {
    if (patch.getBodyRaw() instanceof PatchQueryRequest request) {
      return request;
    }
    JsonNode tree = patch.getBody(JsonNode.class);
    return tree.path("kind").asString("").equals(PatchQueryRequest.KIND)
        ? patch.getBody(PatchQueryRequest.class)
        : null;
  }

  /** A query with a clause more; one that was a single term becomes a clause beside it. */
  private static Query with(Query query, Query clause) {
    if (query.term == null) {
      return contains(query, clause) ? query : query.addBooleanClause(clause);
    }
    Query first = new Query().setOccurance(Occurance.MUST_OCCUR);
    first.term = query.term;
    Query both = new Query();
    both.occurance = query.occurance;
    return both.addBooleanClause(first).addBooleanClause(clause);
  }

  private static Query without(Query query, Query clause) {
    List<Query> clauses = query.booleanClauses;
    if (clauses == null || !contains(query, clause)) {
      return query;
    }
    List<Query> rest = new ArrayList<>(clauses);
    rest.removeIf(one -> isSame(one, clause));
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(
          "A group needs a query: to take its last clause away, delete the group");
    }
    query.booleanClauses = rest;
    return query;
  }

  private static boolean contains(Query query, Query clause) {
    return query.booleanClauses != null
        && query.booleanClauses.stream().anyMatch(one -> isSame(one, clause));
  }

  private static boolean isSame(Query one, Query other) {
    return DocumentJson.standard().toTree(one).equals(DocumentJson.standard().toTree(other));
  }
}
