// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.revocation;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes proofs back before they expire: one session, by its token's id, or everything that a user
 * has until now. Every node of the group has a copy of each of these documents, so that it asks
 * nobody. That of a session goes when the session would have ended, that of a user stays: it says
 * since when the user's sessions count.
 */
@Needs(read = Access.FILTERED, write = Access.GRANTED)
public final class RevocationService extends StatefulService {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_AUTHZ_REVOCATIONS;

  static final String TOKEN = "t-";
  static final String USER = "u-";
  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** What is taken back. */
  @DocumentKind(RevocationState.KIND)
  public static final class RevocationState extends ServiceDocument {
    public static final String KIND = "io:cairn:security:RevocationState";

    /** The user whose it is. */
    public @Nullable String subjectLink;

    /** The session; absent for all that the user has. */
    public @Nullable String tokenId;

    /**
     * Of all that a user has: what was issued under a lower number is taken back. Set by the host.
     */
    public long generation;
  }

  private final Duration longest;
  private final LongSupplier nowMicros;

  private RevocationService(Duration longest, LongSupplier nowMicros) {
    super(RevocationState.class);
    this.longest = longest;
    this.nowMicros = nowMicros;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * A factory of revocations: a POST with {@code subjectLink}, or with {@code tokenId} too.
   *
   * @param longest how long a session lasts at most
   * @param nowMicros microseconds since 1970
   */
  public static FactoryService createFactory(Duration longest, LongSupplier nowMicros) {
    FactoryService factory =
        new FactoryService(RevocationState.class) {
          @Override
          public Service createServiceInstance() {
            return new RevocationService(longest, nowMicros);
          }

          @Override
          protected String buildDefaultChildSelfLink(ServiceDocument document) {
            return nameOf((RevocationState) document);
          }
        };
    factory.setUseBodyForSelfLink(true);
    factory.toggleOption(ServiceOption.CORE, true);
    factory.toggleOption(ServiceOption.IDEMPOTENT_POST, true);
    return factory;
  }

  /** The same for the same: who revokes twice revokes once. */
  static String nameOf(RevocationState state) {
    if (state.subjectLink == null || !state.subjectLink.startsWith(ServiceUriPaths.CORE_AUTHZ)) {
      throw new IllegalArgumentException(
          "subjectLink is required: the user whose sessions end, such as /core/authz/users/jane");
    }
    if (state.tokenId != null) {
      state.tokenId = ProofId.parse(state.tokenId).id();
      if (!state.tokenId.matches("[A-Za-z0-9_-]{1,128}")) {
        throw new IllegalArgumentException("tokenId is no id of a token: it is what jti says");
      }
      return TOKEN + state.tokenId;
    }
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(state.subjectLink.getBytes(StandardCharsets.UTF_8));
      return USER + HexFormat.of().formatHex(sum, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void handleCreate(Operation create) {
    RevocationState state = getBody(create);
    settle(state, null);
    create.setBodyNoCloning(state).complete();
  }

  /** Revokes again: of a user, what was issued since. */
  @Override
  public void handlePut(Operation put) {
    RevocationState state = getBody(put);
    settle(state, getState(put));
    setState(put, state);
    put.setBodyNoCloning(state).complete();
  }

  /** A revocation is made or deleted; nothing of it changes. */
  @Override
  public void handlePatch(Operation patch) {
    Operation.failActionNotSupported(patch);
  }

  private void settle(RevocationState state, @Nullable RevocationState before) {
    if (!String.valueOf(getSelfLink()).endsWith('/' + nameOf(state))) {
      throw new IllegalArgumentException(
          "A revocation is named by what it takes back: leave documentSelfLink out");
    }
    long now = nowMicros.getAsLong();
    boolean single = state.tokenId != null;
    state.generation = single ? 0 : Math.max(now, before == null ? 0 : before.generation + 1);
    state.documentExpirationTimeMicros =
        single ? now + TimeUnit.SECONDS.toMicros(longest.plus(MARGIN).toSeconds()) : 0;
  }
}
