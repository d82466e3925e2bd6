// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.application.Application;
import io.cairn.service.ServiceHost;
import java.util.List;

/**
 * Starts the services that a test needs on a host that has just begun to listen. A host in its own
 * process makes the setup by its public constructor without arguments, so it has no state of the
 * test; a host in this process may be given a lambda.
 */
@FunctionalInterface
public interface HostSetup {

  /** Starts services; returns when they answer. Called once after each start of the host. */
  void startServices(ServiceHost host) throws Exception;

  /** Does something before a host in this process is stopped. */
  default void beforeStop(ServiceHost host) {}

  /**
   * Runs an application as {@code Cairn.run} would, except that its settings come from here alone.
   *
   * @param settings the application's, as arguments: {@code --orders.limit=2}
   */
  static HostSetup of(Application application, String... settings) {
    return new TestedApplication(application, List.of(settings));
  }
}
