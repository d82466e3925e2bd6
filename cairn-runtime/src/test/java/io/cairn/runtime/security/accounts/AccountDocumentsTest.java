// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceStateCollectionUpdateRequest;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.Service.Action;
import io.cairn.service.authorization.AuthorizationSetupHelper;
import io.cairn.service.authorization.ResourceGroupService.PatchQueryRequest;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The checklist of the predecessor's tests of users, groups, roles and tenants. */
class AccountDocumentsTest {

  private static final String USERS = "/core/authz/users";
  private static final String USER_GROUPS = "/core/authz/user-groups";
  private static final String RESOURCE_GROUPS = "/core/authz/resource-groups";
  private static final String ROLES = "/core/authz/roles";
  private static final String TENANTS = "/core/tenants";

  @TempDir static Path sandbox;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host = HostFixture.start(sandbox, services -> {});
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static long version(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("documentVersion").asLong(-1);
  }

  private static void refuses(String factory, String body, String message) {
    Answer answer = host.post(factory, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains(message);
    assertThat(answer.json().path("documentKind").asString()).endsWith("ServiceErrorResponse");
  }

  /** The same body keeps the version, another makes a new one, and every answer is 200. */
  private static void isIdempotent(String factory, String link, String body, String other) {
    assertThat(version(host.post(factory, body))).isZero();
    assertThat(version(host.post(factory, body))).isZero();
    assertThat(version(host.get(link))).isZero();
    assertThat(version(host.put(link, body))).as("a PUT of the same").isZero();
    assertThat(version(host.post(factory, other))).isEqualTo(1);
    assertThat(version(host.get(link))).isEqualTo(1);
  }

  @Nested
  class OfNobody {

    @Test
    void grantSaysWhoIsNotThere() {
      Answer user = host.post("/core/authz/grants", "{\"role\":\"viewer\",\"to\":\"nobody@corp\"}");
      assertThat(user.status()).isEqualTo(404);
      assertThat(user.message())
          .contains("to: there is no user nobody@corp. Add it first (./cairn user add)");
      Answer group =
          host.post(
              "/core/authz/grants",
              "{\"role\":\"viewer\",\"to\":\"/core/authz/user-groups/none\"}");
      assertThat(group.status()).isEqualTo(404);
      assertThat(group.message())
          .contains("to: there is no group of users /core/authz/user-groups/none. Make it first");
    }

    @Test
    void grantThatIsNotThereIsNotTakenBack() {
      Answer answer =
          host.send("DELETE", "/core/authz/grants", "{\"role\":\"viewer\",\"to\":\"nobody@corp\"}");
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.message()).contains("There is no such grant", "role list");
    }

    @Test
    void keyIsMadeForSomebodyOnly() {
      refuses(
          "/core/authz/api-keys",
          "{\"name\":\"n\",\"userLink\":\"/core/authz/users/nobody\",\"documentExpirationTimeMicros\":4102444800000000}",
          "userLink: there is no user /core/authz/users/nobody. Add it first");
      assertThat(host.get("/core/authz/api-keys").result().documentLinks).isEmpty();
    }
  }

  @Nested
  class Users {

    @Test
    void factoryPost() {
      Answer made = host.post(USERS, "{\"documentSelfLink\":\"jane\",\"email\":\"jane@corp\"}");
      assertThat(made.status()).isEqualTo(200);
      assertThat(made.json().path("email").asString()).isEqualTo("jane@corp");
      assertThat(made.json().path("documentSelfLink").asString()).isEqualTo(USERS + "/jane");
      assertThat(made.json().path("documentKind").asString())
          .isEqualTo("com:vmware:xenon:services:common:UserService:UserState");
    }

    @Test
    void factoryIdempotentPost() {
      isIdempotent(
          USERS,
          USERS + "/idem",
          "{\"documentSelfLink\":\"idem\",\"email\":\"a@b\",\"userGroupLinks\":[\"/core/g\"]}",
          "{\"documentSelfLink\":\"idem\",\"email\":\"b@b\"}");
    }

    @Test
    void factoryPostFailure() {
      refuses(USERS, "{}", "email is required");
      refuses(USERS, "{\"email\":\"a@b\",\"userGroupLinks\":[\"no-link\"]}", "is a link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jane", "jane@", "@corp", "jane@corp@corp", "@"})
    void invalidEmailIsRefused(String email) {
      refuses(USERS, "{\"email\":\"" + email + "\"}", "email is invalid");
    }

    @Test
    void patchMergesGroupLinksAsASet() {
      host.post(
          USERS, "{\"documentSelfLink\":\"set\",\"email\":\"a@b\",\"userGroupLinks\":[\"/g/1\"]}");
      Answer patched = host.patch(USERS + "/set", "{\"userGroupLinks\":[\"/g/2\",\"/g/1\"]}");
      assertThat(patched.json().path("userGroupLinks").toString())
          .contains("/g/1", "/g/2")
          .hasSize("[\"/g/1\",\"/g/2\"]".length());
      assertThat(patched.json().path("email").asString()).isEqualTo("a@b");
      assertThat(version(host.patch(USERS + "/set", "{\"userGroupLinks\":[\"/g/2\"]}")))
          .as("nothing new")
          .isEqualTo(1);
      Answer removed =
          host.patch(
              USERS + "/set",
              ServiceStateCollectionUpdateRequest.create(
                  null, Map.of("userGroupLinks", List.of("/g/1"))));
      assertThat(removed.json().path("userGroupLinks").toString()).isEqualTo("[\"/g/2\"]");
    }

    @Test
    void patchThatMakesTheEmailInvalidChangesNothing() {
      host.post(USERS, "{\"documentSelfLink\":\"bad\",\"email\":\"a@b\"}");
      assertThat(host.patch(USERS + "/bad", "{\"email\":\"ab\"}").status()).isEqualTo(400);
      assertThat(host.get(USERS + "/bad").json().path("email").asString()).isEqualTo("a@b");
    }
  }

  @Nested
  class UserGroups {

    @Test
    void factoryPostAndIdempotentPost() {
      isIdempotent(
          USER_GROUPS,
          USER_GROUPS + "/one",
          "{\"documentSelfLink\":\"one\",\"query\":{\"term\":{\"propertyName\":\"email\",\"matchValue\":\"a@b\"}}}",
          "{\"documentSelfLink\":\"one\",\"query\":{\"term\":{\"propertyName\":\"email\",\"matchValue\":\"b@b\"}}}");
    }

    @Test
    void factoryPostFailure() {
      refuses(USER_GROUPS, "{}", "query is required");
      refuses(USER_GROUPS, "{\"query\":{}}", "");
    }

    @Test
    void putOfTheSameIsNoChange() {
      String body =
          "{\"documentSelfLink\":\"same\",\"query\":{\"term\":{\"propertyName\":\"email\",\"matchValue\":\"a@b\"}}}";
      host.post(USER_GROUPS, body);
      assertThat(version(host.put(USER_GROUPS + "/same", body))).isZero();
    }
  }

  @Nested
  class ResourceGroups {

    private static final String QUERY =
        "{\"booleanClauses\":[{\"term\":{\"propertyName\":\"name\",\"matchValue\":\"a\"}}]}";

    private static Query clause(String value) {
      return Query.Builder.create().addFieldClause("name", value).build();
    }

    private static int clauses(Answer answer) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return answer.json().path("query").path("booleanClauses").size();
    }

    @Test
    void factoryPostAndIdempotentPost() {
      isIdempotent(
          RESOURCE_GROUPS,
          RESOURCE_GROUPS + "/one",
          "{\"documentSelfLink\":\"one\",\"query\":" + QUERY + "}",
          "{\"documentSelfLink\":\"one\",\"query\":" + QUERY.replace("\"a\"", "\"b\"") + "}");
    }

    @Test
    void factoryPostFailure() {
      refuses(RESOURCE_GROUPS, "{}", "query is required");
    }

    @Test
    void patchQueryAddsAndRemovesAClause() {
      host.post(RESOURCE_GROUPS, "{\"documentSelfLink\":\"patched\",\"query\":" + QUERY + "}");
      String link = RESOURCE_GROUPS + "/patched";
      assertThat(clauses(host.patch(link, PatchQueryRequest.create(clause("b"), false))))
          .isEqualTo(2);
      Answer again = host.patch(link, PatchQueryRequest.create(clause("b"), false));
      assertThat(clauses(again)).as("it is there already").isEqualTo(2);
      assertThat(version(again)).isEqualTo(1);
      assertThat(clauses(host.patch(link, PatchQueryRequest.create(clause("b"), true))))
          .isEqualTo(1);
      Answer absent = host.patch(link, PatchQueryRequest.create(clause("c"), true));
      assertThat(version(absent)).as("there is none to take away").isEqualTo(2);
    }

    @Test
    void patchQueryOfASingleTermPutsTheClauseBesideIt() {
      String term = "{\"term\":{\"propertyName\":\"name\",\"matchValue\":\"a\"}}";
      host.post(RESOURCE_GROUPS, "{\"documentSelfLink\":\"term\",\"query\":" + term + "}");
      String link = RESOURCE_GROUPS + "/term";
      assertThat(clauses(host.patch(link, PatchQueryRequest.create(clause("b"), false))))
          .isEqualTo(2);
    }

    @Test
    void patchQueryNeedsAClauseAndLeavesOne() {
      host.post(RESOURCE_GROUPS, "{\"documentSelfLink\":\"last\",\"query\":" + QUERY + "}");
      String link = RESOURCE_GROUPS + "/last";
      Answer none =
          host.patch(link, "{\"kind\":\"" + PatchQueryRequest.KIND + "\",\"removeClause\":true}");
      assertThat(none.status()).isEqualTo(400);
      assertThat(none.message()).contains("clause is required");
      Query present = new Query().setTermPropertyName("name").setTermMatchValue("a");
      Answer all = host.patch(link, PatchQueryRequest.create(present, true));
      assertThat(all.status()).isEqualTo(400);
      assertThat(version(host.get(link))).isZero();
    }
  }

  @Nested
  class Roles {

    private static final String ROLE =
        "\"userGroupLink\":\"/core/authz/user-groups/g\",\"resourceGroupLink\":\"/core/authz/resource-groups/r\",\"verbs\":[\"GET\"],\"policy\":\"ALLOW\"";

    @Test
    void factoryPostAndIdempotentPost() {
      isIdempotent(
          ROLES,
          ROLES + "/one",
          "{\"documentSelfLink\":\"one\"," + ROLE + "}",
          "{\"documentSelfLink\":\"one\"," + ROLE.replace("GET", "PUT") + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"userGroupLink", "resourceGroupLink", "verbs", "policy"})
    void eachRequiredFieldIsMissed(String field) {
      refuses(
          ROLES,
          "{"
              + ROLE.replace("\"" + field + "\"", "\"priority\"")
                  .replaceAll("\"priority\":(\"[^\"]*\"|\\[[^\\]]*\\])", "\"priority\":1")
              + "}",
          field + " is required");
    }

    @Test
    void patchChangesVerbsAndPolicy() {
      host.post(ROLES, "{\"documentSelfLink\":\"patched\"," + ROLE + "}");
      Answer patched =
          host.patch(ROLES + "/patched", "{\"verbs\":[\"DELETE\"],\"policy\":\"DENY\"}");
      assertThat(patched.json().path("verbs").toString()).isEqualTo("[\"DELETE\"]");
      assertThat(patched.json().path("policy").asString()).isEqualTo("DENY");
      assertThat(patched.json().path("userGroupLink").asString()).endsWith("/g");
    }
  }

  @Nested
  class Tenants {

    @Test
    void factoryPostAndIdempotentPost() {
      isIdempotent(
          TENANTS,
          TENANTS + "/one",
          "{\"documentSelfLink\":\"one\",\"name\":\"One\"}",
          "{\"documentSelfLink\":\"one\",\"name\":\"Uno\"}");
    }

    @Test
    void factoryPostFailure() {
      refuses(TENANTS, "{}", "name is required");
      refuses(TENANTS, "{\"name\":\"a\",\"parentLink\":\"one\"}", "is a link");
    }

    @Test
    void patchChangesTheName() {
      host.post(TENANTS, "{\"documentSelfLink\":\"patched\",\"name\":\"A\",\"id\":\"1\"}");
      Answer patched = host.patch(TENANTS + "/patched", "{\"name\":\"B\"}");
      assertThat(patched.json().path("name").asString()).isEqualTo("B");
      assertThat(patched.json().path("id").asString()).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/core/authz/system-user", "/core/authz/guest-user"})
  void systemUserAndGuestAreThereAndNobodyChangesThem(String link) {
    assertThat(host.get(link).json().path("documentSelfLink").asString()).isEqualTo(link);
    assertThat(host.put(link, "{\"email\":\"a@b\"}").status()).isEqualTo(405);
    assertThat(host.patch(link, "{\"email\":\"a@b\"}").status()).isEqualTo(405);
    assertThat(host.delete(link).status()).isEqualTo(405);
    assertThat(host.get(link).status()).isEqualTo(200);
  }

  @Test
  void grantMakesTheDocumentsOfARoleAndRevokeTakesTheRoleBack() {
    host.post(USERS, "{\"documentSelfLink\":\"v@b\",\"email\":\"v@b\"}");
    String grant = "{\"role\":\"viewer\",\"to\":\"v@b\",\"on\":\"/core/examples/\"}";
    Answer granted = host.post("/core/authz/grants", grant);
    assertThat(granted.status()).as(granted.body()).isEqualTo(200);
    String role = granted.json().path("documentSelfLink").asString();
    assertThat(host.get(role).json().path("verbs").toString()).isEqualTo("[\"GET\",\"OPTIONS\"]");
    assertThat(host.get(granted.json().path("userGroupLink").asString()).body())
        .contains(USERS + "/v@b");
    assertThat(host.get(granted.json().path("resourceGroupLink").asString()).body())
        .contains("\"/core/examples/\"", "\"/core/examples\"");

    assertThat(host.post("/core/authz/grants", grant).status()).isEqualTo(200);
    assertThat(version(host.get(role))).as("granted again").isZero();

    assertThat(host.send("DELETE", "/core/authz/grants", grant).status()).isEqualTo(200);
    assertThat(host.get(role).status()).isEqualTo(404);
    assertThat(host.send("DELETE", "/core/authz/grants", grant).status()).isEqualTo(404);
  }

  @Test
  void userThatNamesItsGroupsIsPutIntoThatOfAGrant() {
    host.post(
        USERS,
        "{\"documentSelfLink\":\"n@b\",\"email\":\"n@b\",\"userGroupLinks\":[\"/core/authz/user-groups/x\"]}");
    Answer granted = host.post("/core/authz/grants", "{\"role\":\"editor\",\"to\":\"n@b\"}");
    assertThat(host.get(USERS + "/n@b").json().path("userGroupLinks").toString())
        .contains(granted.json().path("userGroupLink").asString(), "/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"to\":\"v@b\"} role is required",
        "{\"role\":\"boss\",\"to\":\"v@b\"} role is viewer, editor or admin",
        "{\"role\":\"viewer\"} to is required",
        "{\"role\":\"viewer\",\"to\":\"v@b\",\"on\":\"x\"} on is a link",
        "{\"role\":\"viewer\",\"to\":\"v@b\",\"on\":\"/x\",\"ofKind\":\"k\"} one of"
      })
  void grantThatMeansNothingIsRefused(String bodyAndMessage) {
    int end = bodyAndMessage.lastIndexOf("} ") + 1;
    refuses(
        "/core/authz/grants", bodyAndMessage.substring(0, end), bodyAndMessage.substring(end + 1));
  }

  @Test
  void grantToNobodyMakesNothing() {
    Answer answer = host.post("/core/authz/grants", "{\"role\":\"viewer\",\"to\":\"nobody@b\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(host.get(USER_GROUPS).body()).doesNotContain("nobody");
    assertThat(host.get(ROLES).body()).doesNotContain("nobody");
  }

  @Test
  void setupHelperMakesAUserWithItsRoleAndLeavesWhatIsThere() throws Exception {
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Exception> told = new CompletableFuture<>();
      AuthorizationSetupHelper.create()
          .setHost(host.host())
          .setUserEmail("helped@b")
          .setUserPassword("secret-" + i)
          .setDocumentKind("k")
          .setVerbs(EnumSet.of(Action.GET))
          .setCompletion(told::complete)
          .start();
      assertThat(told.get(20, TimeUnit.SECONDS)).isNull();
    }
    assertThat(version(host.get(USERS + "/helped@b"))).isZero();
    assertThat(version(host.get("/core/auth/credentials/helped@b"))).isZero();
    assertThat(host.get(ROLES + "/helped@b-role").json().path("verbs").toString())
        .isEqualTo("[\"GET\"]");
    assertThat(host.get(RESOURCE_GROUPS + "/helped@b-resource-group").body())
        .contains("documentAuthPrincipalLink", "/core/authz/users/helped@b");
  }

  private static String reason(String question) {
    JsonNode answer = host.get("/core/authz/can-i?" + question).json();
    assertThat(answer.path("allowed").asBoolean()).isTrue();
    return answer.path("reason").asString();
  }

  @Test
  void whoIsAskedAboutAndWhatMakesNoSenseIsSaid() {
    assertThat(host.get("/core/authz/can-i").json().path("subject").asString())
        .isEqualTo("/core/authz/guest-user");
    host.post(USERS, "{\"documentSelfLink\":\"w@b\",\"email\":\"w@b\"}");
    host.post("/core/authz/grants", "{\"role\":\"viewer\",\"to\":\"w@b\",\"on\":\"/core/things\"}");
    await()
        .untilAsserted(
            () ->
                assertThat(reason("verb=get&link=/core/things/one&as=w@b"))
                    .contains("no authorization", "With it: yes"));
    assertThat(reason("verb=patch&link=/core/things/one&as=w@b")).contains("With it: no");
    assertThat(reason("verb=get&link=/core/thingsone&as=w@b")).contains("With it: no");
    assertThat(host.get("/core/authz/can-i?verb=look&link=/core/x").message())
        .contains("verb is GET");
    assertThat(host.get("/core/authz/can-i?verb=GET&link=x").status()).isEqualTo(400);
    assertThat(host.get("/core/authz/can-i?as=stranger@b").status()).isEqualTo(404);
  }
}
