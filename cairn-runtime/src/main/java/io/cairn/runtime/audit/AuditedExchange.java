// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WatchedExchange;
import io.cairn.runtime.audit.AuditEvent.Names;
import io.cairn.runtime.audit.AuditEvent.Source;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.identity.BasicCredentials;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request of a client, whose answer tells whether there is anything to note. */
final class AuditedExchange extends WatchedExchange {

  /** Bodies that tell more of an action are small; of larger ones it is noted without. */
  private static final int LONGEST_BODY = 4 << 10;

  private static final String TRACE_PARENT = "traceparent";

  private final AuditTrail trail;
  private volatile @Nullable Subject who;
  private volatile @Nullable String doneTo;

  AuditedExchange(HttpExchange exchange, AuditTrail trail) {
    super(exchange);
    this.trail = trail;
  }

  void by(Subject subject) {
    who = subject;
  }

  /** It was done to this path at last, decoded. */
  void done(String path) {
    doneTo = path;
  }

  /** What the request was for: another path than its own, if it had a selector send it on. */
  private String target(String path) {
    if (!AuditedActions.isForwarding(path)) {
      return path;
    }
    String named = AuditedActions.forwarded(path, request().query());
    String last = doneTo;
    return named != null ? named : last == null ? path : AuditedActions.trimmed(last);
  }

  @Override
  protected void answered(int status, @Nullable HttpResponse whole) {
    HttpRequest request = request();
    Action verb = verbOf(request.method());
    String path = target(AuditedActions.plain(request.path()));
    AuditedAction action = trail.actionOf(verb, path, status);
    if (action == null) {
      return;
    }
    String made = whole == null ? null : whole.headers().get(Operation.LOCATION_HEADER);
    String link = verb == Action.POST && made != null && made.startsWith(path + '/') ? made : path;
    trail.note(
        new AuditEvent(
            action,
            trail.now(),
            Source.HTTP,
            verb,
            AuditedActions.shortened(link),
            status,
            who,
            names(action, request),
            tellsMore(action, path) ? small(request.body()) : null,
            whole != null && AuditTrail.isRefusal(status) ? small(whole.body()) : null));
  }

  private Names names(AuditedAction action, HttpRequest request) {
    HttpHeaders headers = request.headers();
    String id = headers.get(Operation.REQUEST_ID_HEADER);
    return new Names(
        null,
        remoteAddress(),
        shortened(id == null ? headers.get(Operation.CONTEXT_ID_HEADER) : id),
        shortened(headers.get(TRACE_PARENT)),
        action == AuditedAction.LOGIN ? userIn(headers.get(Operation.AUTHORIZATION_HEADER)) : null,
        null);
  }

  private static @Nullable String shortened(@Nullable String text) {
    return text == null ? null : AuditedActions.shortened(text);
  }

  private static @Nullable String userIn(@Nullable String authorization) {
    if (authorization == null) {
      return null;
    }
    try {
      return shortened(BasicCredentials.parse(authorization).user());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean tellsMore(AuditedAction action, String path) {
    return switch (action) {
      case LOGIN -> path.equals(ServiceUriPaths.CORE_AUTHN_BASIC);
      case SETTING -> path.equals(ServiceUriPaths.CORE_MANAGEMENT);
      case MEMBERSHIP -> true;
      default -> false;
    };
  }

  private static @Nullable String small(byte[] body) {
    return body.length == 0 || body.length > LONGEST_BODY
        ? null
        : new String(body, StandardCharsets.UTF_8);
  }

  /** A verb that no service has is refused, as a read of nothing. */
  private static Action verbOf(String method) {
    return switch (method) {
      case "POST" -> Action.POST;
      case "PUT" -> Action.PUT;
      case "PATCH" -> Action.PATCH;
      case "DELETE" -> Action.DELETE;
      case "OPTIONS" -> Action.OPTIONS;
      default -> Action.GET;
    };
  }
}
