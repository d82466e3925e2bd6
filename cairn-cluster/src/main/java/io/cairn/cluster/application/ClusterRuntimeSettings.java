// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import java.time.Duration;

/**
 * Bounds of what applications and watchers may cost.
 *
 * @param messaging bounds of messages
 * @param eventCapacity how many events wait for an application at most; one that is further behind
 *     is given up
 * @param watcherCapacity the same for a watcher
 * @param slowCallback how long a callback may take before that is logged
 * @param stopTimeout how long all applications together are waited for at the end
 */
public record ClusterRuntimeSettings(
    MessagingSettings messaging,
    int eventCapacity,
    int watcherCapacity,
    Duration slowCallback,
    Duration stopTimeout) {

  /** Checks the ranges; a refusal names the component. */
  public ClusterRuntimeSettings {
    require(eventCapacity >= 1, "eventCapacity must be at least 1");
    require(watcherCapacity >= 1, "watcherCapacity must be at least 1");
    require(slowCallback.toMillis() >= 1, "slowCallback must be at least 1 ms");
    require(stopTimeout.toMillis() >= 1, "stopTimeout must be at least 1 ms");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The defaults of messages, 100,000 and 10,000 events, 10 s, 10 s. */
  public static ClusterRuntimeSettings defaults() {
    return new ClusterRuntimeSettings(
        MessagingSettings.defaults(),
        100_000,
        10_000,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10));
  }

  /** Returns these settings with other bounds of messages. */
  public ClusterRuntimeSettings withMessaging(MessagingSettings other) {
    return new ClusterRuntimeSettings(
        other, eventCapacity, watcherCapacity, slowCallback, stopTimeout);
  }

  /** Returns these settings with another time for a callback. */
  public ClusterRuntimeSettings withSlowCallback(Duration limit) {
    return new ClusterRuntimeSettings(
        messaging, eventCapacity, watcherCapacity, limit, stopTimeout);
  }

  /** Returns these settings with other bounds of waiting events. */
  public ClusterRuntimeSettings withCapacities(int events, int watcherEvents) {
    return new ClusterRuntimeSettings(messaging, events, watcherEvents, slowCallback, stopTimeout);
  }

  /** Returns these settings with another time for the end. */
  public ClusterRuntimeSettings withStopTimeout(Duration limit) {
    return new ClusterRuntimeSettings(
        messaging, eventCapacity, watcherCapacity, slowCallback, limit);
  }
}
