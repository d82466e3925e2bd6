// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

  private static final LoginThrottle.Limits LIMITS =
      new LoginThrottle.Limits(
          5, 30, 100, Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15));

  private final AtomicLong nanos = new AtomicLong(1);
  private final LoginThrottle throttle = new LoginThrottle(LIMITS, nanos::get);
  private final InetSocketAddress here = new InetSocketAddress("192.0.2.1", 1000);
  private final InetSocketAddress elsewhere = new InetSocketAddress("198.51.100.7", 1000);

  private void fail(int times, String user, InetSocketAddress from) {
    for (int i = 0; i < times; i++) {
      throttle.failed(user, from);
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void guessingGetsSlowerAndSlower() {
    fail(4, "jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isZero();

    fail(1, "jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isBetween(1L, 2L);
    pass(Duration.ofSeconds(2));
    assertThat(throttle.secondsToWait("jane", here)).isZero();

    fail(3, "jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isBetween(8L, 9L);
    fail(20, "jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isBetween(60L, 61L);
  }

  @Test
  void otherPortOfTheSameAddressIsTheSame() {
    fail(8, "jane", here);

    assertThat(throttle.secondsToWait("jane", new InetSocketAddress("192.0.2.1", 2222)))
        .isPositive();
    assertThat(throttle.secondsToWait("jane", elsewhere)).isZero();
  }

  @Test
  void guessingManyUsersFromOneAddressIsSlowedToo() {
    for (int i = 0; i < 40; i++) {
      throttle.failed("user" + i, here);
    }

    assertThat(throttle.secondsToWait("somebody else", here)).isGreaterThan(100);
    assertThat(throttle.secondsToWait("somebody else", elsewhere)).isZero();
  }

  @Test
  void strangersCannotLockAUserOut() {
    for (int i = 0; i < 500; i++) {
      throttle.failed("jane", new InetSocketAddress("203.0.113." + i % 200, 1000));
    }

    assertThat(throttle.secondsToWait("jane", here)).isBetween(1L, 3L);
    pass(Duration.ofSeconds(3));
    assertThat(throttle.secondsToWait("jane", here)).isZero();
  }

  @Test
  void rightPasswordAndTimeForgive() {
    fail(5, "jane", here);
    throttle.succeeded("jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isZero();

    fail(20, "jane", here);
    pass(Duration.ofMinutes(16));
    fail(1, "jane", here);
    assertThat(throttle.secondsToWait("jane", here)).isZero();
  }

  @Test
  void memoryIsBounded() {
    for (int i = 0; i < 100_000; i++) {
      throttle.failed("x".repeat(1000) + i, here);
    }

    assertThat(throttle.size()).isLessThanOrEqualTo(50_000);
  }
}
