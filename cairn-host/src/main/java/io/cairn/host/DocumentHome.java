// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.host.Service.ServiceOption;
import io.cairn.host.documents.Documents;
import io.cairn.host.documents.PartitionedDocuments;
import io.cairn.host.documents.VolatileDocuments;
import io.cairn.host.model.ServiceModel;
import io.cairn.store.DocumentStore;
import io.cairn.store.DocumentVersion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where documents live, by the options of their service: replicated ones in the partitions of the
 * node group, others in this node's own partition, those without persistence in memory. Also knows
 * the description of every kind. Thread-safe.
 */
final class DocumentHome {

  private final Map<String, ServiceDocumentDescription> descriptions;
  private final PartitionedDocuments replicated;
  private final PartitionedDocuments local;
  private final VolatileDocuments memory = new VolatileDocuments();

  /**
   * Creates the home of documents that are open already.
   *
   * @param descriptions shared with the stores, which look kinds up in it
   */
  DocumentHome(
      Map<String, ServiceDocumentDescription> descriptions,
      PartitionedDocuments replicated,
      PartitionedDocuments local) {
    this.descriptions = descriptions;
    this.replicated = replicated;
    this.local = local;
  }

  static Map<String, ServiceDocumentDescription> newDescriptions() {
    return new ConcurrentHashMap<>();
  }

  Documents of(ServiceModel model) {
    if (!model.has(ServiceOption.PERSISTENCE)) {
      return memory;
    }
    return model.has(ServiceOption.REPLICATION) ? replicated : local;
  }

  /** Makes a kind known, and has what was stored before that indexed anew. */
  void describe(ServiceModel model) {
    if (!model.has(ServiceOption.PERSISTENCE)) {
      return;
    }
    if (descriptions.put(model.kind(), model.description()) == null) {
      for (DocumentStore store : stores()) {
        var _ = store.reindex(model.kind());
      }
    }
  }

  @Nullable ServiceDocumentDescription description(String kind) {
    return descriptions.get(kind);
  }

  /** The stores that hold the documents of a model; empty for those in memory. */
  List<DocumentStore> storesOf(ServiceModel model) {
    return of(model) instanceof PartitionedDocuments durable ? durable.stores() : List.of();
  }

  /** The latest durable version of a link, deleted and expired ones included. */
  @Nullable DocumentVersion latest(String link) {
    DocumentVersion found = replicated.latest(link);
    return found == null ? local.latest(link) : found;
  }

  /** A certain durable version of a link, if it is retained. */
  @Nullable DocumentVersion version(String link, long version) {
    DocumentVersion found = replicated.version(link, version);
    return found == null ? local.version(link, version) : found;
  }

  /** The latest durable version of a link, if it is neither deleted nor expired. */
  @Nullable DocumentVersion living(String link, long nowMicros) {
    DocumentVersion found = latest(link);
    return found == null || found.isTombstone() || found.isExpiredAt(nowMicros) ? null : found;
  }

  /** How many partitions the replicated documents have; fixed when the data were made. */
  int partitionCount() {
    return replicated.stores().size();
  }

  /** Every store of this node. */
  List<DocumentStore> stores() {
    return Stream.concat(replicated.stores().stream(), local.stores().stream()).toList();
  }

  void close() {
    replicated.close();
    local.close();
  }
}
