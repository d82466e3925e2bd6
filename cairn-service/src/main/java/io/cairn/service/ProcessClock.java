// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.HybridClock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The clock of the process: documents, statistics and ids of every host in it are ordered. */
final class ProcessClock {

  static final HybridClock SHARED = new HybridClock(ProcessClock::wallMicros);

  private ProcessClock() {}

  static long wallMicros() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1_000;
  }
}
