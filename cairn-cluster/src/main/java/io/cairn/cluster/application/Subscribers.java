// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.cluster.attributes.AttributesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All applications and watchers. What adds to it or publishes is called under the lock of who owns
 * it; the rest by any thread.
 */
final class Subscribers {

  private final ClusterRuntimeSettings settings;
  private final Subscriber.Surroundings surroundings;
  private final List<Registration> waiting = new ArrayList<>();
  private final List<Inbox.Recipient> applications = new CopyOnWriteArrayList<>();
  private final List<Subscriber> watchers = new CopyOnWriteArrayList<>();
  private final Map<Subscriber, ExecutorService> ownThreads = new ConcurrentHashMap<>();

  private record Registration(ClusterApplication application, @Nullable Executor stage) {}

  /**
   * What an application hears at first.
   *
   * @param calls made after its start, for it
   * @param events made after those
   */
  record Greeting(List<Function<ClusterApplication, Callback>> calls, List<ClusterEvent> events) {}

  /**
   * Begins without any.
   *
   * @param busy hears of each time that calls are made
   */
  Subscribers(
      ClusterEnvironment environment,
      ClusterRuntimeSettings settings,
      Counters counters,
      Runnable busy) {
    this.settings = settings;
    this.surroundings =
        new Subscriber.Surroundings(environment, settings, counters, this::forget, busy);
  }

  /** Returns the applications that take messages, at any time. */
  List<Inbox.Recipient> recipients() {
    return applications;
  }

  /** Returns everybody, as of now. */
  List<Subscriber> all() {
    List<Subscriber> all = new ArrayList<>(watchers);
    applications.forEach(each -> all.add(each.subscriber()));
    return all;
  }

  Greeting greeting(Messenger messenger, AttributesClient client, List<ClusterEvent> events) {
    return new Greeting(
        List.of(
            application -> new Callback("start", application::start),
            application ->
                new Callback("informResponder", () -> application.informResponder(messenger)),
            application ->
                new Callback(
                    "informAttributesClient", () -> application.informAttributesClient(client))),
        events);
  }

  /** Keeps an application until the start. */
  void later(ClusterApplication application, @Nullable Executor stage) {
    requireNew(application, waiting.stream().map(Registration::application));
    waiting.add(new Registration(application, stage));
  }

  /** Greets the applications that waited for it. */
  void start(Messenger messenger, AttributesClient client, List<ClusterEvent> events) {
    Greeting greeting = greeting(messenger, client, events);
    waiting.forEach(each -> add(each.application(), each.stage(), greeting));
    waiting.clear();
    watchers.forEach(watcher -> events.forEach(watcher::event));
  }

  void add(ClusterApplication application, @Nullable Executor stage, Greeting greeting) {
    requireNew(application, applications.stream().map(Inbox.Recipient::application));
    Subscriber subscriber =
        stage == null
            ? onOwnThread(application)
            : Subscriber.application(surroundings, application, stage);
    greeting.calls().forEach(call -> subscriber.callback(call.apply(application)));
    greeting.events().forEach(subscriber::event);
    applications.add(new Inbox.Recipient(application, subscriber));
  }

  @SuppressWarnings("ReferenceEquality") // Whatever applications consider equal.
  private static void requireNew(
      ClusterApplication application, Stream<ClusterApplication> registered) {
    if (registered.anyMatch(each -> each == application)) {
      throw new IllegalStateException("the application is registered already");
    }
  }

  private Subscriber onOwnThread(ClusterApplication application) {
    ExecutorService thread =
        ClusterStages.singleThread("cairn-application-" + application.getClass().getSimpleName());
    Subscriber subscriber = Subscriber.application(surroundings, application, thread);
    ownThreads.put(subscriber, thread);
    var _ =
        subscriber
            .over()
            .thenRun(
                () -> {
                  ownThreads.remove(subscriber);
                  thread.shutdown();
                });
    return subscriber;
  }

  Subscriber watch(Consumer<ClusterEvent> watcher, Runnable ended) {
    Subscriber subscriber = Subscriber.watcher(surroundings, watcher, ended);
    watchers.add(subscriber);
    return subscriber;
  }

  void publish(ClusterEvent event) {
    applications.forEach(each -> each.subscriber().event(event));
    watchers.forEach(watcher -> watcher.event(event));
  }

  void kick() {
    applications.forEach(each -> each.subscriber().kick());
    watchers.forEach(Subscriber::kick);
  }

  /** Ends a watcher, without what it has to hear yet. */
  void remove(Subscriber watcher) {
    watchers.remove(watcher);
    watcher.endNow();
  }

  private void forget(Subscriber lost) {
    watchers.remove(lost);
    applications.removeIf(each -> each.subscriber() == lost);
  }

  /** Ends all, after what they have to hear yet, and gives those up that do not end in time. */
  void stop() {
    List<Subscriber> all = all();
    all.forEach(Subscriber::end);
    Thread current = Thread.currentThread();
    List<Subscriber> ending = all.stream().filter(each -> !each.runsOn(current)).toList();
    awaitEnd(ending);
    ending.stream()
        .filter(each -> !each.over().isDone())
        .forEach(each -> each.giveUp("does not stop: a call of it has not returned"));
    applications.clear();
    watchers.clear();
    ownThreads.forEach(
        (subscriber, thread) -> {
          if (!subscriber.runsOn(current)) {
            thread.shutdownNow();
          }
        });
  }

  private void awaitEnd(List<Subscriber> ending) {
    try {
      CompletableFuture.allOf(
              ending.stream().map(Subscriber::over).toArray(CompletableFuture<?>[]::new))
          .get(settings.stopTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Those that have not ended are given up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
