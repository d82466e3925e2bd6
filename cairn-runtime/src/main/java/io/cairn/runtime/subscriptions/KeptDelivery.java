// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.cluster.ReplicationException;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.utility.Notification;
import io.cairn.runtime.utility.Notification.Purpose;
import io.cairn.runtime.watch.ChangeSink.ClosedException;
import io.cairn.runtime.watch.Following;
import io.cairn.runtime.watch.TokenOfOthersException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one subscriber, in order, one change at a time, the next when the last was answered. What
 * was not answered is sent again, after longer and longer pauses. A thread of its own follows the
 * changes where they are stored, so that a subscriber that is slow or away holds nothing in memory.
 *
 * <p>{@code this} guards the fields; nothing is sent or written while it is held.
 */
final class KeptDelivery implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(KeptDelivery.class);

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** So many log entries further on, the place is written although nothing was told. */
  private static final long FAR_ENTRIES = 10_000;

  private final KeptSubscriptions owner;
  private final PartitionedStorage documents;
  private final String link;
  private final long tenure;
  private final String publisher;
  private final boolean ofChildren;
  private final URI reference;

  private KeptSubscriber state;
  private @Nullable Following following;
  private boolean ended;
  private boolean changed;
  private boolean writePlanned;
  private long entriesWritten;

  /**
   * Prepares to tell.
   *
   * @param documents where publisher and subscription are
   * @param tenure the period of ownership in which it tells
   * @param stored the subscription as it is stored
   */
  KeptDelivery(
      KeptSubscriptions owner, PartitionedStorage documents, long tenure, KeptSubscriber stored) {
    this.owner = owner;
    this.documents = documents;
    this.tenure = tenure;
    this.link = Objects.requireNonNull(stored.documentSelfLink);
    this.publisher = stored.publisherLink;
    this.ofChildren = stored.ofChildren;
    this.reference = Objects.requireNonNull(stored.reference);
    this.state = stored.copy();
  }

  String link() {
    return link;
  }

  String publisher() {
    return publisher;
  }

  URI reference() {
    return reference;
  }

  boolean ofChildren() {
    return ofChildren;
  }

  /** Whether it goes on. */
  boolean isTelling() {
    return !isEnded() && isOwned();
  }

  /** Whether this node still owns publisher and subscription, as it did when this began. */
  boolean isOwned() {
    return tenure != DocumentStorage.NO_TENURE && documents.tenure(publisher) == tenure;
  }

  /** What a GET of the subscriptions shows of this one. */
  synchronized ServiceSubscriber describe() {
    ServiceSubscriber shown = new ServiceSubscriber();
    state.copyTo(shown);
    KeptSubscriber.copyTerms(state, shown);
    shown.documentKind = ServiceSubscriber.KIND;
    shown.notificationCount = state.notificationCount;
    shown.failedNotificationCount = state.failedNotificationCount;
    shown.initialFailedNotificationTimeMicros = state.initialFailedNotificationTimeMicros;
    return shown;
  }

  /** Takes the terms of a repeated subscription, which are stored already. */
  void renew(KeptSubscriber terms) {
    Following present;
    synchronized (this) {
      KeptSubscriber.copyTerms(terms, state);
      state.notificationCount = 0L;
      state.replayDue = terms.replayDue;
      succeeded();
      present = terms.replayDue ? following : null;
      notifyAll();
    }
    if (present != null) {
      present.end(); // to begin with the state
    }
  }

  /** Tells nothing more. */
  void end() {
    Following present;
    synchronized (this) {
      ended = true;
      present = following;
      notifyAll();
    }
    if (present != null) {
      present.end();
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!isEnded() && isOwned()) {
      DeliverySink sink = new DeliverySink(this, ofChildren);
      try {
        Following begun = begin(sink);
        pause = FIRST_PAUSE_MILLIS;
        begun.run();
      } catch (ClosedException e) {
        log.debug("The subscription {} of {} is left: {}", reference, publisher, e.getMessage());
      } catch (TokenOfOthersException e) {
        forgetPosition();
      } catch (RuntimeException e) {
        log.debug("The subscription {} of {} is begun again", reference, publisher, e);
        await(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      } finally {
        sink.end();
      }
    }
    owner.left(this);
  }

  private Following begin(DeliverySink sink) {
    String from;
    boolean replays;
    synchronized (this) {
      replays = state.replayDue;
      from = replays && !ofChildren ? null : state.position;
    }
    Following begun =
        owner
            .watches()
            .follow(documents, publisher, ofChildren, state().subject(), from, replays, sink);
    boolean over;
    synchronized (this) {
      following = begun;
      over = ended;
      if (state.position == null) {
        state.position = begun.position();
      }
    }
    if (over) {
      begun.end();
    }
    if (replays && ofChildren) {
      replayListing(sink);
    }
    return begun;
  }

  /** The state of a factory is its listing: it may have in it what is told again behind it. */
  private void replayListing(DeliverySink sink) {
    Operation answer = owner.get(publisher, state());
    if (answer == null) {
      skipped("state");
    } else {
      sink.send(
          new Notification(
              Action.PUT,
              answer.getBodyRaw(),
              answer.getContentType(),
              Purpose.REPLAY,
              Notification.Trail.FIRST),
          publisher);
    }
    replayed();
  }

  private synchronized void forgetPosition() {
    state.position = null;
    state.skipped = DeliverySink.UNKNOWN;
  }

  /** Waits, unless it is ended meanwhile. */
  synchronized void await(long millis) {
    if (!ended) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ended = true;
      }
    }
  }

  // ---- what has become of notifications

  Causes.Cause causeOf(@Nullable DocumentVersion version) {
    return owner.causes().of(version);
  }

  @Nullable Long toldVersion() {
    return state().toldVersion;
  }

  private synchronized KeptSubscriber state() {
    return state;
  }

  /** What is to be said of what was left out; null if nothing was. */
  synchronized @Nullable String skipped() {
    return state.skipped;
  }

  /** A notification would be one more in a circle. */
  void breakCircle() {
    owner.breakCircle(publisher);
  }

  /** Something is left out, which the next notification says. */
  void skipped(String what) {
    synchronized (this) {
      String before = state.skipped;
      state.skipped =
          before == null || before.equals(what) ? what : DeliverySink.joined(before, what);
    }
    changed();
  }

  /**
   * Everything up to a place was told, or need not be.
   *
   * @param position null if more is to be told before there is a place to go on from
   */
  void reached(@Nullable String position, @Nullable Long version) {
    synchronized (this) {
      state.position = position == null ? state.position : position;
      state.toldVersion = version == null ? state.toldVersion : version;
    }
    changed();
  }

  /** Whether the state as it is was asked for and was not told yet. */
  synchronized boolean replays() {
    return state.replayDue;
  }

  /** The state that was asked for was told: what has led to it need not be. */
  void replayedUpTo(long version) {
    synchronized (this) {
      state.toldVersion = version;
    }
    changed();
  }

  /** The state that was asked for was told, or there is none. */
  void replayed() {
    synchronized (this) {
      state.replayDue = false;
    }
    changed();
  }

  /** Nothing happened up to a place. */
  void passed(String position, long entries) {
    boolean far;
    synchronized (this) {
      state.position = position;
      far = entries - entriesWritten > FAR_ENTRIES;
      entriesWritten = far ? entries : entriesWritten;
    }
    if (far) {
      changed();
    }
  }

  /** Sends a message; its completion is told to the sink. */
  void send(Notification notification, String of, DeliverySink sink) {
    String gap = skipped();
    URI target = owner.resolved(reference);
    String refusal = owner.refusal(target);
    if (refusal != null) {
      log.debug("{} is told nothing: {}", reference, refusal);
      sink.mayNotBeTold();
      return;
    }
    Operation op = notification.to(target, owner.uriOf(publisher), gap != null);
    op.addRequestHeader(DeliverySink.OF_HEADER, of);
    if (gap != null) {
      op.addRequestHeader(DeliverySink.SKIPPED_HEADER, gap);
    }
    owner.send(op, state(), sink::answered);
  }

  /** A notification was taken. Returns whether the subscription has had all that it wanted. */
  boolean told(Purpose purpose) {
    boolean usedUp;
    synchronized (this) {
      succeeded();
      state.skipped = null;
      if (purpose == Purpose.UPDATE) {
        state.notificationCount = count(state.notificationCount) + 1;
      }
      Long limit = state.notificationLimit;
      usedUp = limit != null && count(state.notificationCount) >= limit;
    }
    changed();
    return usedUp;
  }

  private void succeeded() {
    state.failedNotificationCount = null;
    state.initialFailedNotificationTimeMicros = null;
  }

  private static long count(@Nullable Long known) {
    return known == null ? 0 : known;
  }

  /**
   * A notification was not taken.
   *
   * @return how long to wait before the next attempt, in milliseconds
   */
  long failed() {
    long failures;
    synchronized (this) {
      failures = count(state.failedNotificationCount) + 1;
      state.failedNotificationCount = failures;
      if (state.initialFailedNotificationTimeMicros == null) {
        state.initialFailedNotificationTimeMicros = owner.nowMicros();
      }
    }
    changed();
    return Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(20, failures - 1));
  }

  /** Whether the subscription is over: expired, used up, or failed for too long. */
  synchronized boolean isOver(long nowMicros) {
    long expiration = state.documentExpirationTimeMicros;
    return (expiration != 0 && expiration <= nowMicros) || hasFailed(nowMicros);
  }

  boolean isOver() {
    return isOver(owner.nowMicros());
  }

  private synchronized boolean hasFailed() {
    return hasFailed(owner.nowMicros());
  }

  private boolean hasFailed(long nowMicros) {
    Long first = state.initialFailedNotificationTimeMicros;
    return first != null
        && count(state.failedNotificationCount) > ServiceSubscriber.NOTIFICATION_FAILURE_LIMIT
        && nowMicros - first > owner.failureWindowMicros();
  }

  /**
   * Ends the subscription for good.
   *
   * @param farewell whether the subscriber is told so
   */
  void drop(boolean farewell) {
    if (!isEnded()) {
      if (hasFailed()) {
        log.warn(
            "The subscription of {} to {} has ended: it could not be told anything for longer than subscriptionFailureTimeout",
            reference,
            publisher);
      }
      end();
      owner.forget(this, documents, farewell);
    }
  }

  /** Says goodbye. It is said once, whatever the answer. */
  void sayGoodbye() {
    Operation op =
        Notification.goodbye().to(owner.resolved(reference), owner.uriOf(publisher), false);
    owner.send(op, state(), (answer, failure) -> {});
  }

  // ---- how far it has come, on disk

  /** What is to be remembered has changed: it is written soon, with what changes by then. */
  private void changed() {
    synchronized (this) {
      changed = true;
      if (writePlanned || ended) {
        return;
      }
      writePlanned = true;
    }
    owner.planWrite(this);
  }

  /** Writes how far it has come, if that has changed. Blocks. */
  void write() {
    synchronized (this) {
      writePlanned = false;
      if (!changed || !isOwned()) {
        return;
      }
      changed = false;
    }
    try {
      owner.store().write(documents, link, stored -> stored == null ? null : progress(stored));
    } catch (RuntimeException e) {
      Throwable cause = FailedFuture.cause(e);
      if (!(cause instanceof ReplicationException)) {
        log.warn(
            "How far the subscription {} of {} has come could not be written",
            reference,
            publisher,
            e);
      }
      changed();
    }
  }

  /** What is stored, with this progress; the terms may be newer than those here. */
  private synchronized KeptSubscriber progress(KeptSubscriber stored) {
    stored.position = state.position;
    stored.toldVersion = state.toldVersion;
    stored.replayDue = state.replayDue;
    stored.skipped = state.skipped;
    stored.notificationCount = state.notificationCount;
    stored.failedNotificationCount = state.failedNotificationCount;
    stored.initialFailedNotificationTimeMicros = state.initialFailedNotificationTimeMicros;
    return stored;
  }
}
