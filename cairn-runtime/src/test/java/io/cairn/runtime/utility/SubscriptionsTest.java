// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.security.Guard;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
  private static final URI PUBLISHER = URI.create("http://127.0.0.1:8000/core/examples/one");
  private static final URI TARGET = URI.create("http://127.0.0.1:8000/core/callbacks/a");
  private static final URI OTHER = URI.create("http://127.0.0.1:8000/core/callbacks/b");
  private static final long WINDOW = 1_000_000;

  private final AtomicLong now = new AtomicLong(10_000_000);
  private final List<Operation> sent = new ArrayList<>();
  private boolean answersAtOnce;
  private final Subscriptions subscriptions =
      new Subscriptions(
          new Subscriptions.Terms(PUBLISHER, WINDOW, 60_000_000, false),
          op -> {
            sent.add(op);
            if (answersAtOnce) {
              op.complete();
            }
          },
          now::get,
          new Guard());

  private void subscribe(URI target, ServiceSubscriber subscriber) {
    assertThat(subscriptions.add(target, subscriber, null, subscriber.replayState)).isTrue();
  }

  private void publish(Action action, String body) {
    Operation op = Operation.createPatch(PUBLISHER).setAction(action).setBodyNoCloning(body);
    subscriptions.publish(op, "{\"state\":1}".getBytes(StandardCharsets.UTF_8));
  }

  private List<Object> bodies() {
    return sent.stream().map(Operation::getBodyRaw).toList();
  }

  private void failNext() {
    sent.getLast().fail(new IllegalStateException("unreachable"));
  }

  @Test
  void aNotificationHasVerbAndBodyOfTheChange() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "{\"name\":\"n\"}");
    Operation notification = sent.getFirst();
    assertThat(notification.getAction()).isEqualTo(Action.PATCH);
    assertThat(notification.getUri()).isEqualTo(TARGET);
    assertThat(notification.getBodyRaw()).isEqualTo("{\"name\":\"n\"}");
    assertThat(notification.isNotification()).isTrue();
    assertThat(notification.getReferer()).isEqualTo(PUBLISHER);
    assertThat(notification.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isFalse();
  }

  @Test
  void notificationsArriveInOrderOneAtATime() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "1");
    publish(Action.PATCH, "2");
    publish(Action.PUT, "3");
    assertThat(bodies()).containsExactly("1");
    sent.get(0).complete();
    assertThat(bodies()).containsExactly("1", "2");
    sent.get(1).complete();
    assertThat(bodies()).containsExactly("1", "2", "3");
  }

  @Test
  void aSlowSubscriberHoldsUpNobodyElse() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "1");
    subscribe(OTHER, new ServiceSubscriber());
    answersAtOnce = true;
    publish(Action.PATCH, "2");
    publish(Action.PATCH, "3");
    assertThat(sent.stream().filter(op -> op.getUri().equals(OTHER)).map(Operation::getBodyRaw))
        .containsExactly("2", "3");
  }

  @Test
  void whatHasNoBodyOrChangedNothingIsNotSent() {
    subscribe(TARGET, new ServiceSubscriber());
    subscriptions.publish(Operation.createPatch(PUBLISHER), new byte[0]);
    subscriptions.publish(
        Operation.createPatch(PUBLISHER).setBodyNoCloning("x").setStatusCode(304), null);
    subscriptions.publish(
        Operation.createPatch(PUBLISHER)
            .setBodyNoCloning("x")
            .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED),
        null);
    subscriptions.publish(
        Operation.createPatch(PUBLISHER).setBodyNoCloning("x").setNotificationDisabled(true), null);
    assertThat(sent).isEmpty();
  }

  @Test
  void aDeletionWithoutBodyCarriesTheLastState() {
    subscribe(TARGET, new ServiceSubscriber());
    byte[] state = "{}".getBytes(StandardCharsets.UTF_8);
    subscriptions.publish(Operation.createDelete(PUBLISHER), state);
    assertThat(sent.getFirst().getAction()).isEqualTo(Action.DELETE);
    assertThat(sent.getFirst().getBodyRaw()).isSameAs(state);
  }

  @Test
  void anOverflowingQueueDropsTheOldestAndSaysSo() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "first");
    for (int i = 0; i < NotificationDelivery.MAXIMUM_WAITING + 5; i++) {
      publish(Action.PATCH, Integer.toString(i));
    }
    sent.getFirst().complete();
    Operation next = sent.getLast();
    assertThat(next.getBodyRaw()).isEqualTo("5");
    assertThat(next.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS)).isTrue();
    next.complete();
    assertThat(sent.getLast().hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isFalse();
  }

  @Test
  void afterAFailureTheNextNotificationSaysThatOneWasSkipped() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "1");
    failNext();
    publish(Action.PATCH, "2");
    assertThat(sent.getLast().hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isTrue();
    ServiceSubscriber shown = subscriptions.describe().get(TARGET);
    assertThat(shown.failedNotificationCount).isEqualTo(1);
    assertThat(shown.initialFailedNotificationTimeMicros).isEqualTo(10_000_000);
    assertThat(shown.notificationCount).isEqualTo(2);
  }

  @Test
  void manyFailuresWithinTheWindowAreForgiven() {
    subscribe(TARGET, new ServiceSubscriber());
    for (int i = 0; i < 20; i++) {
      publish(Action.PATCH, "x");
      failNext();
    }
    assertThat(subscriptions.isEmpty()).isFalse();
    publish(Action.PATCH, "x");
    sent.getLast().complete();
    assertThat(subscriptions.describe().get(TARGET).failedNotificationCount).isNull();
  }

  @Test
  void aSubscriberThatFailsForTooLongIsDroppedAndDeleted() {
    subscribe(TARGET, new ServiceSubscriber());
    for (int i = 0; i < 5; i++) {
      publish(Action.PATCH, "x");
      failNext();
    }
    now.addAndGet(2 * WINDOW);
    assertThat(subscriptions.isEmpty()).isFalse();
    publish(Action.PATCH, "x");
    failNext();
    assertThat(subscriptions.isEmpty()).isTrue();
    assertThat(sent.getLast().getAction()).isEqualTo(Action.DELETE);
    assertThat(sent.getLast().isNotification()).isFalse();
    assertThat(sent.getLast().isEndOfSubscription()).isTrue();
    assertThat(sent).hasSize(7);
  }

  @Test
  void theLimitEndsTheSubscriptionAfterItsLastNotification() {
    ServiceSubscriber twice = new ServiceSubscriber().setNotificationLimit(2L);
    subscribe(TARGET, twice);
    publish(Action.PATCH, "1");
    publish(Action.PATCH, "2");
    publish(Action.PATCH, "3");
    sent.get(0).complete();
    assertThat(subscriptions.isEmpty()).isFalse();
    sent.get(1).complete();
    assertThat(subscriptions.isEmpty()).isTrue();
    assertThat(sent).hasSize(3);
    assertThat(sent.getLast().getAction()).isEqualTo(Action.DELETE);
    assertThat(sent.getLast().getBodyRaw()).isNull();
  }

  @Test
  void theSweepDropsTheExpired() {
    subscribe(TARGET, new ServiceSubscriber().setExpiration(now.get() + 5));
    subscribe(OTHER, new ServiceSubscriber());
    subscriptions.maintain(now.get());
    assertThat(sent).isEmpty();
    now.addAndGet(5);
    subscriptions.maintain(now.get());
    assertThat(subscriptions.describe()).containsOnlyKeys(OTHER);
    assertThat(sent.getLast().getAction()).isEqualTo(Action.DELETE);
    assertThat(sent.getLast().getUri()).isEqualTo(TARGET);
  }

  @Test
  void theReplayedStateComesBeforeWhatHappenedSince() {
    subscribe(TARGET, ServiceSubscriber.create(true));
    publish(Action.PATCH, "later");
    assertThat(sent).isEmpty();
    answersAtOnce = true;
    subscriptions.replay(TARGET, "state", null);
    assertThat(bodies()).containsExactly("state", "later");
    assertThat(sent.getFirst().getAction()).isEqualTo(Action.PUT);
    assertThat(sent.getFirst().isNotification()).isTrue();
  }

  @Test
  void aReplayThatFailedIsAGapNotASilence() {
    subscribe(TARGET, ServiceSubscriber.create(true));
    publish(Action.PATCH, "later");
    subscriptions.replay(TARGET, null, null);
    assertThat(bodies()).containsExactly("later");
    assertThat(sent.getLast().hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isTrue();
  }

  @Test
  void whatACircleOfSubscriptionsCausesIsToldToNobody() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "1");
    for (int depth = 1; depth < Notification.DEEPEST; depth++) {
      Operation told = sent.getLast();
      assertThat(told.getRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER))
          .isEqualTo(Integer.toString(depth));
      told.complete();
      subscriptions.publish(told, null); // the target changes the publisher
    }
    Operation last = sent.getLast();
    last.complete();
    subscriptions.publish(last, null);
    assertThat(sent).hasSize(Notification.DEEPEST);

    publish(Action.PATCH, "2");
    assertThat(sent.getLast().hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isTrue();
  }

  @Test
  void targetsAreThisHostItsGroupsAndWhatTheSettingNames() {
    SubscriptionTargets open = targets(false, "hooks.example", "10.0.0.7:90");
    for (String allowed :
        List.of(
            "http://own:8000/a",
            "http://member:8001/a",
            "https://HOOKS.example/a",
            "http://10.0.0.7:90/a")) {
      assertThat(open.refusal(URI.create(allowed))).as(allowed).isNull();
    }
    for (String refused :
        List.of(
            "http://own:8001/a",
            "http://member:22/a",
            "http://10.0.0.7/a",
            "http://169.254.169.254/latest",
            "http://localhost:9200/a",
            "http://127.0.0.1:6379/a",
            "http://hooks.example.evil.example/a")) {
      assertThat(open.refusal(URI.create(refused))).as(refused).contains("subscriptionHosts");
    }
    assertThat(open.refusal(URI.create("http://member:8001/core/./management?x")))
        .contains("/core/management is a core service");

    SubscriptionTargets closed = targets(true);
    assertThat(closed.refusal(URI.create("http://localhost:9200/a"))).isNull();
    assertThat(closed.refusal(URI.create("http://127.0.0.1.evil.example/a"))).isNotNull();
    assertThat(targets(false, "*").refusal(URI.create("http://anywhere/a"))).isNull();
  }

  private static SubscriptionTargets targets(boolean closed, String... allowed) {
    return new SubscriptionTargets(
        new SubscriptionTargets.Surroundings(
            target -> "own:8000".equals(target.getAuthority()),
            () -> List.of(URI.create("http://member:8001")),
            path -> !path.startsWith("/core/"),
            closed),
        List.of(allowed));
  }

  @Test
  void whoeverUnsubscribesHearsNothingMore() {
    subscribe(TARGET, new ServiceSubscriber());
    publish(Action.PATCH, "1");
    publish(Action.PATCH, "2");
    subscriptions.remove(TARGET);
    sent.getFirst().complete();
    publish(Action.PATCH, "3");
    assertThat(bodies()).containsExactly("1");
  }

  @Test
  void subscribersAreBounded() {
    for (int i = 0; i < Subscriptions.MAXIMUM_SUBSCRIBERS; i++) {
      subscribe(URI.create("http://127.0.0.1:1/" + i), new ServiceSubscriber());
    }
    assertThat(subscriptions.add(TARGET, new ServiceSubscriber(), null, false)).isFalse();
    URI known = URI.create("http://127.0.0.1:1/7");
    assertThat(subscriptions.add(known, new ServiceSubscriber(), null, false)).isTrue();
  }

  @Test
  void answersWithinTheSendingDoNotDeepenTheStack() {
    List<Integer> depths = new ArrayList<>();
    Subscriptions shallow = deepeningRecorder(depths);
    shallow.add(TARGET, ServiceSubscriber.create(true), null, true);
    for (int i = 0; i < 100; i++) {
      shallow.publish(Operation.createPut(PUBLISHER).setBodyNoCloning("x"), null);
    }
    shallow.replay(TARGET, "state", null);
    assertThat(depths).hasSize(101);
    assertThat(depths.getLast()).isEqualTo(depths.getFirst());
  }

  private Subscriptions deepeningRecorder(List<Integer> depths) {
    return new Subscriptions(
        new Subscriptions.Terms(PUBLISHER, WINDOW, 60_000_000, false),
        op -> {
          depths.add(Thread.currentThread().getStackTrace().length);
          op.complete();
        },
        now::get,
        new Guard());
  }
}
