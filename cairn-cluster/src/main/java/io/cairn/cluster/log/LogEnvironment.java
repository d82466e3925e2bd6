// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What the log takes from outside.
 *
 * @param files the file system
 * @param random for the segments' seeds
 * @param background runs what is not on the path of a write: reserving the next segment, and
 *     telling of a failure; may run it at once, on the calling thread
 * @param patient whether who appends may be made to wait while the disk has no room; if not, that
 *     is a failure of the log
 */
public record LogEnvironment(
    LogFileSystem files, RandomGenerator random, Executor background, boolean patient) {

  /** Returns an environment with threads of its own. */
  public static LogEnvironment threaded(LogFileSystem files, RandomGenerator random) {
    return new LogEnvironment(
        files, random, task -> Thread.ofVirtual().name("cairn-log-background").start(task), true);
  }

  /** Returns an environment in which everything runs on the one thread that calls. */
  public static LogEnvironment inline(LogFileSystem files, RandomGenerator random) {
    return new LogEnvironment(files, random, Runnable::run, false);
  }
}
