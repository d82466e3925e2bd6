// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import java.io.IOException;
import java.util.List;

/** A system that is compared: one process or a group of them. Not thread-safe. */
public interface Contender extends AutoCloseable {

  /** As reports have it. */
  String name();

  /** The processes that run. */
  List<Long> pids();

  /** Where they listen to clients. */
  List<Integer> ports();

  /** What it is sent. */
  Workload workload();

  /** Waits until all of it takes requests. */
  void await() throws IOException, InterruptedException;

  /** Where requests of a kind go: to the first process, if it makes no difference. */
  int port(WorkKind work) throws InterruptedException;

  /** Stops all processes. */
  @Override
  void close();
}
