// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private final AtomicLong wall = new AtomicLong(1_000);
  private final HybridClock clock = new HybridClock(wall::get);

  @Test
  void followsTheWallClockForward() {
    assertThat(clock.now()).isEqualTo(1_000);
    wall.set(5_000);
    assertThat(clock.now()).isEqualTo(5_000);
  }

  @Test
  void goesOnWhenTheWallClockStepsBack() {
    assertThat(clock.now()).isEqualTo(1_000);
    wall.set(1);
    assertThat(clock.now()).isEqualTo(1_001);
    assertThat(clock.now()).isEqualTo(1_002);
  }

  @Test
  void stampsLaterThanWhatItObserved() {
    clock.observe(9_000);
    assertThat(clock.now()).isEqualTo(9_001);
    clock.observe(10);
    assertThat(clock.latest()).isEqualTo(9_001);
  }

  @Test
  void neverGivesTheSameTimeToTwoThreads() throws Exception {
    ConcurrentSkipListSet<Long> seen = new ConcurrentSkipListSet<>();
    int threads = 4;
    int each = 5_000;
    try (var executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        tasks.add(
            () -> {
              long previous = 0;
              boolean increasing = true;
              for (int i = 0; i < each; i++) {
                long now = clock.now();
                increasing &= now > previous;
                previous = now;
                seen.add(now);
              }
              return increasing;
            });
      }
      for (var result : executor.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
    assertThat(seen).hasSize(threads * each);
  }
}
