// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.service.Service.Action;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as it was proved. Immutable; two subjects are equal if the same was proved of them, so
 * that what was found out about one may be kept by it.
 *
 * @param link of the user's document, for instance {@code /core/authz/users/jane@example.com}
 * @param kind how it was proved
 * @param tokenId names the token, session or API key that proved it, for revocation and the audit;
 *     null if none did
 * @param expiresMicros when the proof ends, in microseconds since 1970; 0 for never
 * @param tenantLink the only tenant whose documents it sees and changes; null if it has none
 * @param claimedGroups links of user groups that an outside issuer or a certificate says it is in,
 *     beside those that its document says
 * @param scope what an API key is limited to; null if nothing but the roles limits it
 */
public record Subject(
    String link,
    Kind kind,
    @Nullable String tokenId,
    long expiresMicros,
    @Nullable String tenantLink,
    Set<String> claimedGroups,
    @Nullable Scope scope) {

  /** How a subject was proved. */
  public enum Kind {
    /** It is the runtime itself: it may do everything. Nothing that a client sends proves this. */
    SYSTEM,
    /** Nothing was proved, and nothing was claimed. */
    GUEST,
    /** A person, by a password or a session. */
    USER,
    /** A program, by an API key. */
    KEY,
    /** A token of an outside issuer, or a client certificate. */
    EXTERNAL
  }

  /**
   * What an API key is limited to, whatever its user may do. A set that is empty limits nothing.
   *
   * @param verbs what it may do
   * @param linkPrefixes links, each of which means itself and all below it
   * @param tenantLinks the tenants whose documents it may see and change
   */
  public record Scope(Set<Action> verbs, List<String> linkPrefixes, Set<String> tenantLinks) {
    public Scope {
      verbs = Set.copyOf(verbs);
      linkPrefixes = List.copyOf(linkPrefixes);
      tenantLinks = Set.copyOf(tenantLinks);
    }
  }

  /** The runtime itself. */
  public static final Subject SYSTEM = of(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER, Kind.SYSTEM);

  /** Whoever has not said who it is. */
  public static final Subject GUEST = of(ServiceUriPaths.CORE_AUTHZ_GUEST_USER, Kind.GUEST);

  public Subject {
    claimedGroups = Set.copyOf(claimedGroups);
  }

  /** A user of whom nothing else is known; for tests, and for services that act for a user. */
  public static Subject user(String link) {
    return of(link, Kind.USER);
  }

  private static Subject of(String link, Kind kind) {
    return new Subject(link, kind, null, 0, null, Set.of(), null);
  }

  /** Whether it is the runtime itself. */
  public boolean isSystem() {
    return kind == Kind.SYSTEM;
  }

  /** Whether nothing was proved. */
  public boolean isGuest() {
    return kind == Kind.GUEST;
  }

  /** Whether its proof has ended. */
  public boolean isExpiredAt(long nowMicros) {
    return expiresMicros != 0 && expiresMicros <= nowMicros;
  }
}
