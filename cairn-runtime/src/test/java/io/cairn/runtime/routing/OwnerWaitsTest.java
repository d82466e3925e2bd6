// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for owners, and when they go on. */
class OwnerWaitsTest {

  private static final long LONG = 3_600_000;

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final OwnerWaits waits = new OwnerWaits(timer, Runnable::run);
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private boolean add(String name, String partition, long millis) {
    return waits.add(new Named(name), partition, waits.news(), millis);
  }

  private final class Named implements OwnerWaits.Waiting {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void again() {
      events.add(name);
    }

    @Override
    public void stopped() {
      events.add(name + " stopped");
    }
  }

  @Test
  void changeOfALeaderWakesThoseOfItsPartition() {
    assertThat(add("a", "p/1", LONG)).isTrue();
    assertThat(add("b", "p/2", LONG)).isTrue();
    assertThat(add("of no partition yet", null, LONG)).isTrue();

    waits.changed("p/1");
    assertThat(events).containsExactlyInAnyOrder("a", "of no partition yet");
    waits.changed("p/1");
    assertThat(events).hasSize(2);
    waits.changed("p/2");
    assertThat(events).contains("b").hasSize(3);
  }

  @Test
  void changeBetweenTheLookAndTheWaitIsNotMissed() {
    long seen = waits.news();
    waits.changed("p/1");

    assertThat(waits.add(new Named("a"), "p/1", seen, LONG)).isTrue();

    assertThat(events).containsExactly("a");
  }

  @Test
  void oneLooksAgainByItselfIfNobodyTells() {
    assertThat(add("a", "p/1", 1)).isTrue();

    await().until(() -> events.equals(List.of("a")));
  }

  @Test
  void oneTimerServesAllAndRestsWhenNobodyWaits() {
    for (int i = 0; i < 100; i++) {
      assertThat(add("a", "p/1", LONG)).isTrue();
    }
    assertThat(timer.getQueue().size()).isLessThanOrEqualTo(1);

    waits.changed("p/1");
    assertThat(events).hasSize(100);
    await().until(() -> timer.getQueue().isEmpty() && timer.getActiveCount() == 0);
  }

  @Test
  void thoseBeyondTheLimitDoNotWait() {
    for (int i = 0; i < OwnerWaits.LIMIT; i++) {
      assertThat(add("a", "p/1", LONG)).isTrue();
    }
    assertThat(add("too many", "p/1", LONG)).isFalse();

    waits.changed("p/1");
    assertThat(events).hasSize(OwnerWaits.LIMIT).doesNotContain("too many");
    assertThat(add("b", "p/1", LONG)).isTrue();
  }

  @Test
  void whoWaitsOnAHostThatStopsIsTold() {
    timer.shutdownNow();

    assertThat(add("a", "p/1", LONG)).isTrue();

    assertThat(events).containsExactly("a stopped");
  }
}
