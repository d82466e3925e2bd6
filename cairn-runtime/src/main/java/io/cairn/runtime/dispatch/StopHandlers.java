// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.StatelessService;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the stop handlers of everything that is started, when the host stops. */
public final class StopHandlers {

  private static final Logger log = LoggerFactory.getLogger(StopHandlers.class);

  private StopHandlers() {}

  public static void run(ServiceRegistry registry, StatefulServices stateful, Duration limit) {
    CountDownLatch stopped = new CountDownLatch(1);
    stateful.stopAll(stopped::countDown);
    for (ServiceRegistry.Entry entry : registry.all()) {
      switch (entry) {
        case ServiceRegistry.Stateless stateless -> stop(stateless.service());
        case ServiceRegistry.Factory factory -> stop(factory.service());
        case ServiceRegistry.Singleton singleton -> {}
      }
    }
    try {
      if (!stopped.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Some stop handlers did not end within {} s", limit.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(StatelessService service) {
    Operation stop = Operation.createDelete(service.getUri()).setReferer(service.getUri());
    stop.setCompletion((op, failure) -> service.setProcessingStage(ProcessingStage.STOPPED));
    try {
      service.handleStop(stop);
    } catch (Throwable t) {
      log.warn("handleStop of {} failed", service.getSelfLink(), t);
    }
  }
}
