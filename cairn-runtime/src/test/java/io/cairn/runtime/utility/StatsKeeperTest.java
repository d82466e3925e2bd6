// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.Service.Action;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatsKeeperTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final StatsKeeper stats = new StatsKeeper(now::get);

  private Map<String, ServiceStat> all() {
    return stats.snapshot(stat -> true);
  }

  @Test
  void settingKeepsTheLatestAndAccumulates() {
    stats.set("size", 5);
    stats.set("size", 7);
    ServiceStat stat = stats.get("size");
    assertThat(stat.latestValue).isEqualTo(7);
    assertThat(stat.accumulatedValue).isEqualTo(12);
    assertThat(stat.version).isEqualTo(2);
    assertThat(stat.lastUpdateMicrosUtc).isEqualTo(1_000_000);
  }

  @Test
  void adjustingAddsWithoutAccumulating() {
    stats.adjust("count", 3);
    stats.adjust("count", -1);
    assertThat(stats.get("count").latestValue).isEqualTo(2);
    assertThat(stats.get("count").accumulatedValue).isZero();
  }

  @Test
  void aStatOfTheAuthorsIsKeptWithItsSeries() {
    ServiceStat own = new ServiceStat();
    own.name = "loadPerHour";
    own.timeSeriesStats = new TimeSeriesStats(60, 60_000, EnumSet.of(AggregationType.MAX));
    stats.set(own, 4);
    stats.set("loadPerHour", 9);
    ServiceStat shown = all().get("loadPerHour");
    assertThat(shown).isNotNull().isNotSameAs(own);
    assertThat(shown.timeSeriesStats.bins.get(0L).max).isEqualTo(9);
    assertThat(shown.timeSeriesStats.bins.get(0L).count).isEqualTo(2);
  }

  @Test
  void concurrentRequestsAreAllCounted() throws Exception {
    int threads = 8;
    int each = 20_000;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        workers.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < each; i++) {
                    stats.recordRequest(Action.GET, i % 1000);
                    stats.adjust("mine", 1);
                    if (i % 10 == 0) {
                      stats.recordFailure(Action.PATCH);
                    }
                  }
                  return null;
                }));
      }
      start.countDown();
      for (Future<?> worker : workers) {
        worker.get(60, TimeUnit.SECONDS);
      }
    }
    Map<String, ServiceStat> all = all();
    assertThat(all.get("GETrequestCount").latestValue).isEqualTo(threads * each);
    assertThat(all.get("PATCHrequestCount").latestValue).isEqualTo(threads * each / 10.0);
    assertThat(all.get("PATCHfailureCount").latestValue).isEqualTo(threads * each / 10.0);
    assertThat(all.get("mine").latestValue).isEqualTo(threads * each);
    ServiceStat duration = all.get("GEToperationDuration");
    assertThat(duration.accumulatedValue).isEqualTo(threads * (each / 1000) * 499_500.0);
    assertThat(duration.logHistogram.bins[0]).isEqualTo(threads * each / 100);
    assertThat(duration.logHistogram.bins[1]).isEqualTo(threads * each * 9 / 100);
    assertThat(duration.logHistogram.bins[2]).isEqualTo(threads * each * 90 / 100);
    assertThat(all).doesNotContainKeys("PATCHoperationDuration", "PUTrequestCount");
  }

  @Test
  void binsAreTheWholePartOfTheLogarithm() {
    long value = 1;
    for (int bin = 0; bin < ActionCounters.BINS; bin++) {
      assertThat(ActionCounters.binOf(value)).isEqualTo(bin);
      assertThat(ActionCounters.binOf(value * 10 - 1)).isEqualTo(bin);
      value *= 10;
    }
    assertThat(ActionCounters.binOf(Long.MAX_VALUE)).isEqualTo(ActionCounters.BINS - 1);
    assertThat(ActionCounters.binOf(0)).isZero();
    assertThat(ActionCounters.binOf(-5)).isZero();
  }

  @Test
  void whatTheRuntimeCountsCannotBeSet() {
    assertThatThrownBy(() -> stats.set("GETrequestCount", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counted by the runtime");
    stats.recordRequest(Action.GET, 10);
    assertThat(stats.get("GETrequestCount").latestValue).isEqualTo(1);
  }

  @Test
  void statisticsAreBoundedAndTheExcessIsVisible() {
    for (int i = 0; i < StatsKeeper.MAXIMUM_STATS + 10; i++) {
      stats.set("stat" + i, i);
    }
    assertThat(all()).hasSize(StatsKeeper.MAXIMUM_STATS + 1);
    assertThat(all().get(StatsKeeper.DROPPED).latestValue).isEqualTo(10);
  }

  @Test
  void namesAreSorted() {
    stats.set("b", 1);
    stats.set("c", 1);
    stats.set("a", 1);
    stats.recordRequest(Action.PUT, 1);
    assertThat(List.copyOf(all().keySet())).hasSizeGreaterThan(4).isSorted();
  }
}
