// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.ServiceConsent;
import io.cairn.service.Operation;
import io.cairn.store.index.DocumentVersion;

/**
 * Has the services of documents agree to requests, at the owner and before these take their turn,
 * if the author has written {@code authorizeRequest}. Roles are asked as well, about the document.
 * Thread-safe.
 */
final class DocumentConsents {

  private final InstanceAccess access;
  private final DocumentGuard guard;
  private final HostClock clock;

  DocumentConsents(InstanceAccess access, DocumentGuard guard, HostClock clock) {
    this.access = access;
    this.guard = guard;
    this.clock = clock;
  }

  /** Does an update when it is its turn. */
  interface Update {
    WorkOutcome run(StatefulInstance instance, Operation op, Turn turn);
  }

  /** Whether services of a type are asked. */
  boolean areAsked(ServiceType type) {
    return type.model().authorizes() && guard.isOn();
  }

  /** Runs what does a request, if the service agrees. */
  void agreed(ServiceType type, String link, Operation op, Runnable code) {
    if (!areAsked(type)) {
      code.run();
      return;
    }
    access.withInstance(
        type,
        link,
        op,
        (instance, service) -> {
          ServiceConsent.ask(service, op, code);
          return WorkOutcome.Plain.DONE;
        });
  }

  /** Runs an update of what a creation has found; if a service is asked, when that has agreed. */
  WorkOutcome update(StatefulInstance instance, Operation op, Turn turn, Update update) {
    ServiceType type = instance.type();
    if (!areAsked(type)) {
      return update.run(instance, op, turn);
    }
    String link = instance.link();
    agreed(
        type,
        link,
        op,
        () -> access.submitUpdate(type, link, op, (same, its) -> update.run(same, op, its)));
    return WorkOutcome.Plain.DONE;
  }

  /** The same of a document that may be deleted: then there is no service, and roles decide. */
  void agreedIfThere(ServiceType type, String link, Operation op, Runnable code) {
    if (!areAsked(type)) {
      code.run();
      return;
    }
    access.submit(
        type,
        link,
        op,
        (instance, turn) -> {
          DocumentVersion known;
          try {
            known = instance.load();
          } catch (RuntimeException e) {
            return DocumentFailures.unavailable(e);
          }
          if (known != null && StatefulInstance.isAlive(known, clock.micros())) {
            agreed(type, link, op, code);
          } else {
            code.run();
          }
          return WorkOutcome.Plain.DONE;
        });
  }
}
