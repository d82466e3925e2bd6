// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

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
      BiConsumer<StatefulInstance, StatefulService> action) {
    StatefulInstance present = table.find(link);
    StatefulService running = present == null ? null : present.service();
    if (present != null
        && running != null
        && present.isAlive(writer.now())
        && present.isCurrent()) {
      handlers.execute(() -> action.accept(present, running));
      return;
    }
    submit(
        type,
        link,
        new OperationWork(
            link,
            op,
            (instance, done) ->
                started(
                    instance,
                    op,
                    done,
                    (service, state) -> {
                      done.run();
                      action.accept(instance, service);
                    })));
  }

  /**
   * Goes on with the started service of the instance that this work is alone with.
   *
   * @param op failed if there is no such document or it does not start; then {@code done} has run
   */
  void started(
      StatefulInstance instance,
      Operation op,
      Runnable done,
      BiConsumer<StatefulService, DocumentVersion> then) {
    DocumentVersion state;
    try {
      state = instance.load();
    } catch (RuntimeException e) {
      DocumentFailures.unreadable(op, e);
      done.run();
      return;
    }
    if (state == null || !StatefulInstance.isAlive(state, writer.now())) {
      DocumentFailures.absent(op, state);
      done.run();
      return;
    }
    activation.ensureStarted(
        instance,
        state,
        (service, failure) -> {
          if (service == null) {
            op.fail(failure == null ? new IllegalStateException("not started") : failure);
            done.run();
          } else {
            then.accept(service, state);
          }
        });
  }
}
