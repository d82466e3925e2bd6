// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import java.net.URI;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a test does to one host: its time, its requests, and which other nodes it reaches. */
final class TestSurroundings implements HostRuntime.Surroundings {

  private final TestClock clock;
  private final RequestFaults faults;
  private volatile Predicate<URI> reaches = peer -> true;
  private volatile @Nullable ScheduledExecutorService timer;

  TestSurroundings(TestClock clock, RequestFaults faults) {
    this.clock = clock;
    this.faults = faults;
  }

  void reach(Predicate<URI> peers) {
    reaches = peers;
  }

  @Override
  public long aheadMicros() {
    return clock.aheadMicros();
  }

  @Override
  public ScheduledThreadPoolExecutor newTimer(ThreadFactory threads) {
    ScheduledThreadPoolExecutor made = clock.newTimer(threads);
    timer = made;
    return made;
  }

  @Override
  public boolean reaches(URI peer) {
    return reaches.test(peer);
  }

  @Override
  public boolean concerns(String path) {
    return faults.concerns(path);
  }

  @Override
  public void handle(Operation op, Consumer<Operation> onward) {
    ScheduledExecutorService present = timer;
    if (present == null) {
      onward.accept(op);
    } else {
      faults.handle(op, onward, present);
    }
  }
}
