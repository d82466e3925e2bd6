// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.query.limits.CostlyWork;
import io.cairn.runtime.quotas.ElsewhereUse;
import io.cairn.runtime.quotas.GroupTenants;
import io.cairn.runtime.quotas.PartyNames;
import io.cairn.runtime.quotas.RequestIntake;
import io.cairn.runtime.quotas.RequestShares;
import io.cairn.runtime.quotas.StoredUse;
import io.cairn.runtime.quotas.TenantMeter;
import io.cairn.runtime.quotas.TenantPlaces;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What users and tenants may use of a host, and do. Thread-safe. */
final class HostQuotas {

  private final Guard guard;
  private final GroupTenants tenants;
  private final StoredUse stored;
  private final RequestIntake intake;
  private final TenantPlaces places;
  private final TenantMeter meter;
  private final RequestShares shares;

  HostQuotas(
      ServiceHost host,
      HostSettings settings,
      HostCluster cluster,
      HostThreads threads,
      Guard guard,
      AccountView accounts) {
    this.guard = guard;
    String nodeId = cluster.node().nodeId();
    this.tenants = new GroupTenants(accounts, () -> availableNodes(cluster.groups()));
    this.stored =
        new StoredUse(
            new StoredUse.Environment(
                tenants,
                cluster.documents()::partitions,
                threads.handlers(),
                threads.machine().nanoTime()),
            new ElsewhereUse(
                nodeId,
                cluster.peers(),
                cluster.documents()::partitions,
                threads.machine().nanoTime()));
    this.intake =
        new RequestIntake(
            RequestIntake.Settings.of(settings.security()),
            host.requestRates(),
            tenants,
            new RequestIntake.Later(threads.machine(), threads.timer(), threads.handlers()));
    this.places = new TenantPlaces(tenants);
    this.meter = new TenantMeter(nodeId, tenants, stored, intake, places);
    this.shares = new RequestShares(settings.security().maxRequestsInProgress, this::party);
    accounts.onChange(this::changed);
  }

  private static int availableNodes(NodeGroups groups) {
    NodeGroup group = groups.find(NodeGroups.DEFAULT);
    return group == null
        ? 1
        : (int)
            group.view().nodes().values().stream()
                .filter(node -> node.status() == NodeStatus.AVAILABLE)
                .count();
  }

  private void changed() {
    tenants.look();
    stored.look();
  }

  /** Looks at what nobody tells of: nodes that come and go, replicas that are opened. */
  void sweep() {
    changed();
    intake.sweep();
  }

  StoredUse stored() {
    return stored;
  }

  RequestIntake intake() {
    return intake;
  }

  RequestShares shares() {
    return shares;
  }

  TenantMeter meter() {
    return meter;
  }

  /** Takes a place among the event streams of the tenant on whose behalf an operation runs. */
  Runnable openStream(Operation op) {
    return places.enter(TenantPlaces.Kind.STREAMS, tenantOf(op));
  }

  private @Nullable String tenantOf(Operation op) {
    return guard.isOn() ? tenants.tenantOf(Guard.subjectOf(op)) : null;
  }

  /** A tenant is a party, whoever asks for it; who belongs to none is one by himself. */
  private String party(Subject subject, @Nullable SocketAddress from) {
    String tenant = guard.isOn() ? tenants.tenantOf(subject) : null;
    return tenant == null ? PartyNames.of(subject, from) : tenant;
  }

  CostlyWork.Parties parties() {
    return new CostlyWork.Parties() {
      @Override
      public String of(Operation op) {
        return party(Guard.subjectOf(op), op.getCaller());
      }

      @Override
      public Runnable begin(Operation op) {
        return places.enter(TenantPlaces.Kind.QUERIES, tenantOf(op));
      }
    };
  }
}
