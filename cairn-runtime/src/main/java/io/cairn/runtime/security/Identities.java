// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.query.QueryTask.Query;
import io.cairn.service.Service.Action;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The users, groups, roles and revocations that this node knows: a view in memory of the documents
 * of the group, which follows their changes. Nothing here blocks. Thread-safe: what is returned is
 * immutable.
 */
public interface Identities {

  /** Grows with each change of the view, after the change can be seen. */
  long revision();

  /** The user of a link; null if there is none. Guest and system user need no document. */
  @Nullable User user(String link);

  /** All groups of users. */
  Collection<UserGroup> userGroups();

  /** All roles. */
  Collection<Role> roles();

  /**
   * The query of a group of resources; null if there is no such group: then its roles mean nothing.
   */
  @Nullable Query resources(String resourceGroupLink);

  /** Whether what proved a subject was taken back: its token, its key, or all of its user. */
  boolean isRevoked(Subject subject);

  /**
   * A user.
   *
   * @param link of its document
   * @param enabled whether it may do anything
   * @param groupLinks the groups that its document names; if there are any, no query adds to them
   * @param tenantLink the tenant that it belongs to; null if to none
   * @param document as it is stored, which the queries of user groups are put to
   */
  record User(
      String link,
      boolean enabled,
      Set<String> groupLinks,
      @Nullable String tenantLink,
      JsonNode document) {
    public User {
      groupLinks = Set.copyOf(groupLinks);
    }
  }

  /**
   * A group of users.
   *
   * @param query what the documents of its users match
   */
  record UserGroup(String link, Query query) {}

  /**
   * Allows or denies something to a group.
   *
   * @param verbs what it is about
   * @param denies whether it denies; any role that denies wins over all that allow
   */
  record Role(
      String link,
      String userGroupLink,
      String resourceGroupLink,
      Set<Action> verbs,
      boolean denies) {
    public Role {
      verbs = Set.copyOf(verbs);
    }
  }
}
