// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.election;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Gives ids to questions that no other life of this node has given or will give, so that an answer
 * counts only for the life that asked: an earlier life's answer may still be under way when the
 * next one asks. The ids count up from a place taken by chance. Safe for all threads.
 */
public final class QuestionIds {

  private final AtomicLong last;

  /**
   * Creates the source of one life's ids.
   *
   * @param nanos the clock, which is taken into account too, lest a source of chance that begins
   *     anew gives an earlier life's ids
   */
  public QuestionIds(RandomGenerator random, LongSupplier nanos) {
    this.last = new AtomicLong(random.nextLong() ^ nanos.getAsLong());
  }

  public long next() {
    return last.incrementAndGet();
  }
}
