// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceStats.ServiceStat;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime does for every service instance beside its handlers: statistics, configuration,
 * subscriptions, template and availability, each at a suffix of the service's link. Thread-safe.
 */
public interface UtilityService {

  /**
   * Answers a request to a suffix; completes or fails it.
   *
   * @param suffix what follows the service's link, with its slash, for example {@code /stats}
   */
  void handleRequest(Operation op, String suffix);

  /** Answers a GET or PATCH of {@code /config}; completes or fails it. */
  void handleConfiguration(Operation op);

  /** Gives a statistic a value. */
  void setStat(String name, double value);

  /** Gives a statistic a value; {@code stat} is kept if the service has none of its name. */
  void setStat(ServiceStat stat, double value);

  /** Adds to a statistic. */
  void adjustStat(String name, double delta);

  /** Adds to a statistic; {@code stat} is kept if the service has none of its name. */
  void adjustStat(ServiceStat stat, double delta);

  /** The statistic, made if absent; a copy if it is one that the runtime counts. */
  ServiceStat getStat(String name);

  /**
   * Counts a request that was answered. For each request either this or {@link #recordFailure} is
   * called, once.
   *
   * @param durationMicros from arrival to answer
   */
  void recordRequest(Action action, long durationMicros);

  /** Counts a request that failed. */
  void recordFailure(Action action);

  /** Says whether the service wants requests, once it has started. */
  void setAvailable(boolean available);

  /** Whether the service has not been set unavailable. */
  boolean isAvailable();

  /** Whether anybody is to be told of changes. */
  boolean hasSubscribers();

  /**
   * Tells subscribers of a committed change. Calls for one service must come in the order of its
   * versions; none of them blocks.
   *
   * @param op the completed request
   * @param stateJson the state that it left
   */
  void publish(Operation op, byte @Nullable [] stateJson);
}
