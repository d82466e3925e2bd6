// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a subscriber of a document or a factory is told, in the order in which it is told. Waits are
 * bounded; a test never sleeps. Subscribed until it is closed. Read by one thread.
 *
 * @param <T> the state
 */
public final class Notifications<T> implements AutoCloseable {

  static final Duration LIMIT = Duration.ofSeconds(10);

  private final ServiceHost host;
  private final String link;
  private final Class<T> type;
  private final Supplier<String> log;
  private final BlockingQueue<Notified<T>> arrived = new LinkedBlockingQueue<>();
  private final List<Notified<T>> taken = new ArrayList<>();
  private final URI receiver;

  Notifications(ServiceHost host, String link, Class<T> type, Supplier<String> log) {
    this.host = host;
    this.link = link;
    this.type = type;
    this.log = log;
    TestContext subscribed = new TestContext(1, LIMIT);
    Operation subscribe =
        Operation.createPost(host, link)
            .setReferer(host.getUri())
            .setCompletion(subscribed.getCompletion());
    this.receiver =
        host.startSubscriptionService(subscribe, this::take, ServiceSubscriber.create(false));
    subscribed.await();
  }

  private void take(Operation notification) {
    JsonNode body =
        notification.hasBody()
            ? DocumentJson.standard().readTree(notification.getBody(String.class))
            : null;
    arrived.add(
        new Notified<>(
            notification.getAction(),
            body == null || !body.has(ServiceDocument.FIELD_NAME_SELF_LINK)
                ? null
                : body.get(ServiceDocument.FIELD_NAME_SELF_LINK).asString(),
            body == null ? null : DocumentJson.standard().convert(body, type)));
    notification.complete();
  }

  /**
   * The next notification, whatever it says.
   *
   * @throws AssertionError if none comes within ten seconds; it says what came before
   */
  public Notified<T> awaitNext() {
    return awaitNext(LIMIT);
  }

  /** As the other form, with a limit of the test's. */
  public Notified<T> awaitNext(Duration limit) {
    Notified<T> next = poll(limit.toNanos());
    if (next == null) {
      throw new AssertionError(
          "No further notification of %s within %s; before came %s%s"
              .formatted(link, limit, taken, log.get()));
    }
    taken.add(next);
    return next;
  }

  /**
   * The next notification whose state is as wanted; those before it are passed over.
   *
   * @throws AssertionError if none comes within ten seconds; it says which came
   */
  public T awaitState(Predicate<? super T> wanted) {
    TestStopwatch waiting = new TestStopwatch();
    while (true) {
      Notified<T> next = poll(Math.max(0, waiting.left(LIMIT)));
      if (next == null) {
        throw new AssertionError(
            "No such notification of %s within %s, only %s%s"
                .formatted(link, LIMIT, taken, log.get()));
      }
      taken.add(next);
      T state = next.state();
      if (state != null && wanted.test(state)) {
        return state;
      }
    }
  }

  /**
   * Holds if no further notification comes for a while: the only wait that lasts as long as it is
   * told to, since nothing says that nothing will come.
   *
   * @throws AssertionError if one comes
   */
  public void assertNoneWithin(Duration duration) {
    Notified<T> next = poll(duration.toNanos());
    if (next != null) {
      taken.add(next);
      throw new AssertionError(
          "%s was not to be told of any more, but came %s%s".formatted(link, next, log.get()));
    }
  }

  private @Nullable Notified<T> poll(long nanos) {
    try {
      return arrived.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a notification", e);
    }
  }

  /** Ends the subscription. */
  @Override
  public void close() {
    if (host.isStarted()) {
      host.stopSubscriptionService(
          Operation.createDelete(host, link)
              .setReferer(host.getUri())
              .disableFailureLogging(true)
              .setCompletion((done, failure) -> {}),
          receiver);
    }
  }
}
