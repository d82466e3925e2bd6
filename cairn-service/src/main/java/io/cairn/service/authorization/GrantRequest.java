// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.Service;
import io.cairn.service.authorization.ResourceGroupService.ResourceGroupState;
import io.cairn.service.authorization.RoleService.Policy;
import io.cairn.service.authorization.RoleService.RoleState;
import io.cairn.service.authorization.UserGroupService.UserGroupState;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A built-in role that somebody is to have, at all that it reaches or at one of: a link and all
 * below it, the documents of a kind, the documents of a tenant. The same request names the same
 * documents each time.
 */
@DocumentKind("io:cairn:service:authorization:GrantRequest")
public class GrantRequest extends ServiceDocument {

  /** viewer, editor or admin. */
  public @Nullable String role;

  /** Who gets it: the link of a user or a user group, or the e-mail address of a user. */
  public @Nullable String to;

  /** A link, which means itself and all below it. */
  public @Nullable String on;

  /** A kind of documents. */
  public @Nullable String ofKind;

  /** The link of a tenant. */
  public @Nullable String ofTenant;

  /** A request; what is null does not limit it. */
  public static GrantRequest of(BuiltInRole role, String to) {
    GrantRequest request = new GrantRequest();
    request.role = role.label();
    request.to = to;
    return request;
  }

  /**
   * Refuses what means nothing.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  void check() {
    var _ = builtIn();
    AuthorizationDocument.require("to", to);
    if (Stream.of(on, ofKind, ofTenant).filter(one -> one != null).count() > 1) {
      throw new IllegalArgumentException("A grant has one of on, ofKind and ofTenant at most");
    }
    if (on != null) {
      AuthorizationDocument.requireLink("on", on);
    }
    if (ofTenant != null) {
      AuthorizationDocument.requireLink("ofTenant", ofTenant);
    }
  }

  BuiltInRole builtIn() {
    AuthorizationDocument.require("role", role);
    return BuiltInRole.named(String.valueOf(role));
  }

  /** The link of the user or group. */
  String subjectLink() {
    String who = String.valueOf(to);
    return who.startsWith("/") ? who : UserService.FACTORY_LINK + "/" + who;
  }

  boolean isForGroup() {
    return subjectLink().startsWith(UserGroupService.FACTORY_LINK + "/");
  }

  /** The group that gets the role: the one that is named, or that of one user alone. */
  String userGroupLink() {
    return isForGroup()
        ? subjectLink()
        : UserGroupService.FACTORY_LINK + "/" + id("only", subjectLink());
  }

  /** The group of one user. */
  UserGroupState groupOfUser() {
    return UserGroupState.of(
        userGroupLink(),
        Query.Builder.create()
            .addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, subjectLink())
            .build());
  }

  /** What the role reaches. */
  ResourceGroupState resources() {
    String link = ResourceGroupService.FACTORY_LINK + "/" + scope();
    if (on != null) {
      return ResourceGroupState.of(link, BuiltInRole.atOrBelow(withoutSlash(on)));
    }
    if (ofKind != null) {
      return ResourceGroupState.of(link, BuiltInRole.ofKind(ofKind));
    }
    return ResourceGroupState.of(
        link, ofTenant != null ? BuiltInRole.ofTenant(ofTenant) : builtIn().everything());
  }

  private String scope() {
    if (on != null) {
      return id("on", withoutSlash(on));
    }
    if (ofKind != null) {
      return id("kind", ofKind);
    }
    if (ofTenant != null) {
      return id("tenant", ofTenant);
    }
    return builtIn() == BuiltInRole.ADMIN ? "everything" : "all-documents";
  }

  /** The role. */
  RoleState role() {
    return RoleState.Builder.create()
        .withSelfLink(roleLink())
        .withUserGroupLink(userGroupLink())
        .withResourceGroupLink(String.valueOf(resources().documentSelfLink))
        .withVerbs(builtIn().verbs())
        .withPolicy(Policy.ALLOW)
        .build();
  }

  String roleLink() {
    return RoleService.FACTORY_LINK
        + "/"
        + builtIn().label()
        + "."
        + Service.getId(userGroupLink())
        + "."
        + scope();
  }

  private static String withoutSlash(String link) {
    return link.length() > 1 && link.endsWith("/") ? link.substring(0, link.length() - 1) : link;
  }

  /** A name that people recognize, and that no other link or kind has. */
  private static String id(String what, String name) {
    String readable = name.replaceAll("^/core/(authz/)?", "").replaceAll("[^A-Za-z0-9@._-]+", "-");
    String tail = readable.length() > 60 ? readable.substring(readable.length() - 60) : readable;
    return "%s-%s-%08x".formatted(what, tail, name.hashCode());
  }
}
