// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.DiskWaits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskPaceTest {

  private final AtomicLong now = new AtomicLong();
  private final DiskPace pace = new DiskPace(now::get);

  private void waitFor(long millis) throws IOException {
    pace.measure(() -> pass(millis));
  }

  private void pass(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void waitsOfTheLastMinutesAreCounted() throws IOException {
    waitFor(3);
    waitFor(21);
    waitFor(50);
    assertThat(pace.recent()).isEqualTo(new DiskWaits(3, 2, Duration.ofMillis(50)));
    pass(60_000);
    waitFor(1);
    assertThat(pace.recent()).isEqualTo(new DiskWaits(4, 2, Duration.ofMillis(50)));
    pass(60_000);
    assertThat(pace.recent()).isEqualTo(new DiskWaits(1, 0, Duration.ofMillis(1)));
    pass(180_000);
    assertThat(pace.recent()).isEqualTo(new DiskWaits(0, 0, Duration.ZERO));
  }

  @Test
  void waitThatGoesOnCounts() throws IOException {
    pace.measure(
        () -> {
          pass(5_000);
          assertThat(pace.recent()).isEqualTo(new DiskWaits(0, 1, Duration.ofSeconds(5)));
          assertThat(pace.isSlow()).isTrue();
        });
  }
}
