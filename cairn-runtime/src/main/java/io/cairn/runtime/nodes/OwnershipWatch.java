// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.dispatch.ChildResumption;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.DocumentPartition;
import io.cairn.runtime.documents.Documents;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.documents.OwnerHistory;
import io.cairn.runtime.documents.PartitionedDocuments;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.store.DocumentStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Notices which partitions this node has begun or ceased to own: the services that must run without
 * being asked are woken, those of documents owned elsewhere are stopped, and those that ask for it
 * are told. Requests do not depend on it, they look at the ownership of their document themselves.
 * For one thread at a time.
 */
public final class OwnershipWatch {

  private final NodeSelectors selectors;
  private final ServiceRegistry registry;
  private final StatefulServices stateful;
  private final ChildResumption resumption;
  private final OwnerHistory history;

  public OwnershipWatch(
      String self,
      NodeSelectors selectors,
      ServiceRegistry registry,
      StatefulServices stateful,
      ChildResumption resumption) {
    this.selectors = selectors;
    this.registry = registry;
    this.stateful = stateful;
    this.resumption = resumption;
    this.history = new OwnerHistory(self);
  }

  /** Looks at every partition. */
  public void sweep() {
    boolean lost = false;
    List<Runnable> gains = new ArrayList<>();
    for (PartitionedDocuments documents : selectors.allDocuments()) {
      List<DocumentStore> gained = new ArrayList<>();
      List<Partition> takenOver = new ArrayList<>();
      for (Partition partition : documents.partitions()) {
        DocumentStore store =
            partition.machine() instanceof DocumentPartition machine ? machine.store() : null;
        // One that cannot serve yet is looked at again.
        long tenure = store == null ? Documents.NOT_HERE : documents.tenure(partition);
        OwnerHistory.Change change = history.look(partition.id(), tenure, partition.owner());
        lost |= change.ended();
        if (store != null && change.gained()) {
          gained.add(store);
        }
        if (change.takenOver()) {
          takenOver.add(partition);
        }
      }
      if (!gained.isEmpty()) {
        gains.add(
            () -> {
              resume(documents, gained);
              takeOver(documents, takenOver);
            });
      }
    }
    if (lost) {
      stateful.dropStale();
    }
    gains.forEach(Runnable::run);
  }

  private void resume(PartitionedDocuments documents, List<DocumentStore> gained) {
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory
          && factory.children().documents() == documents) {
        resumption.resume(factory, gained);
      }
    }
  }

  /** Another node owned them before, or this one until it lost them: whoever asks hears of it. */
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
