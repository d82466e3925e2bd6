// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.runtime.security.Identities.Role;
import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Identities.UserGroup;
import io.cairn.runtime.security.Subject.Kind;
import io.cairn.service.Service.Action;
import io.cairn.store.index.DocumentVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Decides by roles: a user is in groups, which its document names or whose query its document
 * matches; roles allow or deny verbs to a group, on what a query matches. Whatever no role allows
 * is denied, and a role that denies wins over all that allow.
 *
 * <p>What was found out of a subject is kept until identities change, and what was decided about a
 * link as long: if that took the content of a document, for its version. So a document that is read
 * again and again is not parsed for that. Bounded; thread-safe.
 */
public final class RoleAuthorizer implements Authorizer {

  private static final long MAX_SUBJECTS = 10_000;

  /** Each takes some hundred bytes. */
  private static final long MAX_DECISIONS = 50_000;

  private static final Decision OF_SYSTEM =
      Decision.of(Verdict.ALLOWED, "the runtime itself may do everything");

  private final Identities identities;
  private final LongSupplier nowMicros;
  private final Contact contact;
  private final Cache<Subject, Known> known =
      Caffeine.newBuilder().maximumSize(MAX_SUBJECTS).build();
  private final Cache<Question, Kept> decisions =
      Caffeine.newBuilder().maximumSize(MAX_DECISIONS).build();

  /**
   * What a subject may do, as of a revision.
   *
   * @param basis what that follows from
   * @param invalid why it may do nothing; null if it may
   */
  private record Known(
      long revision, Basis basis, Permissions permissions, @Nullable Decision invalid) {}

  /**
   * What permissions follow from: while it is the same, so are they, and what was decided by them.
   *
   * @param roles with the queries of their resources, in the same order
   */
  private record Basis(@Nullable String tenant, List<Role> roles, List<Optional<Query>> queries) {

    /** Queries are compared as objects: whoever changes one reads it anew. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSame(Basis other) {
      boolean same = Objects.equals(tenant, other.tenant) && roles.equals(other.roles);
      for (int i = 0; same && i < queries.size(); i++) {
        same = queries.get(i).orElse(null) == other.queries.get(i).orElse(null);
      }
      return same;
    }
  }

  /** What may be asked again. Permissions are compared as objects. */
  private record Question(
      Permissions permissions, Action action, String link, @Nullable String kind) {}

  /**
   * An answer.
   *
   * @param edition of which document it is; null if it holds for each
   */
  private record Kept(Decision decision, @Nullable Edition edition) {
    boolean isOf(Target target) {
      DocumentVersion stored = target.stored();
      return edition == null || (stored != null && edition.isOf(stored, target.description()));
    }
  }

  /** Tells a version of a document from others without holding it. */
  private record Edition(
      long version,
      long epoch,
      long updateTimeMicros,
      int length,
      @Nullable ServiceDocumentDescription description) {

    static Edition of(DocumentVersion stored, @Nullable ServiceDocumentDescription description) {
      return new Edition(
          stored.version(),
          stored.epoch(),
          stored.updateTimeMicros(),
          stored.json().length,
          description);
    }

    @SuppressWarnings("ReferenceEquality") // of a kind that is described anew there is another one
    boolean isOf(DocumentVersion stored, @Nullable ServiceDocumentDescription asked) {
      return version == stored.version()
          && epoch == stored.epoch()
          && updateTimeMicros == stored.updateTimeMicros()
          && length == stored.json().length
          && description == asked;
    }
  }

  /** Decides by what identities say, however old that is. */
  public RoleAuthorizer(Identities identities, LongSupplier nowMicros) {
    this(identities, nowMicros, Contact.ALWAYS);
  }

  /**
   * Decides by what identities say.
   *
   * @param nowMicros the wall clock, in microseconds since 1970
   * @param contact whether what they say is recent enough
   */
  public RoleAuthorizer(Identities identities, LongSupplier nowMicros, Contact contact) {
    this.identities = identities;
    this.nowMicros = nowMicros;
    this.contact = contact;
  }

  @Override
  public Decision decide(Subject subject, Action action, Target target) {
    if (subject.isSystem()) {
      return OF_SYSTEM;
    }
    Known found = known(subject);
    Decision invalid = invalid(subject, found);
    return invalid == null ? decide(found.permissions(), verb(action), target) : invalid;
  }

  private Decision decide(Permissions permissions, Action verb, Target target) {
    Question question = new Question(permissions, verb, target.link(), target.kind());
    Kept kept = decisions.getIfPresent(question);
    if (kept != null && kept.isOf(target)) {
      return kept.decision();
    }
    Permissions.Judgement judgement = permissions.judge(verb, target);
    DocumentVersion stored = target.stored();
    if (!judgement.hasRead()) {
      decisions.put(question, new Kept(judgement.decision(), null));
    } else if (stored != null) {
      Edition edition = Edition.of(stored, target.description());
      decisions.put(question, new Kept(judgement.decision(), edition));
    }
    return judgement.decision();
  }

  @Override
  public Decision decideAny(Subject subject, Action action) {
    if (subject.isSystem()) {
      return OF_SYSTEM;
    }
    Known found = known(subject);
    Decision invalid = invalid(subject, found);
    return invalid == null ? found.permissions().decideAny(verb(action)) : invalid;
  }

  @Override
  public boolean mightAllow(Subject subject, Action action, String prefix, @Nullable String kind) {
    if (subject.isSystem()) {
      return true;
    }
    Known found = known(subject);
    return invalid(subject, found) == null
        && found.permissions().mightAllow(verb(action), prefix, kind);
  }

  @Override
  public Decision decideResult(Subject subject, Target next) {
    return subject.isSystem() ? OF_SYSTEM : known(subject).permissions().decideResult(next);
  }

  @Override
  public @Nullable Query visible(Subject subject, Action action) {
    if (subject.isSystem()) {
      return null;
    }
    Known found = known(subject);
    return invalid(subject, found) == null
        ? found.permissions().visible(verb(action))
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
    return subject.isSystem() || invalid(subject, known(subject)) == null;
  }

  private @Nullable Decision invalid(Subject subject, Known found) {
    String doubt = contact.doubt();
    if (doubt != null) {
      return Decision.of(Verdict.UNSURE, doubt);
    }
    if (subject.isExpiredAt(nowMicros.getAsLong())) {
      return Decision.of(Verdict.DENIED, "what proved who asks has expired");
    }
    return found.invalid();
  }

  private @Nullable Decision invalid(Subject subject, @Nullable User user) {
    if (identities.isRevoked(subject)) {
      return Decision.of(Verdict.DENIED, "what proved who asks was revoked");
    }
    if (user == null ? needsUser(subject) : !user.enabled()) {
      return Decision.of(Verdict.DENIED, "the user is not there, or is disabled");
    }
    return null;
  }

  /** Guests have no document, and those whom others vouch for need none. */
  private static boolean needsUser(Subject subject) {
    return subject.kind() != Kind.GUEST && subject.kind() != Kind.EXTERNAL;
  }

  private Known known(Subject subject) {
    long revision = identities.revision();
    Known present = known.getIfPresent(subject);
    if (present == null || present.revision() != revision) {
      present = find(subject, revision, present);
      known.put(subject, present);
    }
    return present;
  }

  private Known find(Subject subject, long revision, @Nullable Known before) {
    User user = identities.user(subject.link());
    Set<String> groups = groups(subject, user);
    List<Role> roles =
        identities.roles().stream().filter(role -> groups.contains(role.userGroupLink())).toList();
    String tenant = subject.tenantLink();
    if (tenant == null && user != null) {
      tenant = user.tenantLink();
    }
    List<Optional<Query>> queries =
        roles.stream()
            .map(role -> Optional.ofNullable(identities.resources(role.resourceGroupLink())))
            .toList();
    Basis basis = new Basis(tenant, roles, queries);
    Permissions permissions =
        before != null && before.basis().isSame(basis)
            ? before.permissions()
            : Permissions.of(subject, tenant, roles, queries);
    return new Known(revision, basis, permissions, invalid(subject, user));
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
