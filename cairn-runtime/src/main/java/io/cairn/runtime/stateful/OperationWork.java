// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.service.Operation;
import java.util.function.BiConsumer;

/**
 * Work that answers an operation.
 *
 * @param link what it is for
 * @param op fails if the work cannot be done
 * @param action the work
 */
record OperationWork(String link, Operation op, BiConsumer<StatefulInstance, Runnable> action)
    implements Work {

  @Override
  public void run(StatefulInstance instance, Runnable done) {
    if (op.isCancelled()) {
      op.failCancelled();
      done.run();
    } else if (instance.enter()) {
      action.accept(instance, done);
    } else {
      DocumentFailures.moved(op, link);
      done.run();
    }
  }

  @Override
  public void fail(Throwable failure) {
    op.fail(failure);
  }

  @Override
  public void refuse(int limit) {
    DocumentFailures.queueFull(op, link, limit);
  }
}
