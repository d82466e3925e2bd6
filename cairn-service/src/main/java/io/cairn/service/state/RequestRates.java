// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.service.state.RequestRateInfo.Option;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import java.util.EnumSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The limits of a host for the requests of certain users. Thread-safe. */
public final class RequestRates {

  private static final int BINS = 60;
  private static final long BIN_MILLIS = 1_000;

  private final ConcurrentHashMap<String, RequestRateInfo> bySubject = new ConcurrentHashMap<>();

  /**
   * Sets the limit of a user; it holds from the next request on.
   *
   * @param subject the link of the user; {@code /core/authz/guest-user} is whoever has not said who
   *     it is
   * @throws IllegalArgumentException if the limit is not more than 0, both options are set, or a
   *     time series does not sum up
   */
  public void set(String subject, RequestRateInfo wanted) {
    if (!(wanted.limit > 0) || Double.isInfinite(wanted.limit)) {
      throw new IllegalArgumentException(
          "A request rate limit is more than 0 requests in a second, not " + wanted.limit);
    }
    RequestRateInfo kept = new RequestRateInfo();
    kept.limit = wanted.limit;
    kept.options = wanted.options == null ? EnumSet.of(Option.FAIL) : wanted.options.clone();
    if (kept.options.size() != 1) {
      throw new IllegalArgumentException(
          "A request beyond the limit either fails or waits: set one of FAIL, PAUSE_PROCESSING");
    }
    kept.timeSeries = wanted.timeSeries == null ? newSeries() : wanted.timeSeries;
    if (!kept.timeSeries.aggregationType.contains(AggregationType.SUM)) {
      throw new IllegalArgumentException("The time series of a request rate limit needs SUM");
    }
    bySubject.put(subject, kept);
  }

  private static TimeSeriesStats newSeries() {
    return new TimeSeriesStats(BINS, BIN_MILLIS, EnumSet.of(AggregationType.SUM));
  }

  /** The limit of a user; null if it has none of its own. */
  public @Nullable RequestRateInfo get(String subject) {
    return bySubject.get(subject);
  }

  /** Whether nobody has one. */
  public boolean isEmpty() {
    return bySubject.isEmpty();
  }
}
