// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.service.security.AuthorizationContext;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The subject of an operation, as this host or another node of its cluster has proved it. */
public final class SubjectContext extends AuthorizationContext {

  /**
   * The runtime's own, for work that nobody has asked for. It becomes a proved one where it is
   * needed: while the guard is off it leaves no trace, neither in documents nor between nodes.
   */
  public static final AuthorizationContext SYSTEM =
      AuthorizationContext.ofSubject(Subject.SYSTEM.link());

  private static final SubjectContext PROVED_SYSTEM = new SubjectContext(Subject.SYSTEM);
  private static final SubjectContext GUEST = new SubjectContext(Subject.GUEST);

  private final Subject subject;

  private SubjectContext(Subject subject) {
    this(subject, null, Map.of());
  }

  private SubjectContext(Subject subject, @Nullable String token, Map<String, String> properties) {
    super(subject.link(), token, subject.expiresMicros(), properties);
    this.subject = subject;
  }

  /** The context of a subject. */
  public static SubjectContext of(Subject subject) {
    return subject.isGuest() ? GUEST : new SubjectContext(subject);
  }

  /**
   * The context of a subject of whom more is known.
   *
   * @param token what proved it, for requests that are sent on its behalf; null if it is not known
   * @param properties what the proof says beyond who it is, for services
   */
  public static SubjectContext of(
      Subject subject, @Nullable String token, Map<String, String> properties) {
    return subject.isGuest() ? GUEST : new SubjectContext(subject, token, properties);
  }

  /**
   * The same of what code of this process says: nothing means a guest, a link alone means that user
   * and no more.
   */
  static SubjectContext of(@Nullable AuthorizationContext said) {
    return switch (said) {
      case null -> GUEST;
      case SubjectContext proved -> proved;
      case AuthorizationContext any when any.isSystemUser() -> PROVED_SYSTEM;
      case AuthorizationContext any when any.isGuestUser() -> GUEST;
      default -> of(userOf(said), said.token(), said.properties());
    };
  }

  private static Subject userOf(AuthorizationContext said) {
    return new Subject(
        said.subjectLink(),
        Subject.Kind.USER,
        null,
        said.expirationTimeMicros(),
        null,
        Set.of(),
        null);
  }

  /** Who it is. */
  public Subject subject() {
    return subject;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SubjectContext that
        && subject.equals(that.subject)
        && properties().equals(that.properties());
  }

  @Override
  public int hashCode() {
    return subject.hashCode();
  }
}
