// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.service.security.AuthorizationContext;
import java.util.Map;
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
    super(subject.link(), null, subject.expiresMicros(), Map.of());
    this.subject = subject;
  }

  /** The context of a subject. */
  public static SubjectContext of(Subject subject) {
    return subject.isGuest() ? GUEST : new SubjectContext(subject);
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
      default -> of(Subject.user(said.subjectLink()));
    };
  }

  /** Who it is. */
  public Subject subject() {
    return subject;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SubjectContext that && subject.equals(that.subject);
  }

  @Override
  public int hashCode() {
    return subject.hashCode();
  }
}
