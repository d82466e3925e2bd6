// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Tokens that somebody might try, made from a good one: each proves nothing. */
public final class HostileTokens {

  private final String good;
  private final SignedJWT parsed;
  private final ECKey publicKey;
  private final SigningKey privateKey;

  /**
   * Begins with a good one.
   *
   * @param kept what the group keeps of its keys
   */
  public HostileTokens(String good, String publicKeys, String kept) {
    try {
      this.good = good;
      this.parsed = SignedJWT.parse(good);
      this.publicKey = JWKSet.parse(publicKeys).getKeys().getFirst().toECKey();
      this.privateKey = KeyRing.parse(kept).keys().getFirst();
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** All of them, by what is wrong. */
  public Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    String header = good.substring(0, good.indexOf('.'));
    String payload = good.substring(good.indexOf('.') + 1, good.lastIndexOf('.'));
    String signature = good.substring(good.lastIndexOf('.') + 1);
    String kid = publicKey.getKeyID();

    all.put("empty", "");
    all.put("no token", "hello");
    all.put("alg none", encoded("{\"alg\":\"none\"}") + "." + payload + ".");
    all.put(
        "alg none with a signature",
        encoded("{\"alg\":\"none\"}") + "." + payload + "." + signature);
    all.put(
        "alg nOnE",
        encoded("{\"alg\":\"nOnE\",\"kid\":\"" + kid + "\"}") + "." + payload + "." + signature);
    all.put("HMAC with the public key", hmacWithPublicKey());
    all.put("another key under a known kid", bySomebody(Curve.P_256, JWSAlgorithm.ES256, kid));
    all.put("a kid that is not known", bySomebody(Curve.P_256, JWSAlgorithm.ES256, "other"));
    all.put("another curve", bySomebody(Curve.P_384, JWSAlgorithm.ES384, kid));
    all.put("no kid", bySomebody(Curve.P_256, JWSAlgorithm.ES256, null));
    all.put("its own key in the header", withItsOwnKey());
    all.put("another issuer", changed(it -> it.issuer("urn:cairn:other")));
    all.put("no issuer", changed(it -> it.issuer(null)));
    all.put("another audience", changed(it -> it.audience("somebody")));
    all.put("two audiences", changed(it -> it.audience(java.util.List.of("cairn", "other"))));
    all.put("future nbf", changed(it -> it.notBeforeTime(later(3600))));
    all.put("expired", changed(it -> it.expirationTime(later(-1))));
    all.put("no end", changed(it -> it.expirationTime(null)));
    all.put("holds for ever", changed(it -> it.expirationTime(later(1_000_000_000))));
    all.put("issued in the future", changed(it -> it.issueTime(later(7200))));
    all.put("no subject", changed(it -> it.subject(null)));
    all.put("the system user", changed(it -> it.subject("/core/authz/system-user")));
    all.put("no id", changed(it -> it.jwtID(null)));
    all.put("a claim of another type", changed(it -> it.claim("gen", "x")));
    all.put("a megabyte", "A".repeat(1 << 20));
    all.put("a megabyte of claims", header + "." + "A".repeat(1 << 20) + "." + signature);
    all.put("a huge header", "A".repeat(1 << 15) + "." + payload + "." + signature);
    all.put("truncated signature", good.substring(0, good.length() - 10));
    all.put("truncated", good.substring(0, good.length() / 2));
    all.put("no signature", header + "." + payload + ".");
    all.put("four parts", good + ".AAAA");
    all.put(
        "another payload",
        header + "." + encoded("{\"sub\":\"/core/authz/users/root\"}") + "." + signature);
    all.put("signature of zeros", header + "." + payload + "." + "A".repeat(86));
    all.put("claims twice", twice(header, payload));
    all.put(
        "header twice",
        encoded("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}")
            + "."
            + payload
            + "."
            + signature);
    all.put(
        "deep",
        header
            + "."
            + encoded("{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}")
            + "."
            + signature);
    all.put("no JSON", header + "." + encoded("sub=root") + "." + signature);
    all.put("a space in it", header + "." + payload + " ." + signature);
    all.put(
        "crit",
        encoded("{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1,\"kid\":\"" + kid + "\"}")
            + "."
            + payload
            + "."
            + signature);
    return all;
  }

  private static String encoded(String json) {
    return Base64URL.encode(json.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private JWTClaimsSet claims() {
    try {
      return parsed.getJWTClaimsSet();
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private Date later(long seconds) {
    return Date.from(claims().getIssueTime().toInstant().plusSeconds(seconds));
  }

  /** What the group itself would have signed, had it been asked to. */
  private String changed(UnaryOperator<JWTClaimsSet.Builder> change) {
    return privateKey.sign(change.apply(new JWTClaimsSet.Builder(claims())).build());
  }

  private String hmacWithPublicKey() {
    try {
      byte[] known = publicKey.toECPublicKey().getEncoded();
      return signed(JWSAlgorithm.HS256, new MACSigner(known));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String signed(JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(algorithm).keyID(publicKey.getKeyID()).build(), claims());
    token.sign(signer);
    return token.serialize();
  }

  private String bySomebody(Curve curve, JWSAlgorithm algorithm, String kid) {
    try {
      ECKey other = new ECKeyGenerator(curve).generate();
      SignedJWT token =
          new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims());
      token.sign(new ECDSASigner(other));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String withItsOwnKey() {
    try {
      ECKey other = new ECKeyGenerator(Curve.P_256).generate();
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .keyID(publicKey.getKeyID())
                  .jwk(other.toPublicJWK())
                  .build(),
              claims());
      token.sign(new ECDSASigner(other));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A correct signature over claims of which one is there twice. */
  private String twice(String header, String payload) {
    String json = new Base64URL(payload).decodeToString();
    String doubled = "{\"sub\":null," + json.substring(1);
    try {
      String signing = header + "." + encoded(doubled);
      Base64URL signature =
          new ECDSASigner(ECKey.parse(privateKey.kept().pair()))
              .sign(parsed.getHeader(), signing.getBytes(StandardCharsets.US_ASCII));
      return signing + "." + signature;
    } catch (JOSEException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}
