// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who hears of events: an application or a watcher. One that is too far behind is given up as a
 * whole: it never misses an event and gets a later one. Thread-safe.
 */
final class Subscriber implements CallbackQueue.Report {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

  private final Surroundings surroundings;
  private final String name;
  private final Kind kind;
  private final Function<ClusterEvent, Callback> translation;
  private final CallbackQueue queue;
  private final Runnable farewell;

  /**
   * What all subscribers share.
   *
   * @param lost hears of one that was given up; called under any locks
   * @param busy hears of each time that calls are made
   */
  record Surroundings(
      ClusterEnvironment environment,
      ClusterRuntimeSettings settings,
      Counters counters,
      Consumer<Subscriber> lost,
      Runnable busy) {}

  private enum Kind {
    APPLICATION,
    WATCHER
  }

  private Subscriber(
      Surroundings surroundings,
      Kind kind,
      String name,
      Function<ClusterEvent, Callback> translation,
      Callback last,
      Executor executor) {
    this.surroundings = surroundings;
    this.kind = kind;
    this.name = name;
    this.translation = translation;
    this.farewell = last.action();
    MessagingSettings messaging = surroundings.settings().messaging();
    int events =
        kind == Kind.WATCHER
            ? surroundings.settings().watcherCapacity()
            : surroundings.settings().eventCapacity();
    this.queue =
        new CallbackQueue(
            executor,
            new CallbackQueue.Bounds(events, messaging.queueCapacity(), messaging.overflow()),
            surroundings.environment().clock(),
            last,
            this);
  }

  static Subscriber application(
      Surroundings surroundings, ClusterApplication application, Executor stage) {
    return new Subscriber(
        surroundings,
        Kind.APPLICATION,
        application.getClass().getName(),
        event -> ApplicationCallbacks.of(application, event),
        new Callback("stop", application::stop),
        stage);
  }

  static Subscriber watcher(
      Surroundings surroundings, Consumer<ClusterEvent> watcher, Runnable ended) {
    AtomicBoolean told = new AtomicBoolean();
    Runnable endedOnce =
        () -> {
          if (told.compareAndSet(false, true)) {
            ended.run();
          }
        };
    return new Subscriber(
        surroundings,
        Kind.WATCHER,
        watcher.getClass().getName(),
        event -> new Callback("watcher", () -> watcher.accept(event)),
        new Callback("ended", endedOnce),
        task -> Thread.ofVirtual().name("cairn-cluster-watcher").start(task));
  }

  /** Queues what the event means to it. */
  void event(ClusterEvent event) {
    callback(translation.apply(event));
  }

  /** Queues a call that counts as an event. */
  void callback(Callback callback) {
    if (queue.event(callback) == CallbackQueue.Offer.FULL) {
      giveUp(
          "is given up: %s is not queued, for too many calls wait for it already"
              .formatted(callback.name()));
    }
  }

  /** Queues a message; says whether it was taken. */
  CallbackQueue.Offer message(Callback callback) {
    CallbackQueue.Offer offer = queue.message(callback);
    switch (offer) {
      case TAKEN_FOR_OLDEST -> surroundings.counters().count(Counter.MESSAGES_DROPPED);
      case FULL -> surroundings.counters().count(Counter.MESSAGES_REFUSED);
      case TAKEN, ENDED -> {}
    }
    return offer;
  }

  /** Has what was queued be called. No lock may be held. */
  void kick() {
    queue.kick();
  }

  /** Ends it after what it has to hear yet. */
  void end() {
    queue.endAfterRest();
    queue.kick();
  }

  /** Ends it without what it has to hear yet. */
  void endNow() {
    queue.endNow();
    queue.kick();
  }

  /** Drops what waits for it, except for the last call, and reports why. */
  void giveUp(String reason) {
    queue.endNow();
    switch (kind) {
      case APPLICATION -> {
        LOG.error("The cluster application {} {}", name, reason);
        surroundings.counters().count(Counter.APPLICATIONS_LOST);
      }
      case WATCHER -> {
        LOG.warn("A watcher of the cluster ({}) {}", name, reason);
        surroundings.counters().count(Counter.WATCHERS_LOST);
        // It may hang in a call; to be told may be what frees it.
        Thread.ofVirtual().name("cairn-cluster-watcher-ended").start(farewell);
      }
    }
    surroundings.lost().accept(this);
    Thread.ofVirtual().name("cairn-last-callback").start(queue::kick);
  }

  CompletableFuture<Void> over() {
    return queue.over();
  }

  boolean runsOn(Thread thread) {
    return queue.runsOn(thread);
  }

  /**
   * Logs a call that takes longer than it should, once.
   *
   * @return whether a call is being made
   */
  boolean lookForSlowCallback() {
    Duration limit = surroundings.settings().slowCallback();
    String callback = queue.slowCallback(limit);
    if (callback != null) {
      surroundings.counters().count(Counter.CALLBACKS_SLOW);
      LOG.warn(
          "{}.{} has not returned for {} ms; what this application is to hear next waits for it",
          name,
          callback,
          limit.toMillis());
    }
    return queue.isBusy();
  }

  @Override
  public void busy() {
    surroundings.busy().run();
  }

  @Override
  public void failed(String callback, Throwable failure) {
    surroundings.counters().count(Counter.CALLBACKS_FAILED);
    LOG.error("{}.{} failed", name, callback, failure);
  }

  @Override
  public void returned(String callback, Duration after) {
    LOG.info("{}.{} has returned after {} ms", name, callback, after.toMillis());
  }

  @Override
  public void stranded(RuntimeException refusal) {
    giveUp("is given up: its executor takes no more tasks (" + refusal + ")");
  }
}
