// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.cairn.document.DocumentJson;
import io.cairn.net.HttpHeaders;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Identities;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.identity.keys.ApiKeys;
import io.cairn.runtime.security.identity.revocation.Revocations;
import io.cairn.runtime.security.identity.token.HostileTokens;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenFixture;
import io.cairn.runtime.security.identity.token.Tokens;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.Refusal;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HeaderAuthenticatorTest {

  private static final String JANE = "/core/authz/users/jane";

  private final TokenFixture group = new TokenFixture();
  private final Tokens tokens = group.tokens();
  private final Users users = new Users();
  private final List<String> noted = new ArrayList<>();
  private final Random random = new Random(7);
  private final Revocations revocations = new Revocations();
  private final Map<String, String> hashes = new ConcurrentHashMap<>();
  private final ApiKeys keys = new ApiKeys(hashes::get, (link, micros) -> noted.add(link));
  private final IssuedProofs issued = new IssuedProofs(revocations, keys);
  private final HeaderAuthenticator authenticator =
      new HeaderAuthenticator(
          new HeaderAuthenticator.Believed(tokens, null, CertificateUsers.NAME),
          issued,
          users,
          group::micros);

  /** Users without documents. */
  private final class Users implements Identities {
    private final Map<String, User> all = new ConcurrentHashMap<>();
    private final AtomicLong revision = new AtomicLong();

    void put(String link, boolean enabled, @Nullable String tenant) {
      all.put(link, new User(link, enabled, Set.of(), tenant, json("{}")));
      revision.incrementAndGet();
    }

    void remove(String link) {
      all.remove(link);
      revision.incrementAndGet();
    }

    @Override
    public long revision() {
      return revision.get();
    }

    @Override
    public @Nullable User user(String link) {
      return all.get(link);
    }

    @Override
    public Collection<UserGroup> userGroups() {
      return List.of();
    }

    @Override
    public Collection<Role> roles() {
      return List.of();
    }

    @Override
    public @Nullable Query resources(String resourceGroupLink) {
      return null;
    }

    @Override
    public boolean isRevoked(Subject subject) {
      return issued.isRevoked(subject);
    }
  }

  @BeforeEach
  void janeIsThere() {
    users.put(JANE, true, "/core/tenants/blue");
  }

  @AfterEach
  void close() {
    authenticator.close();
  }

  private static JsonNode json(String text) {
    return DocumentJson.standard().readTree(text);
  }

  private Subject ask(Action verb, String... headers) {
    return authenticator.authenticate(
        new Credentials(
            verb,
            "/core/examples/one",
            HttpHeaders.of(headers),
            new InetSocketAddress("192.0.2.1", 1),
            List.of()));
  }

  private @Nullable Subject recognized(String token, String address) {
    SubjectContext who =
        authenticator.recognize(credentials(Action.GET, address, "x-xenon-auth-token", token));
    return who == null ? null : who.subject();
  }

  private static Credentials credentials(Action verb, String address, String... headers) {
    return new Credentials(
        verb,
        "/core/examples/one",
        HttpHeaders.of(headers),
        new InetSocketAddress(address, 1),
        List.of());
  }

  /** A token that says the same as a good one, with a signature that nobody made. */
  private String forged() {
    String good = token();
    byte[] chance = new byte[64];
    random.nextBytes(chance);
    chance[0] = 1; // Signatures that are too large are not even looked at.
    chance[32] = 1;
    return good.substring(0, good.lastIndexOf('.') + 1)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
  }

  private int statusOf(String token, String address) {
    try {
      authenticator.authenticate(credentials(Action.GET, address, "x-xenon-auth-token", token));
      return 200;
    } catch (Refusal refusal) {
      return refusal.status();
    }
  }

  @Test
  void signatureIsLookedAtOnceAndElsewhere() {
    String token = token();
    assertThat(recognized(token, "192.0.2.1")).as("takes time").isNull();

    Subject proved =
        authenticator
            .prove(credentials(Action.GET, "192.0.2.1", "x-xenon-auth-token", token))
            .join()
            .subject();

    assertThat(recognized(token, "192.0.2.1")).isSameAs(proved);
    users.put(JANE, true, "/core/tenants/green");
    assertThat(recognized(token, "192.0.2.1")).as("without its signature").isNotNull();
    group.keys().rotate(false).join();
    assertThat(recognized(token, "192.0.2.1")).as("other keys").isNull();
    assertThat(authenticator.recognize(credentials(Action.GET, "192.0.2.1")))
        .isEqualTo(SubjectContext.of(Subject.GUEST));
  }

  @Test
  void forgedTokensOfAnAddressAreLookedAtSoOftenOnly() {
    String before = token();
    assertThat(statusOf(before, "192.0.2.9")).isEqualTo(200);

    Map<Integer, Integer> answers = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      answers.merge(statusOf(forged(), "192.0.2.9"), 1, Integer::sum);
    }

    assertThat(answers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(401, ForgeryBudget.AT_ONCE, 429, 200 - ForgeryBudget.AT_ONCE));
    assertThat(statusOf(before, "192.0.2.9")).as("was verified before").isEqualTo(200);
    assertThat(statusOf(token(), "192.0.2.10")).as("another address").isEqualTo(200);
    assertThatThrownBy(() -> recognized(token(), "192.0.2.9"))
        .as("at once, without waiting for a thread")
        .isInstanceOf(BusyProofsException.class);
    group.pass(Duration.ofSeconds(1));
    int looked = 0;
    for (int i = 0; i < 100; i++) {
      looked += statusOf(forged(), "192.0.2.9") == 401 ? 1 : 0;
    }
    assertThat(looked).isEqualTo(ForgeryBudget.EACH_SECOND);
  }

  @Test
  void whatStrangersMakeUpKeepsNobodyFromATokenThatTheAuthenticationServiceBelieves()
      throws RefusedTokenException {
    for (int i = 0; i < ForgeryBudget.AT_ONCE; i++) {
      String forged = forged();
      assertThatThrownBy(() -> authenticator.contextOf(forged))
          .isInstanceOf(RefusedTokenException.class);
    }
    String unseen = token();
    assertThatThrownBy(() -> authenticator.contextOf(unseen))
        .isInstanceOf(BusyProofsException.class);

    assertThat(authenticator.contextOfVouched(unseen).subjectLink()).isEqualTo(JANE);
    assertThatThrownBy(() -> authenticator.contextOfVouched("gate-jane"))
        .isInstanceOf(RefusedTokenException.class);
  }

  @Test
  void forgedTokensThatRequestsAreAboutAreCountedAsThoseThatProveThem()
      throws RefusedTokenException {
    InetSocketAddress from = new InetSocketAddress("192.0.2.14", 1);
    String before = token();
    assertThat(statusOf(before, "192.0.2.14")).isEqualTo(200);
    for (int i = 0; i < ForgeryBudget.AT_ONCE; i++) {
      String forged = forged();
      assertThatThrownBy(() -> authenticator.claimsOf(forged, from))
          .isInstanceOf(RefusedTokenException.class);
    }

    assertThatThrownBy(() -> authenticator.claimsOf(token(), from))
        .isInstanceOf(BusyProofsException.class);
    assertThat(authenticator.claimsOf(before, from).subjectLink()).isEqualTo(JANE);
    group.pass(Duration.ofHours(2));
    assertThatThrownBy(() -> authenticator.claimsOf(before, from))
        .isInstanceOf(RefusedTokenException.class);
  }

  @Test
  void forgedTokenThatComesAgainIsKnown() {
    String forged = forged();
    for (int i = 0; i < 200; i++) {
      assertThat(statusOf(forged, "192.0.2.11")).isEqualTo(401);
    }
    assertThatThrownBy(() -> recognized(forged, "192.0.2.12"))
        .as("without a look at its signature")
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(401));
  }

  @Test
  void whatIsRefusedAnywayIsNotVerified() {
    List<String> forged = Stream.generate(this::forged).limit(200).toList();
    group.pass(Duration.ofHours(2));

    assertThat(forged)
        .as("expired, so that nobody looks at their signature")
        .allMatch(token -> statusOf(token, "192.0.2.13") == 401);
    assertThat(statusOf(token(), "192.0.2.13")).isEqualTo(200);
  }

  private String token() {
    return tokens.issue(JANE, Duration.ofHours(1), revocations.generation(JANE)).token();
  }

  private void refused(int status, Action verb, String... headers) {
    assertThatThrownBy(() -> ask(verb, headers))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
  }

  @Test
  void whoeverSaysNothingIsAGuest() {
    assertThat(ask(Action.PATCH)).isEqualTo(Subject.GUEST);
    assertThat(ask(Action.GET, "cookie", "a=b; c=d")).isEqualTo(Subject.GUEST);
  }

  @Test
  void tokenIsTakenFromEachOfItsPlaces() {
    String token = token();

    Subject jane = ask(Action.PATCH, "authorization", "Bearer " + token);

    assertThat(jane.link()).isEqualTo(JANE);
    assertThat(jane.kind()).isEqualTo(Subject.Kind.USER);
    assertThat(jane.tenantLink()).isEqualTo("/core/tenants/blue");
    assertThat(ask(Action.PATCH, "x-xenon-auth-token", token)).isEqualTo(jane);
    assertThat(ask(Action.GET, "cookie", "a=b; xenon-auth-cookie=" + token)).isEqualTo(jane);
  }

  @Test
  void whatProvesNothingIsNoGuest() {
    refused(401, Action.GET, "authorization", "Bearer hello");
    refused(401, Action.GET, "authorization", "Bearer");
    refused(401, Action.GET, "authorization", "Basic amFuZTpwdw==");
    refused(401, Action.GET, "authorization", "Negotiate abc");
    refused(401, Action.GET, "x-xenon-auth-token", "");
    refused(401, Action.GET, "cookie", "xenon-auth-cookie=");
    refused(401, Action.GET, "authorization", "Bearer a.b.c", "authorization", "Bearer " + token());
    refused(401, Action.GET, "cookie", "xenon-auth-cookie=a; xenon-auth-cookie=" + token());
  }

  @Test
  void hostileTokensGet401() {
    Map<String, String> hostile =
        new HostileTokens(token(), group.keys().publicKeys(), String.valueOf(group.kept())).all();

    assertSoftly(
        softly ->
            hostile.forEach(
                (what, token) ->
                    softly
                        .assertThatThrownBy(() -> ask(Action.GET, "x-xenon-auth-token", token))
                        .as(what)
                        .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(401))));
  }

  @Test
  void cookieAloneChangesNothing() {
    String cookie = "xenon-auth-cookie=" + token();

    refused(403, Action.PATCH, "cookie", cookie);
    refused(403, Action.POST, "cookie", cookie, "sec-fetch-site", "cross-site");
    assertThat(ask(Action.POST, "cookie", cookie, "origin", "http://own").link()).isEqualTo(JANE);
    assertThat(ask(Action.POST, "cookie", cookie, "sec-fetch-site", "same-origin").link())
        .isEqualTo(JANE);
  }

  @Test
  void tokenThatWasSeenBeforeObeysEachChange() {
    String token = token();
    Subject jane = ask(Action.GET, "x-xenon-auth-token", token);
    assertThat(ask(Action.GET, "x-xenon-auth-token", token)).as("remembered").isSameAs(jane);

    users.put(JANE, false, null);
    refused(401, Action.GET, "x-xenon-auth-token", token);
    users.put(JANE, true, null);
    assertThat(ask(Action.GET, "x-xenon-auth-token", token).tenantLink()).isNull();
    users.remove(JANE);
    refused(401, Action.GET, "x-xenon-auth-token", token);
    users.put(JANE, true, null);

    group.keys().rotate(false).join();
    assertThat(ask(Action.GET, "x-xenon-auth-token", token).link()).isEqualTo(JANE);
    group.keys().rotate(true).join();
    refused(401, Action.GET, "x-xenon-auth-token", token);
  }

  @Test
  void rememberedTokenExpires() {
    String token = token();
    ask(Action.GET, "x-xenon-auth-token", token);

    group.pass(Duration.ofHours(1));

    refused(401, Action.GET, "x-xenon-auth-token", token);
  }

  @Test
  void oneSessionIsRevokedAndNoOther() {
    String one = token();
    String other = token();
    Subject kept = ask(Action.GET, "x-xenon-auth-token", one);
    String id = String.valueOf(kept.tokenId()).replaceAll("\\..*", "");

    revocations.put("/core/authz/revocations/t-" + id, json("{\"subjectLink\":\"" + JANE + "\"}"));

    refused(401, Action.GET, "x-xenon-auth-token", one);
    assertThat(issued.isRevoked(kept)).isTrue();
    assertThat(ask(Action.GET, "x-xenon-auth-token", other).link()).isEqualTo(JANE);
  }

  @Test
  void allThatAUserHasIsRevokedAndTheNextSessionIsNot() {
    String before = token();
    Subject kept = ask(Action.GET, "x-xenon-auth-token", before);

    revocations.put(
        "/core/authz/revocations/u-1",
        json("{\"subjectLink\":\"" + JANE + "\",\"generation\":1000}"));

    refused(401, Action.GET, "x-xenon-auth-token", before);
    assertThat(issued.isRevoked(kept)).isTrue();
    Subject next = ask(Action.GET, "x-xenon-auth-token", token());
    assertThat(next.link()).isEqualTo(JANE);
    assertThat(issued.isRevoked(next)).isFalse();
  }

  private void putKey(String secret, String more) throws NoSuchAlgorithmException {
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.US_ASCII)));
    String link = "/core/authz/api-keys/abcdefghijklmnop";
    hashes.put(link, hash);
    keys.put(link, json("{\"name\":\"ci\",\"userLink\":\"%s\"%s}".formatted(JANE, more)));
  }

  @Test
  void apiKeyIsItsUserWithinItsScope() throws NoSuchAlgorithmException {
    String secret = "s".repeat(43);
    putKey(secret, ",\"verbs\":[\"GET\"],\"linkPrefixes\":[\"/core/examples\"]");
    String key = "cairn_abcdefghijklmnop_" + secret;

    Subject program = ask(Action.GET, "authorization", "Bearer " + key);

    assertThat(program.link()).isEqualTo(JANE);
    assertThat(program.kind()).isEqualTo(Subject.Kind.KEY);
    assertThat(program.scope())
        .isEqualTo(new Subject.Scope(Set.of(Action.GET), List.of("/core/examples"), Set.of()));
    refused(401, Action.GET, "authorization", "Bearer cairn_abcdefghijklmnop_" + "t".repeat(43));
    refused(401, Action.GET, "authorization", "Bearer cairn_" + "x".repeat(16) + "_" + secret);
    keys.removed("/core/authz/api-keys/abcdefghijklmnop");
    refused(401, Action.GET, "authorization", "Bearer " + key);
    assertThat(issued.isRevoked(program)).isTrue();
  }

  @Test
  void keyWhoseSecretComesLaterIsLookedAtAgain() throws NoSuchAlgorithmException {
    String link = "/core/authz/api-keys/abcdefghijklmnop";
    String secret = "s".repeat(43);
    keys.put(link, json("{\"name\":\"ci\",\"userLink\":\"%s\"}".formatted(JANE)));
    assertThat(keys.unfinished()).containsExactly(link);
    refused(401, Action.GET, "authorization", "Bearer cairn_abcdefghijklmnop_" + secret);

    putKey(secret, "");

    assertThat(keys.unfinished()).isEmpty();
    assertThat(ask(Action.GET, "authorization", "Bearer cairn_abcdefghijklmnop_" + secret).link())
        .isEqualTo(JANE);
  }

  @Test
  void useOfAKeyIsNotedOnceAnHour() throws NoSuchAlgorithmException {
    String secret = "s".repeat(43);
    putKey(secret, "");
    String[] header = {"authorization", "Bearer cairn_abcdefghijklmnop_" + secret};

    for (int i = 0; i < 100; i++) {
      ask(Action.GET, header);
    }
    assertThat(noted).hasSize(1);
    group.pass(Duration.ofMinutes(61));
    ask(Action.GET, header);
    assertThat(noted).hasSize(2);
  }

  @Test
  void expiredKeyProvesNothing() throws NoSuchAlgorithmException {
    String secret = "s".repeat(43);
    putKey(secret, ",\"documentExpirationTimeMicros\":" + (group.micros() + 1_000_000));
    String[] header = {"authorization", "Bearer cairn_abcdefghijklmnop_" + secret};
    ask(Action.GET, header);

    group.pass(Duration.ofSeconds(2));

    refused(401, Action.GET, header);
  }
}
