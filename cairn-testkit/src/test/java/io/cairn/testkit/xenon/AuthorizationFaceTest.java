// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.UriUtils;
import io.cairn.service.authorization.AuthorizationSetupHelper;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.security.Verifier;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestRequestSender;
import io.cairn.testkit.socket.SocketUser;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * What applications of Xenon do about users and tokens works on a host that asks who may do what.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationFaceTest {

  private static final String JANE = "jane@example.com";
  private static final String JANE_LINK = ServiceUriPaths.CORE_AUTHZ_USERS + '/' + JANE;
  private static final String PASSWORD = "correct horse battery staple";
  private static final String[] GATE = {"x-xenon-auth-token", "gate-" + JANE};
  private static final Duration EFFECT = Duration.ofSeconds(10);

  private final GateLogin gate = new GateLogin();
  private VerificationHost host;
  private HttpProbe http;

  /** Says who asks, and what the token says; everybody may, since it says so itself. */
  public static final class WhoService extends StatelessService {
    public static final String SELF_LINK = "/who";

    @Override
    public void authorizeRequest(Operation op) {
      op.complete();
    }

    @Override
    public void handleGet(Operation get) {
      AuthorizationContext context = Objects.requireNonNull(get.getAuthorizationContext());
      Claims claims = context.getClaims();
      get.setBody(Map.of("who", claims.getSubject() + " " + claims.getProperties())).complete();
    }
  }

  /** Lets nobody in on Sundays, and otherwise those whom roles let in. */
  public static final class SundayService extends StatelessService {
    public static final String SELF_LINK = "/sunday";

    @Override
    public void authorizeRequest(Operation op) {
      if ("sunday".equals(op.getRequestHeader("x-day"))) {
        Operation.fail(
            op, Operation.STATUS_CODE_FORBIDDEN, 7, new IllegalStateException("closed on Sundays"));
      } else {
        super.authorizeRequest(op);
      }
    }

    @Override
    public void handleGet(Operation get) {
      get.setBody("open").complete();
    }
  }

  /** A document that nobody gets to with the wrong word, whatever roles say. */
  public static final class SafeService extends StatefulService {
    public static final String FACTORY_LINK = "/safes";

    /** What is in it. */
    public static final class Safe extends ServiceDocument {
      public String content = "";
    }

    public SafeService() {
      super(Safe.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    static FactoryService createFactory() {
      FactoryService factory = FactoryService.create(SafeService::new, Safe.class);
      factory.toggleOption(ServiceOption.IDEMPOTENT_POST, true);
      return factory;
    }

    @Override
    public void authorizeRequest(Operation op) {
      if ("sesame".equals(op.getRequestHeader("x-word"))) {
        getHost().run(op::complete); // later, on another thread
      } else {
        op.fail(Operation.STATUS_CODE_FORBIDDEN, new IllegalStateException("not that word"), null);
      }
    }

    @Override
    public void handlePatch(Operation patch) {
      Safe safe = Objects.requireNonNull(this.<Safe>getState(patch));
      safe.content = patch.getBody(Safe.class).content;
      patch.setBody(safe).complete();
    }
  }

  @BeforeAll
  void start() throws Throwable {
    ServiceHost.Arguments arguments = VerificationHost.buildDefaultServiceHostArguments(0);
    arguments.security.adminPassword = PASSWORD;
    host = VerificationHost.create(arguments);
    host.setAuthorizationEnabled(true);
    host.setAuthenticationService(gate);
    host.start();
    http = new HttpProbe(host.getUri());
    host.startServicesSynchronously(new WhoService(), new SundayService(), new RoundsService());
    host.startFactory(SafeService::createFactory, SafeService.FACTORY_LINK);
    TestContext done = host.testCreate(1);
    AuthorizationSetupHelper.create()
        .setHost(host)
        .setUserEmail(JANE)
        .setUserPassword(PASSWORD)
        .setUpdateUserGroupForUser(true)
        .setResourceQuery(
            Query.Builder.create()
                .addFieldClause(ServiceDocument.FIELD_NAME_SELF_LINK, "/safes", MatchType.PREFIX)
                .build())
        .setVerbs(EnumSet.allOf(Action.class))
        .setCompletion(
            failure -> {
              if (failure == null) {
                done.complete();
              } else {
                done.fail(failure);
              }
            })
        .start();
    host.testWait(done);
    await().atMost(EFFECT).until(() -> get("/safes", GATE) == 200);
  }

  @AfterAll
  void stop() {
    http.close();
    host.tearDown();
  }

  @AfterEach
  void forget() {
    gate.isAway = false;
    host.resetAuthorizationContext();
    TestRequestSender.clearAuthToken();
  }

  private int get(String path, String... headers) throws IOException {
    return http.get(path, headers).status();
  }

  private String session() {
    return AuthTestUtils.login(host, JANE, PASSWORD);
  }

  private static String[] token(String token) {
    return new String[] {"x-xenon-auth-token", token};
  }

  @Test
  void authenticationServiceIsKnown() {
    assertThat(host.getAuthenticationServiceUri().getPath()).isEqualTo(GateLogin.SELF_LINK);
    assertThat(host.getState().isAuthorizationEnabled).isTrue();
    assertThatThrownBy(() -> host.setAuthenticationService(gate))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new ServiceHost().setAuthenticationService(new ExampleService()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("StatelessService");
  }

  @Test
  void whoHasNotLoggedInIsSentToLogIn() throws IOException {
    Answer remote = http.get("/core/examples");
    assertThat(remote.status()).isEqualTo(302);
    assertThat(remote.header("location")).isEqualTo(GateLogin.LOGIN_PAGE);
    Operation local =
        new TestRequestSender(host).sendAndWait(Operation.createGet(host, "/core/examples/one"));
    assertThat(local.getStatusCode()).isEqualTo(302);
    assertThat(get("/core/examples", token("nonsense"))).isEqualTo(302);
    assertThat(get("/core/health/ready")).as("for everybody").isEqualTo(200);
    assertThat(get("/core/management")).as("not taken").isEqualTo(401);
    assertThat(get("/core/management", token("nonsense"))).isEqualTo(401);
    assertThat(get("/core/examples", GATE)).as("known").isEqualTo(200);
  }

  @Test
  void loginGivesTokenInHeaderAndCookie() throws IOException {
    Answer answer = http.get(GateLogin.SELF_LINK);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.header("x-xenon-auth-token")).isEqualTo("gate-" + JANE);
    assertThat(answer.header("set-cookie"))
        .startsWith("xenon-auth-cookie=gate-" + JANE)
        .contains("HttpOnly");
    assertThat(get("/safes", "cookie", "xenon-auth-cookie=gate-" + JANE)).isEqualTo(200);
  }

  @Test
  void tokenOfTheServiceStandsForItsUserWithItsProperties() throws IOException {
    assertThat(http.get("/who", GATE).text()).contains(JANE_LINK).contains("floor=third");
    assertThat(http.get("/who").text()).contains(ServiceUriPaths.CORE_AUTHZ_GUEST_USER);
    assertThat(get("/core/management", GATE)).isEqualTo(403);
  }

  @Test
  void connectionWithATokenOfTheServiceEndsWithThatAndNotBefore() throws IOException {
    String session = session();
    assertThat(get("/who", GATE)).isEqualTo(200);
    assertThat(get("/who", token(session))).isEqualTo(200);
    try (SocketUser stays = new SocketUser(host.getUri(), GATE);
        SocketUser leaves = new SocketUser(host.getUri(), token(session))) {
      String logout = "{\"requestType\":\"LOGOUT\"}";
      assertThat(http.post(ServiceUriPaths.CORE_AUTHN_BASIC, logout, token(session)).status())
          .isEqualTo(200);

      assertThat(leaves.end()).isEqualTo(1008);
      assertThat(stays.create()).isNotNull();
    }
  }

  @Test
  void serviceIsAskedOnceUntilItIsToBeAskedAgain() throws IOException {
    String[] own = token("gate-once@example.com");
    for (int i = 0; i < 5; i++) {
      assertThat(get("/who", own)).isEqualTo(200);
    }
    assertThat(gate.asked).filteredOn("gate-once@example.com"::equals).hasSize(1);
    assertThat(host.getAuthorizationContext(gate, "gate-once@example.com")).isNotNull();

    host.clearAuthorizationContext(gate, ServiceUriPaths.CORE_AUTHZ_USERS + "/once@example.com");

    assertThat(host.getAuthorizationContext(gate, "gate-once@example.com")).isNull();
    assertThat(get("/who", own)).isEqualTo(200);
    assertThat(gate.asked).filteredOn("gate-once@example.com"::equals).hasSize(2);
  }

  @Test
  void serviceMakesNobodyTheRuntimeAndMayRefuseForGood() throws IOException {
    assertThat(get("/core/management", token("gate-system"))).isEqualTo(401);
    assertThat(get("/core/management", token("gate-old"))).isEqualTo(401);
    Answer stolen = http.get("/core/examples", token("gate-stolen"));
    assertThat(stolen.status()).isEqualTo(401);
    assertThat(stolen.json().path("errorCode").asInt())
        .isEqualTo(ServiceErrorResponse.ERROR_CODE_EXTERNAL_AUTH_FAILED);
  }

  @Test
  void sessionsOfTheHostGoOnBesideItAndEndAtOnce() throws IOException {
    String session = session();
    assertThat(get("/safes", token(session))).isEqualTo(200);
    gate.isAway = true;
    String another = session();
    assertThat(get("/safes", token(another))).as("known here").isEqualTo(200);
    assertThat(get("/safes", token("gate-new@example.com"))).as("unknown here").isEqualTo(503);
    gate.isAway = false;
    TestRequestSender.setAuthToken(session);
    AuthTestUtils.logout(host);
    await().atMost(EFFECT).until(() -> get("/safes", token(session)) == 401);
  }

  @Test
  void userWhoIsDisabledDoesNotComeInByTheServiceEither() throws Throwable {
    host.setSystemAuthorizationContext();
    String kim = AuthorizationHelper.createUserService(host, host, "kim@example.com");
    await().atMost(EFFECT).until(() -> get("/who", token("gate-kim@example.com")) == 200);
    new TestRequestSender(host)
        .sendAndWait(Operation.createPatch(host, kim).setBody(Map.of("isDisabled", true)));
    await().atMost(EFFECT).until(() -> get("/who", token("gate-kim@example.com")) == 401);
  }

  @Test
  void serviceWithoutDocumentDecidesItself() throws IOException {
    assertThat(get("/who")).as("open to everybody").isEqualTo(200);
    assertThat(get("/who", token("nonsense"))).as("a wrong token is none").isEqualTo(401);
    assertThat(get("/who/stats")).as("opens nothing below it").isEqualTo(401);
    assertThat(get("/sunday", GATE)).as("roles, as super says").isEqualTo(403);
    assertThat(get("/sunday")).isEqualTo(401);
    Answer closed = http.get("/sunday", "x-day", "sunday");
    assertThat(closed.status()).isEqualTo(403);
    assertThat(closed.text()).contains("closed on Sundays");
    host.setSystemAuthorizationContext();
    TestRequestSender sender = new TestRequestSender(host);
    assertThat(sender.sendGetAndWait("/sunday", String.class)).isEqualTo("open");
    assertThat(
            sender
                .sendAndWaitFailure(
                    Operation.createGet(host, "/sunday").addRequestHeader("x-day", "sunday"))
                .op
                .getStatusCode())
        .as("a request of this process, even of the system")
        .isEqualTo(403);
    assertThat(
            sender
                .sendAndWaitFailure(
                    Operation.createGet(host, "/sunday/stats").addRequestHeader("x-day", "sunday"))
                .op
                .getStatusCode())
        .isEqualTo(403);
  }

  @Test
  void documentNeedsItsServiceAndRoles() throws IOException {
    String[] word = {"x-xenon-auth-token", "gate-" + JANE, "x-word", "sesame"};
    String body = "{\"documentSelfLink\":\"one\",\"content\":\"gold\"}";
    assertThat(http.post("/safes", body, GATE).status()).as("its factory").isEqualTo(200);
    String one = "/safes/one";
    for (String path :
        new String[] {one, one + "/stats", one + "/versions", one + "?documentVersion=0"}) {
      assertThat(get(path, word)).as(path).isEqualTo(200);
      assertThat(get(path, GATE)).as(path).isEqualTo(403);
      assertThat(get(path, "x-word", "sesame")).as(path).isEqualTo(401);
    }
    assertThat(http.get(one + "?consistency=local", GATE).status()).isEqualTo(403);
    assertThat(http.patch(one, "{\"content\":\"lead\"}", GATE).status()).isEqualTo(403);
    assertThat(http.put(one, body, GATE).status()).isEqualTo(403);
    String again = "{\"documentSelfLink\":\"one\",\"content\":\"tin\"}";
    assertThat(http.post("/safes", again, GATE).status()).as("becomes a PUT").isEqualTo(403);
    assertThat(http.get(one, word).text()).contains("gold");
    assertThat(http.post("/safes", again, word).status()).isEqualTo(200);
    assertThat(http.get(one, word).text()).contains("tin");
    assertThat(http.delete(one, GATE).status()).isEqualTo(403);
    assertThat(http.patch(one, "{\"content\":\"lead\"}", word).status()).isEqualTo(200);
    assertThat(http.get(one, word).text()).contains("lead");
    assertThat(http.get("/safes?expand", GATE).text()).as("lists are for roles").contains("lead");
    assertThat(http.post(one + "/restore", "{\"documentVersion\":0}", GATE).status())
        .isEqualTo(403);
    assertThat(http.post(one + "/restore", "{\"documentVersion\":0}", word).status())
        .isEqualTo(200);
    assertThat(http.get(one, word).text()).contains("gold");
    assertThat(http.delete(one, word).status()).isEqualTo(200);
    assertThat(get(one + "/versions", GATE)).as("deleted: roles decide").isEqualTo(200);
    assertThat(get(one, word)).isEqualTo(404);
  }

  @Test
  void tokensAreSignedAndVerifiedByTheGroup() throws Exception {
    AuthorizationContext jane = host.assumeIdentity(JANE_LINK, Map.of("hello", "world"));
    String token = Objects.requireNonNull(jane.getToken());
    Claims said = host.getTokenVerifier().verify(token, Claims.class);
    assertThat(said.getSubject()).isEqualTo(JANE_LINK);
    assertThat(said.getProperties()).containsEntry("hello", "world");
    assertThat(http.get("/who", token(token)).text()).contains("hello=world");
    assertThat(http.get("/safes", token(token)).status()).isEqualTo(200);

    TestRequestSender sender = new TestRequestSender(host);
    Operation remote = sender.sendAndWait(Operation.createGet(host, "/who").forceRemote());
    assertThat(String.valueOf(remote.getBody(JsonNode.class)))
        .contains(JANE_LINK)
        .contains("hello=world");
    assertThat(String.valueOf(sender.sendGetAndWait("/who", JsonNode.class)))
        .contains("hello=world");

    TestRequestSender.setAuthToken(token);
    host.resetAuthorizationContext();
    Claims verified =
        sender.sendAndWait(
            Operation.createPost(host, ServiceUriPaths.CORE_AUTHN_BASIC)
                .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_VERIFY_TOKEN),
            Claims.class);
    assertThat(verified.getSubject()).isEqualTo(JANE_LINK);
    assertThatThrownBy(() -> host.getTokenVerifier().verify("nonsense"))
        .isInstanceOf(Verifier.TokenException.class);
  }

  @Test
  void requestsOfHandlersAreSentForTheirCaller() throws IOException {
    JsonNode said = http.get(RoundsService.SELF_LINK, GATE).json();
    String guest = ServiceUriPaths.CORE_AUTHZ_GUEST_USER;
    String system = ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER;
    assertThat(said.properties()).hasSize(12);
    said.properties()
        .forEach(
            round ->
                assertThat(round.getValue().asString(""))
                    .as(round.getKey())
                    .startsWith(
                        switch (round.getKey()) {
                          case "thread", "executor" -> guest;
                          case "system" -> system;
                          default -> JANE_LINK;
                        }));
  }

  @Test
  void onlyTokensOfUsersAreSigned() {
    Claims.Builder system = new Claims.Builder();
    system.setSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER);
    assertThatThrownBy(() -> host.getTokenSigner().sign(system.getResult()))
        .isInstanceOf(GeneralSecurityException.class);
    Claims.Builder past = new Claims.Builder();
    past.setSubject(JANE_LINK);
    past.setExpirationTime(1L);
    assertThatThrownBy(() -> host.getTokenSigner().sign(past.getResult()))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("expired");
    Claims.Builder big = new Claims.Builder().setProperties(Map.of("x", "y".repeat(10_000)));
    big.setSubject(JANE_LINK);
    assertThatThrownBy(() -> host.getTokenSigner().sign(big.getResult()))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("properties");
  }

  @Test
  void hostSaysWhatSomebodyMay() {
    Service who = new WhoService();
    who.setSelfLink("/who");
    Operation op = Operation.createGet(host, "/safes/one");
    SafeService.Safe safe = new SafeService.Safe();
    safe.documentSelfLink = "/safes/one";
    assertThat(host.isAuthorized(who, safe, op)).isFalse();
    op.setAuthorizationContext(AuthorizationContext.ofSubject(JANE_LINK));
    assertThat(host.isAuthorized(who, safe, op)).isTrue();
    assertThat(host.isAuthorized(who, null, op)).isFalse();
    host.setSystemAuthorizationContext();
    assertThat(host.isAuthorized(who, null, Operation.createGet(host, "/who"))).isTrue();
  }

  @Test
  void helperOfTestsMakesUsersWhoDoWhatIsTheirs() throws Throwable {
    host.setSystemAuthorizationContext();
    AuthorizationHelper helper = new AuthorizationHelper(host);
    String ann = helper.createUserService(host, "ann@example.com");
    assertThat(helper.createRoles(host, "ann@example.com")).hasSize(1);
    assertThat(helper.findUserServiceLink("ann@example.com")).isEqualTo(ann);
    host.assumeIdentity(ann);
    ExampleService.ExampleServiceState state = new ExampleService.ExampleServiceState();
    TestRequestSender sender = new TestRequestSender(host);
    state.name = "ann";
    host.waitFor(
        "the role to be known",
        () ->
            host.waitForResponse(
                        Operation.createPost(host, ExampleService.FACTORY_LINK).setBody(state))
                    .getStatusCode()
                == 200);
    state.name = "bob";
    assertThat(
            sender
                .sendAndWaitFailure(
                    Operation.createPost(host, ExampleService.FACTORY_LINK).setBody(state))
                .op
                .getStatusCode())
        .isEqualTo(403);
    assertThat(host.getFactoryState(UriUtils.buildUri(host, ExampleService.FACTORY_LINK)))
        .satisfies(found -> assertThat(found.documentLinks).hasSize(1));
    AuthTestUtils.loginExpectFailure(host, "ann@example.com", "guess");
  }
}
