// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that nobody waits for: when it is refused, the next sweep comes with it again.
 *
 * @param action the work
 */
record SilentWork(BiConsumer<StatefulInstance, Runnable> action) implements Work {

  private static final Logger log = LoggerFactory.getLogger(SilentWork.class);

  @Override
  public void run(StatefulInstance instance, Runnable done) {
    action.accept(instance, done);
  }

  @Override
  public void fail(Throwable failure) {
    log.warn("Work on a service ended early", failure);
  }

  @Override
  public void refuse(int limit) {
    log.debug("Work on a service was refused: {} operations wait for it", limit);
  }
}
