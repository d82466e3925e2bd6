// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupManifest.FileCopy;
import io.cairn.runtime.backup.BackupManifest.PartitionCopy;
import io.cairn.runtime.documents.PartitionSnapshots.Opened;
import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a backup of a group: holds the files of all partitions that are here, then copies them,
 * then those of partitions that only other nodes have, then writes the manifest. For one thread,
 * which may block.
 */
public final class BackupRun {
  /** What copying must leave of the disk that it writes to. */
  private static final long LEFT_FREE = 64L << 20;

  private final BackupCluster cluster;
  private final BackupTarget target;
  private final BackupProgress progress;
  private final @Nullable BackupManifest base;
  private final String id;
  private final String groupName;
  private final List<PartitionCopy> copies = new ArrayList<>();

  /**
   * What to do.
   *
   * @param id the name of the backup
   * @param base a backup beside it to share files with; null to have all files
   * @param group the name of the group
   */
  record Plan(String id, @Nullable BackupManifest base, String group) {}

  BackupRun(BackupCluster cluster, BackupTarget target, Plan plan, BackupProgress progress) {
    this.cluster = cluster;
    this.target = target;
    this.progress = progress;
    this.base = plan.base();
    this.id = plan.id();
    this.groupName = plan.group();
  }

  /** A partition of a selector, and its copy, once it is open. */
  private static final class Source implements AutoCloseable {
    private final PartitionSet set;
    private final Partition partition;
    private final @Nullable PartitionCopy before;
    private @Nullable Opened opened;
    private long takenMicros;

    private Source(PartitionSet set, Partition partition, @Nullable PartitionCopy before) {
      this.set = set;
      this.partition = partition;
      this.before = before;
    }

    @Override
    public void close() throws IOException {
      if (opened != null) {
        opened.close();
      }
    }
  }

  /**
   * Makes it; of one that fails nothing is left.
   *
   * @throws BackupException with why it was not made
   */
  BackupManifest run() throws IOException {
    List<Source> sources = new ArrayList<>();
    try {
      BackupManifest manifest = run(sources);
      target.finish(manifest.toBytes());
      return manifest;
    } catch (IOException | RuntimeException e) {
      try {
        target.abandon();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw explained(e);
    } finally {
      for (Source source : sources) {
        source.close();
      }
    }
  }

  private BackupManifest run(List<Source> sources) throws IOException {
    NodeGroup group = cluster.group(groupName);
    requireServing(group);
    long requested = cluster.micros().getAsLong();
    Map<String, PartitionCopy> known = known();
    for (PartitionSet set : cluster.sets(group)) {
      for (Partition partition : set.partitions()) {
        sources.add(new Source(set, partition, known.get(key(set, partition))));
      }
    }
    for (Source source : sources) {
      if (cluster.snapshots().isHere(source.partition)) {
        open(source); // all that are here, before the first of them is copied
      }
    }
    Map<String, byte[]> rest = new TreeMap<>();
    rest.put(BackupManifest.SCHEMAS, cluster.schemas().toBytes());
    if (BackupCluster.hasRest(group)) {
      rest.put(BackupManifest.ATTRIBUTES, cluster.attributes().toBytes());
    }
    long restBytes = rest.values().stream().mapToLong(bytes -> bytes.length).sum();
    progress.begin("copying", requireRoom(sources) + restBytes);
    for (Source source : sources) {
      if (source.opened == null) {
        open(source);
      }
      copy(source);
      source.close();
    }
    List<FileCopy> system = new ArrayList<>();
    for (Map.Entry<String, byte[]> each : rest.entrySet()) {
      system.add(written(each.getKey(), each.getValue()));
    }
    return new BackupManifest(
        BackupManifest.FORMAT,
        id,
        group.name(),
        group.view().uid(),
        cluster.self(),
        requested,
        copies.stream().mapToLong(PartitionCopy::takenMicros).max().orElse(requested),
        base == null ? "" : base.id(),
        copies,
        system);
  }

  /** What this node holds of a group that does not serve may be old. */
  private void requireServing(NodeGroup group) throws BackupException {
    Condition condition = group.view().condition();
    if (!condition.refusal().isEmpty() || condition.idle()) {
      throw new BackupException(
          Reason.UNAVAILABLE,
          "The group cannot be backed up now: " + String.join("; ", condition.reasons()));
    }
  }

  private Map<String, PartitionCopy> known() {
    Map<String, PartitionCopy> known = new HashMap<>();
    if (base != null) {
      base.partitions().forEach(copy -> known.put(copy.selector() + "/" + copy.number(), copy));
    }
    return known;
  }

  private String key(PartitionSet set, Partition partition) {
    return cluster.nameOf(set) + "/" + partition.id().number();
  }

  private void open(Source source) throws IOException {
    PartitionCopy before = source.before;
    source.opened =
        cluster
            .snapshots()
            .open(
                source.partition,
                before == null ? null : before.node(),
                before == null ? SnapshotTable.none() : before.table());
    source.takenMicros = cluster.micros().getAsLong();
  }

  private long requireRoom(List<Source> sources) throws IOException {
    long bytes = 0;
    for (Source source : sources) {
      Opened opened = source.opened;
      if (opened != null) {
        bytes += opened.stream().sent().stream().mapToLong(SnapshotFile::length).sum();
      }
    }
    long usable = target.usableBytes();
    if (usable < bytes + LEFT_FREE) {
      throw new BackupException(
          Reason.NO_ROOM,
          "The backup has about %d bytes, and its disk takes %d more (%s). Make room there, or name another place"
              .formatted(bytes, Math.max(0, usable - LEFT_FREE), target.place()));
    }
    return bytes;
  }

  private void copy(Source source) throws IOException {
    Opened opened = source.opened;
    if (opened == null) {
      throw new IllegalStateException("nothing is open");
    }
    String selector = cluster.nameOf(source.set);
    int number = source.partition.id().number();
    String directory = (selector.isEmpty() ? "own" : selector) + "-" + number + "/";
    SnapshotTable table = opened.stream().table();
    List<FileCopy> files = new ArrayList<>();
    PartitionCopy before = source.before;
    if (before != null) {
      List<SnapshotFile> sent = opened.stream().sent();
      Map<String, FileCopy> shared = new HashMap<>();
      before.files().forEach(file -> shared.put(file.name(), file));
      table.files().stream()
          .filter(file -> !sent.contains(file))
          .forEach(file -> files.add(shared.get(file.name())));
    }
    opened.stream()
        .readAll(
            file ->
                new CheckedFile(
                    target.create(directory + file.name()),
                    file,
                    progress::advance,
                    sha256 ->
                        files.add(
                            new FileCopy(
                                directory + file.name(),
                                file.length(),
                                sha256,
                                file.checksum(),
                                id))));
    copies.add(
        new PartitionCopy(
            selector,
            source.set.selector().replicationFactor(),
            number,
            opened.node(),
            table.storeId(),
            opened.stream().index(),
            source.takenMicros,
            files));
  }

  private FileCopy written(String path, byte[] bytes) throws IOException {
    List<FileCopy> written = new ArrayList<>();
    SnapshotFile file = new SnapshotFile(path, bytes.length, 0);
    try (OutputStream out =
        new CheckedFile(
            target.create(file.name()),
            file,
            progress::advance,
            sha256 -> written.add(new FileCopy(file.name(), bytes.length, sha256, 0, id)))) {
      out.write(bytes);
    }
    return written.getFirst();
  }

  private IOException explained(Exception e) {
    if (e instanceof BackupException known) {
      return known;
    }
    if (isShortage(e)) {
      return new BackupException(
          Reason.NO_ROOM,
          "There is no room for the backup at %s; what was written of it is removed. Make room there, or name another place"
              .formatted(target.place()),
          e);
    }
    return e instanceof IOException io ? io : new IOException(e.getMessage(), e);
  }

  private static boolean isShortage(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (at instanceof IOException
          && message != null
          && (message.contains("No space left") || message.contains("quota"))) {
        return true;
      }
    }
    return false;
  }
}
