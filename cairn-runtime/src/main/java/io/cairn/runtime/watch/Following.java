// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

/** Something on this host that watches: it tells a {@link ChangeSink} while it runs. */
public interface Following extends Runnable {

  /**
   * A token that goes on where this has come to. For the thread that runs it, or before it runs.
   */
  String position();

  /** Ends it. Any thread. */
  void end();
}
