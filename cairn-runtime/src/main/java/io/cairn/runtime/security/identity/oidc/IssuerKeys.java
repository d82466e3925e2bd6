// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.oidc;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.cairn.net.FailedFuture;
import io.cairn.net.HttpResponse;
import io.cairn.net.client.WebClient;
import io.cairn.net.client.WebRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of another server, from the one address that an operator has set. They are
 * fetched beforehand and again each ten minutes, never by a request that waits for them. A token of
 * a key that is not among them has them fetched soon, at most twice a minute, so that strangers
 * cannot have this host ask all the time. If the server does not answer, those that are known stay
 * for a day. Thread-safe; nothing blocks.
 */
final class IssuerKeys {

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long EACH_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final long SOONEST_MICROS = TimeUnit.SECONDS.toMicros(30);
  private static final long STAY_MICROS = TimeUnit.DAYS.toMicros(1);
  private static final int OK = 200;

  private final URI address;
  private final WebClient client;
  private final LongSupplier nowMicros;
  private final AtomicBoolean fetching = new AtomicBoolean();
  private volatile @Nullable Fetched fetched;
  private volatile boolean wanted = true;
  private volatile long askedMicros;

  /** What the server said, and when. */
  private record Fetched(JWKSet keys, long atMicros) {}

  IssuerKeys(URI address, WebClient client, LongSupplier nowMicros) {
    this.address = address;
    this.client = client;
    this.nowMicros = nowMicros;
    this.askedMicros = nowMicros.getAsLong() - SOONEST_MICROS;
  }

  /** What is known, to see whether it has changed; null if nothing is. */
  @Nullable Object known() {
    Fetched present = fetched;
    return present == null ? null : present.keys();
  }

  /** The key of a name; null if it is not known now, and is looked for. */
  @Nullable JWK find(String id) {
    Fetched present = fetched;
    JWK found =
        present == null || nowMicros.getAsLong() - present.atMicros() > STAY_MICROS
            ? null
            : present.keys().getKeyByKeyId(id);
    wanted |= found == null;
    return found;
  }

  /** Fetches them if it is time to. Must be called now and then. */
  void look() {
    long now = nowMicros.getAsLong();
    Fetched present = fetched;
    boolean due = wanted || present == null || now - present.atMicros() > EACH_MICROS;
    if (due && now - askedMicros >= SOONEST_MICROS && fetching.compareAndSet(false, true)) {
      askedMicros = now;
      wanted = false;
      var _ = fetch().whenComplete((done, failure) -> fetching.set(false));
    }
  }

  private CompletableFuture<Void> fetch() {
    return client
        .send(WebRequest.get(address).with("accept", "application/json").withTimeout(TIMEOUT))
        .thenAccept(this::take)
        .exceptionally(
            failure -> {
              log.warn(
                  "The keys of the issuer at {} could not be fetched: {}",
                  address,
                  FailedFuture.cause(failure).getMessage());
              return null;
            });
  }

  private void take(HttpResponse answer) {
    if (answer.status() != OK) {
      throw new IllegalStateException("it answers " + answer.status());
    }
    try {
      JWKSet keys = JWKSet.parse(new String(answer.body(), StandardCharsets.UTF_8));
      Fetched before = fetched;
      // The same keys are the same thing, so that what was verified by them stays known.
      JWKSet kept = before != null && before.keys().equals(keys) ? before.keys() : keys;
      fetched = new Fetched(kept, nowMicros.getAsLong());
    } catch (ParseException e) {
      throw new IllegalStateException("it answers with something that is no JWK set", e);
    }
  }
}
