// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;

/** A key pair of the group, on the curve P-256, for signatures by ES256 alone. Thread-safe. */
final class SigningKey {

  private final ECKey pair;
  private final ECDSASigner signer;
  private final ECDSAVerifier verifier;
  private final long signsFromMicros;
  private final long endsAtMicros;

  /**
   * A pair with its time.
   *
   * @param signsFromMicros when it begins to sign
   * @param endsAtMicros when nothing that it has signed holds any more
   */
  private SigningKey(ECKey pair, long signsFromMicros, long endsAtMicros) {
    try {
      this.pair = pair;
      this.signer = new ECDSASigner(pair);
      this.verifier = new ECDSAVerifier(pair.toPublicJWK());
    } catch (JOSEException e) {
      throw new IllegalStateException("the signing key cannot be used", e);
    }
    this.signsFromMicros = signsFromMicros;
    this.endsAtMicros = endsAtMicros;
  }

  /** Makes a new pair, which is used until another one takes its place. */
  static SigningKey generate(long signsFromMicros) {
    try {
      ECKey pair =
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .generate();
      return new SigningKey(pair, signsFromMicros, Long.MAX_VALUE);
    } catch (JOSEException e) {
      throw new IllegalStateException("this Java cannot make keys on the curve P-256", e);
    }
  }

  /**
   * Reads one that was kept.
   *
   * @throws IllegalArgumentException if it is none; the message shows nothing of it
   */
  static SigningKey read(KeyRing.Kept kept) {
    try {
      ECKey pair = ECKey.parse(kept.pair());
      if (!Curve.P_256.equals(pair.getCurve()) || !pair.isPrivate() || pair.getKeyID() == null) {
        throw new IllegalArgumentException("a signing key of the group is of another kind");
      }
      return new SigningKey(pair, kept.signsFromMicros(), kept.endsAtMicros());
    } catch (ParseException | IllegalStateException e) {
      throw new IllegalArgumentException("a signing key of the group cannot be read");
    }
  }

  /** The form in which it is kept: with the private key. */
  KeyRing.Kept kept() {
    return new KeyRing.Kept(pair.toJSONString(), signsFromMicros, endsAtMicros);
  }

  /** The same, beginning to sign at another time. */
  SigningKey signingFrom(long micros) {
    return new SigningKey(pair, micros, endsAtMicros);
  }

  /** The same with an end. */
  SigningKey endingAt(long micros) {
    return new SigningKey(pair, signsFromMicros, Math.min(endsAtMicros, micros));
  }

  String id() {
    return pair.getKeyID();
  }

  long signsFromMicros() {
    return signsFromMicros;
  }

  long endsAtMicros() {
    return endsAtMicros;
  }

  /** What everybody may know of it. */
  ECKey publicKey() {
    return pair.toPublicJWK();
  }

  /** Writes a token. */
  String sign(JWTClaimsSet claims) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT).keyID(id()).build(),
            claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("a token could not be signed", e);
    }
    return token.serialize();
  }

  /** Whether it has signed a token. */
  boolean hasSigned(SignedJWT token) {
    try {
      return token.verify(verifier);
    } catch (JOSEException e) {
      return false; // a signature of another form than those of this algorithm
    }
  }

  /** Shows its name alone: this text ends up in logs. */
  @Override
  public String toString() {
    return "SigningKey[" + id() + "]";
  }
}
