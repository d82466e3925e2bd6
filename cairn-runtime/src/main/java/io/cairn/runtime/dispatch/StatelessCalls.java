// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.StatelessService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has services without a document handle requests, and stops those that one stops. Thread-safe. */
final class StatelessCalls {

  private static final Logger log = LoggerFactory.getLogger(StatelessCalls.class);

  private final ServiceRegistry registry;

  StatelessCalls(ServiceRegistry registry) {
    this.registry = registry;
  }

  /** Runs the handler on the calling thread, which it may block. */
  void run(String link, StatelessService service, Operation op) {
    if (op.isCancelled()) {
      op.failCancelled();
      return;
    }
    if (op.getAction() == Action.DELETE
        && link.equals(Dispatcher.pathOf(op))
        && service.isStoppedBy(op)) {
      op.nestCompletion(deleted -> stop(link, service, deleted));
    }
    Dispatcher.guarded(op, () -> OperationProcessingChain.handle(service, op));
  }

  private void stop(String link, StatelessService service, Operation deleted) {
    if (deleted.isRemote()) {
      log.warn("{} is stopped on this host, as asked by {}", link, deleted.getReferer());
      registry.stopByRequest(link);
    } else {
      registry.remove(link);
    }
    service.setProcessingStage(ProcessingStage.STOPPED);
    Operation stop = Operation.createDelete(deleted.getUri()).setReferer(deleted.getUri());
    stop.setCompletion((done, failure) -> deleted.complete());
    Dispatcher.guarded(stop, () -> service.handleStop(stop));
  }
}
