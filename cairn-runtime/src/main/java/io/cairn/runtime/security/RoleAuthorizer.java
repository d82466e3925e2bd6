// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.runtime.security.Identities.Role;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Identities.UserGroup;
import io.cairn.runtime.security.Subject.Kind;
import io.cairn.service.Service.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Decides by roles: a user is in groups, which its document names or whose query its document
 * matches; roles allow or deny verbs to a group, on what a query matches. Whatever no role allows
 * is denied, and a role that denies wins over all that allow. What was found out of a subject is
 * kept until identities change. Thread-safe.
 */
public final class RoleAuthorizer implements Authorizer {

  private static final long MAX_SUBJECTS = 10_000;

  private static final Decision OF_SYSTEM =
      Decision.of(Verdict.ALLOWED, "the runtime itself may do everything");

  private final Identities identities;
  private final LongSupplier nowMicros;
  private final Cache<Subject, Known> known =
      Caffeine.newBuilder().maximumSize(MAX_SUBJECTS).build();

  /** What a subject may do, as of a revision. */
  private record Known(long revision, Permissions permissions) {}

  /**
   * Decides by what identities say.
   *
   * @param nowMicros the wall clock, in microseconds since 1970
   */
  public RoleAuthorizer(Identities identities, LongSupplier nowMicros) {
    this.identities = identities;
    this.nowMicros = nowMicros;
  }

  @Override
  public Decision decide(Subject subject, Action action, Target target) {
    if (subject.isSystem()) {
      return OF_SYSTEM;
    }
    Decision invalid = invalid(subject);
    return invalid == null ? permissions(subject).decide(verb(action), target) : invalid;
  }

  @Override
  public Decision decideAny(Subject subject, Action action) {
    if (subject.isSystem()) {
      return OF_SYSTEM;
    }
    Decision invalid = invalid(subject);
    return invalid == null ? permissions(subject).decideAny(verb(action)) : invalid;
  }

  @Override
  public Decision decideResult(Subject subject, Target next) {
    return subject.isSystem() ? OF_SYSTEM : permissions(subject).decideResult(next);
  }

  @Override
  public @Nullable Query visible(Subject subject, Action action) {
    if (subject.isSystem()) {
      return null;
    }
    return invalid(subject) == null
        ? permissions(subject).visible(verb(action))
        : Restrictions.nothing();
  }

  /** To ask what a link offers is to read it. */
  private static Action verb(Action action) {
    return action == Action.OPTIONS ? Action.GET : action;
  }

  @Override
  public long revision() {
    return identities.revision();
  }

  @Override
  public boolean isValid(Subject subject) {
    return subject.isSystem() || invalid(subject) == null;
  }

  private @Nullable Decision invalid(Subject subject) {
    if (subject.isExpiredAt(nowMicros.getAsLong())) {
      return Decision.of(Verdict.DENIED, "what proved who asks has expired");
    }
    if (identities.isRevoked(subject)) {
      return Decision.of(Verdict.DENIED, "what proved who asks was revoked");
    }
    User user = identities.user(subject.link());
    if (user == null ? needsUser(subject) : !user.enabled()) {
      return Decision.of(Verdict.DENIED, "the user is not there, or is disabled");
    }
    return null;
  }

  /** Guests have no document, and those whom others vouch for need none. */
  private static boolean needsUser(Subject subject) {
    return subject.kind() != Kind.GUEST && subject.kind() != Kind.EXTERNAL;
  }

  private Permissions permissions(Subject subject) {
    long revision = identities.revision();
    Known present = known.getIfPresent(subject);
    if (present == null || present.revision() != revision) {
      present = new Known(revision, find(subject));
      known.put(subject, present);
    }
    return present.permissions();
  }

  private Permissions find(Subject subject) {
    User user = identities.user(subject.link());
    Set<String> groups = groups(subject, user);
    List<Role> roles =
        identities.roles().stream().filter(role -> groups.contains(role.userGroupLink())).toList();
    String tenant = subject.tenantLink();
    if (tenant == null && user != null) {
      tenant = user.tenantLink();
    }
    return Permissions.of(subject, tenant, roles, identities);
  }

  private Set<String> groups(Subject subject, @Nullable User user) {
    Set<String> groups = new HashSet<>(subject.claimedGroups());
    if (user != null && !user.groupLinks().isEmpty()) {
      groups.addAll(user.groupLinks());
      return groups;
    }
    JsonNode document =
        user == null
            ? JsonNodeFactory.instance
                .objectNode()
                .put(ServiceDocument.FIELD_NAME_SELF_LINK, subject.link())
            : user.document();
    for (UserGroup group : identities.userGroups()) {
      if (isIn(group, document)) {
        groups.add(group.link());
      }
    }
    return groups;
  }

  private static boolean isIn(UserGroup group, JsonNode document) {
    try {
      return QueryFilter.create(group.query()).evaluate(document, null);
    } catch (IllegalArgumentException e) {
      return false; // a query that means nothing means nobody
    }
  }
}
