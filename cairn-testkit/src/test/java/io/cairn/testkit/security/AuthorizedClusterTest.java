// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.authorization.UserService;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three hosts with accounts: an administrator makes others, who may do what they were granted. */
class AuthorizedClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration EFFECT = Duration.ofSeconds(5);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String PASSWORD = "correct horse battery staple";
  private static final String ADMIN = "admin@localhost";

  private static TestCluster cluster;
  private static String admin = "";

  @BeforeAll
  static void start() throws IOException {
    cluster =
        TestCluster.start(
            3,
            host -> {
              host.startFactory(ExampleService::createFactory, EXAMPLES);
              host.startFactory(DeskService::createFactory, DeskService.FACTORY_LINK);
            },
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.security.isAuthorizationEnabled = true;
              arguments.security.adminPassword = PASSWORD;
            });
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              for (int node = 0; node < cluster.size(); node++) {
                assertThat(http(node).get("/core/health/ready").status()).isEqualTo(200);
              }
              admin = login(0, ADMIN);
              assertThat(http(2).get(EXAMPLES, token(admin)).status()).isEqualTo(200);
            });
    user("viewer");
    user("editor");
  }

  /** A document whose service lets those in whose token says that they sit at its desk. */
  public static final class DeskService extends StatefulService {
    static final String FACTORY_LINK = "/desks";

    /** What is on the desk. */
    public static final class Desk extends ServiceDocument {
      public String paper = "";
    }

    /** A desk. */
    public DeskService() {
      super(Desk.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }

    static FactoryService createFactory() {
      return FactoryService.create(DeskService::new, Desk.class);
    }

    @Override
    public void authorizeRequest(Operation op) {
      AuthorizationContext subject = Objects.requireNonNull(op.getAuthorizationContext());
      if (getSelfLink().equals(subject.getClaims().getProperties().get("desk"))) {
        op.complete();
      } else {
        op.fail(Operation.STATUS_CODE_FORBIDDEN, new IllegalStateException("another desk"), null);
      }
    }
  }

  private static String atDesk(int node, String desk) throws Exception {
    Claims.Builder claims = new Claims.Builder().setProperties(Map.of("desk", desk));
    claims.setSubject(UserService.FACTORY_LINK + "/" + ADMIN);
    return cluster
        .host(node)
        .host()
        .unwrap(HostRuntime.Authorization.class)
        .sign(claims.getResult());
  }

  @Test
  void serviceIsAskedAtTheOwnerWhereverARequestArrives() throws Exception {
    for (int desk = 0; desk < 4; desk++) {
      String link = DeskService.FACTORY_LINK + "/" + desk;
      asAdmin(
          DeskService.FACTORY_LINK,
          "{\"documentSelfLink\":\"%s\",\"paper\":\"white\"}".formatted(link));
      for (int node = 0; node < cluster.size(); node++) {
        String[] mine = token(atDesk(node, link));
        String[] other = token(atDesk(node, DeskService.FACTORY_LINK + "/none"));
        HttpProbe http = http((node + 1) % cluster.size());
        assertThat(http.get(link, mine).status()).isEqualTo(200);
        assertThat(http.get(link + "/stats", mine).status()).isEqualTo(200);
        assertThat(http.patch(link, "{\"paper\":\"blue\"}", other).status()).isEqualTo(403);
        for (String path : new String[] {"", "?consistency=local", "/stats", "/versions"}) {
          assertThat(http.get(link + path, other).status()).as(path).isEqualTo(403);
        }
      }
    }
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static HttpProbe http(int node) {
    return cluster.host(node).http();
  }

  private static String[] token(String token) {
    return new String[] {"x-xenon-auth-token", token};
  }

  private static String login(int node, String email) throws IOException {
    String secret = Base64.getEncoder().encodeToString((email + ":" + PASSWORD).getBytes(UTF_8));
    Answer answer = http(node).post("/core/authn/basic", "{}", "authorization", "Basic " + secret);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return String.valueOf(answer.header("x-xenon-auth-token"));
  }

  private static void user(String role) throws IOException {
    String email = role + "@example.com";
    asAdmin(
        "/core/authz/users",
        "{\"documentSelfLink\":\"%s\",\"email\":\"%s\"}".formatted(email, email));
    asAdmin(
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%s\",\"userEmail\":\"%s\",\"privateKey\":\"%s\"}"
            .formatted(email, email, PASSWORD));
    asAdmin(
        "/core/authz/grants",
        "{\"role\":\"%s\",\"to\":\"%s\",\"on\":\"%s\"}".formatted(role, email, EXAMPLES));
  }

  private static void asAdmin(String path, String json) throws IOException {
    Answer answer = http(0).post(path, json, token(admin));
    assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
  }

  @Test
  void peopleDoWhatTheyWereGrantedAtEveryHost() throws IOException {
    String[] viewer = token(login(1, "viewer@example.com"));
    String[] editor = token(login(2, "editor@example.com"));
    String body = "{\"name\":\"one\",\"documentSelfLink\":\"one\"}";
    await()
        .atMost(EFFECT)
        .untilAsserted(
            () -> assertThat(http(0).post(EXAMPLES, body, editor).status()).isIn(200, 409));
    String one = EXAMPLES + "/one";
    for (int at = 0; at < cluster.size(); at++) {
      int node = at;
      await()
          .atMost(EFFECT)
          .untilAsserted(() -> assertThat(http(node).get(one, viewer).status()).isEqualTo(200));
      assertThat(http(node).get(one).status()).isEqualTo(401);
      assertThat(http(node).get(EXAMPLES + "?expand").status()).isEqualTo(401);
      assertThat(http(node).get(EXAMPLES + "?expand", viewer).text()).contains("one");
      assertThat(http(node).patch(one, "{\"counter\":1}", viewer).status()).isEqualTo(403);
      assertThat(http(node).patch(one, "{\"counter\":1}", editor).status()).isEqualTo(200);
      assertThat(http(node).get("/core/authz/users/" + ADMIN, editor).status()).isEqualTo(403);
      assertThat(http(node).get("/core/management", editor).status()).isEqualTo(403);
      assertThat(http(node).get("/core/management", token(admin)).status()).isEqualTo(200);
      assertThat(http(node).get("/core/authn/jwks").status()).isEqualTo(200);
    }
  }

  @Test
  void sessionThatWasEndedIsRefusedAtEveryHost() throws IOException {
    String[] session = token(login(1, "editor@example.com"));
    await()
        .atMost(EFFECT)
        .untilAsserted(() -> assertThat(http(2).get(EXAMPLES, session).status()).isEqualTo(200));

    assertThat(http(1).post("/core/authn/basic", "{\"requestType\":\"LOGOUT\"}", session).status())
        .isEqualTo(200);

    for (int at = 0; at < cluster.size(); at++) {
      int node = at;
      await()
          .atMost(EFFECT)
          .untilAsserted(
              () -> assertThat(http(node).get(EXAMPLES, session).status()).isEqualTo(401));
    }
  }
}
