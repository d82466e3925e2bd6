// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import java.util.random.RandomGenerator;

/** Of what was not synced, nothing reaches the disk. */
final class NothingIsKept implements RandomGenerator {
  @Override
  public long nextLong() {
    return 0;
  }

  @Override
  public int nextInt(int bound) {
    return bound - 1;
  }
}
