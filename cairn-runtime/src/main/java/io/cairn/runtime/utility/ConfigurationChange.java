// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.Service;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceConfigUpdateRequest;
import io.cairn.service.StatefulService;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a PATCH to {@code /config}. Everything is checked before anything is changed, so
 * that a refused request leaves no part of itself behind.
 */
final class ConfigurationChange {
  private static final Set<ServiceOption> NOT_IF_IMMUTABLE =
      EnumSet.of(ServiceOption.PERIODIC_MAINTENANCE, ServiceOption.INSTRUMENTATION);

  private ConfigurationChange() {}

  /**
   * Checks a request against a service.
   *
   * @throws IllegalArgumentException saying what cannot be
   */
  static void check(ServiceConfigUpdateRequest request, Service service, long epoch) {
    request.validate();
    checkSwitches(request.addOptions);
    checkSwitches(request.removeOptions);
    checkOptions(request, service);
    if (request.epoch != null && request.epoch <= epoch) {
      throw new IllegalArgumentException(
          "epoch must be greater than " + epoch + ", but is " + request.epoch);
    }
    checkDocument(request, service);
    checkSelector(request.peerNodeSelectorPath, service);
  }

  private static void checkSwitches(@Nullable Set<ServiceOption> options) {
    if (options == null) {
      return;
    }
    for (ServiceOption option : options) {
      if (!option.isSwitchable()) {
        throw new IllegalArgumentException(
            option + " cannot be changed after the service has started; these can: " + switches());
      }
    }
  }

  private static List<ServiceOption> switches() {
    return Arrays.stream(ServiceOption.values()).filter(ServiceOption::isSwitchable).toList();
  }

  private static void checkOptions(ServiceConfigUpdateRequest request, Service service) {
    if (request.addOptions == null) {
      return;
    }
    for (ServiceOption option : request.addOptions) {
      if (request.removeOptions != null && request.removeOptions.contains(option)) {
        throw new IllegalArgumentException(option + " is both added and removed");
      }
      if (NOT_IF_IMMUTABLE.contains(option) && service.hasOption(ServiceOption.IMMUTABLE)) {
        throw new IllegalArgumentException(option + " excludes " + ServiceOption.IMMUTABLE);
      }
    }
  }

  private static void checkDocument(ServiceConfigUpdateRequest request, Service service) {
    boolean hasDocument = service instanceof StatefulService;
    if (request.versionRetentionLimit != null) {
      if (!hasDocument) {
        throw new IllegalArgumentException("versionRetentionLimit needs a service with a document");
      }
      if (service.hasOption(ServiceOption.IMMUTABLE)) {
        throw new IllegalArgumentException(
            "versionRetentionLimit excludes " + ServiceOption.IMMUTABLE);
      }
    }
    if (request.operationQueueLimit != null && !hasDocument) {
      throw new IllegalArgumentException(
          "operationQueueLimit needs a service with a document: others never queue");
    }
  }

  private static void checkSelector(@Nullable String path, Service service) {
    if (path == null) {
      return;
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("peerNodeSelectorPath must be a path, but is " + path);
    }
    if (!service.hasOption(ServiceOption.REPLICATION)) {
      throw new IllegalArgumentException("peerNodeSelectorPath needs " + ServiceOption.REPLICATION);
    }
  }
}
