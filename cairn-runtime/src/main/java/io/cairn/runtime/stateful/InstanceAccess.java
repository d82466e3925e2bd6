// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/** Ways to an instance: into its mailbox, or to its running service. Thread-safe. */
final class InstanceAccess {

  private final InstanceTable table;
  private final Activation activation;
  private final StateWriter writer;
  private final Executor handlers;

  InstanceAccess(
      InstanceTable table, Activation activation, StateWriter writer, Executor handlers) {
    this.table = table;
    this.activation = activation;
    this.writer = writer;
    this.handlers = handlers;
  }

  /** Puts work into the mailbox of a link, making the instance if none is in memory. */
  void submit(ServiceType type, String link, Work work) {
    table.submit(link, () -> new StatefulInstance(link, type), work);
  }

  /**
   * Runs something beside other work with the running service of a document, starting it if needed.
   *
   * @param op failed if there is no such document or it does not start
   */
  void withInstance(
      ServiceType type,
      String link,
      Operation op,
      BiFunction<StatefulInstance, StatefulService, Outcome> action) {
    StatefulInstance present = table.find(link);
    StatefulService running = present == null ? null : present.service();
    if (present != null
        && running != null
        && present.isAlive(writer.now())
        && present.isCurrent()) {
      handlers.execute(() -> Outcome.ofWorkBeside(link, op, () -> action.apply(present, running)));
      return;
    }
    submit(
        type,
        link,
        new OperationWork(
            link,
            op,
            (instance, turn) ->
                activation.started(
                    instance,
                    op,
                    turn,
                    (service, state) -> {
                      turn.end(Outcome.DONE);
                      Outcome.ofWorkBeside(link, op, () -> action.apply(instance, service));
                      return Outcome.DONE;
                    })));
  }
}
