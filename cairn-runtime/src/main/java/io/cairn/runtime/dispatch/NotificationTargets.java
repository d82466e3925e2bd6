// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.uri.Links;
import io.cairn.service.uri.ServiceUriPaths;
import org.jspecify.annotations.Nullable;

/**
 * Knows what on this host takes notifications: receivers that a subscription has started, services
 * that clients serve over WebSockets, and those of the application. A notification is sent wherever
 * a subscription says, so it must not do what its sender could not: it never reaches a core
 * service, a factory or a utility, and what ends a service elsewhere ends only receivers.
 * Thread-safe.
 */
public final class NotificationTargets {
  private static final String RECEIVERS = ServiceUriPaths.CORE_CALLBACKS + '/';
  private static final String OF_CLIENTS = ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX + '/';
  private static final String CORE = ServiceUriPaths.CORE + '/';

  private final ServiceRegistry registry;

  /** Knows what is started. */
  public NotificationTargets(ServiceRegistry registry) {
    this.registry = registry;
  }

  /** Answers a notification to what takes none; returns whether it has. */
  boolean refuse(String path, Operation op) {
    boolean notice = op.isNotification() || op.isEndOfSubscription();
    if (!notice || takes(path, op.getAction())) {
      return false;
    }
    op.fail(
        Operation.STATUS_CODE_FORBIDDEN,
        new IllegalStateException(path + " is no subscriber: the notification was ignored"),
        null);
    return true;
  }

  /** Whether a subscription may name a path of this host as its target. */
  public boolean mayBeNamed(String path) {
    return takes(path, Action.PATCH);
  }

  private boolean takes(String path, Action action) {
    boolean ofClient = path.startsWith(OF_CLIENTS) && path.indexOf('/', OF_CLIENTS.length()) < 0;
    if (path.startsWith(RECEIVERS) || ofClient) {
      return true;
    }
    if (action == Action.DELETE) {
      return false;
    }
    ServiceRegistry.Entry entry = registry.find(path);
    return entry == null ? takesBelow(path) : takes(entry);
  }

  private boolean takesBelow(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0 && Links.UTILITIES.contains(path.substring(slash + 1))) {
      return false;
    }
    if (slash > 0
        && registry.find(path.substring(0, slash)) instanceof ServiceRegistry.Factory factory) {
      return !factory.children().model().has(ServiceOption.CORE);
    }
    ServiceRegistry.@Nullable Entry owner = registry.findNamespace(path);
    return owner == null ? !(path + '/').startsWith(CORE) : takes(owner);
  }

  private static boolean takes(ServiceRegistry.Entry entry) {
    return switch (entry) {
      case ServiceRegistry.Stateless stateless ->
          !stateless.service().hasOption(ServiceOption.CORE);
      case ServiceRegistry.Singleton singleton -> !singleton.type().model().has(ServiceOption.CORE);
      case ServiceRegistry.Factory factory -> false;
    };
  }
}
