// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cairn.runtime.model.RequestMeter.Noted;
import io.cairn.service.Service.Action;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestMeterTest {

  private final RequestMeter meter = new RequestMeter();

  private Map<String, Noted> noted() {
    Map<String, Noted> all = new TreeMap<>();
    meter.forEach(all::put);
    return all;
  }

  @Test
  void tellsVerbsAndOutcomesApart() {
    meter.note(Action.PATCH, 200, TimeUnit.MILLISECONDS.toNanos(3));
    meter.note(Action.PATCH, 304, 0);
    meter.note(Action.PATCH, 409, 0);
    meter.note(Action.PATCH, 503, TimeUnit.MINUTES.toNanos(1));
    meter.noteListing(200, 0);
    assertThat(noted()).containsOnlyKeys("PATCH", RequestMeter.LIST);
    assertThat(noted().get("PATCH").outcomes()).containsExactly(2L, 1L, 1L);
    List<Long> counts = noted().get("PATCH").durations().counts();
    assertThat(counts.getFirst()).isEqualTo(2);
    assertThat(counts.get(5)).as("up to 5 ms").isEqualTo(1);
    assertThat(counts.getLast()).as("more than 10 s").isEqualTo(1);
    assertThat(noted().get("PATCH").durations().sumNanos())
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(60_003));
  }

  @Test
  void showsNoVerbThatNobodyAskedFor() {
    assertThat(noted()).isEmpty();
    meter.hotRead();
    assertThat(noted()).containsOnlyKeys("GET");
  }

  /** The GET of a document in memory must cost no more for being counted. */
  @Test
  void countingAReadAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    meter.hotRead();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      meter.hotRead();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    assertThat(noted().get("GET").outcomes().getFirst()).isEqualTo(100_001);
  }
}
