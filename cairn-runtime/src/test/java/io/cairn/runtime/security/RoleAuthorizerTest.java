// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.runtime.security.Subject.Kind;
import io.cairn.runtime.security.Subject.Scope;
import io.cairn.service.Service.Action;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RoleAuthorizerTest {

  private static final Subject JANE = Subject.user("/core/authz/users/jane");
  private static final String KIND = "com:acme:Order";

  private final People people = new People();
  private final long[] now = {1_000};
  private final RoleAuthorizer authorizer = new RoleAuthorizer(people, () -> now[0]);

  /** Users, groups and roles as a test lists them. */
  private static final class People implements Identities {
    final Map<String, User> users = new HashMap<>();
    final List<UserGroup> groups = new ArrayList<>();
    final List<Role> roles = new ArrayList<>();
    final Map<String, Query> resources = new HashMap<>();
    final Set<String> revoked = new HashSet<>();
    long revision;

    void user(String link, Set<String> groupLinks, @Nullable String tenant, String json) {
      JsonNode document = DocumentJson.standard().readTree(json.getBytes(UTF_8));
      users.put(link, new User(link, true, groupLinks, tenant, document));
      revision++;
    }

    void role(String name, String group, Query what, boolean denies, Action... verbs) {
      resources.put(name + "-resources", what);
      roles.add(new Role(name, group, name + "-resources", Set.of(verbs), denies));
      revision++;
    }

    @Override
    public long revision() {
      return revision;
    }

    @Override
    public @Nullable User user(String link) {
      return users.get(link);
    }

    @Override
    public Collection<UserGroup> userGroups() {
      return groups;
    }

    @Override
    public Collection<Role> roles() {
      return roles;
    }

    @Override
    public @Nullable Query resources(String link) {
      return resources.get(link);
    }

    @Override
    public boolean isRevoked(Subject subject) {
      return subject.tokenId() != null && revoked.contains(subject.tokenId());
    }
  }

  private static Query term(String property, String value) {
    return new Query().setTermPropertyName(property).setTermMatchValue(value);
  }

  private static Query below(String prefix) {
    return term("documentSelfLink", prefix).setTermMatchType(MatchType.PREFIX);
  }

  private static Target order(String id, String fields) {
    String json =
        "{\"documentSelfLink\":\"/orders/%s\",\"documentKind\":\"%s\"%s}"
            .formatted(id, KIND, fields);
    return Target.document(
        "/orders/" + id, KIND, () -> DocumentJson.standard().readTree(json.getBytes(UTF_8)), null);
  }

  private void jane(String... groups) {
    people.user(
        JANE.link(), Set.of(groups), null, "{\"documentSelfLink\":\"" + JANE.link() + "\"}");
  }

  private boolean may(Subject subject, Action action, Target target) {
    return authorizer.decide(subject, action, target).isAllowed();
  }

  @Test
  void whatNoRoleAllowsIsDenied() {
    jane("clerks");

    assertThat(may(JANE, Action.GET, order("1", ""))).isFalse();
    assertThat(authorizer.decideAny(JANE, Action.GET).isAllowed()).isFalse();
    assertThat(may(Subject.GUEST, Action.GET, order("1", ""))).isFalse();
  }

  @Test
  void systemMayDoEverything() {
    assertThat(may(Subject.SYSTEM, Action.DELETE, order("1", ""))).isTrue();
    assertThat(authorizer.visible(Subject.SYSTEM, Action.GET)).isNull();
  }

  @Test
  void roleAllowsItsVerbsOnItsResourcesToItsGroup() {
    jane("clerks");
    people.role("read", "clerks", below("/orders/"), false, Action.GET);

    assertThat(may(JANE, Action.GET, order("1", ""))).isTrue();
    assertThat(may(JANE, Action.OPTIONS, order("1", ""))).isTrue();
    assertThat(may(JANE, Action.PATCH, order("1", ""))).isFalse();
    assertThat(may(JANE, Action.GET, Target.path("/bills/1"))).isFalse();
    Decision why = authorizer.decide(JANE, Action.GET, order("1", ""));
    assertThat(List.of(String.valueOf(why.roleLink()), String.valueOf(why.userGroupLink())))
        .containsExactly("read", "clerks");
  }

  @Test
  void mightBeAllowedIsWhatLinksAndKindsLeaveOpen() {
    jane("g");
    people.role("term", "g", term("documentSelfLink", "/a/one"), false, Action.PUT);
    people.role("below", "g", below("/b/"), false, Action.GET);
    people.role(
        "wild",
        "g",
        term("documentSelfLink", "/c/*").setTermMatchType(MatchType.WILDCARD),
        false,
        Action.POST);
    people.role("kind", "g", term("documentKind", KIND), false, Action.PATCH);
    people.role("field", "g", term("name", "x"), false, Action.DELETE);

    assertThat(mightAll(Action.PUT, "/a/", "/a/one", "/b/", "/c/"))
        .containsExactly("/a/", "/a/one");
    assertThat(mightAll(Action.GET, "/a/", "/b/", "/b/c/", "/c/")).containsExactly("/b/", "/b/c/");
    assertThat(mightAll(Action.POST, "/a/", "/c/", "/c/d")).containsExactly("/c/", "/c/d");
    assertThat(mightAll(Action.PATCH, "/a/")).containsExactly("/a/");
    assertThat(authorizer.mightAllow(JANE, Action.PATCH, "/a/", "com:acme:Other")).isFalse();
    assertThat(mightAll(Action.DELETE, "/a/", "/b/")).containsExactly("/a/", "/b/");
    assertThat(authorizer.mightAllow(Subject.user("/core/authz/users/no"), Action.GET, "/b/", KIND))
        .isFalse();
  }

  private List<String> mightAll(Action verb, String... prefixes) {
    return Stream.of(prefixes)
        .filter(prefix -> authorizer.mightAllow(JANE, verb, prefix, KIND))
        .toList();
  }

  @Test
  void anyDenyWins() {
    jane("clerks", "trainees");
    people.role("all", "clerks", below("/orders/"), false, Action.GET, Action.PATCH);
    people.role("not", "trainees", term("state", "SECRET"), true, Action.GET);

    assertThat(may(JANE, Action.GET, order("1", ",\"state\":\"OPEN\""))).isTrue();
    assertThat(may(JANE, Action.GET, order("2", ",\"state\":\"SECRET\""))).isFalse();
    assertThat(may(JANE, Action.PATCH, order("2", ",\"state\":\"SECRET\""))).isTrue();
    Decision why = authorizer.decide(JANE, Action.GET, order("2", ",\"state\":\"SECRET\""));
    assertThat(why.roleLink()).isEqualTo("not");

    people.roles.removeLast();
    people.revision++;
    assertThat(may(JANE, Action.GET, order("2", ",\"state\":\"SECRET\""))).isTrue();
  }

  @Test
  void usersWithoutGroupLinksAreInTheGroupsWhoseQueryMatches() {
    people.groups.add(new Identities.UserGroup("mails", term("email", "jane@acme")));
    people.user(JANE.link(), Set.of(), null, "{\"email\":\"jane@acme\"}");
    people.role("read", "mails", below("/"), false, Action.GET);
    assertThat(may(JANE, Action.GET, order("1", ""))).isTrue();

    people.user(JANE.link(), Set.of("other"), null, "{\"email\":\"jane@acme\"}");
    assertThat(may(JANE, Action.GET, order("1", ""))).isFalse();
  }

  @Test
  void guestsMayWhatIsGrantedToTheirLink() {
    people.groups.add(
        new Identities.UserGroup("all", term("documentSelfLink", Subject.GUEST.link())));
    people.role("public", "all", below("/news/"), false, Action.GET);

    assertThat(may(Subject.GUEST, Action.GET, Target.path("/news/1"))).isTrue();
    assertThat(may(Subject.GUEST, Action.GET, Target.path("/orders/1"))).isFalse();
  }

  @Test
  void proofThatEndedAllowsNothing() {
    jane("clerks");
    people.role("read", "clerks", below("/"), false, Action.GET);
    Subject session = new Subject(JANE.link(), Kind.USER, "t1", 2_000, null, Set.of(), null);
    assertThat(may(session, Action.GET, order("1", ""))).isTrue();

    people.revoked.add("t1");
    people.revision++;
    assertThat(may(session, Action.GET, order("1", ""))).isFalse();
    assertThat(authorizer.isValid(session)).isFalse();
    assertThat(matches(authorizer.visible(session, Action.GET), "{\"documentSelfLink\":\"/a/b\"}"))
        .isFalse();
    people.revoked.clear();
    people.revision++;

    now[0] = 2_000;
    assertThat(may(session, Action.GET, order("1", ""))).isFalse();
    now[0] = 1_000;

    people.users.remove(JANE.link());
    people.revision++;
    assertThat(may(session, Action.GET, order("1", ""))).isFalse();
  }

  @Test
  void groupsOfAnOutsideIssuerCountWithoutADocument() {
    people.role("read", "partners", below("/orders/"), false, Action.GET);
    Subject external =
        new Subject("/core/authz/users/x", Kind.EXTERNAL, null, 0, null, Set.of("partners"), null);

    assertThat(may(external, Action.GET, order("1", ""))).isTrue();
  }

  @Test
  void whoBelongsToATenantChangesNoTenantWhateverRolesSay() {
    people.user(JANE.link(), Set.of("clerks"), "/core/tenants/a", "{}");
    people.role("all", "clerks", below("/"), false, Action.values());
    String json = "{\"tenantLinks\":[\"/core/tenants/a\"]}";
    Target own =
        Target.document(
            "/core/tenants/a",
            "tenant",
            () -> DocumentJson.standard().readTree(json.getBytes(UTF_8)),
            null);
    Subject ofKey =
        new Subject(
            "/core/authz/users/boss",
            Kind.KEY,
            "1",
            0,
            null,
            Set.of("clerks"),
            new Scope(Set.of(), List.of(), Set.of("/core/tenants/a")));
    people.user(ofKey.link(), Set.of("clerks"), null, "{}");

    for (Subject subject : List.of(JANE, ofKey)) {
      assertThat(may(subject, Action.GET, own)).isTrue();
      for (Action verb : List.of(Action.POST, Action.PUT, Action.PATCH, Action.DELETE)) {
        assertThat(may(subject, verb, own)).as(verb.name()).isFalse();
        assertThat(may(subject, verb, Target.path("/core/tenants"))).as(verb.name()).isFalse();
      }
    }
    assertThat(may(Subject.user(ofKey.link()), Action.PATCH, own)).isTrue();
  }

  @Test
  void tenantHidesDocumentsOfOthers() {
    people.user(JANE.link(), Set.of("clerks"), "/core/tenants/a", "{}");
    people.role("all", "clerks", below("/"), false, Action.GET, Action.POST, Action.PATCH);
    String ours = ",\"tenantLinks\":[\"/core/tenants/a\"]";
    String theirs = ",\"tenantLinks\":[\"/core/tenants/b\"]";

    assertThat(may(JANE, Action.GET, order("1", ours))).isTrue();
    assertThat(authorizer.decide(JANE, Action.PATCH, order("1", theirs)).verdict())
        .isEqualTo(Verdict.HIDDEN);
    assertThat(authorizer.decide(JANE, Action.GET, order("1", "")).verdict())
        .isEqualTo(Verdict.HIDDEN);
    Target born = Target.created("/orders/2", KIND, order("2", theirs).content(), null);
    assertThat(authorizer.decide(JANE, Action.POST, born).verdict()).isEqualTo(Verdict.DENIED);
    assertThat(may(JANE, Action.GET, Target.path("/orders"))).isTrue();
  }

  @Test
  void scopeOfAKeyLimitsWhatItsUserMay() {
    jane("clerks");
    people.role("all", "clerks", below("/"), false, Action.values());
    Scope scope = new Scope(Set.of(Action.GET), List.of("/orders"), Set.of());
    Subject key = new Subject(JANE.link(), Kind.KEY, "k", 0, null, Set.of(), scope);

    assertThat(may(key, Action.GET, order("1", ""))).isTrue();
    assertThat(may(key, Action.GET, Target.path("/orders"))).isTrue();
    assertThat(may(key, Action.GET, Target.path("/orders-of-others"))).isFalse();
    assertThat(may(key, Action.PATCH, order("1", ""))).isFalse();
  }

  @Test
  void roleThatCannotBeEvaluatedAllowsNothingAndDeniesAll() {
    jane("clerks");
    Query broken = new Query().setTermPropertyName("a");
    people.role("broken", "clerks", broken, false, Action.GET);
    assertThat(may(JANE, Action.GET, order("1", ""))).isFalse();

    people.role("all", "clerks", below("/"), false, Action.GET);
    assertThat(may(JANE, Action.GET, order("1", ""))).isTrue();
    people.role("no", "clerks", broken, true, Action.GET);
    assertThat(may(JANE, Action.GET, order("1", ""))).isFalse();
  }

  private static boolean matches(@Nullable Query visible, String json) {
    return visible == null
        || QueryFilter.create(visible)
            .evaluateAsIndexed(DocumentJson.standard().readTree(json.getBytes(UTF_8)), null);
  }

  /** Whatever the roles are: what the index is asked for is what is decided of each document. */
  @Test
  void visibleIsWhatIsDecidedOfEachDocument() {
    RandomGenerator random = new SplittableRandom(12);
    String[] states = {"A", "B", "C"};
    String[] tenants = {"/t/1", "/t/2"};
    for (int round = 0; round < 300; round++) {
      people.roles.clear();
      people.resources.clear();
      people.user(JANE.link(), Set.of("clerks"), random.nextBoolean() ? null : tenants[0], "{}");
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        Query what =
            switch (random.nextInt(4)) {
              case 0 -> below("/orders/" + random.nextInt(3));
              case 1 -> term("state", states[random.nextInt(3)]);
              case 2 ->
                  term("state", states[random.nextInt(3)]).setOccurance(Occurance.MUST_NOT_OCCUR);
              default ->
                  new Query()
                      .addBooleanClause(below("/orders/"))
                      .addBooleanClause(
                          term("state", states[random.nextInt(3)])
                              .setOccurance(Occurance.MUST_NOT_OCCUR));
            };
        people.role("r" + i, "clerks", what, random.nextInt(3) == 0, Action.GET);
      }
      Scope scope =
          random.nextInt(3) > 0
              ? null
              : new Scope(EnumSet.noneOf(Action.class), List.of("/orders/1"), Set.of(tenants[1]));
      Subject subject = new Subject(JANE.link(), Kind.USER, null, 0, null, Set.of(), scope);
      for (int i = 0; i < 20; i++) {
        Target target =
            order(
                Integer.toString(random.nextInt(4)),
                ",\"state\":\"%s\",\"tenantLinks\":[\"%s\"]"
                    .formatted(states[random.nextInt(3)], tenants[random.nextInt(2)]));
        assertThat(
                matches(authorizer.visible(subject, Action.GET), target.content().get().toString()))
            .as("%s %s %s", people.roles, people.resources, target.content().get())
            .isEqualTo(may(subject, Action.GET, target));
      }
    }
  }

  /** A version of an order, and how often its content was read. */
  private static Target stored(int[] reads, long version, String state) {
    String json =
        "{\"documentSelfLink\":\"/orders/1\",\"documentKind\":\"%s\",\"state\":\"%s\"}"
            .formatted(KIND, state);
    DocumentVersion stored =
        new DocumentVersion("/orders/1", KIND, version, 1, version, "PUT", 0, json.getBytes(UTF_8));
    return new Target(
        stored.link(),
        KIND,
        () -> {
          reads[0]++;
          return DocumentJson.standard().readTree(stored.json());
        },
        null,
        false,
        stored);
  }

  @Test
  void contentIsReadOnceForAVersionAndNotForLinksAndKinds() {
    jane("clerks");
    people.role("read", "clerks", below("/orders/"), false, Action.GET);
    int[] reads = {0};
    assertThat(may(JANE, Action.GET, stored(reads, 1, "OPEN"))).isTrue();
    assertThat(reads[0]).as("only the link is asked for").isZero();

    people.role("not", "clerks", term("state", "SECRET"), true, Action.GET);
    for (int i = 0; i < 3; i++) {
      assertThat(may(JANE, Action.GET, stored(reads, 1, "OPEN"))).isTrue();
    }
    assertThat(reads[0]).isEqualTo(1);
    assertThat(may(JANE, Action.GET, stored(reads, 2, "SECRET"))).isFalse();
    assertThat(reads[0]).isEqualTo(2);
    people.revision++; // of something else, so that what was decided goes on to hold
    assertThat(may(JANE, Action.GET, stored(reads, 2, "SECRET"))).isFalse();
    assertThat(reads[0]).isEqualTo(2);

    people.roles.removeLast();
    people.revision++;
    assertThat(may(JANE, Action.GET, stored(reads, 2, "SECRET"))).isTrue();
  }

  @Test
  void whatTheRuntimeKeepsBesideDocumentsIsForThoseWhoMayEverything() {
    jane("clerks");
    String kept = "/core/subscriptions/00000000-x";
    Target target = Target.path(kept);
    String json = "{\"documentSelfLink\":\"" + kept + "\"}";
    people.role("read", "clerks", below("/core/"), false, Action.GET);
    assertThat(may(JANE, Action.GET, target)).isFalse();
    assertThat(matches(authorizer.visible(JANE, Action.GET), json)).isFalse();

    people.roles.clear();
    Query either = new Query();
    either.addBooleanClause(below("/orders/").setOccurance(Occurance.SHOULD_OCCUR));
    either.addBooleanClause(term("documentKind", KIND).setOccurance(Occurance.SHOULD_OCCUR));
    people.role("some", "clerks", either, false, Action.GET);
    assertThat(DocumentJson.standard().toJson(authorizer.visible(JANE, Action.GET)))
        .as("what cannot be matched costs no clause")
        .doesNotContain("/core/subscriptions");
    assertThat(matches(authorizer.visible(JANE, Action.GET), json)).isFalse();

    people.role("all", "clerks", below("/"), false, Action.GET);
    assertThat(may(JANE, Action.GET, target)).isTrue();
    assertThat(matches(authorizer.visible(JANE, Action.GET), json)).isTrue();
  }

  @Test
  void whoIsCutOffForLongBelievesNobody() {
    jane("clerks");
    people.role("read", "clerks", below("/"), false, Action.GET);
    long[] nanos = {0};
    String[] obstacle = {"it has no leader"};
    RoleAuthorizer cutOff =
        new RoleAuthorizer(
            people,
            () -> now[0],
            new GroupContact(() -> obstacle[0], () -> nanos[0], Duration.ofSeconds(10)));
    Target one = order("1", "");
    assertThat(cutOff.decide(JANE, Action.GET, one).verdict()).isEqualTo(Verdict.UNSURE);

    obstacle[0] = null;
    assertThat(cutOff.decide(JANE, Action.GET, one).isAllowed()).isTrue();
    obstacle[0] = "it has no leader";
    nanos[0] = Duration.ofSeconds(10).toNanos();
    assertThat(cutOff.decide(JANE, Action.GET, one).isAllowed()).isTrue();
    nanos[0]++;
    Decision unsure = cutOff.decide(JANE, Action.GET, one);
    assertThat(unsure.verdict()).isEqualTo(Verdict.UNSURE);
    assertThat(unsure.reason()).contains("10 s", "it has no leader");
    assertThat(cutOff.isValid(JANE)).isFalse();
    assertThat(cutOff.decideAny(JANE, Action.GET).verdict()).isEqualTo(Verdict.UNSURE);
    assertThat(cutOff.isValid(Subject.SYSTEM)).isTrue();

    obstacle[0] = null;
    assertThat(cutOff.isValid(JANE)).isTrue();
  }

  @Test
  void subjectIsTheSameBehindItsText() {
    Subject full =
        new Subject(
            JANE.link(),
            Kind.KEY,
            "k1",
            77,
            "/t/1",
            Set.of("g1", "g2"),
            new Scope(Set.of(Action.GET, Action.PUT), List.of("/a", "/b"), Set.of("/t/1")));
    for (Subject subject : List.of(full, JANE, Subject.GUEST, Subject.SYSTEM)) {
      String text = SubjectText.of(SubjectContext.of(subject));
      assertThat(text).isNotNull();
      assertThat(SubjectText.read(String.valueOf(text)).subject()).isEqualTo(subject);
    }
  }
}
