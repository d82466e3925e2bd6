// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

/**
 * A call of an application's or a watcher's that waits.
 *
 * @param name the method, for the log
 * @param action makes the call
 * @param discarded runs, on any thread, if the call is never made
 */
record Callback(String name, Runnable action, Runnable discarded) {

  Callback(String name, Runnable action) {
    this(name, action, () -> {});
  }
}
