// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.cairn.service.Service;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceStats.ServiceStatLogHistogram;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.TimeBin;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceStatsTest {
  private static final long START = TimeUnit.HOURS.toMicros(1);

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toMicros(millis);
  }

  @Test
  void settingReplacesTheValueAndAccumulates() {
    ServiceStat stat = new ServiceStat();

    stat.set(5, 10);
    stat.set(3, 20);

    assertThat(stat.latestValue).isEqualTo(3);
    assertThat(stat.accumulatedValue).isEqualTo(8);
    assertThat(stat.version).isEqualTo(2);
    assertThat(stat.lastUpdateMicrosUtc).isEqualTo(20);
  }

  @Test
  void adjustingAddsWithoutAccumulating() {
    ServiceStat stat = new ServiceStat();

    stat.adjust(2, 10);
    stat.adjust(-5, 20);

    assertThat(stat.latestValue).isEqualTo(-3);
    assertThat(stat.accumulatedValue).isZero();
    assertThat(stat.version).isEqualTo(2);
  }

  @Test
  void histogramCountsByOrderOfMagnitude() {
    ServiceStat stat = new ServiceStat();
    stat.logHistogram = new ServiceStatLogHistogram();

    for (double value : new double[] {-7, 0, 0.5, 1, 9.99, 10, 999, 1000, 1e14, 1e300}) {
      stat.set(value, 1);
    }

    long[] bins = stat.logHistogram.bins;
    assertThat(bins).hasSize(15);
    assertThat(bins[0]).isEqualTo(5);
    assertThat(bins[1]).isEqualTo(1);
    assertThat(bins[2]).isEqualTo(1);
    assertThat(bins[3]).isEqualTo(1);
    assertThat(bins[14]).isEqualTo(2);
  }

  @Test
  void samplesOfOneSpanShareABin() {
    TimeSeriesStats series = new TimeSeriesStats(4, 1000, EnumSet.allOf(AggregationType.class));

    series.add(at(0), 2, 2);
    series.add(at(400), 4, 2);
    series.add(at(999), 9, 5);
    series.add(at(1000), 1, -8);

    assertThat(series.bins).hasSize(2);
    TimeBin bin = series.bins.get(TimeUnit.MICROSECONDS.toMillis(START));
    assertThat(bin.count).isEqualTo(3);
    assertThat(bin.avg).isEqualTo(5);
    assertThat(bin.min).isEqualTo(2);
    assertThat(bin.max).isEqualTo(9);
    assertThat(bin.sum).isEqualTo(9);
    assertThat(bin.latest).isEqualTo(9);
    // Squared distances from the mean 5: 9 + 1 + 16.
    assertThat(bin.var).isCloseTo(26, within(1e-9));
  }

  @Test
  void aggregatesNotAskedForStayAbsent() {
    TimeSeriesStats series = new TimeSeriesStats(4, 1000, EnumSet.of(AggregationType.MAX));

    series.add(at(0), 2, 2);

    TimeBin bin = series.bins.get(series.bins.firstKey());
    assertThat(bin.max).isEqualTo(2);
    assertThat(bin.avg).isNull();
    assertThat(bin.sum).isNull();
    assertThat(bin.var).isNull();
  }

  @Test
  void fullSeriesDropsItsOldestBin() {
    TimeSeriesStats series = new TimeSeriesStats(3, 1000, EnumSet.of(AggregationType.SUM));

    for (int i = 0; i < 5; i++) {
      series.add(at(i * 1000L), i, 1);
    }

    long start = TimeUnit.MICROSECONDS.toMillis(START);
    assertThat(series.bins.keySet()).containsExactly(start + 2000, start + 3000, start + 4000);
  }

  @Test
  void sampleOlderThanAFullSeriesIsIgnored() {
    TimeSeriesStats series = new TimeSeriesStats(2, 1000, EnumSet.of(AggregationType.SUM));
    series.add(at(5000), 1, 1);
    series.add(at(6000), 1, 1);

    series.add(at(0), 1, 1);

    assertThat(series.bins).hasSize(2);
    assertThat(series.bins.firstKey()).isEqualTo(TimeUnit.MICROSECONDS.toMillis(at(5000)));
  }

  @Test
  void lateSampleStillFindsItsBin() {
    TimeSeriesStats series = new TimeSeriesStats(2, 1000, EnumSet.of(AggregationType.SUM));
    series.add(at(5000), 1, 1);
    series.add(at(6000), 1, 1);

    series.add(at(5500), 1, 7);

    assertThat(series.bins.get(series.bins.firstKey()).sum).isEqualTo(8);
  }

  @Test
  void sourceTimeDecidesTheBin() {
    ServiceStat stat = new ServiceStat();
    stat.timeSeriesStats = new TimeSeriesStats(4, 1000, EnumSet.of(AggregationType.LATEST));
    stat.sourceTimeMicrosUtc = at(1500);

    stat.set(3, at(9000));

    assertThat(stat.timeSeriesStats.bins.firstKey())
        .isEqualTo(TimeUnit.MICROSECONDS.toMillis(at(1000)));
  }

  @Test
  void seriesNeedsPositiveDimensions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TimeSeriesStats(0, 1, EnumSet.noneOf(AggregationType.class)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TimeSeriesStats(1, 0, EnumSet.noneOf(AggregationType.class)));
  }

  @Test
  void concurrentAdjustmentsAreAllCounted() throws InterruptedException {
    ServiceStat stat = new ServiceStat();
    stat.timeSeriesStats = new TimeSeriesStats(4, 1000, EnumSet.of(AggregationType.SUM));
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  stat.adjust(1, at(0));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(stat.latestValue).isEqualTo(40_000);
    assertThat(stat.version).isEqualTo(40_000);
    assertThat(stat.timeSeriesStats.bins.get(stat.timeSeriesStats.bins.firstKey()).sum)
        .isEqualTo(40_000);
  }

  @Test
  void dailyAndHourlySeriesHaveTheirSizes() {
    EnumSet<AggregationType> all = EnumSet.allOf(AggregationType.class);
    assertThat(ServiceStatUtils.createDailyTimeSeriesStat(all).numBins).isEqualTo(24);
    assertThat(ServiceStatUtils.createDailyTimeSeriesStat(all).binDurationMillis)
        .isEqualTo(3_600_000);
    assertThat(ServiceStatUtils.createHourlyTimeSeriesStat(all).numBins).isEqualTo(60);
    assertThat(ServiceStatUtils.createHourlyTimeSeriesStat(all).binDurationMillis)
        .isEqualTo(60_000);
    assertThat(ServiceStatUtils.perDay("x")).isEqualTo("xPerDay");
    assertThat(ServiceStatUtils.perHour("x")).isEqualTo("xPerHour");
  }

  @Test
  void statIsMadeOnceAndKeepsItsHistory() {
    ServiceStat stat = new ServiceStat();
    Service service = InstrumentedService.with(stat);
    EnumSet<AggregationType> sum = EnumSet.of(AggregationType.SUM);

    ServiceStat first =
        ServiceStatUtils.getOrCreateHourlyTimeSeriesHistogramStat(service, "x", sum);
    TimeSeriesStats series = first.timeSeriesStats;
    ServiceStat second =
        ServiceStatUtils.getOrCreateHourlyTimeSeriesHistogramStat(service, "x", sum);

    assertThat(second).isSameAs(stat);
    assertThat(second.timeSeriesStats).isSameAs(series);
    assertThat(second.logHistogram).isNotNull();
    assertThat(ServiceStatUtils.getOrCreateHistogramStat(InstrumentedService.with(null), "x"))
        .isNull();
  }
}
