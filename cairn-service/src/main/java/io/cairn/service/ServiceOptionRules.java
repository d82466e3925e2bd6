// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.Service.ServiceOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which options of a service exclude or demand each other. */
final class ServiceOptionRules {

  private record Exclusion(ServiceOption option, Set<ServiceOption> excluded) {}

  private static final List<Exclusion> EXCLUSIONS =
      List.of(
          excludes(
              ServiceOption.CONCURRENT_UPDATE_HANDLING,
              ServiceOption.OWNER_SELECTION,
              ServiceOption.STRICT_UPDATE_CHECKING),
          excludes(
              ServiceOption.URI_NAMESPACE_OWNER,
              ServiceOption.PERSISTENCE,
              ServiceOption.REPLICATION),
          excludes(ServiceOption.PERIODIC_MAINTENANCE, ServiceOption.IMMUTABLE),
          excludes(ServiceOption.INSTRUMENTATION, ServiceOption.IMMUTABLE),
          excludes(
              ServiceOption.STATELESS,
              ServiceOption.PERSISTENCE,
              ServiceOption.REPLICATION,
              ServiceOption.STRICT_UPDATE_CHECKING));

  private ServiceOptionRules() {}

  private static Exclusion excludes(
      ServiceOption option, ServiceOption first, ServiceOption... more) {
    return new Exclusion(option, EnumSet.of(first, more));
  }

  /** What is wrong with {@code options}; null if nothing is. */
  static @Nullable String conflictIn(EnumSet<ServiceOption> options) {
    for (Exclusion exclusion : EXCLUSIONS) {
      // Typed stateless services handle updates in parallel and may still be owner-selected: they
      // have no state that parallel updates could lose.
      boolean exempt =
          exclusion.option() == ServiceOption.CONCURRENT_UPDATE_HANDLING
              && options.contains(ServiceOption.STATELESS);
      if (exempt || !options.contains(exclusion.option())) {
        continue;
      }
      for (ServiceOption excluded : exclusion.excluded()) {
        if (options.contains(excluded)) {
          return exclusion.option() + " excludes " + excluded;
        }
      }
    }
    if (options.contains(ServiceOption.IMMUTABLE) && !options.contains(ServiceOption.PERSISTENCE)) {
      return ServiceOption.IMMUTABLE + " demands " + ServiceOption.PERSISTENCE;
    }
    return null;
  }
}
