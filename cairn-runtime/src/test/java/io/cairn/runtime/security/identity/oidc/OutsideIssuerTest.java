// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.token.RefusedTokenException;
import io.cairn.runtime.security.identity.token.TokenForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutsideIssuerTest {

  private static final String ISSUER = "https://issuer.example";

  private final AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<JWK> published = new CopyOnWriteArrayList<>();
  private final HttpServer server = newServer();
  private final OutsideIssuer issuer =
      new OutsideIssuer(
          new OutsideIssuer.Settings(
              ISSUER,
              "cairn-prod",
              URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys"),
              "email",
              "groups"),
          micros::get);

  private ECKey key;

  private HttpServer newServer() {
    try {
      HttpServer made =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      made.createContext(
          "/keys",
          exchange -> {
            asked.incrementAndGet();
            byte[] body =
                new JWKSet(new ArrayList<>(published))
                    .toString(true)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      made.start();
      return made;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void publish() throws JOSEException {
    key = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
    published.add(key.toPublicJWK());
    look(1);
  }

  @AfterEach
  void close() {
    issuer.close();
    server.stop(0);
  }

  private void look(int times) {
    Object before = issuer.trust();
    issuer.look();
    await().until(() -> asked.get() == times && !Objects.equals(issuer.trust(), before));
  }

  private JWTClaimsSet.Builder claims() {
    long second = micros.get() / 1_000_000;
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(List.of("cairn-prod", "other"))
        .claim("email", "jane@example.com")
        .claim("groups", List.of("readers", "../bad", "writers"))
        .expirationTime(Date.from(Instant.ofEpochSecond(second + 600)));
  }

  private String by(ECKey signer, UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signer.getKeyID()).build(),
            change.apply(claims()).build());
    token.sign(new ECDSASigner(signer));
    return token.serialize();
  }

  private Subject verify(String token) throws RefusedTokenException {
    return issuer.verify(TokenForm.read(token));
  }

  private void refused(String token, String why) {
    assertThatThrownBy(() -> verify(token))
        .isInstanceOf(RefusedTokenException.class)
        .hasMessageContaining(why);
  }

  @Test
  void claimsNameTheUserAndItsGroups() throws Exception {
    Subject jane = verify(by(key, it -> it));

    assertThat(jane.link()).isEqualTo("/core/authz/users/jane@example.com");
    assertThat(jane.kind()).isEqualTo(Subject.Kind.EXTERNAL);
    assertThat(jane.claimedGroups())
        .containsExactlyInAnyOrder(
            "/core/authz/user-groups/readers", "/core/authz/user-groups/writers");
    assertThat(asked).as("nobody was asked for this").hasValue(1);
  }

  @Test
  void tokenOfSomebodyElseProvesNothing() throws Exception {
    assertThat(issuer.isMeantBy(TokenForm.read(by(key, it -> it)))).isTrue();
    assertThat(issuer.isMeantBy(TokenForm.read(by(key, it -> it.issuer("other"))))).isFalse();
    refused(by(key, it -> it.issuer("other")), "another issuer");
    refused(by(key, it -> it.audience("other")), "somebody else");
    refused(
        by(
            key,
            it ->
                it.expirationTime(Date.from(Instant.ofEpochSecond(micros.get() / 1_000_000 - 31)))),
        "expired");
    refused(by(key, it -> it.expirationTime(null)), "expired");
    refused(
        by(
            key,
            it ->
                it.notBeforeTime(Date.from(Instant.ofEpochSecond(micros.get() / 1_000_000 + 60)))),
        "not hold yet");
    refused(by(key, it -> it.claim("email", null)), "names no user");
    refused(by(key, it -> it.claim("email", "../../system-user")), "names no user");
    refused(by(key, it -> it.claim("email", 5)), "none that is believed");
    refused(by(key, it -> it.claim("email_verified", false)), "not verified");
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("first").generate();
    refused(by(stranger, it -> it), "signature is wrong");
  }

  @Test
  void keyDecidesTheAlgorithm() throws Exception {
    RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
    RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    published.add(small.toPublicJWK());
    published.add(rsa.toPublicJWK());
    micros.addAndGet(700_000_000);
    look(2);

    SignedJWT good =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(), claims().build());
    good.sign(new RSASSASigner(rsa));
    assertThat(verify(good.serialize()).link()).endsWith("jane@example.com");
    SignedJWT weak =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("small").build(), claims().build());
    weak.sign(new RSASSASigner(small.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance())));
    refused(weak.serialize(), "another algorithm");
    SignedJWT hmac =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(), claims().build());
    hmac.sign(new MACSigner(rsa.toPublicKey().getEncoded()));
    refused(hmac.serialize(), "another algorithm");
  }

  @Test
  void newKeyIsFetchedSoonAndStrangersCannotHaveTheHostAskAllTheTime() throws Exception {
    ECKey next = new ECKeyGenerator(Curve.P_256).keyID("next").generate();
    published.add(next.toPublicJWK());
    String token = by(next, it -> it);

    for (int i = 0; i < 100; i++) {
      refused(token, "not known here");
      issuer.look();
    }
    assertThat(asked).hasValue(1);
    micros.addAndGet(31_000_000);
    look(2);

    assertThat(verify(token).link()).endsWith("jane@example.com");
  }
}
