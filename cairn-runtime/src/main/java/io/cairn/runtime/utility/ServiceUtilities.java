// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Needs;
import io.cairn.service.AbstractService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UtilityService;
import io.cairn.service.Utils;
import io.cairn.service.state.ServiceStats.ServiceStat;
import io.cairn.service.uri.UtilitySuffixes;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The utilities of one service instance. One that uses none of them costs one small object.
 * Thread-safe.
 */
public class ServiceUtilities implements UtilityService {
  private static final Logger LOGGER = LoggerFactory.getLogger(ServiceUtilities.class);

  private final Service parent;
  private final LongSupplier nowMicros;
  private volatile @Nullable StatsKeeper stats;
  private volatile @Nullable Subscriptions subscriptions;
  private @Nullable ConfigurationRequests configuration;
  private boolean sweepPlanned;

  /** Serves {@code parent}, which may be still without link and host. */
  public ServiceUtilities(Service parent) {
    this(parent, Utils::getNowMicrosUtc);
  }

  ServiceUtilities(Service parent, LongSupplier nowMicros) {
    this.parent = parent;
    this.nowMicros = nowMicros;
  }

  @Override
  public void handleRequest(Operation op, String suffix) {
    try {
      route(op, suffix);
    } catch (RuntimeException e) {
      op.fail(e);
    }
  }

  private void route(Operation op, String suffix) {
    switch (suffix) {
      case UtilitySuffixes.SERVICE_URI_SUFFIX_STATS ->
          new StatsRequests(parent, stats(), nowMicros).handle(op);
      case UtilitySuffixes.SERVICE_URI_SUFFIX_CONFIG -> parent.handleConfigurationRequest(op);
      case UtilitySuffixes.SERVICE_URI_SUFFIX_SUBSCRIPTIONS -> {
        ServiceHost host = parent.getHost();
        SubscriberSet kept = host.unwrap(SubscriberSet.Kept.class).of(parent);
        new SubscriptionRequests(
                parent,
                kept == null ? new VolatileSubscribers(parent, subscriptions()) : kept,
                host.unwrap(SubscriptionTargets.class))
            .handle(op);
        planSweep();
      }
      case UtilitySuffixes.SERVICE_URI_SUFFIX_TEMPLATE -> handleTemplate(op);
      case UtilitySuffixes.SERVICE_URI_SUFFIX_AVAILABLE -> handleAvailable(op);
      case UtilitySuffixes.SERVICE_URI_SUFFIX_OPENAPI,
          UtilitySuffixes.SERVICE_URI_SUFFIX_OPENAPI_JSON,
          UtilitySuffixes.SERVICE_URI_SUFFIX_OPENAPI_YAML ->
          parent.getHost().unwrap(ApiDescription.class).answer(op, parent, suffix);
      default -> handleOther(op, suffix);
    }
  }

  private void handleOther(Operation op, String suffix) {
    String ui = UtilitySuffixes.SERVICE_URI_SUFFIX_UI;
    if (suffix.equals(ui) || suffix.startsWith(ui + "/")) {
      String what =
          parent.hasOption(ServiceOption.HTML_USER_INTERFACE)
              ? " has no file for its user interface"
              : " has no user interface of its own";
      fail(op, Operation.STATUS_CODE_NOT_FOUND, parent.getSelfLink() + what);
    } else {
      Operation.failServiceNotFound(op);
    }
  }

  private static void fail(Operation op, int status, String message) {
    op.fail(status, new IllegalStateException(message), null);
  }

  // ---- statistics

  @Override
  public void setStat(String name, double value) {
    stats().set(name, value);
  }

  @Override
  public void setStat(ServiceStat stat, double value) {
    stats().set(stat, value);
  }

  @Override
  public void adjustStat(String name, double delta) {
    stats().adjust(name, delta);
  }

  @Override
  public void adjustStat(ServiceStat stat, double delta) {
    stats().adjust(stat, delta);
  }

  @Override
  public ServiceStat getStat(String name) {
    return stats().get(name);
  }

  @Override
  public void recordRequest(Action action, long durationMicros) {
    stats().recordRequest(action, durationMicros);
  }

  @Override
  public void recordFailure(Action action) {
    stats().recordFailure(action);
  }

  // ---- availability

  @Override
  public void setAvailable(boolean available) {
    stats().set(Service.STAT_NAME_AVAILABLE, available ? 1 : 0);
  }

  @Override
  public boolean isAvailable() {
    StatsKeeper present = stats;
    ServiceStat said = present == null ? null : present.find(Service.STAT_NAME_AVAILABLE);
    return said == null || said.latestValue == 1;
  }

  private void handleAvailable(Operation op) {
    switch (op.getAction()) {
      case GET -> answerAvailable(op);
      case POST, PUT, PATCH -> changeAvailable(op);
      case DELETE, OPTIONS -> Operation.failActionNotSupported(op);
    }
  }

  private void answerAvailable(Operation op) {
    String why = unavailability();
    if (why == null) {
      op.setBodyNoCloning(null).complete();
      return;
    }
    StandardRefusal.UNAVAILABLE.answer(op, parent.getSelfLink() + why);
  }

  private @Nullable String unavailability() {
    if (parent.getProcessingStage() != ProcessingStage.AVAILABLE) {
      return " has not started";
    }
    if (!isAvailable()) {
      return " says that it is not available";
    }
    List<String> reasons = parent instanceof AbstractService own ? own.obstacles() : List.of();
    return reasons.isEmpty() ? null : " is not available: " + String.join("; ", reasons);
  }

  private void changeAvailable(Operation op) {
    ServiceStat sent = op.getBody(ServiceStat.class);
    if (!Service.STAT_NAME_AVAILABLE.equals(sent.name)) {
      throw new IllegalArgumentException("name must be " + Service.STAT_NAME_AVAILABLE);
    }
    if (sent.latestValue != 0 && sent.latestValue != 1) {
      throw new IllegalArgumentException("latestValue must be 0 or 1");
    }
    setAvailable(sent.latestValue == 1);
    op.setBodyNoCloning(null).complete();
  }

  // ---- template

  private void handleTemplate(Operation op) {
    if (op.getAction() != Action.GET) {
      Operation.failActionNotSupported(op);
      return;
    }
    ServiceDocument template = parent.getDocumentTemplate();
    template.documentKind = DocumentKinds.shared().kindOf(template.getClass());
    template.documentSelfLink = op.getUri().getPath();
    template.documentOwner = parent.getHost().getId();
    op.setBodyNoCloning(template).complete();
  }

  // ---- configuration

  @Override
  public void handleConfiguration(Operation op) {
    try {
      configuration().handle(op);
    } catch (RuntimeException e) {
      op.fail(e);
    }
  }

  private synchronized ConfigurationRequests configuration() {
    if (configuration == null) {
      configuration = new ConfigurationRequests(parent);
    }
    return configuration;
  }

  // ---- subscriptions

  @Override
  public boolean hasSubscribers() {
    Subscriptions present = subscriptions;
    return present != null && !present.isEmpty();
  }

  @Override
  public void publish(Operation op, byte @Nullable [] stateJson) {
    Subscriptions present = subscriptions;
    if (present != null) {
      present.publish(op, stateJson);
    }
  }

  // Limits and expirations hold although nothing is published, so while there are subscribers, and
  // only then, somebody looks.
  private synchronized void planSweep() {
    if (sweepPlanned || !hasSubscribers()) {
      return;
    }
    try {
      var _ = parent.getHost().schedule(this::sweep, sweepIntervalMicros(), TimeUnit.MICROSECONDS);
      sweepPlanned = true;
    } catch (RejectedExecutionException e) {
      LOGGER.debug("No more sweeps of {}: the host stops", parent.getSelfLink());
    }
  }

  private void sweep() {
    subscriptions().maintain(nowMicros.getAsLong());
    synchronized (this) {
      sweepPlanned = false;
    }
    if (parent.getProcessingStage() != ProcessingStage.STOPPED) {
      planSweep();
    }
  }

  private long sweepIntervalMicros() {
    long interval = parent.getMaintenanceIntervalMicros();
    return interval == 0 ? parent.getHost().getMaintenanceIntervalMicros() : interval;
  }

  private StatsKeeper stats() {
    StatsKeeper present = stats;
    return present != null ? present : makeStats();
  }

  private synchronized StatsKeeper makeStats() {
    if (stats == null) {
      stats = new StatsKeeper(nowMicros);
    }
    return stats;
  }

  private synchronized Subscriptions subscriptions() {
    if (subscriptions == null) {
      Needs needs = parent.getClass().getAnnotation(Needs.class);
      Subscriptions.Terms terms =
          new Subscriptions.Terms(
              parent.getUri(),
              sweepIntervalMicros(),
              parent.getHost().getOperationTimeoutMicros(),
              needs != null && needs.owned());
      Guard guard = parent.getHost().unwrap(Guard.class);
      subscriptions = new Subscriptions(terms, parent, nowMicros, guard);
    }
    return subscriptions;
  }
}
