// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.uri.ServiceUriPaths;
import org.jspecify.annotations.Nullable;

/**
 * A group of users: those that name it, and of those that name none, those that a query matches.
 */
public class UserGroupService extends AuthorizationDocument<UserGroupService.UserGroupState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_USER_GROUPS;

  /** A factory that updates a group when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(UserGroupService.class, UserGroupState.class);
  }

  /** The document. */
  @DocumentKind(UserGroupState.KIND)
  public static class UserGroupState extends ServiceDocument {
    public static final String KIND =
        "com:vmware:xenon:services:common:UserGroupService:UserGroupState";
    public static final String FIELD_NAME_QUERY = "query";

    /** What the documents of its users match. */
    @PropertyOptions(indexing = PropertyIndexingOption.STORE_ONLY)
    public @Nullable Query query;

    /** A group of the users that a query matches. */
    public static UserGroupState of(String id, Query query) {
      UserGroupState state = new UserGroupState();
      state.documentSelfLink = id;
      state.query = query;
      return state;
    }
  }

  /** Declares what the runtime is to do for these documents. */
  public UserGroupService() {
    super(UserGroupState.class);
  }

  @Override
  void check(UserGroupState state) {
    checkQuery(state.query);
  }

  @Override
  void merge(Operation patch, UserGroupState state) {
    Query query = bodyOf(patch).query;
    state.query = query == null ? state.query : query;
  }

  /** Refuses a query that cannot be put to a document. */
  static void checkQuery(@Nullable Query query) {
    require(UserGroupState.FIELD_NAME_QUERY, query);
    if (query != null) {
      var _ = QueryFilter.create(query);
    }
  }
}
