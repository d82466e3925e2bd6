// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What is to be done as soon as no lock is held: sending, completing futures. So neither a
 * transport that delivers at once nor a dependent of a future can come back in the middle of a
 * change.
 */
final class AttributesOutbox {

  private final Queue<Runnable> actions = new ArrayDeque<>();

  void add(Runnable action) {
    actions.add(action);
  }

  void run() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      action.run();
    }
  }
}
