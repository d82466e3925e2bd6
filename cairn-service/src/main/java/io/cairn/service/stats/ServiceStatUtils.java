// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.stats;

import io.cairn.service.Service;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceStats.ServiceStatLogHistogram;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes statistics that keep a history. Each gives null for a service without {@link
 * Service.ServiceOption#INSTRUMENTATION}.
 */
public final class ServiceStatUtils {
  private static final int HOURS_PER_DAY = 24;
  private static final int MINUTES_PER_HOUR = 60;

  private ServiceStatUtils() {}

  /** A statistic {@code namePerHour} of 60 bins of a minute. */
  public static @Nullable ServiceStat getOrCreateHourlyTimeSeriesStat(
      Service service, String name, EnumSet<AggregationType> aggregation) {
    return getOrCreateTimeSeriesStat(
        service, perHour(name), createHourlyTimeSeriesStat(aggregation));
  }

  /** A statistic {@code namePerDay} of 24 bins of an hour. */
  public static @Nullable ServiceStat getOrCreateDailyTimeSeriesStat(
      Service service, String name, EnumSet<AggregationType> aggregation) {
    return getOrCreateTimeSeriesStat(service, perDay(name), createDailyTimeSeriesStat(aggregation));
  }

  /** As the hourly form, with a histogram beside the series. */
  public static @Nullable ServiceStat getOrCreateHourlyTimeSeriesHistogramStat(
      Service service, String name, EnumSet<AggregationType> aggregation) {
    return withHistogram(getOrCreateHourlyTimeSeriesStat(service, name, aggregation));
  }

  /** As the daily form, with a histogram beside the series. */
  public static @Nullable ServiceStat getOrCreateDailyTimeSeriesHistogramStat(
      Service service, String name, EnumSet<AggregationType> aggregation) {
    return withHistogram(getOrCreateDailyTimeSeriesStat(service, name, aggregation));
  }

  /** A statistic with a histogram. */
  public static @Nullable ServiceStat getOrCreateHistogramStat(Service service, String name) {
    return withHistogram(service.getStat(name));
  }

  /** A statistic with a series; {@code emptySeries} is used if it has none yet. */
  public static @Nullable ServiceStat getOrCreateTimeSeriesStat(
      Service service, String name, TimeSeriesStats emptySeries) {
    ServiceStat stat = service.getStat(name);
    if (stat != null) {
      synchronized (stat) {
        if (stat.timeSeriesStats == null) {
          stat.timeSeriesStats = emptySeries;
        }
      }
    }
    return stat;
  }

  private static @Nullable ServiceStat withHistogram(@Nullable ServiceStat stat) {
    if (stat != null) {
      synchronized (stat) {
        if (stat.logHistogram == null) {
          stat.logHistogram = new ServiceStatLogHistogram();
        }
      }
    }
    return stat;
  }

  /** Bins of a minute each, for an hour. */
  public static TimeSeriesStats createHourlyTimeSeriesStat(EnumSet<AggregationType> aggregation) {
    return new TimeSeriesStats(MINUTES_PER_HOUR, TimeUnit.MINUTES.toMillis(1), aggregation);
  }

  /** Bins of an hour each, for a day. */
  public static TimeSeriesStats createDailyTimeSeriesStat(EnumSet<AggregationType> aggregation) {
    return new TimeSeriesStats(HOURS_PER_DAY, TimeUnit.HOURS.toMillis(1), aggregation);
  }

  /** {@code name} with the suffix of hourly series. */
  public static String perHour(String name) {
    return name + Service.STAT_NAME_SUFFIX_PER_HOUR;
  }

  /** {@code name} with the suffix of daily series. */
  public static String perDay(String name) {
    return name + Service.STAT_NAME_SUFFIX_PER_DAY;
  }
}
