// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.net.LoopbackNames;
import io.cairn.service.UriUtils;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides where notifications may be sent, so that a subscription gets nobody further than they
 * would get themselves. Thread-safe; names are compared, never resolved.
 */
public final class SubscriptionTargets {
  private static final String ANYWHERE = "*";

  private final Surroundings surroundings;
  private final List<String> allowed;

  /**
   * What lies around a host.
   *
   * @param isOwn whether a URI names this host
   * @param members where the other nodes of its groups are reached
   * @param mayBeNamed whether a path may be told of changes
   * @param closed whether only this machine reaches the host, so that whoever asks is on it already
   */
  public record Surroundings(
      Predicate<URI> isOwn,
      Supplier<Collection<URI>> members,
      Predicate<String> mayBeNamed,
      boolean closed) {}

  /**
   * Creates the rules.
   *
   * @param allowed further hosts, as {@code host}, {@code host:port}, or {@code *} for all
   */
  public SubscriptionTargets(Surroundings surroundings, Collection<String> allowed) {
    this.surroundings = surroundings;
    this.allowed = allowed.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
  }

  /** Returns why a target is refused, or null if notifications may go there. */
  public @Nullable String refusal(URI target) {
    if (!isReachable(target)) {
      return "Notifications are not sent to %s: it is no member of this host's groups, and the setting subscriptionHosts does not name it"
          .formatted(target.getAuthority());
    }
    String path = pathOf(target);
    return surroundings.mayBeNamed().test(path)
        ? null
        : "Notifications are not sent there: %s is a core service, a factory or a utility and subscribes to nothing"
            .formatted(path);
  }

  /** Whether a target is the service of a link on this host, however it is written. */
  boolean isSelf(URI target, String link) {
    return surroundings.isOwn().test(target) && pathOf(target).equals(link);
  }

  private boolean isReachable(URI target) {
    return surroundings.isOwn().test(target)
        || (surroundings.closed() && LoopbackNames.contains(target.getHost()))
        || isAllowed(target)
        || surroundings.members().get().stream()
            .anyMatch(member -> UriUtils.isSameHost(member, target));
  }

  private boolean isAllowed(URI target) {
    String host = String.valueOf(target.getHost()).toLowerCase(Locale.ROOT);
    return allowed.contains(ANYWHERE)
        || allowed.contains(host)
        || allowed.contains(host + ':' + UriUtils.portOf(target));
  }

  private static String pathOf(URI target) {
    String path = target.normalize().getPath();
    return UriUtils.normalizeUriPath(path == null ? "" : path.replaceAll("/{2,}", "/"));
  }
}
