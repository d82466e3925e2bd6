// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.service.StandardRefusal;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that nobody waits for: when it is refused, the next sweep comes with it again.
 *
 * @param action the work
 */
record SilentWork(BiFunction<StatefulInstance, Turn, WorkOutcome> action) implements Work {

  private static final Logger log = LoggerFactory.getLogger(SilentWork.class);

  @Override
  public WorkOutcome run(StatefulInstance instance, Turn turn) {
    return action.apply(instance, turn);
  }

  @Override
  public void answer(WorkOutcome outcome) {
    if (outcome instanceof WorkOutcome.Failed(var refusal, var cause)) {
      if (refusal == StandardRefusal.LIMIT_EXCEEDED) {
        log.debug("Work on a service was refused", cause);
      } else {
        log.warn("Work on a service ended early", cause);
      }
    }
  }
}
