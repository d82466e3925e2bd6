// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.application.Cluster;
import io.cairn.runtime.backup.AutoBackups;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.metrics.FactoryMetrics;
import io.cairn.runtime.metrics.GroupMetrics;
import io.cairn.runtime.metrics.HostMetric;
import io.cairn.runtime.metrics.HttpMetrics;
import io.cairn.runtime.metrics.MetricSamples;
import io.cairn.runtime.metrics.MetricsExposition;
import io.cairn.runtime.metrics.MetricsService;
import io.cairn.runtime.metrics.PeerMetrics;
import io.cairn.runtime.metrics.StorageMetrics;
import io.cairn.runtime.model.RequestMeter;
import io.cairn.runtime.rest.HostListeners;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.identity.password.LoginThrottle;
import io.cairn.runtime.tracing.LogLevels;
import io.cairn.service.ServiceHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Says where the metrics of a host come from. Thread-safe. */
final class HostMetrics {
  private final String nodeId;
  private final HostServices services;
  private final HostQueries queries;
  private final HostCluster cluster;
  private final Cluster live;

  private HostMetrics(
      HostServices services, HostQueries queries, HostCluster cluster, Cluster live) {
    this.nodeId = cluster.node().nodeId();
    this.services = services;
    this.queries = queries;
    this.cluster = cluster;
    this.live = live;
  }

  /** Starts what shows all that the parts of a host count, and how much they log. */
  static void start(
      ServiceHost host,
      HostServices services,
      HostQueries queries,
      HostCluster cluster,
      Cluster live,
      HostListeners listeners) {
    HostMetrics own = new HostMetrics(services, queries, cluster, live);
    MetricsExposition metrics =
        new MetricsExposition(
            List.of(
                own::host,
                own::queries,
                own::accounts,
                new FactoryMetrics(own::factories),
                new HttpMetrics(listeners::traffic, listeners::certificateEnd),
                new GroupMetrics(cluster.groups()),
                new StorageMetrics(cluster.node(), cluster.pool(), cluster.room()),
                new PeerMetrics(cluster.channels())));
    host.startAndAwait(new MetricsService(metrics), MetricsService.SELF_LINK);
    ServiceLoader.load(LogLevels.class, LogLevels.class.getClassLoader())
        .findFirst()
        .ifPresent(
            levels ->
                host.startAndAwait(
                    new LogLevelsService(levels, services.guard()), LogLevelsService.SELF_LINK));
  }

  /** Where applications register meters of their own, if that is what is looked for. */
  static <T> Optional<T> meters(HostServices services, Class<T> type) {
    return type.equals(MeterRegistry.class)
            && services.registry().find(MetricsService.SELF_LINK)
                instanceof ServiceRegistry.Stateless stateless
            && stateless.service() instanceof MetricsService metrics
        ? Optional.of(type.cast(metrics.meters()))
        : Optional.empty();
  }

  private Map<String, RequestMeter> factories() {
    Map<String, RequestMeter> found = new HashMap<>();
    for (ServiceRegistry.Entry entry : services.registry().all()) {
      if (entry instanceof ServiceRegistry.Factory factory) {
        found.put(factory.link(), factory.children().requests());
      }
    }
    return found;
  }

  private void host(MetricSamples samples) {
    String version = ServiceHost.class.getPackage().getImplementationVersion();
    samples.add(HostMetric.HOST_INFO, 1, nodeId, version == null ? "" : version);
    samples.add(HostMetric.HOST_READY, live.health().ready());
    samples.add(HostMetric.HOST_SERVICES, services.registry().all().size());
    samples.add(HostMetric.HOST_INSTANCES, services.stateful().count());
    samples.add(HostMetric.HOST_OPERATIONS, services.inFlight().count());
    AutoBackups backups = cluster.backups().automatic();
    samples.add(HostMetric.BACKUPS, backups.performed(), "performed");
    samples.add(HostMetric.BACKUPS, backups.failed(), "failed");
    samples.add(HostMetric.BACKUPS, backups.skipped(), "skipped");
  }

  private void queries(MetricSamples samples) {
    samples.add(HostMetric.QUERY_DURATION, queries.engine().durations());
    samples.add(HostMetric.QUERY_WAITING, queries.engine().waitingCount());
    samples.add(HostMetric.QUERY_PAGED, queries.engine().pagedCount());
    samples.add(HostMetric.SUBSCRIPTIONS, queries.subscriptions().count());
    samples.add(HostMetric.WATCHES, queries.watches().count());
  }

  private void accounts(MetricSamples samples) {
    LoginThrottle.Logins logins = services.accounts().logins();
    samples.add(HostMetric.LOGINS, logins.succeeded(), "succeeded");
    samples.add(HostMetric.LOGINS, logins.failed(), "failed");
    samples.add(HostMetric.LOGINS, logins.slowed(), "slowed");
    Guard guard = services.guard();
    samples.add(HostMetric.UNPROVED, guard.unproved());
    samples.add(HostMetric.REFUSALS, guard.refusals());
  }
}
