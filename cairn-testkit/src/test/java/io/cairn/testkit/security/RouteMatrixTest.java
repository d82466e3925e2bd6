// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.dispatch.ServiceRegistry.Entry;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.authorization.UserService;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.uri.Links;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who gets what at each route of a host. Routes are those that the host has started, so that a new
 * one is among them by itself; what is expected follows from what it declares that it needs, and
 * not from what the host answers.
 */
class RouteMatrixTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String ONE = EXAMPLES + "/one";
  private static final String OF_OTHERS = EXAMPLES + "/of-b";
  private static final String PASSWORD = "correct horse battery staple";
  private static final String SECRET = "what peers know of each other";
  private static final List<String> READING = List.of("GET", "HEAD", "OPTIONS");
  private static final List<String> VERBS =
      List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

  /** What no handler can read: who may, gets to hear that, and nothing else happens. */
  private static final String BROKEN = "{";

  /** Who asks. */
  private enum Who {
    /** Says nothing. */
    NOBODY,
    /** Has a token that another key has signed. */
    FORGED,
    /** Has a token whose session is over. */
    EXPIRED,
    /** Has a token that was taken back. */
    REVOKED,
    /** Says as a client what peers say to each other. */
    PEER,
    /** Sends the secret of the peers as a token. */
    PEERS_SECRET,
    /** A user without any role. */
    STRANGER,
    /** A user who may read examples. */
    VIEWER,
    /** A user who may write examples. */
    EDITOR,
    /** The same, of a tenant. */
    TENANT,
    /** A user who may do everything. */
    ADMIN
  }

  /** What comes of it. */
  private enum Outcome {
    /** 401: who is that? */
    UNPROVED,
    /** 403, or 404 of what may be there and is not shown. */
    REFUSED,
    /** Whatever the service says then. */
    ADMITTED
  }

  /**
   * What a request needs.
   *
   * @param isOfAny whether it is enough that there is anything that the verb is allowed on
   * @param path about which roles are asked
   */
  private record Need(Access access, boolean isOfAny, String path) {}

  private static TestHost host;
  private static final Map<Who, String[]> HEADERS = new EnumMap<>(Who.class);

  @BeforeAll
  static void start() throws IOException, ParseException, JOSEException {
    host =
        TestHost.builder()
            .arguments(
                arguments -> {
                  arguments.clusterSecret = SECRET;
                  arguments.security.isAuthorizationEnabled = true;
                  arguments.security.adminPassword = PASSWORD;
                })
            .services(it -> it.startFactory(ExampleService::createFactory, EXAMPLES))
            .start();
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              HEADERS.put(Who.ADMIN, token(login("admin@localhost", 3600)));
              assertThat(ask(Who.ADMIN, "GET", EXAMPLES).status()).isEqualTo(200);
            });
    user("stranger", null);
    user("viewer", "\"role\":\"viewer\"");
    user("editor", "\"role\":\"editor\"");
    asAdmin("/core/tenants", "{\"documentSelfLink\":\"a\",\"name\":\"a\",\"id\":\"a\"}");
    user("tenant", "\"role\":\"editor\"");
    asAdmin(EXAMPLES, "{\"documentSelfLink\":\"one\",\"name\":\"one\"}");
    asAdmin(
        EXAMPLES,
        "{\"documentSelfLink\":\"of-b\",\"name\":\"b\",\"tenantLinks\":[\"/core/tenants/b\"]}");
    prove();
  }

  private static void prove() throws IOException, ParseException, JOSEException {
    String expired = login("viewer@example.com", 60);
    host.clock().advance(Duration.ofMinutes(2));
    String revoked = login("editor@example.com", 3600);
    HEADERS.put(Who.NOBODY, new String[0]);
    HEADERS.put(Who.STRANGER, token(login("stranger@example.com", 3600)));
    HEADERS.put(Who.VIEWER, token(login("viewer@example.com", 3600)));
    HEADERS.put(Who.EDITOR, token(login("editor@example.com", 3600)));
    HEADERS.put(Who.TENANT, token(login("tenant@example.com", 3600)));
    HEADERS.put(Who.ADMIN, token(login("admin@localhost", 3600)));
    HEADERS.put(Who.EXPIRED, token(expired));
    HEADERS.put(Who.REVOKED, token(revoked));
    HEADERS.put(Who.FORGED, token(signedByAnother(HEADERS.get(Who.ADMIN)[1])));
    HEADERS.put(Who.PEERS_SECRET, new String[] {"authorization", "Bearer " + SECRET});
    HEADERS.put(
        Who.PEER,
        new String[] {
          "pragma", "xn-fwd, xn-rpl, xn-created",
          "x-cairn-knock", "AAAA:BBBB",
          "x-xenon-auth-user", "/core/authz/system-user",
          "subject", "{\"link\":\"/core/authz/system-user\",\"kind\":\"SYSTEM\"}"
        });
    Answer ended = http().post("/core/authn/basic", "{\"requestType\":\"LOGOUT\"}", token(revoked));
    assertThat(ended.status()).isEqualTo(200);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              assertThat(ask(Who.REVOKED, "GET", ONE).status()).isEqualTo(401);
              assertThat(ask(Who.VIEWER, "GET", ONE).status()).isEqualTo(200);
              assertThat(ask(Who.EDITOR, "GET", ONE).status()).isEqualTo(200);
              assertThat(ask(Who.TENANT, "GET", EXAMPLES).status()).isEqualTo(200);
            });
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static HttpProbe http() {
    return host.http();
  }

  private static String[] token(String token) {
    return new String[] {"x-xenon-auth-token", token};
  }

  private static String login(String email, int seconds) throws IOException {
    String secret = Base64.getEncoder().encodeToString((email + ":" + PASSWORD).getBytes(UTF_8));
    Answer answer =
        http()
            .post(
                "/core/authn/basic",
                "{\"sessionExpirationSeconds\":" + seconds + "}",
                "authorization",
                "Basic " + secret);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return String.valueOf(answer.header("x-xenon-auth-token"));
  }

  private static void user(String name, @Nullable String role) throws IOException {
    String email = name + "@example.com";
    String tenant = name.equals("tenant") ? ",\"tenantLink\":\"/core/tenants/a\"" : "";
    asAdmin(
        UserService.FACTORY_LINK,
        "{\"documentSelfLink\":\"%s\",\"email\":\"%s\"%s}".formatted(email, email, tenant));
    asAdmin(
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%s\",\"userEmail\":\"%s\",\"privateKey\":\"%s\"}"
            .formatted(email, email, PASSWORD));
    if (role != null) {
      asAdmin(
          "/core/authz/grants",
          "{%s,\"to\":\"%s\",\"on\":\"%s\"}".formatted(role, email, EXAMPLES));
    }
  }

  private static void asAdmin(String path, String json) throws IOException {
    Answer answer = http().post(path, json, HEADERS.get(Who.ADMIN));
    assertThat(answer.status()).as(path + " " + answer).isEqualTo(200);
  }

  /** The token of somebody, as if another key of the same name had signed it. */
  private static String signedByAnother(String token) throws ParseException, JOSEException {
    SignedJWT good = SignedJWT.parse(token);
    SignedJWT forged = new SignedJWT(good.getHeader(), good.getJWTClaimsSet());
    forged.sign(new ECDSASigner(new ECKeyGenerator(Curve.P_256).generate()));
    return forged.serialize();
  }

  private static Answer ask(Who who, String verb, String path) throws IOException {
    boolean hasBody = List.of("POST", "PUT", "PATCH").contains(verb);
    return http().send(verb, path, hasBody ? BROKEN : null, HEADERS.get(who));
  }

  /** What follows from what a request needs. */
  private static Outcome expected(Who who, String verb, Need need) {
    boolean reads = READING.contains(verb);
    boolean isExample = need.path().equals(EXAMPLES) || need.path().startsWith(EXAMPLES + "/");
    return switch (who) {
      case FORGED, EXPIRED, REVOKED, PEERS_SECRET -> Outcome.UNPROVED;
      case NOBODY, PEER -> need.access() == Access.OPEN ? Outcome.ADMITTED : Outcome.UNPROVED;
      case STRANGER -> admitted(need.access() == Access.OPEN || need.access() == Access.KNOWN);
      case ADMIN -> admitted(need.access() != Access.SYSTEM);
      case VIEWER -> admitted(isMet(need, reads && isExample, reads));
      case EDITOR, TENANT -> admitted(isMet(need, isExample, true));
    };
  }

  private static boolean isMet(Need need, boolean onPath, boolean onAny) {
    return switch (need.access()) {
      case OPEN, KNOWN, FILTERED -> true;
      case GRANTED -> need.isOfAny() ? onAny : onPath;
      case SYSTEM -> false;
    };
  }

  private static Outcome admitted(boolean is) {
    return is ? Outcome.ADMITTED : Outcome.REFUSED;
  }

  private static List<Entry> routes() {
    return host.host().unwrap(ServiceRegistry.class).all().stream()
        .filter(entry -> !entry.link().startsWith("/core/callbacks/"))
        .sorted(Comparator.comparing(Entry::link))
        .toList();
  }

  /**
   * What a route needs, by what it declares; services of authors and accounts leave it to roles.
   */
  private static @Nullable Need need(Entry entry, String verb) {
    Needs declared = host.host().unwrap(Dispatcher.class).needsOf(entry);
    boolean reads = READING.contains(verb);
    if (declared != null) {
      return new Need(reads ? declared.read() : declared.write(), false, entry.link());
    }
    if (!isOfAuthor(entry)) {
      return null;
    }
    if (entry instanceof ServiceRegistry.Factory) {
      return reads
          ? new Need(Access.FILTERED, false, entry.link())
          : new Need(Access.GRANTED, verb.equals("POST"), entry.link());
    }
    return new Need(Access.GRANTED, false, entry.link());
  }

  /** Whether the class is one that knows nothing of the runtime, and cannot declare. */
  private static boolean isOfAuthor(Entry entry) {
    Class<?> type =
        switch (entry) {
          case ServiceRegistry.Stateless stateless -> stateless.service().getClass();
          case ServiceRegistry.Factory factory -> factory.children().model().stateType();
          case ServiceRegistry.Singleton singleton -> singleton.type().model().stateType();
        };
    return type.getPackageName().startsWith("io.cairn.service.");
  }

  /** Fails for a difference, all of them at once. */
  private static final class Differences {
    private final List<String> found = new ArrayList<>();
    private int asked;

    void compare(Who who, String verb, String path, Outcome expected) throws IOException {
      int status = ask(who, verb, path).status();
      asked++;
      boolean same =
          switch (expected) {
            case UNPROVED -> status == 401;
            case REFUSED -> status == 403 || (status == 404 && who == Who.TENANT);
            case ADMITTED -> status != 401 && status != 403;
          };
      if (!same) {
        found.add("%s %s %s: %s, was %d".formatted(who, verb, path, expected, status));
      }
    }

    void assertNone(int least) {
      assertThat(found).isEmpty();
      assertThat(asked).as("requests").isGreaterThan(least);
    }
  }

  @Test
  void everyRouteDeclaresWhatItNeeds() {
    assertThat(routes().stream().filter(entry -> need(entry, "GET") == null).map(Entry::link))
        .as("annotate the class with @Needs(read = ..., write = ...), see Access")
        .isEmpty();
  }

  @Test
  void everyRouteAnswersEachAsItDeclares() throws IOException {
    Differences differences = new Differences();
    for (Entry entry : routes()) {
      for (String verb : VERBS) {
        Need need = need(entry, verb);
        boolean decidesItself = need == null || (need.access() == Access.OPEN && isWrite(verb));
        for (Who who : decidesItself ? new Who[0] : Who.values()) {
          Outcome expected = expected(who, verb, need);
          boolean isDone = expected == Outcome.ADMITTED && verb.equals("DELETE");
          if (!isDone && (!isBadProof(who) || verb.equals("GET") || verb.equals("POST"))) {
            differences.compare(who, verb, entry.link(), expected);
          }
        }
      }
    }
    differences.assertNone(1_500);
  }

  /** Refused before anybody looks at what is asked for, so that two verbs stand for all. */
  private static boolean isBadProof(Who who) {
    return who == Who.EXPIRED || who == Who.REVOKED || who == Who.PEERS_SECRET;
  }

  private static boolean isWrite(String verb) {
    return !READING.contains(verb);
  }

  /** The runtime answers there in the service's place: a role has to allow the verb. */
  @Test
  void whatIsBelowARouteNeedsARole() throws IOException {
    List<Who> some = List.of(Who.NOBODY, Who.FORGED, Who.STRANGER, Who.VIEWER, Who.EDITOR);
    Differences differences = new Differences();
    for (Entry entry : routes()) {
      for (String utility : Links.UTILITIES) {
        for (String verb : List.of("GET", "PATCH")) {
          String asked = utility.equals("subscriptions") ? "GET" : verb;
          for (Who who : some) {
            Need need = new Need(Access.GRANTED, false, entry.link());
            Outcome expected = expected(who, asked, need);
            if (expected != Outcome.ADMITTED) {
              String parent = entry.link().equals("/") ? "" : entry.link();
              differences.compare(who, verb, parent + "/" + utility, expected);
            }
          }
        }
      }
    }
    differences.assertNone(1_000);
  }

  @Test
  void documentsAndWhatIsBelowThemAreForThoseWhoseRolesSaySo() throws IOException {
    Differences differences = new Differences();
    for (String verb : VERBS) {
      compareOne(differences, "", verb, verb);
      for (String utility : Links.UTILITIES) {
        String asked = utility.equals("subscriptions") ? "GET" : verb;
        compareOne(differences, "/" + utility, verb, asked);
      }
    }
    for (String suffix : List.of("/versions", "?documentVersion=0", "?consistency=local")) {
      compareOne(differences, suffix, "GET", "GET");
    }
    differences.assertNone(500);
    assertThat(ask(Who.ADMIN, "GET", ONE).json().path("documentVersion").asLong(-1)).isZero();
  }

  private static void compareOne(Differences found, String suffix, String verb, String asked)
      throws IOException {
    for (Who who : Who.values()) {
      Need need = new Need(Access.GRANTED, false, ONE);
      Outcome expected = who == Who.TENANT ? Outcome.REFUSED : expected(who, asked, need);
      if (expected != Outcome.ADMITTED || !verb.equals("DELETE")) {
        found.compare(who, verb, ONE + suffix, expected);
      }
    }
  }

  @Test
  void documentsOfAnotherTenantAreNotThere() throws IOException {
    for (String verb : VERBS) {
      for (String suffix : List.of("", "/stats", "/config", "/subscriptions", "/template")) {
        assertThat(ask(Who.TENANT, verb, OF_OTHERS + suffix).status())
            .as(verb + suffix)
            .isEqualTo(404);
      }
    }
    assertThat(ask(Who.TENANT, "GET", OF_OTHERS + "/versions").status()).isEqualTo(404);
    String[] tenant = HEADERS.get(Who.TENANT);
    assertThat(http().post(OF_OTHERS + "/restore", "{\"documentVersion\":0}", tenant).status())
        .isEqualTo(404);
    assertThat(ask(Who.TENANT, "GET", EXAMPLES + "?expand").text()).doesNotContain("of-b");
    assertThat(ask(Who.EDITOR, "GET", OF_OTHERS).status()).isEqualTo(200);
  }

  /** Opens a connection and asks for another protocol on it. */
  private static Socket upgrading(String path, String protocol, Who who) throws IOException {
    StringBuilder head =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n")
            .append("Connection: upgrade\r\nUpgrade: ")
            .append(protocol)
            .append("\r\nSec-WebSocket-Version: 13\r\n")
            .append("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
    String[] headers = HEADERS.get(who);
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.uri().getPort());
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket.getOutputStream().write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    return socket;
  }

  @Test
  void webSocketsAreForThoseWhoAreKnown() throws IOException {
    for (Who who : Who.values()) {
      Outcome expected = expected(who, "GET", new Need(Access.KNOWN, false, "/core/ws-endpoint"));
      try (Socket socket = upgrading("/core/ws-endpoint", "websocket", who)) {
        byte[] begin = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
        assertThat(new String(begin, ISO_8859_1))
            .as(who.name())
            .endsWith(expected == Outcome.UNPROVED ? " 401" : " 101");
      }
    }
  }

  /**
   * Whatever a client shows: a channel opens, says who it is, and has to hear the secret's proof.
   */
  @Test
  void whatProvesAClientProvesNoPeer() throws IOException {
    for (Who who : List.of(Who.NOBODY, Who.ADMIN, Who.PEERS_SECRET)) {
      try (Socket socket = upgrading("/core/peer", "cairn-peer", who)) {
        socket.getOutputStream().write("GET /core/examples/one HTTP/1.1\r\n\r\n".getBytes(UTF_8));
        byte[] heard = socket.getInputStream().readAllBytes();
        assertThat(new String(heard, ISO_8859_1)).as(who.name()).doesNotContain("documentKind");
      }
    }
  }
}
