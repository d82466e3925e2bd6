// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.runtime.utility.Notification.Purpose;
import io.cairn.service.Operation;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way of notifications to one subscriber: in order, one at a time, the next when the last was
 * answered. At most {@link #MAXIMUM_WAITING} wait; beyond that the oldest is dropped, and the next
 * one sent says that there is a gap. Thread-safe: {@code this} guards the fields, and nothing is
 * sent while it is held.
 */
final class NotificationDelivery {
  /** How many notifications may wait for a slow subscriber. */
  static final int MAXIMUM_WAITING = 256;

  private final Subscriptions owner;
  private final URI target;
  private final ArrayDeque<Notification> waiting = new ArrayDeque<>(2);
  private final AtomicInteger drains = new AtomicInteger();
  private ServiceSubscriber subscriber;
  private @Nullable AuthorizationContext subject;
  private boolean inFlight;
  private boolean held;
  private boolean gap;
  private boolean ended;
  private long sent;
  private long failedInARow;
  private long firstFailureMicros;

  NotificationDelivery(Subscriptions owner, URI target, ServiceSubscriber subscriber) {
    this.owner = owner;
    this.target = target;
    this.subscriber = subscriber;
  }

  URI target() {
    return target;
  }

  /** On whose behalf it is told. */
  synchronized @Nullable AuthorizationContext subject() {
    return subject;
  }

  /** Takes the terms of a repeated subscription; counting starts anew. */
  synchronized void renew(ServiceSubscriber next, @Nullable AuthorizationContext as, boolean hold) {
    subscriber = next;
    subject = as;
    held = hold;
    sent = 0;
    failedInARow = 0;
  }

  /** Puts a notification behind those that wait. */
  void offer(Notification notification) {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (waiting.size() >= MAXIMUM_WAITING) {
        waiting.poll();
        gap = true;
      }
      waiting.add(notification);
    }
    drain();
  }

  /** Leaves out a notification; the next one says that there is a gap. */
  synchronized void skip() {
    gap = true;
  }

  /** Ends the wait for the replayed state, which goes before what has happened since. */
  void replay(@Nullable Notification state) {
    synchronized (this) {
      held = false;
      if (ended) {
        return;
      }
      if (state == null) {
        gap = true;
      } else {
        waiting.addFirst(state);
      }
    }
    drain();
  }

  /** Sends nothing more, except the goodbye if there is one. */
  void end(boolean farewell, boolean afterWaiting) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      held = false;
      if (!afterWaiting) {
        waiting.clear();
      }
      if (farewell) {
        waiting.add(Notification.goodbye());
      }
    }
    drain();
  }

  /** Whether the subscription is over: expired, used up, or failed for too long. */
  synchronized boolean isOver(long nowMicros) {
    return isExpired(nowMicros) || (isUsedUp() && !inFlight) || hasFailed(nowMicros);
  }

  synchronized boolean hasFailed(long nowMicros) {
    return failedInARow > ServiceSubscriber.NOTIFICATION_FAILURE_LIMIT
        && nowMicros - firstFailureMicros > owner.failureWindowMicros();
  }

  private boolean isExpired(long nowMicros) {
    long expiration = subscriber.documentExpirationTimeMicros;
    return expiration != 0 && expiration <= nowMicros;
  }

  private boolean isUsedUp() {
    Long limit = subscriber.notificationLimit;
    return limit != null && sent >= limit;
  }

  /** What a GET of the subscriptions shows of this one. */
  synchronized ServiceSubscriber describe() {
    ServiceSubscriber shown = new ServiceSubscriber();
    subscriber.copyTo(shown);
    shown.reference = target;
    shown.replayState = subscriber.replayState;
    shown.usePublicUri = subscriber.usePublicUri;
    shown.notificationLimit = subscriber.notificationLimit;
    shown.notificationCount = sent;
    if (failedInARow > 0) {
      shown.failedNotificationCount = failedInARow;
      shown.initialFailedNotificationTimeMicros = firstFailureMicros;
    }
    return shown;
  }

  // Many may ask at once and an answer may come within the sending; whoever is first sends for all,
  // in a loop instead of by recursion.
  private void drain() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      Operation next = take();
      if (next != null) {
        owner.send(next);
      }
      seen = drains.addAndGet(-seen);
    }
  }

  private synchronized @Nullable Operation take() {
    if (inFlight || held) {
      return null;
    }
    if (isUsedUp()) {
      waiting.removeIf(notification -> notification.purpose() == Purpose.UPDATE);
    }
    Notification first = waiting.poll();
    if (first == null) {
      return null;
    }
    if (first.purpose() == Purpose.UPDATE) {
      sent++;
    }
    inFlight = true;
    return message(first);
  }

  private Operation message(Notification notification) {
    boolean afterGap = gap && notification.purpose() != Purpose.GOODBYE;
    gap &= !afterGap;
    return notification
        .to(target, owner.publisher(), afterGap)
        .setExpiration(owner.notificationDeadlineMicros())
        .setAuthorizationContext(subject)
        .setCompletion((answer, failure) -> answered(failure));
  }

  private void answered(@Nullable Throwable failure) {
    long now = owner.nowMicros();
    boolean over;
    synchronized (this) {
      inFlight = false;
      if (failure == null) {
        failedInARow = 0;
      } else {
        gap = true;
        if (failedInARow++ == 0) {
          firstFailureMicros = now;
        }
      }
      over = !ended && isOver(now);
    }
    if (over) {
      owner.drop(this);
    }
    drain();
  }
}
