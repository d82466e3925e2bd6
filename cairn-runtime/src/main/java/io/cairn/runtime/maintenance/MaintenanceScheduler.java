// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.maintenance;

import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.Service;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the maintenance handlers of services that ask for it. The next run of a service is scheduled
 * when its last one has completed, so that a slow handler delays only itself. Thread-safe.
 */
public final class MaintenanceScheduler {

  private static final Logger log = LoggerFactory.getLogger(MaintenanceScheduler.class);

  private final ConcurrentHashMap<String, ScheduledFuture<?>> planned = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer;
  private final Executor handlers;
  private final LongSupplier defaultIntervalMicros;
  private final HostClock clock;

  /**
   * Creates a scheduler without services.
   *
   * @param timer tells when; runs nothing of its own
   * @param handlers runs the handlers
   * @param defaultIntervalMicros for services that set no interval
   * @param clock says how long handlers take
   */
  public MaintenanceScheduler(
      ScheduledExecutorService timer,
      Executor handlers,
      LongSupplier defaultIntervalMicros,
      HostClock clock) {
    this.timer = timer;
    this.handlers = handlers;
    this.defaultIntervalMicros = defaultIntervalMicros;
    this.clock = clock;
  }

  /** Plans the next run of a service, or drops it, as the service's options say now. */
  public void changed(Service service) {
    String link = service.getSelfLink();
    if (link == null) {
      return;
    }
    if (wants(service)) {
      plan(link, service);
    } else {
      ScheduledFuture<?> previous = planned.remove(link);
      if (previous != null) {
        previous.cancel(false);
      }
    }
  }

  private static boolean wants(Service service) {
    return service.hasOption(ServiceOption.PERIODIC_MAINTENANCE)
        && service.getProcessingStage() == ProcessingStage.AVAILABLE;
  }

  private void plan(String link, Service service) {
    long own = service.getMaintenanceIntervalMicros();
    long interval = own > 0 ? own : defaultIntervalMicros.getAsLong();
    try {
      ScheduledFuture<?> next =
          timer.schedule(
              () -> handlers.execute(() -> run(link, service)), interval, TimeUnit.MICROSECONDS);
      ScheduledFuture<?> previous = planned.put(link, next);
      if (previous != null) {
        previous.cancel(false);
      }
    } catch (RejectedExecutionException e) {
      log.debug("No more maintenance of {}: the host stops", link);
    }
  }

  private void run(String link, Service service) {
    if (!wants(service)) {
      planned.remove(link);
      return;
    }
    long begun = clock.nanos();
    run(
        service,
        ServiceMaintenanceRequest.create(MaintenanceReason.PERIODIC_SCHEDULE),
        () -> {
          service.adjustStat(Service.STAT_NAME_MAINTENANCE_COUNT, 1);
          service.setStat(Service.STAT_NAME_MAINTENANCE_DURATION, (clock.nanos() - begun) / 1000.0);
          changed(service);
        });
  }

  /** Has a service's maintenance handler run once, on a thread of its own, because of its group. */
  public void groupChanged(Service service, ServiceMaintenanceRequest why) {
    try {
      handlers.execute(() -> tellGroupChange(service, why, () -> {}));
    } catch (RejectedExecutionException e) {
      log.debug("No more maintenance of {}: the host stops", service.getSelfLink());
    }
  }

  /**
   * Runs a service's maintenance handler because of its group, on the thread that calls.
   *
   * @param then runs when the handler is done, whatever came of it
   */
  public static void tellGroupChange(
      Service service, ServiceMaintenanceRequest why, Runnable then) {
    service.adjustStat(Service.STAT_NAME_NODE_GROUP_CHANGE_MAINTENANCE_COUNT, 1);
    run(service, why, then);
  }

  /** Runs author's code: what it throws is logged, and nothing else comes of it. */
  private static void run(Service service, ServiceMaintenanceRequest why, Runnable then) {
    Operation op =
        Operation.createPost(service.getUri())
            .setReferer(service.getUri())
            .setAuthorizationContext(SubjectContext.SYSTEM)
            .setBodyNoCloning(why);
    op.setCompletion(
        (done, failure) -> {
          if (failure != null) {
            log.warn(
                "Maintenance of {} failed ({}): {}",
                service.getSelfLink(),
                why.reasons,
                failure.toString());
          }
          then.run();
        });
    try {
      OperationContext.runFor(op, () -> service.handleMaintenance(op));
    } catch (Throwable t) {
      op.fail(t);
    }
  }
}
