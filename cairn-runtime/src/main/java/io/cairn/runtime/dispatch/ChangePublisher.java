// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.stateful.CommitListener;
import io.cairn.service.AbstractService;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.UtilityService;
import io.cairn.store.index.DocumentVersion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells who wants to know of each committed change: those that wait for the document to appear, its
 * subscribers, its factory's subscribers, continuous queries. Thread-safe.
 */
public final class ChangePublisher implements CommitListener {

  private final AvailabilityQueue availability;
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

  public ChangePublisher(AvailabilityQueue availability) {
    this.availability = availability;
  }

  /** Has a listener told of every further change. */
  public void add(CommitListener listener) {
    listeners.add(listener);
  }

  @Override
  public void proposing(DocumentVersion next, Operation op) {
    for (CommitListener listener : listeners) {
      listener.proposing(next, op);
    }
  }

  @Override
  public void committed(Change change, Operation op) {
    FactoryService factory = change.factory();
    if (factory != null && change.created()) {
      availability.started(change.version().link());
    }
    if (!op.isNotificationDisabled()) {
      publish(change.service(), op, change);
      if (factory != null && change.created()) {
        publish(factory, op, change);
      }
    }
    for (CommitListener listener : listeners) {
      listener.committed(change, op);
    }
  }

  private void publish(AbstractService publisher, Operation op, Change change) {
    UtilityService utility = publisher.peekUtilityService();
    if (utility != null && utility.hasSubscribers()) {
      utility.publish(op, change.version().json());
    }
  }
}
