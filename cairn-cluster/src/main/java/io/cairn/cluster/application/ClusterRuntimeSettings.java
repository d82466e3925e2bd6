// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.time;

import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record ClusterRuntimeSettings(
    MessagingSettings messaging,
    int eventCapacity,
    int watcherCapacity,
    Duration slowCallback,
    Duration stopTimeout)
    implements ClusterRuntimeSettingsBuilder.With {

  /** Checks the ranges; a refusal names the component. */
  public ClusterRuntimeSettings {
    atLeast("eventCapacity", eventCapacity, 1);
    atLeast("watcherCapacity", watcherCapacity, 1);
    time("slowCallback", slowCallback);
    time("stopTimeout", stopTimeout);
  }

  /** The defaults of messages, 100,000 and 10,000 events, 10 s, 10 s. */
  public static ClusterRuntimeSettings defaults() {
    return ClusterRuntimeSettingsBuilder.builder()
        .messaging(MessagingSettings.defaults())
        .eventCapacity(100_000)
        .watcherCapacity(10_000)
        .slowCallback(Duration.ofSeconds(10))
        .stopTimeout(Duration.ofSeconds(10))
        .build();
  }
}
