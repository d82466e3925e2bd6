// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is told about a service's updates: the body of its {@code /subscriptions}. */
@DocumentKind(ServiceSubscriptionState.KIND)
public class ServiceSubscriptionState extends ServiceDocument {
  public static final String KIND = "com:vmware:xenon:common:ServiceSubscriptionState";

  /** One subscriber: the body of a POST or DELETE to {@code /subscriptions}. */
  @DocumentKind(ServiceSubscriber.KIND)
  public static class ServiceSubscriber extends ServiceDocument {
    public static final String KIND =
        "com:vmware:xenon:common:ServiceSubscriptionState:ServiceSubscriber";

    /** After so many failures in a row a subscriber is dropped. */
    public static final long NOTIFICATION_FAILURE_LIMIT = 5;

    /** Where notifications go. */
    public @Nullable URI reference;

    /** Whether the current state is sent at once. */
    public boolean replayState;

    /** Whether to use this host's public URI for the callback. */
    public boolean usePublicUri;

    /** After how many notifications the subscription ends; absent means never. */
    public @Nullable Long notificationLimit;

    /** How many were sent; kept by the runtime. */
    public @Nullable Long notificationCount;

    /** How many failed in a row; kept by the runtime. */
    public @Nullable Long failedNotificationCount;

    /** When the present row of failures began; kept by the runtime. */
    public @Nullable Long initialFailedNotificationTimeMicros;

    /** A subscriber to be reached later through a callback service. */
    public static ServiceSubscriber create(boolean replayState) {
      ServiceSubscriber subscriber = new ServiceSubscriber();
      subscriber.replayState = replayState;
      return subscriber;
    }

    public ServiceSubscriber setSubscriberReference(URI value) {
      this.reference = value;
      return this;
    }

    public ServiceSubscriber setReplayState(boolean replay) {
      this.replayState = replay;
      return this;
    }

    public ServiceSubscriber setNotificationLimit(long limit) {
      return setNotificationLimit(Long.valueOf(limit));
    }

    public ServiceSubscriber setNotificationLimit(@Nullable Long limit) {
      this.notificationLimit = limit;
      return this;
    }

    public ServiceSubscriber setUsePublicUri(boolean use) {
      this.usePublicUri = use;
      return this;
    }

    /** Ends the subscription at this time, microseconds since the epoch. */
    public ServiceSubscriber setExpiration(long micros) {
      this.documentExpirationTimeMicros = micros;
      return this;
    }
  }

  public Map<URI, ServiceSubscriber> subscribers = new HashMap<>();
}
