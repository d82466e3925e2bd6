// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.log.LogFigures;
import io.cairn.runtime.documents.DiskRoom;
import io.cairn.store.StorePool;

/** The log, the indexes and the disk of a host. Thread-safe. */
public final class StorageMetrics implements MetricSource {
  private final ReplicationNode node;
  private final StorePool stores;
  private final DiskRoom room;

  /** Shows what a node keeps on its disk. */
  public StorageMetrics(ReplicationNode node, StorePool stores, DiskRoom room) {
    this.node = node;
    this.stores = stores;
    this.room = room;
  }

  @Override
  public void addTo(MetricSamples samples) {
    LogFigures log = node.logFigures();
    samples.add(HostMetric.LOG_APPENDED, log.appendedBytes());
    samples.add(HostMetric.LOG_SEGMENTS, log.segments());
    samples.add(HostMetric.LOG_SEGMENT_BYTES, log.segmentBytes());
    samples.add(HostMetric.LOG_FLUSH, node.logWaits());
    add(samples, stores.totals());
    samples.add(HostMetric.DISK_FREE, room.free());
    samples.add(HostMetric.DISK_SIZE, room.total());
    samples.add(HostMetric.DISK_FULL, room.isFull());
  }

  private static void add(MetricSamples samples, StorePool.Totals index) {
    samples.add(HostMetric.INDEX_STORES, index.stores());
    samples.add(HostMetric.INDEX_DOCUMENTS, index.documents());
    samples.add(HostMetric.INDEX_VERSIONS, index.versions());
    samples.add(HostMetric.INDEX_SEGMENTS, index.segments());
    samples.add(HostMetric.INDEX_BYTES, index.bytes());
    samples.add(HostMetric.INDEX_PENDING, index.pending());
    samples.add(HostMetric.INDEX_PENDING_BYTES, index.pendingBytes());
    samples.add(HostMetric.INDEX_UNCOMMITTED, index.uncommittedBytes());
    samples.add(HostMetric.INDEX_REFRESHES, index.refreshes());
    samples.add(HostMetric.INDEX_COMMITS, index.commits());
    samples.add(HostMetric.INDEX_MERGES, index.merges());
    samples.add(HostMetric.INDEX_MERGED, index.mergedBytes());
  }
}
