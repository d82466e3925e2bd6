// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeGroups;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.StatelessService;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells factories and services without state that the members of their node group have changed: one
 * has come, died, come back, left, or got another role. Each change is told once, when the group is
 * available after it, so that what a handler then sends finds owners; changes meanwhile are told as
 * one. A service that runs on one node only is told there, once it is known where that is.
 * Documents hear of their owners instead, see {@link OwnershipWatch}. Thread-safe.
 */
public final class GroupChangeWatch {

  private final String self;
  private final NodeSelectors selectors;
  private final ServiceRegistry registry;
  private final MaintenanceScheduler maintenance;

  /** The members that live and their roles, by group, as they were told last. */
  private final Map<String, Map<String, String>> told = new ConcurrentHashMap<>();

  /** What the services that run on one node are to be told, by link, if that is here. */
  private final Map<String, GroupView> owed = new ConcurrentHashMap<>();

  public GroupChangeWatch(
      String self,
      NodeSelectors selectors,
      ServiceRegistry registry,
      MaintenanceScheduler maintenance) {
    this.self = self;
    this.selectors = selectors;
    this.registry = registry;
    this.maintenance = maintenance;
  }

  /** Looks at a group that may have changed; what a group begins with is no change. */
  void changed(GroupView group) {
    if (!group.available()) {
      return;
    }
    Map<String, String> now = living(group);
    Map<String, String> before = told.put(group.name(), now);
    if (before != null && !before.equals(now)) {
      tell(group);
    }
  }

  /** A member that has begun to catch up lives; only from UNAVAILABLE does it come back. */
  private static Map<String, String> living(GroupView group) {
    Map<String, String> living = new TreeMap<>();
    group
        .nodes()
        .forEach(
            (id, node) -> {
              if (node.status() == NodeStatus.AVAILABLE
                  || node.status() == NodeStatus.SYNCHRONIZING) {
                living.put(id, node.role().name());
              }
            });
    return living;
  }

  /** Tells every service of a group how the group is. */
  void tell(GroupView group) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      switch (entry) {
        case ServiceRegistry.Stateless(var link, var service, var owners) -> {
          if (owners == null) {
            tell(service, group);
          } else {
            owed.put(link, group);
            settle(link, group);
          }
        }
        case ServiceRegistry.Factory factory -> tell(factory.service(), group);
        case ServiceRegistry.Singleton _ -> {}
      }
    }
  }

  /** Tells what is owed to services of which it was not known yet whether they run here. */
  void sweep() {
    owed.forEach(this::settle);
  }

  /** The group may be available a moment before the owner of a link can act as one. */
  private void settle(String link, GroupView group) {
    if (!(registry.find(link) instanceof ServiceRegistry.Stateless(_, var service, var owners))
        || owners == null) {
      owed.remove(link, group);
      return;
    }
    boolean owned = owners.tenure(link) != DocumentStorage.NO_TENURE;
    String owner = owners.owner(link);
    boolean ownedByOther = owner != null && !owner.equals(self) && living(group).containsKey(owner);
    if ((owned || ownedByOther) && owed.remove(link, group) && owned) {
      tell(service, group);
    }
  }

  private void tell(StatelessService service, GroupView group) {
    NodeSelectors.Selector selector = selectors.find(service.getPeerNodeSelectorPath());
    String of = selector == null ? NodeGroups.DEFAULT : selector.group();
    if (service.getProcessingStage() != ProcessingStage.AVAILABLE || !of.equals(group.name())) {
      return;
    }
    ServiceMaintenanceRequest why =
        ServiceMaintenanceRequest.create(MaintenanceReason.NODE_GROUP_CHANGE);
    why.nodeGroupState = GroupStates.of(group, self);
    maintenance.groupChanged(service, why);
  }
}
