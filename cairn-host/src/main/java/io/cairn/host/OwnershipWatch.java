// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.cluster.group.Partition;
import io.cairn.cluster.group.PartitionId;
import io.cairn.host.dispatch.ServiceRegistry;
import io.cairn.host.documents.DocumentPartition;
import io.cairn.host.documents.Documents;
import io.cairn.host.documents.PartitionedDocuments;
import io.cairn.host.stateful.StatefulServices;
import io.cairn.store.DocumentStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices which partitions this node has begun or ceased to own: the services that must run without
 * being asked are woken, those of documents owned elsewhere are stopped, and those that ask for it
 * are told. Requests do not depend on it, they look at the ownership of their document themselves.
 * For one thread at a time.
 */
final class OwnershipWatch {

  private final NodeSelectors selectors;
  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final ChildResumption resumption;
  private final Map<PartitionId, Long> tenures = new HashMap<>();
  private final Map<PartitionId, String> owners = new HashMap<>();

  OwnershipWatch(
      NodeSelectors selectors,
      ServiceRegistry registry,
      StatefulServices stateful,
      ChildResumption resumption) {
    this.selectors = selectors;
    this.registry = registry;
    this.stateful = stateful;
    this.resumption = resumption;
  }

  /** Looks at every partition. */
  void sweep() {
    boolean lost = false;
    for (PartitionedDocuments documents : selectors.allDocuments()) {
      List<DocumentStore> gained = new ArrayList<>();
      List<Partition> takenOver = new ArrayList<>();
      for (Partition partition : documents.partitions()) {
        long now = documents.tenure(partition);
        Long before = tenures.put(partition.id(), now);
        boolean changed = before == null || before != now;
        lost |= changed && before != null && before != Documents.NOT_HERE;
        if (changed
            && now != Documents.NOT_HERE
            && partition.machine() instanceof DocumentPartition machine) {
          gained.add(machine.store());
          String previous = owners.get(partition.id());
          if (previous != null && !previous.equals(documents.self())) {
            takenOver.add(partition);
          }
        }
        String owner = partition.owner();
        if (owner != null) {
          owners.put(partition.id(), owner);
        }
      }
      if (!gained.isEmpty()) {
        resume(documents, gained);
        takeOver(documents, takenOver);
      }
    }
    if (lost) {
      stateful.dropStale();
    }
  }

  private void resume(PartitionedDocuments documents, List<DocumentStore> gained) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory
          && factory.children().documents() == documents) {
        resumption.resume(factory, gained);
      }
    }
  }

  /** Another node owned them before: whoever asks hears of it. */
  private void takeOver(PartitionedDocuments documents, List<Partition> partitions) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory
          && factory.children().documents() == documents) {
        resumption.takeOver(factory, partitions);
      } else if (entry instanceof ServiceRegistry.Singleton(var link, var type)
          && type.documents() == documents
          && partitions.contains(documents.partition(link))) {
        resumption.takeOver(type, link);
      }
    }
  }
}
