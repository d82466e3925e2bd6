// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpRequest;
import io.cairn.net.WatchedExchange;
import io.cairn.runtime.audit.AuditEvent.Names;
import io.cairn.runtime.audit.AuditEvent.Source;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.security.AuditArguments.Extent;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what is done: of each request of a client at the node that gets it, whichever node
 * answers it, and of what code of this host changes of accounts. It never blocks and never fails:
 * what is to be noted is handed on. Thread-safe; costs a look at a field while it is off.
 */
public final class AuditTrail {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int MISDIRECTED = 421;
  private static final int TOO_MANY = 429;

  private final Extent extent;
  private final LongSupplier nowMicros;
  private final Consumer<AuditEvent> sink;

  /**
   * Hears for a host.
   *
   * @param nowMicros microseconds since 1970
   * @param sink takes what is to be noted; must be quick
   */
  AuditTrail(Extent extent, LongSupplier nowMicros, Consumer<AuditEvent> sink) {
    this.extent = extent;
    this.nowMicros = nowMicros;
    this.sink = sink;
  }

  /** Whether anything is noted. */
  public boolean isOn() {
    return extent != Extent.NONE;
  }

  long now() {
    return nowMicros.getAsLong();
  }

  void note(AuditEvent event) {
    sink.accept(event);
  }

  /** Has an exchange with a client noted when it is answered, if there is anything to note. */
  public HttpExchange watch(HttpExchange exchange) {
    return isOn() ? new AuditedExchange(exchange, this) : exchange;
  }

  /** Says who has sent the request of an exchange that may be watched. */
  public static void by(HttpExchange exchange, @Nullable AuthorizationContext subject) {
    AuditedExchange audited = subject instanceof SubjectContext ? audited(exchange) : null;
    if (audited != null && subject instanceof SubjectContext proved) {
      audited.by(proved.subject());
    }
  }

  /** Says who has sent the request of an exchange, and what was done to which path at last. */
  public static void done(HttpExchange exchange, Operation op) {
    AuditedExchange audited = audited(exchange);
    if (audited != null) {
      audited.done(op.getUri().getPath());
      by(audited, op.getAuthorizationContext());
    }
  }

  private static @Nullable AuditedExchange audited(HttpExchange exchange) {
    HttpExchange at = exchange;
    while (at instanceof WatchedExchange watched) {
      if (watched instanceof AuditedExchange audited) {
        return audited;
      }
      at = watched.watched();
    }
    return null;
  }

  /** A request to open a WebSocket was refused. */
  public void refused(HttpRequest request, SocketAddress from, int status) {
    if (isOn()) {
      note(
          new AuditEvent(
              AuditedAction.REQUEST,
              now(),
              Source.HTTP,
              Action.GET,
              AuditedActions.shortened(AuditedActions.plain(request.path())),
              status,
              null,
              new Names(null, from, null, null, null, null),
              null,
              null));
    }
  }

  /** Whether a status says that who asks may not. */
  static boolean isRefusal(int status) {
    return status == UNAUTHORIZED
        || status == FORBIDDEN
        || status == MISDIRECTED
        || status == TOO_MANY;
  }

  /** What a client's request is noted as; null if it is not. */
  @Nullable AuditedAction actionOf(Action verb, String path, int status) {
    AuditedAction action = AuditedActions.of(verb, path);
    if (action != null) {
      return action;
    }
    if (isRefusal(status)) {
      return AuditedAction.REQUEST;
    }
    return extent == Extent.ALL && AuditedActions.changes(verb) ? AuditedAction.UPDATE : null;
  }

  /** An operation that code of this host has sent to this host has its answer. */
  public void answered(Operation op) {
    if (!isOn() || !AuditedActions.changes(op.getAction())) {
      return;
    }
    String path = AuditedActions.plain(op.getUri().getRawPath());
    AuditedAction action = AuditedActions.of(op.getAction(), path);
    if (action != null && isOfAccounts(action) && !isBookkeeping(action, op)) {
      String made = op.getResponseHeader(Operation.LOCATION_HEADER);
      note(
          new AuditEvent(
              action,
              now(),
              Source.SERVICE,
              op.getAction(),
              made == null || made.isEmpty() ? path : made,
              op.getStatusCode(),
              op.getAuthorizationContext() == null ? null : Guard.subjectOf(op),
              new Names(null, null, op.getContextId(), null, null, null),
              null,
              null));
    }
  }

  private static boolean isOfAccounts(AuditedAction action) {
    return switch (action) {
      case USER, USER_GROUP, RESOURCE_GROUP, ROLE, CREDENTIALS, API_KEY, REVOCATION, TENANT -> true;
      default -> false;
    };
  }

  /**
   * A logout is noted as such, when a key was used is no change of it, a key is made by a second
   * creation that its factory sends itself, and what the host itself tries in vain, as to make an
   * administrator that is there, is nobody's doing.
   */
  private static boolean isBookkeeping(AuditedAction action, Operation op) {
    boolean inner =
        action == AuditedAction.API_KEY
            && op.getAction() == Action.POST
            && !op.getUri().getPath().equals(ServiceUriPaths.CORE_AUTHZ_API_KEYS);
    return inner
        || (Guard.subjectOf(op).isSystem()
            && (action == AuditedAction.REVOCATION
                || action == AuditedAction.API_KEY
                || op.getStatusCode() >= Operation.STATUS_CODE_FAILURE_THRESHOLD));
  }

  /** Notes something of the group or the host that nobody has asked for by a request. */
  void noteOwn(AuditedAction action, Source source, String link, Names names) {
    if (isOn()) {
      note(new AuditEvent(action, now(), source, null, link, 0, Subject.SYSTEM, names, null, null));
    }
  }

  /** The host has started. */
  public void started() {
    noteOwn(AuditedAction.START, Source.HOST, ServiceUriPaths.CORE_MANAGEMENT, Names.NONE);
  }

  /** The host begins to stop. */
  public void stopping() {
    noteOwn(AuditedAction.STOP, Source.HOST, ServiceUriPaths.CORE_MANAGEMENT, Names.NONE);
  }
}
