// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.runtime.security.Identities.Role;
import io.cairn.service.Service.Action;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one subject may do, as the roles of one revision say it: per verb, what one of the roles
 * that allow matches and none of those that deny; of that, what its tenant and the scope of its key
 * leave. Immutable, thread-safe.
 */
final class Permissions {

  /** The tenants that a document belongs to. */
  private static final String TENANTS = "tenantLinks";

  /** Where the documents of tenants are, which say what these may use. */
  private static final String TENANT_DOCUMENTS = ServiceUriPaths.CORE_TENANTS;

  private static final String KEPT_BY_RUNTIME = ServiceUriPaths.CORE_SUBSCRIPTIONS + '/';
  private static final String KINDS_OF_RUNTIME = "io:cairn:";
  private static final Place KEPT =
      new Place(KEPT_BY_RUNTIME, kind -> kind.startsWith(KINDS_OF_RUNTIME));

  /** What the index takes for other than itself in a wildcard. */
  private static final Pattern WILD = Pattern.compile("[*?\\\\]");

  private final Subject subject;
  private final @Nullable String tenant;
  private final Map<Action, Rules> rules;
  private final Map<Action, Decision> anywhere = new EnumMap<>(Action.class);

  /**
   * What was decided.
   *
   * @param hasRead whether that depends on more than link and kind of the target
   */
  record Judgement(Decision decision, boolean hasRead) {}

  /**
   * A role with its query in the form in which it is evaluated.
   *
   * @param filter null if the query cannot be evaluated
   * @param isOfHead whether it asks for nothing but link and kind
   * @param decision of what it matches
   */
  private record Rule(
      Role role, Query query, @Nullable QueryFilter filter, boolean isOfHead, Decision decision) {
    static Rule of(Role role, Query query) {
      QueryFilter filter;
      try {
        filter = QueryFilter.create(query);
      } catch (IllegalArgumentException e) {
        filter = null;
      }
      return new Rule(role, query, filter, isOfHead(query), decision(role));
    }

    private static Decision decision(Role role) {
      return new Decision(
          role.denies() ? Verdict.DENIED : Verdict.ALLOWED,
          role.link(),
          role.userGroupLink(),
          role.resourceGroupLink(),
          "%s by the role %s, which is for %s"
              .formatted(role.denies() ? "denied" : "allowed", role.link(), role.userGroupLink()));
    }

    private static boolean isOfHead(Query query) {
      if (query.booleanClauses != null) {
        return query.booleanClauses.stream().allMatch(Rule::isOfHead);
      }
      String name = query.term == null ? null : query.term.propertyName;
      return ServiceDocument.FIELD_NAME_SELF_LINK.equals(name)
          || ServiceDocument.FIELD_NAME_KIND.equals(name);
    }

    /** What cannot be evaluated allows nothing and denies all. */
    boolean matches(Candidate candidate) {
      if (filter == null) {
        return role.denies();
      }
      return isOfHead
          ? filter.evaluateAsIndexed(candidate.head(), null)
          : filter.evaluateAsIndexed(candidate.content(), candidate.target.description());
    }
  }

  /** Documents of which no more is known than what their links begin with, and their kinds. */
  private record Place(String prefix, Predicate<String> kinds) {}

  /** What decides about one verb. */
  private record Rules(List<Rule> denying, List<Rule> allowing, @Nullable Query visible) {
    boolean isEverything() {
      return visible == null;
    }
  }

  /** A target whose content is made once, if it is needed. */
  private static final class Candidate {
    final Target target;
    private @Nullable JsonNode head;
    private @Nullable JsonNode content;

    Candidate(Target target) {
      this.target = target;
    }

    JsonNode head() {
      JsonNode known = head == null ? target.head() : head;
      head = known;
      return known;
    }

    JsonNode content() {
      JsonNode known = content == null ? target.content().get() : content;
      content = known;
      return known;
    }
  }

  private Permissions(Subject subject, @Nullable String tenant, Map<Action, Rules> rules) {
    this.subject = subject;
    this.tenant = tenant;
    this.rules = rules;
    for (Action verb : Action.values()) {
      anywhere.put(verb, ofAny(verb));
    }
  }

  /**
   * What some roles let a subject do.
   *
   * @param roles those of its groups
   * @param tenant the only tenant whose documents it sees; null if all
   * @param queries of the resources of each role; none for a role that means nothing
   */
  static Permissions of(
      Subject subject, @Nullable String tenant, List<Role> roles, List<Optional<Query>> queries) {
    Map<Action, List<Rule>> denying = new EnumMap<>(Action.class);
    Map<Action, List<Rule>> allowing = new EnumMap<>(Action.class);
    for (int i = 0; i < roles.size(); i++) {
      Role role = roles.get(i);
      Query resources = queries.get(i).orElse(null);
      if (resources != null) {
        Rule rule = Rule.of(role, resources);
        for (Action verb : role.verbs()) {
          (role.denies() ? denying : allowing)
              .computeIfAbsent(verb, _ -> new ArrayList<>())
              .add(rule);
        }
      }
    }
    Map<Action, Rules> rules = new EnumMap<>(Action.class);
    allowing.forEach(
        (verb, allows) -> {
          if (isInScope(subject, verb)) {
            List<Rule> denies = List.copyOf(denying.getOrDefault(verb, List.of()));
            Query visible = visible(subject, tenant, allows, denies);
            rules.put(verb, new Rules(denies, List.copyOf(allows), visible));
          }
        });
    return new Permissions(subject, tenant, rules);
  }

  private static boolean isInScope(Subject subject, Action verb) {
    Subject.Scope scope = subject.scope();
    return scope == null || scope.verbs().isEmpty() || scope.verbs().contains(verb);
  }

  Judgement judge(Action action, Target target) {
    Rules all = rules.get(action);
    if (all == null) {
      return new Judgement(decideAny(action), false);
    }
    Candidate candidate = new Candidate(target);
    Decision decision = decide(all, action, candidate);
    return new Judgement(decision, candidate.content != null);
  }

  private Decision decide(Rules all, Action action, Candidate candidate) {
    Decision outside = outside(all, candidate);
    if (outside != null) {
      return outside;
    }
    if (action != Action.GET
        && isOfOneTenant()
        && isBelow(candidate.target.link(), TENANT_DOCUMENTS)) {
      return Decision.of(
          Verdict.DENIED, "who belongs to a tenant does not change what tenants may use");
    }
    for (Rule rule : all.denying()) {
      if (rule.matches(candidate)) {
        return rule.decision();
      }
    }
    for (Rule rule : all.allowing()) {
      if (rule.matches(candidate)) {
        return rule.decision();
      }
    }
    return Decision.of(Verdict.DENIED, "no role allows " + action + " here");
  }

  private boolean isOfOneTenant() {
    Subject.Scope scope = subject.scope();
    return tenant != null || (scope != null && !scope.tenantLinks().isEmpty());
  }

  Decision decideAny(Action action) {
    Decision known = anywhere.get(action);
    return known == null ? ofAny(action) : known;
  }

  /** Whether there may be documents below a path, of a kind, that the subject may do this to. */
  boolean mightAllow(Action action, String prefix, @Nullable String kind) {
    Rules all = rules.get(action);
    Subject.Scope scope = subject.scope();
    boolean outOfScope =
        scope != null
            && !scope.linkPrefixes().isEmpty()
            && scope.linkPrefixes().stream()
                .noneMatch(limit -> isBelow(prefix, limit) || limit.startsWith(prefix));
    if (all == null || outOfScope || (!all.isEverything() && isKeptByRuntime(prefix))) {
      return false;
    }
    Place place = new Place(prefix, known -> kind == null || known.equals(kind));
    return all.allowing().stream()
        .anyMatch(rule -> rule.filter() != null && mayMatch(rule.query(), place));
  }

  private Decision ofAny(Action action) {
    if (rules.containsKey(action)) {
      return Decision.of(Verdict.ALLOWED, "a role allows " + action + " somewhere");
    }
    return Decision.of(
        Verdict.DENIED,
        isInScope(subject, action)
            ? "no role allows " + action + " anywhere"
            : "the scope of the key leaves " + action + " out");
  }

  /** What all roles together cannot allow: null if the target is not that. */
  private @Nullable Decision outside(Rules all, Candidate candidate) {
    Subject.Scope scope = subject.scope();
    Target target = candidate.target;
    if (!all.isEverything() && isKeptByRuntime(target.link())) {
      return Decision.of(Verdict.DENIED, "it is for those who may do this to everything");
    }
    if (scope != null
        && !scope.linkPrefixes().isEmpty()
        && scope.linkPrefixes().stream().noneMatch(prefix -> isBelow(target.link(), prefix))) {
      return Decision.of(Verdict.DENIED, "the scope of the key leaves this link out");
    }
    return foreign(candidate);
  }

  Decision decideResult(Target next) {
    Decision foreign = foreign(new Candidate(next));
    return foreign == null ? Decision.of(Verdict.ALLOWED, "it stays where it belongs") : foreign;
  }

  /** The documents of other tenants. */
  private @Nullable Decision foreign(Candidate candidate) {
    Subject.Scope scope = subject.scope();
    Target target = candidate.target;
    if (!target.isDocument()) {
      return null;
    }
    boolean foreign = tenant != null && !isOf(Set.of(tenant), candidate.content());
    if (scope != null && !scope.tenantLinks().isEmpty()) {
      foreign |= !isOf(scope.tenantLinks(), candidate.content());
    }
    if (!foreign) {
      return null;
    }
    return target.isNew()
        ? Decision.of(Verdict.DENIED, "tenantLinks must name the tenant of who writes a document")
        : Decision.of(Verdict.HIDDEN, "the document is of another tenant");
  }

  /**
   * Documents that the runtime keeps beside others, of subscriptions for instance, tell of the
   * others, and of whoever has made them.
   */
  private static boolean isKeptByRuntime(String link) {
    return link.startsWith(KEPT_BY_RUNTIME) || DocumentVersion.isHidden(link);
  }

  private static boolean isBelow(String link, String prefix) {
    return link.startsWith(prefix)
        && (prefix.endsWith("/")
            || link.length() == prefix.length()
            || link.charAt(prefix.length()) == '/');
  }

  private static boolean isOf(Set<String> tenants, JsonNode document) {
    JsonNode links = document.path(TENANTS);
    for (JsonNode link : links.isArray() ? links.values() : List.<JsonNode>of()) {
      if (tenants.contains(link.asString(""))) {
        return true;
      }
    }
    return false;
  }

  /** What {@link #decide} allows; null if that is everything. */
  @Nullable Query visible(Action action) {
    Rules all = rules.get(action);
    return all == null ? Restrictions.nothing() : all.visible();
  }

  private static @Nullable Query visible(
      Subject subject, @Nullable String tenant, List<Rule> allowing, List<Rule> denying) {
    List<Query> must = new ArrayList<>();
    List<Query> allowed = new ArrayList<>();
    boolean all = false;
    for (Rule rule : allowing) {
      if (rule.filter() != null) {
        allowed.add(rule.query());
        all |= isEverything(rule.query());
      }
    }
    if (!all) {
      must.add(allowed.isEmpty() ? Restrictions.nothing() : Restrictions.any(allowed));
    }
    if (tenant != null) {
      must.add(Restrictions.term(TENANTS + ".item", tenant, MatchType.TERM));
    }
    Subject.Scope scope = subject.scope();
    if (scope != null && !scope.tenantLinks().isEmpty()) {
      must.add(
          Restrictions.any(
              scope.tenantLinks().stream()
                  .map(link -> Restrictions.term(TENANTS + ".item", link, MatchType.TERM))
                  .toList()));
    }
    if (scope != null && !scope.linkPrefixes().isEmpty()) {
      must.add(
          Restrictions.any(scope.linkPrefixes().stream().map(Restrictions::atOrBelow).toList()));
    }
    List<Query> mustNot = new ArrayList<>();
    for (Rule rule : denying) {
      mustNot.add(rule.filter() == null ? Restrictions.everything() : rule.query());
    }
    if (must.isEmpty() && mustNot.isEmpty()) {
      return null;
    }
    // If none may match what the runtime keeps, each search is spared a clause.
    if (allowed.stream().anyMatch(query -> mayMatch(query, KEPT))) {
      mustNot.add(Restrictions.atOrBelow(KEPT_BY_RUNTIME));
    }
    return Restrictions.all(must, mustNot);
  }

  /** Whether a query may match documents of a place; where it cannot be told, it may. */
  private static boolean mayMatch(Query query, Place place) {
    if (query.occurance == Occurance.MUST_NOT_OCCUR) {
      return true;
    }
    if (query.booleanClauses == null) {
      return query.term == null || mayMatch(query.term, place);
    }
    List<Query> alternatives = new ArrayList<>();
    boolean demands = false;
    for (Query clause : query.booleanClauses) {
      if (clause.occurance == Occurance.SHOULD_OCCUR) {
        alternatives.add(clause);
      } else if (clause.occurance != Occurance.MUST_NOT_OCCUR) {
        demands = true;
        if (!mayMatch(clause, place)) {
          return false;
        }
      }
    }
    return demands
        || alternatives.isEmpty()
        || alternatives.stream().anyMatch(clause -> mayMatch(clause, place));
  }

  private static boolean mayMatch(QueryTerm term, Place place) {
    String value = term.matchValue;
    if (value == null || term.range != null) {
      return true;
    }
    boolean exact = term.matchType == null || term.matchType == MatchType.TERM;
    if (ServiceDocument.FIELD_NAME_SELF_LINK.equals(term.propertyName)) {
      if (exact) {
        return value.startsWith(place.prefix());
      }
      if (term.matchType != MatchType.PREFIX && term.matchType != MatchType.WILDCARD) {
        return true;
      }
      String begin = term.matchType == MatchType.PREFIX ? value : WILD.split(value, 2)[0];
      return begin.startsWith(place.prefix()) || place.prefix().startsWith(begin);
    }
    return !exact
        || !ServiceDocument.FIELD_NAME_KIND.equals(term.propertyName)
        || place.kinds().test(value);
  }

  /** Whether a query says of itself that every link matches. */
  private static boolean isEverything(Query query) {
    QueryTerm term = query.term;
    if (term == null
        || query.occurance == Occurance.MUST_NOT_OCCUR
        || !ServiceDocument.FIELD_NAME_SELF_LINK.equals(term.propertyName)) {
      return false;
    }
    return (term.matchType == MatchType.WILDCARD
            && ("*".equals(term.matchValue) || "/*".equals(term.matchValue)))
        || (term.matchType == MatchType.PREFIX && "/".equals(term.matchValue));
  }
}
