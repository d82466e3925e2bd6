// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.dispatch.ServiceRegistry.Entry;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.service.Service.Action;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tells which verbs a path answers: the {@code Allow} header that RFC 9110 wants with each 405. */
final class AllowedVerbs {

  private AllowedVerbs() {}

  /**
   * The verbs of what is at a path.
   *
   * @param path what was asked
   * @param entry the service there, or the one that owns the path; null for none
   * @param type the type of the stateful service that may be at the path; null if none may
   * @param suffix the last segment of the path if it is a utility's; null otherwise
   * @param refused a verb that has been refused there, whatever its service can do elsewhere
   */
  static String of(
      String path,
      @Nullable Entry entry,
      @Nullable ServiceType type,
      @Nullable String suffix,
      @Nullable Action refused) {
    return of(suffix == null ? verbs(path, entry, type) : utility(suffix), refused);
  }

  /** Some verbs, as the header names them. */
  static String of(Set<Action> verbs, @Nullable Action refused) {
    Set<String> names = new TreeSet<>();
    for (Action verb : verbs) {
      if (verb != refused) {
        names.add(verb.name());
      }
    }
    if (names.contains(Action.GET.name())) {
      names.add("HEAD");
    }
    return String.join(", ", names);
  }

  private static Set<Action> verbs(String path, @Nullable Entry entry, @Nullable ServiceType type) {
    if (type != null) {
      return type.model().verbs();
    }
    return switch (entry) {
      case ServiceRegistry.Stateless stateless -> stateless.service().verbs(path);
      case ServiceRegistry.Factory factory -> factory.service().verbs(path);
      case ServiceRegistry.Singleton singleton -> singleton.type().model().verbs();
      case null -> EnumSet.allOf(Action.class);
    };
  }

  private static Set<Action> utility(String suffix) {
    return switch (suffix) {
      case "stats", "available" -> EnumSet.of(Action.GET, Action.PUT, Action.POST, Action.PATCH);
      case "config" -> EnumSet.of(Action.GET, Action.PATCH);
      case "subscriptions" -> EnumSet.of(Action.GET, Action.POST, Action.DELETE);
      case HistoryRequests.RESTORE -> EnumSet.of(Action.POST);
      default -> EnumSet.of(Action.GET);
    };
  }
}
