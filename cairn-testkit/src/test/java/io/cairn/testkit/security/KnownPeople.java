// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.security.Authenticator;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.RoleAuthorizer;
import io.cairn.runtime.security.Subject;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import io.cairn.testkit.TestHost;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Users and roles that a test lists, for hosts whose guard it engages. A user proves itself by its
 * name as the token.
 */
final class KnownPeople implements Identities, Authenticator {

  static final String TOKEN = "x-xenon-auth-token";

  private static final String USERS = "/core/authz/users/";

  private final Map<String, User> users = new ConcurrentHashMap<>();
  private final List<Role> roles = new CopyOnWriteArrayList<>();
  private final Map<String, Query> resources = new ConcurrentHashMap<>();
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private final AtomicLong revision = new AtomicLong();

  /** Has a host refuse what these people may not do. */
  void guard(TestHost host) {
    host.host()
        .unwrap(Guard.class)
        .engage(this, new RoleAuthorizer(this, () -> System.currentTimeMillis() * 1_000));
  }

  void user(String name, @Nullable String tenant) {
    users.put(
        USERS + name,
        new User(
            USERS + name,
            true,
            Set.of("group-" + name),
            tenant,
            JsonNodeFactory.instance.objectNode()));
    revision.incrementAndGet();
  }

  void role(String name, String user, boolean denies, Query what, Action... verbs) {
    resources.put(name, what);
    roles.add(new Role(name, "group-" + user, name, Set.of(verbs), denies));
    revision.incrementAndGet();
  }

  void removeRole(String name) {
    roles.removeIf(role -> role.link().equals(name));
    revision.incrementAndGet();
  }

  void revoke(String name) {
    revoked.add(USERS + name);
    revision.incrementAndGet();
  }

  static Query below(String prefix) {
    return new Query()
        .setTermPropertyName("documentSelfLink")
        .setTermMatchType(MatchType.PREFIX)
        .setTermMatchValue(prefix);
  }

  static Query named(String name) {
    return new Query().setTermPropertyName("name").setTermMatchValue(name);
  }

  @Override
  public Subject authenticate(Credentials credentials) {
    String token = credentials.headers().get(TOKEN);
    if (token == null) {
      return Subject.GUEST;
    }
    if (!users.containsKey(USERS + token)) {
      throw new Refusal(401, "The token proves nothing");
    }
    return Subject.user(USERS + token);
  }

  @Override
  public long revision() {
    return revision.get();
  }

  @Override
  public @Nullable User user(String link) {
    return users.get(link);
  }

  @Override
  public Collection<UserGroup> userGroups() {
    return List.of();
  }

  @Override
  public Collection<Role> roles() {
    return roles;
  }

  @Override
  public @Nullable Query resources(String resourceGroupLink) {
    return resources.get(resourceGroupLink);
  }

  @Override
  public boolean isRevoked(Subject subject) {
    return revoked.contains(subject.link());
  }
}
