// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Target;
import io.cairn.runtime.utility.Notification.Purpose;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceRequestSender;
import io.cairn.service.Utils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The subscribers of one service that has no history to follow. They live in memory, at most {@link
 * #MAXIMUM_SUBSCRIBERS} of them. Each gets its notifications in the order of {@link #publish}
 * calls; a slow one holds up nobody but itself. Thread-safe; no call waits for a subscriber.
 */
public final class Subscriptions {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

  /** How many may subscribe to one service. */
  public static final int MAXIMUM_SUBSCRIBERS = 1_000;

  /**
   * Who publishes, and for how long it bears with a subscriber.
   *
   * @param publisher the publishing service
   * @param failureWindowMicros how long a subscriber must have failed to be dropped
   * @param timeoutMicros how long a subscriber may take to answer one notification
   * @param isMakers whether the publisher's document is there for who has made it, whatever roles
   *     say
   */
  public record Terms(
      URI publisher, long failureWindowMicros, long timeoutMicros, boolean isMakers) {}

  private final Terms terms;
  private final ServiceRequestSender sender;
  private final LongSupplier nowMicros;
  private final Guard guard;
  private final AtomicBoolean circleTold = new AtomicBoolean();
  private final ConcurrentHashMap<URI, NotificationDelivery> deliveries = new ConcurrentHashMap<>();

  /**
   * Creates an empty set.
   *
   * @param nowMicros the time, in microseconds since the epoch
   * @param guard says who may hear of what
   */
  public Subscriptions(
      Terms terms, ServiceRequestSender sender, LongSupplier nowMicros, Guard guard) {
    this.guard = guard;
    this.terms = terms;
    this.sender = sender;
    this.nowMicros = nowMicros;
  }

  /** Whether nobody subscribes. */
  public boolean isEmpty() {
    return deliveries.isEmpty();
  }

  /**
   * Adds a subscriber, or gives new terms to the one with the same target.
   *
   * @param subscriber kept as it is: the caller must not change it
   * @param subject on whose behalf notifications are sent
   * @param holdForReplay whether nothing is to be sent before {@link #replay}
   * @return whether there was room
   */
  boolean add(
      URI target,
      ServiceSubscriber subscriber,
      @Nullable AuthorizationContext subject,
      boolean holdForReplay) {
    NotificationDelivery present = deliveries.get(target);
    if (present == null) {
      if (deliveries.size() >= MAXIMUM_SUBSCRIBERS) {
        return false;
      }
      present = new NotificationDelivery(this, target, subscriber);
      present.renew(subscriber, subject, holdForReplay);
      NotificationDelivery other = deliveries.putIfAbsent(target, present);
      present = other == null ? present : other;
    }
    present.renew(subscriber, subject, holdForReplay);
    return true;
  }

  /**
   * Sends the state that a new subscriber asked for, ahead of what happened since.
   *
   * @param state null if it could not be read: the subscriber is told that it missed something
   */
  void replay(URI target, @Nullable Object state, @Nullable String contentType) {
    NotificationDelivery delivery = deliveries.get(target);
    if (delivery != null) {
      delivery.replay(
          state == null
              ? null
              : new Notification(
                  Action.PUT, state, contentType, Purpose.REPLAY, Notification.Trail.FIRST));
    }
  }

  /**
   * Forgets a subscriber; it is not told, because it asked.
   *
   * @return whether it was one
   */
  boolean remove(URI target) {
    NotificationDelivery delivery = deliveries.remove(target);
    if (delivery != null) {
      delivery.end(false, false);
    }
    return delivery != null;
  }

  /** The subscribers with their counts, by target. */
  Map<URI, ServiceSubscriber> describe() {
    Map<URI, ServiceSubscriber> shown = new TreeMap<>();
    deliveries.forEach((target, delivery) -> shown.put(target, delivery.describe()));
    return shown;
  }

  /**
   * Tells all subscribers of a change, unless the change asks not to be told: no body, status 304,
   * or marked as not having changed the state.
   *
   * @param op the completed request that made the change
   * @param stateJson the state that it left, used where a deletion has no body of its own
   */
  public void publish(Operation op, byte @Nullable [] stateJson) {
    if (deliveries.isEmpty() || Notification.isSilent(op)) {
      return;
    }
    Object body = bodyOf(op, stateJson);
    if (body == null) {
      return;
    }
    Notification.Trail trail = Notification.Trail.behind(op);
    if (trail.depth() > Notification.DEEPEST) {
      breakCircle();
      return;
    }
    String contentType = op.hasBody() ? op.getContentType() : null;
    Notification notification =
        new Notification(op.getAction(), body, contentType, Purpose.UPDATE, trail);
    Target changed = guard.isOn() ? targetOf(stateJson) : null;
    for (NotificationDelivery delivery : deliveries.values()) {
      if (changed == null || mayHear(delivery.subject(), changed)) {
        delivery.offer(notification);
      }
    }
  }

  private boolean mayHear(@Nullable AuthorizationContext subject, Target changed) {
    return guard.mayRead(subject, changed) || (terms.isMakers() && guard.isOwn(subject, changed));
  }

  /** What a notification is about: the document that has changed, or the publisher itself. */
  private Target targetOf(byte @Nullable [] stateJson) {
    String publisher = terms.publisher().getPath();
    if (stateJson == null) {
      return Target.path(publisher);
    }
    JsonNode state = DocumentJson.standard().readTree(stateJson);
    return Target.document(
        state.path(ServiceDocument.FIELD_NAME_SELF_LINK).asString(publisher),
        state.path(ServiceDocument.FIELD_NAME_KIND).asString(""),
        () -> state,
        null);
  }

  private void breakCircle() {
    deliveries.values().forEach(NotificationDelivery::skip);
    if (!circleTold.getAndSet(true)) {
      warnOfCircle(terms.publisher().getPath());
    }
  }

  /** Says in the log that subscriptions go in a circle through a service. */
  public static void warnOfCircle(String publisher) {
    LOG.warn(
        "Subscriptions go in a circle through {}: a change was caused by {} notifications, one by the other, and is told to nobody. DELETE one of the subscriptions (its /subscriptions lists them)",
        publisher,
        Notification.DEEPEST);
  }

  private static @Nullable Object bodyOf(Operation op, byte @Nullable [] stateJson) {
    Object raw = op.getBodyRaw();
    return switch (raw) {
      case null -> op.getAction() == Action.DELETE ? stateJson : null;
      case byte[] bytes -> bytes;
      case String text -> text;
      default -> Utils.toJson(raw); // whoever holds the object may go on changing it
    };
  }

  /** Drops the subscribers whose time is over, which have failed, or have had all they wanted. */
  public void maintain(long now) {
    for (NotificationDelivery delivery : List.copyOf(deliveries.values())) {
      if (delivery.isOver(now)) {
        drop(delivery);
      }
    }
  }

  /** Ends a subscription from this side and tells the subscriber so. */
  void drop(NotificationDelivery delivery) {
    if (deliveries.remove(delivery.target(), delivery)) {
      delivery.end(true, !delivery.hasFailed(nowMicros()));
    }
  }

  void send(Operation notification) {
    sender.sendRequest(notification);
  }

  URI publisher() {
    return terms.publisher();
  }

  long nowMicros() {
    return nowMicros.getAsLong();
  }

  long notificationDeadlineMicros() {
    return nowMicros() + terms.timeoutMicros();
  }

  long failureWindowMicros() {
    return terms.failureWindowMicros();
  }
}
