// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static int taken(TokenBucket bucket, long now) {
    int taken = 0;
    while (bucket.take(now) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void letsThroughWhatASecondBringsAtOnceAndNoMoreUntilThereIsTime() {
    TokenBucket bucket = new TokenBucket(5, 0);

    assertThat(taken(bucket, 0)).isEqualTo(5);
    assertThat(bucket.take(0)).isEqualTo(SECOND / 5);
    assertThat(taken(bucket, 2 * SECOND / 5)).isEqualTo(2);
    assertThat(taken(bucket, 100 * SECOND)).isEqualTo(5);
  }

  @Test
  void slowRateStillLetsOneThrough() {
    TokenBucket bucket = new TokenBucket(0.5, 0);

    assertThat(taken(bucket, 0)).isOne();
    assertThat(taken(bucket, SECOND)).isZero();
    assertThat(taken(bucket, 2 * SECOND)).isOne();
  }

  @Test
  void reservationsFollowEachOtherAndAreNotMadeForTooLate() {
    TokenBucket bucket = new TokenBucket(1, 0);

    assertThat(bucket.reserve(0, 2 * SECOND, 9)).isZero();
    assertThat(bucket.reserve(0, 2 * SECOND, 9)).isEqualTo(SECOND);
    assertThat(bucket.reserve(0, 2 * SECOND, 9)).isEqualTo(2 * SECOND);
    assertThat(bucket.reserve(0, 2 * SECOND, 9)).isEqualTo(-1);
    assertThat(bucket.reserve(SECOND, 2 * SECOND, 9)).as("a second later").isEqualTo(2 * SECOND);
  }

  @Test
  void noMoreAreReservedThanMayWaitAndWhatIsGivenBackIsThereAgain() {
    TokenBucket bucket = new TokenBucket(1, 0);

    assertThat(bucket.reserve(0, 9 * SECOND, 2)).isZero();
    assertThat(bucket.reserve(0, 9 * SECOND, 2)).isEqualTo(SECOND);
    assertThat(bucket.reserve(0, 9 * SECOND, 2)).isEqualTo(2 * SECOND);
    assertThat(bucket.reserve(0, 9 * SECOND, 2)).isEqualTo(-1);
    bucket.giveBack();
    assertThat(bucket.reserve(0, 9 * SECOND, 2)).isEqualTo(2 * SECOND);
  }

  @Test
  void newRateGivesNothingBack() {
    TokenBucket bucket = new TokenBucket(10, 0);
    assertThat(taken(bucket, 0)).isEqualTo(10);

    bucket.rate(100, 0);
    assertThat(taken(bucket, 0)).isZero();
    assertThat(taken(bucket, SECOND / 10)).isEqualTo(10);
    assertThat(bucket.taken(SECOND / 10)).isEqualTo(100);
  }
}
