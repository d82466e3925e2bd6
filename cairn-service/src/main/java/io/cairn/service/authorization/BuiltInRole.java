// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The roles that can be granted without writing a query. Each grant is an ordinary role. */
public enum BuiltInRole {
  /** Reads. */
  VIEWER,
  /** Reads, creates, changes and deletes. */
  EDITOR,
  /** As an editor; without a scope also accounts, roles, and what the runtime itself serves. */
  ADMIN;

  /** What a viewer or editor of everything has nothing to do with. */
  private static final List<String> FOR_ADMINISTRATORS =
      List.of(
          ServiceUriPaths.CORE_AUTH,
          ServiceUriPaths.CORE_TENANTS,
          ServiceUriPaths.CORE_AUDIT,
          ServiceUriPaths.CORE_MANAGEMENT,
          ServiceUriPaths.CORE_CLUSTER,
          ServiceUriPaths.NODE_GROUP_FACTORY,
          ServiceUriPaths.NODE_SELECTOR_PREFIX,
          ServiceUriPaths.CORE_SCHEMA_REWRITES,
          ServiceUriPaths.CORE_OPERATION_INDEX,
          ServiceUriPaths.CORE_SUBSCRIPTIONS);

  /** What it may do. */
  public Set<Action> verbs() {
    return this == VIEWER ? EnumSet.of(Action.GET, Action.OPTIONS) : EnumSet.allOf(Action.class);
  }

  /** Its name as people write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The role of a name, in upper or lower case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static BuiltInRole named(String name) {
    for (BuiltInRole role : values()) {
      if (role.name().equalsIgnoreCase(name)) {
        return role;
      }
    }
    throw new IllegalArgumentException("role is viewer, editor or admin, not '%s'".formatted(name));
  }

  /** All that it reaches if nothing limits it. */
  public Query everything() {
    Query all =
        Query.Builder.create()
            .addFieldClause(
                ServiceDocument.FIELD_NAME_SELF_LINK,
                UriUtils.URI_WILDCARD_CHAR,
                MatchType.WILDCARD)
            .build();
    if (this == ADMIN) {
      return all;
    }
    return withoutAdministration(Query.Builder.create().addClause(all));
  }

  private static Query withoutAdministration(Query.Builder some) {
    for (String prefix : FOR_ADMINISTRATORS) {
      some.addFieldClause(
          ServiceDocument.FIELD_NAME_SELF_LINK, prefix, MatchType.PREFIX, Occurance.MUST_NOT_OCCUR);
    }
    return some.build();
  }

  /** A link and all below it. */
  static Query atOrBelow(String link) {
    return Query.Builder.create()
        .addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, link, Occurance.SHOULD_OCCUR)
        .addFieldClause(
            ServiceDocument.FIELD_NAME_SELF_LINK,
            link + UriUtils.URI_PATH_CHAR,
            MatchType.PREFIX,
            Occurance.SHOULD_OCCUR)
        .build();
  }

  /** The documents of a kind. */
  static Query ofKind(String kind) {
    return Query.Builder.create().addFieldClause(ServiceDocument.FIELD_NAME_KIND, kind).build();
  }

  /**
   * The documents of a tenant. No accounts are among them, whatever tenant they name: who may write
   * some of these could be anybody.
   */
  static Query ofTenant(String tenantLink) {
    return withoutAdministration(
        Query.Builder.create()
            .addFieldClause(
                QuerySpecification.buildCollectionItemName(
                    ServiceDocumentDescription.FIELD_NAME_TENANT_LINKS),
                tenantLink));
  }
}
