// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.runtime.subscriptions.Causes.Cause;
import io.cairn.runtime.utility.Notification;
import io.cairn.runtime.utility.Notification.Purpose;
import io.cairn.runtime.utility.Notification.Trail;
import io.cairn.runtime.watch.ChangeSink;
import io.cairn.runtime.watch.Told;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.store.index.DocumentVersion;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes notifications of changes and waits until each was answered. Used by the thread of its
 * delivery, but for {@link #end} and {@link #answered}; {@code this} guards what they say.
 */
final class DeliverySink implements ChangeSink {

  /** Says what a notification is about: a link, and the version that the change made. */
  static final String OF_HEADER = "x-cairn-notification-of";

  /** Says what was left out before a notification, beside the pragma of Xenon's. */
  static final String SKIPPED_HEADER = "x-cairn-notification-skipped";

  /** In place of the versions that were left out. */
  static final String UNKNOWN = "unknown";

  private static final int NOT_FOUND = Operation.STATUS_CODE_NOT_FOUND;
  private static final int TIMEOUT = Operation.STATUS_CODE_TIMEOUT;
  private static final int TOO_MANY = 429;
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final KeptDelivery delivery;
  private final boolean ofChildren;
  private boolean over;
  private boolean waiting;
  private int answer;

  /** What became of a notification. */
  private static final class OverException extends ClosedException {
    private static final long serialVersionUID = 1L;

    OverException(String why) {
      super(why);
    }
  }

  DeliverySink(KeptDelivery delivery, boolean ofChildren) {
    this.delivery = delivery;
    this.ofChildren = ofChildren;
  }

  /** Two things that were left out, as one. */
  static String joined(String before, String what) {
    long[] first = range(before);
    long[] second = range(what);
    return first.length == 0 || second.length == 0 || first[1] + 1 < second[0]
        ? UNKNOWN
        : versions(first[0], second[1]);
  }

  /** Versions that were left out. */
  private static String versions(long from, long to) {
    return "versions " + from + "-" + to;
  }

  private static long[] range(String text) {
    String[] words = text.split("[ -]", -1);
    return words.length == 3
        ? new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])}
        : new long[0];
  }

  // ---- what is watched

  @Override
  public void current(DocumentVersion document) {
    send(
        new Notification(Action.PUT, document.json(), null, Purpose.REPLAY, Trail.FIRST),
        nameOf(document));
    delivery.replayedUpTo(document.version());
  }

  @Override
  public void live(String token, long documents) {
    if (!ofChildren && delivery.replays()) {
      if (documents == 0) {
        delivery.drop(true);
        throw new OverException("the publisher was deleted before its state could be told");
      }
      delivery.replayed();
    }
    delivery.passed(token, 0);
  }

  @Override
  public void changed(Fate fate, @Nullable String token, Told change) {
    if (ofChildren) {
      if (change.isNew()) {
        tell(Action.POST, Objects.requireNonNull(change.now()), Cause.UNKNOWN);
      }
      delivery.reached(token, null);
      return;
    }
    DocumentVersion last = change.last();
    boolean gone = fate != Fate.CHANGED;
    if (last == null) {
      delivery.skipped(UNKNOWN);
    } else if (!isKnown(last)) {
      noteLeftOut(last.version());
      tell(
          gone ? Action.DELETE : actionOf(last),
          Objects.requireNonNullElse(change.now(), last),
          delivery.causeOf(last));
      delivery.reached(token, last.version());
    }
    if (gone) {
      delivery.drop(last == null);
      throw new OverException("the publisher was deleted");
    }
  }

  /** Whether a version was told already, as part of the state that was asked for. */
  private boolean isKnown(DocumentVersion version) {
    Long told = delivery.toldVersion();
    return told != null && version.version() <= told && !version.isTombstone();
  }

  private static Action actionOf(DocumentVersion version) {
    try {
      return Action.valueOf(version.action());
    } catch (IllegalArgumentException e) {
      return Action.PUT; // of a later version of Cairn
    }
  }

  private void noteLeftOut(long version) {
    Long told = delivery.toldVersion();
    if (told != null && version > told + 1) {
      delivery.skipped(versions(told + 1, version - 1));
    }
  }

  private void tell(Action action, DocumentVersion version, Cause cause) {
    if (cause.isSilent()) {
      return;
    }
    if (cause.trail().depth() > Notification.DEEPEST) {
      delivery.breakCircle();
      delivery.skipped(versions(version.version(), version.version()));
      return;
    }
    boolean own = cause.body() != null;
    send(
        new Notification(
            action,
            own ? cause.body() : version.json(),
            own ? cause.contentType() : null,
            Purpose.UPDATE,
            cause.trail()),
        nameOf(version));
  }

  private static String nameOf(DocumentVersion version) {
    return version.link() + ";version=" + version.version();
  }

  @Override
  public void gap(@Nullable String token, String reason, @Nullable String link) {
    // Of a document the versions say what is missing, if anything is.
    if (ofChildren || token != null) {
      delivery.skipped(UNKNOWN);
    }
    if (token != null) {
      delivery.reached(token, null);
    }
  }

  @Override
  public void bookmark(String token, long entries) {
    delivery.passed(token, entries);
  }

  @Override
  public synchronized void end() {
    over = true;
    notifyAll();
  }

  // ---- what is sent

  /**
   * Sends a notification until it was taken, refused, or has failed in the subscriber too often.
   */
  void send(Notification notification, String of) {
    for (int attempt = 1; ; attempt++) {
      requireGoingOn();
      synchronized (this) {
        waiting = true;
      }
      delivery.send(notification, of, this);
      int status = await();
      if (status < Operation.STATUS_CODE_FAILURE_THRESHOLD) {
        if (delivery.told(notification.purpose())) {
          delivery.drop(true);
          throw new OverException("the subscriber has had as many as it wanted");
        }
        return;
      }
      long pause = delivery.failed();
      requireGoingOn();
      if (status == NOT_FOUND && SubscriberStore.isReceiver(delivery.reference())) {
        delivery.drop(false);
        throw new OverException("the receiver is gone, and no other one gets its name");
      }
      boolean broken =
          status == Operation.STATUS_CODE_INTERNAL_ERROR
              && attempt > ServiceSubscriber.NOTIFICATION_FAILURE_LIMIT;
      if (isRefusal(status) || broken) {
        delivery.skipped(versionOf(of));
        return;
      }
      pause(pause);
    }
  }

  /** Whether a subscriber does not want this notification, whenever it comes. */
  private static boolean isRefusal(int status) {
    return status < Operation.STATUS_CODE_SERVER_FAILURE_THRESHOLD
        && status != NOT_FOUND
        && status != TIMEOUT
        && status != TOO_MANY;
  }

  private String versionOf(String of) {
    int at = of.lastIndexOf('=');
    if (ofChildren || at < 0) {
      return UNKNOWN;
    }
    long version = Long.parseLong(of.substring(at + 1));
    return versions(version, version);
  }

  private void requireGoingOn() {
    boolean stopped;
    synchronized (this) {
      stopped = over;
    }
    if (stopped || !delivery.isOwned()) {
      throw new OverException("it has ended, or this node does not own the publisher any more");
    }
    if (delivery.isOver()) {
      delivery.drop(true);
      throw new OverException("its time is over");
    }
  }

  private synchronized int await() {
    while (waiting && !over) {
      waitFor(LONGEST_WAIT_MILLIS);
    }
    if (waiting) {
      throw new OverException("it has ended before the answer");
    }
    return answer;
  }

  private synchronized void pause(long millis) {
    long left = millis;
    while (left > 0 && !over) {
      long some = Math.min(left, LONGEST_WAIT_MILLIS);
      waitFor(some);
      left -= some;
    }
  }

  private void waitFor(long millis) {
    try {
      TimeUnit.MILLISECONDS.timedWait(this, millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
    }
  }

  /**
   * The host may not reach the subscriber now: it is no member now, or the settings have changed.
   */
  synchronized void mayNotBeTold() {
    waiting = false;
    answer = Operation.STATUS_CODE_UNAVAILABLE;
    notifyAll();
  }

  /** The subscriber has answered, or cannot be reached. Any thread. */
  synchronized void answered(Operation op, @Nullable Throwable failure) {
    waiting = false;
    int status = op.getStatusCode();
    boolean known = status >= Operation.STATUS_CODE_FAILURE_THRESHOLD;
    answer =
        failure == null
            ? Operation.STATUS_CODE_OK
            : known ? status : Operation.STATUS_CODE_UNAVAILABLE;
    notifyAll();
  }
}
