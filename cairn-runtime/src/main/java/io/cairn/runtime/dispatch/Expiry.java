// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.store.DocumentStore;
import java.util.concurrent.TimeUnit;

/**
 * Ends documents whose time has come. They are invisible from that moment on; this removes what is
 * left of them, through the log, so that all replicas agree.
 */
public final class Expiry {

  private static final int BATCH = 1000;
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DocumentDirectory documents;
  private final StatefulServices stateful;
  private final Dispatcher dispatcher;
  private final HostClock clock;
  private long lastNanos;

  public Expiry(
      DocumentDirectory documents,
      StatefulServices stateful,
      Dispatcher dispatcher,
      HostClock clock) {
    this.documents = documents;
    this.stateful = stateful;
    this.dispatcher = dispatcher;
    this.clock = clock;
    this.lastNanos = clock.nanos();
  }

  /**
   * Looks for expired documents, once a second however often it is called. One thread at a time.
   */
  public void sweep() {
    long now = clock.nanos();
    if (now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    lastNanos = now;
    stateful.expireVolatile(clock.changes().now());
    for (DocumentStore store : documents.ownedStores()) {
      for (String link : store.expired(BATCH)) {
        ServiceType type = dispatcher.typeOf(link);
        if (type != null) {
          stateful.expire(type, link);
        }
      }
    }
  }
}
