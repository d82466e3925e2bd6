// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.cairn.document.DocumentJson;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tokens of a group are signed with, in the order in which they sign, and the name
 * that the group has as an issuer. Immutable.
 */
final class KeyRing {

  /** How many keys there may be: those whose tokens still hold, and those that are to sign. */
  static final int MOST = 16;

  private final String issuer;
  private final List<SigningKey> keys;

  /**
   * What is kept of all.
   *
   * @param issuer who signs
   * @param keys with their private keys
   */
  record Ring(String issuer, List<Kept> keys) {
    Ring {
      keys = List.copyOf(keys);
    }
  }

  /**
   * What is kept of a key.
   *
   * @param pair as a JWK, with the private key
   * @param signsFromMicros when it begins to sign
   * @param endsAtMicros when nothing that it has signed holds any more
   */
  record Kept(String pair, long signsFromMicros, long endsAtMicros) {
    @Override
    public String toString() {
      return "Kept";
    }
  }

  private KeyRing(String issuer, List<SigningKey> keys) {
    this.issuer = issuer;
    this.keys = List.copyOf(keys);
  }

  /** The first ring of a group. Its issuer has a name that no other group has. */
  static KeyRing of(SigningKey first) {
    return new KeyRing("urn:cairn:" + UUID.randomUUID(), List.of(first));
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is damaged; the message shows nothing of it
   */
  static KeyRing parse(String text) {
    Ring ring;
    try {
      ring = DocumentJson.standard().fromJson(text, Ring.class);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the signing keys of the group cannot be read");
    }
    if (ring.keys().isEmpty()) {
      throw new IllegalArgumentException("the group has no signing key");
    }
    return new KeyRing(ring.issuer(), ring.keys().stream().map(SigningKey::read).toList());
  }

  /** The form in which it is kept: with the private keys. */
  String text() {
    return DocumentJson.standard()
        .toJson(new Ring(issuer, keys.stream().map(SigningKey::kept).toList()));
  }

  String issuer() {
    return issuer;
  }

  List<SigningKey> keys() {
    return keys;
  }

  /** The key that signs at a time: the last one whose time has come. */
  SigningKey signing(long nowMicros) {
    SigningKey latest = keys.getFirst();
    for (SigningKey key : keys) {
      if (key.signsFromMicros() <= nowMicros) {
        latest = key;
      }
    }
    return latest;
  }

  /** The key of a name, if what it has signed holds at a time. */
  @Nullable SigningKey find(String id, long nowMicros) {
    for (SigningKey key : keys) {
      if (key.id().equals(id) && key.endsAtMicros() > nowMicros) {
        return key;
      }
    }
    return null;
  }

  /** When the newest key signs, or begins to. */
  long newestFromMicros() {
    return keys.getLast().signsFromMicros();
  }

  /**
   * The same with another key at the end. Those whose tokens hold no more are left out.
   *
   * @param longestMicros how long a token holds at most
   * @throws IllegalStateException if there are as many as may be; says until when
   */
  KeyRing with(SigningKey next, long longestMicros, long nowMicros) {
    List<SigningKey> all = new ArrayList<>();
    for (SigningKey key : keys) {
      SigningKey ending = key.endingAt(next.signsFromMicros() + longestMicros);
      if (ending.endsAtMicros() > nowMicros) {
        all.add(ending);
      }
    }
    if (all.size() >= MOST) {
      throw new IllegalStateException(
          "%d signing keys are in use until tokens of theirs have expired, the first one for %d more seconds"
              .formatted(all.size(), (all.getFirst().endsAtMicros() - nowMicros) / 1_000_000));
    }
    all.add(next);
    return new KeyRing(issuer, all);
  }

  /** The same with one key alone: whatever others have signed does not hold any more. */
  KeyRing only(SigningKey next) {
    return new KeyRing(issuer, List.of(next));
  }

  /** What everybody may know: the public keys, as a JWK set (RFC 7517). */
  String publicKeys(long nowMicros) {
    List<JWK> known =
        keys.stream()
            .filter(key -> key.endsAtMicros() > nowMicros)
            .<JWK>map(SigningKey::publicKey)
            .toList();
    return new JWKSet(known).toString(true);
  }

  /** Shows the names of the keys alone: this text ends up in logs. */
  @Override
  public String toString() {
    return "KeyRing" + keys;
  }
}
