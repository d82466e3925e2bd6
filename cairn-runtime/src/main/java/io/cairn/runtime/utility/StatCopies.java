// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceStats.ServiceStatLogHistogram;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.TimeBin;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of statistics: for readers, and of what clients send. */
final class StatCopies {
  /** More bins than anybody needs: a week of minutes. */
  static final int MAXIMUM_BINS = 10_080;

  static final int MAXIMUM_NAME_LENGTH = 512;

  private StatCopies() {}

  /** A consistent copy, which does not change when the statistic does. */
  static ServiceStat snapshot(ServiceStat stat) {
    synchronized (stat) {
      ServiceStat copy = description(stat);
      copy.latestValue = stat.latestValue;
      copy.accumulatedValue = stat.accumulatedValue;
      copy.version = stat.version;
      copy.lastUpdateMicrosUtc = stat.lastUpdateMicrosUtc;
      return copy;
    }
  }

  private static ServiceStat description(ServiceStat stat) {
    ServiceStat copy = new ServiceStat();
    copy.name = stat.name;
    copy.unit = stat.unit;
    copy.sourceTimeMicrosUtc = stat.sourceTimeMicrosUtc;
    copy.serviceReference = stat.serviceReference;
    copy.logHistogram = copy(stat.logHistogram);
    copy.timeSeriesStats = copy(stat.timeSeriesStats);
    return copy;
  }

  /**
   * A statistic without a value, described as a client described it.
   *
   * @throws IllegalArgumentException if there is no name, or a histogram or series is not one
   */
  static ServiceStat described(ServiceStat sent) {
    String name = sent.name;
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("name is required");
    }
    if (name.length() > MAXIMUM_NAME_LENGTH) {
      throw new IllegalArgumentException("name is longer than " + MAXIMUM_NAME_LENGTH);
    }
    if (!Double.isFinite(sent.latestValue)) {
      throw new IllegalArgumentException("latestValue must be a finite number");
    }
    check(sent.logHistogram);
    check(sent.timeSeriesStats);
    return description(sent);
  }

  private static void check(@Nullable ServiceStatLogHistogram sent) {
    if (sent != null && (sent.bins == null || sent.bins.length != ActionCounters.BINS)) {
      throw new IllegalArgumentException(
          "logHistogram.bins must have " + ActionCounters.BINS + " entries");
    }
  }

  private static void check(@Nullable TimeSeriesStats sent) {
    if (sent == null) {
      return;
    }
    if (sent.numBins < 1 || sent.numBins > MAXIMUM_BINS || sent.binDurationMillis < 1) {
      throw new IllegalArgumentException(
          "timeSeriesStats needs numBins from 1 to "
              + MAXIMUM_BINS
              + " and a positive binDurationMillis");
    }
    if (sent.bins != null && sent.bins.size() > sent.numBins) {
      throw new IllegalArgumentException("timeSeriesStats has more bins than numBins");
    }
    if (sent.aggregationType == null || sent.aggregationType.isEmpty()) {
      throw new IllegalArgumentException("timeSeriesStats.aggregationType is required");
    }
  }

  private static @Nullable ServiceStatLogHistogram copy(@Nullable ServiceStatLogHistogram from) {
    if (from == null) {
      return null;
    }
    ServiceStatLogHistogram copy = new ServiceStatLogHistogram();
    copy.bins = from.bins.clone();
    return copy;
  }

  private static @Nullable TimeSeriesStats copy(@Nullable TimeSeriesStats from) {
    if (from == null) {
      return null;
    }
    synchronized (from) {
      TimeSeriesStats copy =
          new TimeSeriesStats(from.numBins, from.binDurationMillis, from.aggregationType);
      if (from.bins != null) {
        for (Map.Entry<Long, TimeBin> bin : from.bins.entrySet()) {
          copy.bins.put(bin.getKey(), copy(bin.getValue()));
        }
      }
      return copy;
    }
  }

  private static TimeBin copy(TimeBin from) {
    TimeBin copy = new TimeBin();
    copy.avg = from.avg;
    copy.var = from.var;
    copy.min = from.min;
    copy.max = from.max;
    copy.sum = from.sum;
    copy.latest = from.latest;
    copy.count = from.count;
    return copy;
  }
}
