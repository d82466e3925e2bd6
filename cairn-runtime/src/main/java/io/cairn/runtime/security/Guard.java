// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.security.AuthenticationGate.Answer;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Decision.Verdict;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.failure.Refusal;
import io.cairn.service.failure.ServiceNotFoundException;
import io.cairn.service.security.AuthorizationContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Stands at every way into a host: finds out who asks, and asks the authorizer whether that may be.
 * Off, it lets everything through, at the price of reading one field. Thread-safe.
 */
public final class Guard {

  private static final Answer ASKING =
      new Answer.Unknown(
          new Refusal(
              Operation.STATUS_CODE_UNAVAILABLE,
              "The authentication service is being asked about the token. Try again in a second"));

  private static final int TOO_MANY = 429;

  private record Engaged(Authenticator authenticator, Authorizer authorizer) {}

  private final LongAdder unproved = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private volatile @Nullable Engaged engaged;
  private volatile @Nullable AuthenticationGate gate;

  /** Has requests authenticated and decided about from now on; for a host before it listens. */
  public void engage(Authenticator authenticator, Authorizer authorizer) {
    engaged = new Engaged(authenticator, authorizer);
  }

  /** Has the authentication service of the application be asked too. */
  public void consult(AuthenticationGate service) {
    gate = service;
  }

  /** The authentication service of the application; null while none is asked. */
  public @Nullable AuthenticationGate gate() {
    return engaged == null ? null : gate;
  }

  /** Whether anything is refused. */
  public boolean isOn() {
    return engaged != null;
  }

  /**
   * Finds out who has sent a client's request.
   *
   * @return null while the guard is off
   * @throws Refusal with 401 if its credentials prove nothing
   */
  public @Nullable SubjectContext authenticate(Credentials credentials) {
    Engaged present = engaged;
    if (present == null) {
      return null;
    }
    try {
      return ofClient(present.authenticator().contextOf(credentials));
    } catch (Refusal nothingProved) {
      unproved.increment();
      throw nothingProved;
    }
  }

  /**
   * Finds out who has sent a client's request, while the guard is on, if that takes no time.
   *
   * @return null if it does: then {@link #prove} finds it out
   * @throws Refusal if its credentials prove nothing
   */
  public @Nullable SubjectContext recognize(Credentials credentials) {
    Engaged present = engaged;
    try {
      SubjectContext who = present == null ? null : present.authenticator().recognize(credentials);
      return who == null ? null : ofClient(who);
    } catch (Refusal nothingProved) {
      unproved.increment();
      throw nothingProved;
    }
  }

  /** As {@link #authenticate}, while the guard is on, and not on this thread if it takes time. */
  public CompletableFuture<SubjectContext> prove(Credentials credentials) {
    Engaged present = engaged;
    return present == null
        ? CompletableFuture.failedFuture(new IllegalStateException("nobody has to prove anything"))
        : present
            .authenticator()
            .prove(credentials)
            .thenApply(Guard::ofClient)
            .whenComplete(
                (who, nothingProved) -> {
                  if (nothingProved != null) {
                    unproved.increment();
                  }
                });
  }

  private static SubjectContext ofClient(SubjectContext who) {
    if (who.subject().isSystem()) {
      throw new IllegalStateException("no client is the runtime itself");
    }
    return who;
  }

  /**
   * Finds out that somebody has sent a client's request.
   *
   * @throws Refusal with 401 if its credentials prove nothing, or there are none
   */
  public void requireKnown(Credentials credentials) {
    SubjectContext who = known(credentials);
    if (who != null && who.subject().isGuest()) {
      throw new Refusal(
          Operation.STATUS_CODE_UNAUTHORIZED,
          "%s needs to know who asks: log in, and send the token (docs/security.md)"
              .formatted(credentials.path()));
    }
  }

  /**
   * Whether what somebody has proved by its credentials some time ago still holds. While that
   * cannot be told, it does.
   */
  public boolean isStillKnown(Credentials credentials) {
    try {
      SubjectContext who = known(credentials);
      return who == null || (!who.subject().isGuest() && isValid(who));
    } catch (Refusal refused) {
      return refused.status() == Operation.STATUS_CODE_UNAVAILABLE || refused.status() == TOO_MANY;
    }
  }

  /** Where nobody can wait for the authentication service: what it has said lately counts. */
  private @Nullable SubjectContext known(Credentials credentials) {
    AuthenticationGate service = gate();
    CompletableFuture<Answer> asked = service == null ? null : service.verify(credentials);
    if (asked == null) {
      return authenticate(credentials);
    }
    return switch (asked.getNow(ASKING)) {
      case Answer.Known(var who) -> who;
      case Answer.Refused(var why) -> throw why;
      case Answer.Unknown(var otherwise) -> {
        try {
          yield authenticate(credentials);
        } catch (Refusal unproved) {
          throw otherwise == null ? unproved : otherwise;
        }
      }
    };
  }

  /** Has an operation that is about to be done say who asks. Guests are those of whom none does. */
  public void adopt(Operation op) {
    if (engaged != null && !(op.getAuthorizationContext() instanceof SubjectContext)) {
      op.setAuthorizationContext(SubjectContext.of(op.getAuthorizationContext()));
    }
  }

  /** On whose behalf an operation runs. */
  public static Subject subjectOf(Operation op) {
    return SubjectContext.of(op.getAuthorizationContext()).subject();
  }

  /**
   * Decides about one document or link.
   *
   * @return why it must not be, as the answer; null if it may
   */
  public @Nullable RuntimeException refusal(Operation op, Action action, Target target) {
    Engaged present = engaged;
    if (present == null) {
      return null;
    }
    Subject subject = subjectOf(op);
    Decision decision = present.authorizer().decide(subject, action, target);
    return decision.isAllowed() ? null : refusal(subject, action, target.link(), decision);
  }

  /** Decides whether who asks may leave a document so; as the other form. */
  public @Nullable RuntimeException refusalOfResult(Operation op, Target next) {
    Engaged present = engaged;
    if (present == null) {
      return null;
    }
    Subject subject = subjectOf(op);
    Decision decision = present.authorizer().decideResult(subject, next);
    return decision.isAllowed() ? null : refusal(subject, op.getAction(), next.link(), decision);
  }

  /** Decides whether there is anything that who asks may do this to; as the other form. */
  public @Nullable RuntimeException refusalOfAny(Operation op, Action action, String link) {
    Engaged present = engaged;
    if (present == null) {
      return null;
    }
    Subject subject = subjectOf(op);
    Decision decision = present.authorizer().decideAny(subject, action);
    return decision.isAllowed() ? null : refusal(subject, action, link, decision);
  }

  /** Whether there may be documents that who asks may do this to: below a path, of a kind. */
  public boolean mightAllow(Operation op, Action action, String prefix, @Nullable String kind) {
    Engaged present = engaged;
    return present == null || present.authorizer().mightAllow(subjectOf(op), action, prefix, kind);
  }

  /** Decides about a route; as the other form. */
  public @Nullable RuntimeException refusal(Operation op, Access access, String path) {
    Engaged present = engaged;
    if (present == null || access == Access.OPEN) {
      return null;
    }
    Subject subject = subjectOf(op);
    return switch (access) {
      case OPEN -> null;
      case KNOWN ->
          !subject.isGuest() && present.authorizer().isValid(subject)
              ? null
              : refusalOfAny(op, Action.GET, path);
      case FILTERED -> refusalOfAny(op, Action.GET, path);
      case GRANTED -> refusal(op, op.getAction(), Target.path(path));
      case SYSTEM ->
          subject.isSystem()
              ? null
              : refusal(
                  subject,
                  op.getAction(),
                  path,
                  Decision.of(Verdict.DENIED, "it is for the nodes of the cluster alone"));
    };
  }

  /** How often somebody was told that he may not, since the start. */
  public long refusals() {
    return refusals.sum();
  }

  /** How often credentials proved nothing, since the start. */
  public long unproved() {
    return unproved.sum();
  }

  /** Counts that somebody is told that he may not; not each question is asked for an answer. */
  public void refused() {
    refusals.increment();
  }

  private static RuntimeException refusal(
      Subject subject, Action action, String link, Decision decision) {
    if (decision.verdict() == Verdict.HIDDEN) {
      return new ServiceNotFoundException(link);
    }
    if (decision.verdict() == Verdict.UNSURE) {
      return new Refusal(Operation.STATUS_CODE_UNAVAILABLE, decision.reason());
    }
    return subject.isGuest()
        ? new Refusal(
            Operation.STATUS_CODE_UNAUTHORIZED,
            "%s %s needs to know who asks: log in (./cairn login, or POST /core/authn/basic), and send the token (docs/security.md)"
                .formatted(action, link))
        : Refusal.forbidden(
            "%s may not %s %s: %s".formatted(subject.link(), action, link, decision.reason()));
  }

  /** Answers an operation that is refused. */
  public void answer(Operation op, RuntimeException refusal) {
    refused();
    if (refusal instanceof ServiceNotFoundException) {
      StandardRefusal.NOT_FOUND.answer(op, refusal);
    } else {
      op.fail(refusal);
    }
  }

  /** Decides about a document that is read without an operation. */
  public boolean mayRead(@Nullable AuthorizationContext who, Target target) {
    Engaged present = engaged;
    return present == null
        || present
            .authorizer()
            .decide(SubjectContext.of(who).subject(), Action.GET, target)
            .isAllowed();
  }

  /** Whether a document of a kind whose documents are their makers' was made by somebody. */
  public boolean isOwn(@Nullable AuthorizationContext who, Target target) {
    Subject subject = SubjectContext.of(who).subject();
    return !subject.isGuest()
        && isValid(who)
        && subject
            .link()
            .equals(
                target
                    .content()
                    .get()
                    .path(ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK)
                    .asString(""));
  }

  /** What somebody may read; null if that is everything. */
  public @Nullable Query visible(@Nullable AuthorizationContext who) {
    Engaged present = engaged;
    return present == null
        ? null
        : present.authorizer().visible(SubjectContext.of(who).subject(), Action.GET);
  }

  /** Grows when something has changed that decisions depend on; see {@link Authorizer#revision}. */
  public long revision() {
    Engaged present = engaged;
    return present == null ? 0 : present.authorizer().revision();
  }

  /** Whether what proved somebody still holds. */
  public boolean isValid(@Nullable AuthorizationContext who) {
    Engaged present = engaged;
    return present == null || present.authorizer().isValid(SubjectContext.of(who).subject());
  }
}
