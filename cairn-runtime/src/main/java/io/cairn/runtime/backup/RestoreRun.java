// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.cluster.group.NodeGroup;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.runtime.backup.BackupManifest.FileCopy;
import io.cairn.runtime.backup.BackupManifest.PartitionCopy;
import io.cairn.runtime.documents.DocumentLoad;
import io.cairn.runtime.documents.PartitionSnapshots.Opened;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Restores a backup into the group of this host. While that lasts the group serves nobody, on no
 * node and also after a restart: it is agreed that it is being restored. What was begun and broke
 * off is done again, which changes nothing that is there, or wiped. For one thread, which may
 * block.
 */
public final class RestoreRun {
  /** Documents that may be there before, if that is allowed at all. */
  private static final int MOST_PRESENT = 10_000;

  private static final int NAMED = 10;

  private final BackupCluster cluster;
  private final BackupProgress progress;

  RestoreRun(BackupCluster cluster, BackupProgress progress) {
    this.cluster = cluster;
    this.progress = progress;
  }

  /**
   * What to restore.
   *
   * @param group into which group
   * @param atMicros as of which moment; 0 for that of the backup
   * @param beside whether documents may be there already: those that the backup has are replaced
   */
  record Wish(String group, long atMicros, boolean beside) {}

  /**
   * Restores a backup.
   *
   * @throws BackupException with why it was not restored; the group goes on being restored, unless
   *     nothing was changed
   */
  void run(StoredBackup backup, Wish wish) throws IOException {
    BackupManifest manifest = backup.manifest();
    progress.names(manifest.id());
    requireMoment(manifest, wish.atMicros());
    BackupVerification.require(backup, progress);
    NodeGroup group = cluster.group(wish.group());
    String from = named(manifest, wish);
    String present = group.view().config().restoring();
    if (!present.isEmpty() && !present.startsWith(from)) {
      throw new BackupException(Reason.CONFLICT, "The group is being restored from " + present);
    }
    Map<PartitionCopy, PartitionSet> sets = new LinkedHashMap<>();
    for (PartitionCopy copy : manifest.partitions()) {
      sets.put(copy, cluster.set(group, copy.selector(), copy.replicationFactor()));
    }
    Map<String, Long> there = present.isEmpty() ? requireEmpty(group, wish) : Map.of();
    cluster.restoring(
        group,
        present.isEmpty()
            ? "%s, begun by node %s at %s. To finish it, restore that backup again; to give it up, wipe it"
                .formatted(
                    from,
                    cluster.self(),
                    Instant.EPOCH.plus(cluster.micros().getAsLong(), ChronoUnit.MICROS))
            : present);
    load(backup, sets, wish, there);
    system(backup);
    cluster.restoring(group, "");
  }

  /** Which backup, so that no other is taken for it. */
  private static String named(BackupManifest manifest, Wish wish) {
    return wish.atMicros() == 0
        ? "backup " + manifest.id()
        : "backup %s as of %d".formatted(manifest.id(), wish.atMicros());
  }

  private static void requireMoment(BackupManifest manifest, long atMicros) throws BackupException {
    if (atMicros > manifest.requestedMicros()) {
      throw new BackupException(
          Reason.INVALID,
          "The backup %s was begun at %d and does not hold the moment %d (microseconds since 1970). Use a later backup"
              .formatted(manifest.id(), manifest.requestedMicros(), atMicros));
    }
  }

  /** Returns the links of what is there, with their versions. */
  private Map<String, Long> requireEmpty(NodeGroup group, Wish wish) throws IOException {
    Map<String, Long> there = new LinkedHashMap<>();
    progress.begin("looking whether the group is empty", 0);
    forEachDocument(
        group,
        document -> {
          there.put(document.link(), document.version());
          if (there.size() > (wish.beside() ? MOST_PRESENT : 1_000)) {
            throw tooMany(there, wish);
          }
        });
    if (!there.isEmpty() && !wish.beside()) {
      throw tooMany(there, wish).getCause();
    }
    return there;
  }

  private static UncheckedIOException tooMany(Map<String, Long> there, Wish wish) {
    return new UncheckedIOException(
        new BackupException(
            Reason.CONFLICT,
            "The group holds %d documents or more, such as %s. A backup is restored into a new group: start hosts with empty directories%s"
                .formatted(
                    there.size(),
                    String.join(", ", there.keySet().stream().limit(3).toList()),
                    wish.beside()
                        ? ""
                        : ", or, if those are what an application makes at its start, say that they may be there (--beside)")));
  }

  /** Gives the last version of each document that the group holds, deleted ones included. */
  private void forEachDocument(NodeGroup group, Consumer<DocumentVersion> sink) throws IOException {
    try {
      for (Partition partition : cluster.partitions(group)) {
        try (Opened opened = cluster.snapshots().open(partition, null, SnapshotTable.none());
            StagedIndex index =
                StagedIndex.of(opened.stream(), cluster.staging().resolve("present"))) {
          index.forEachDocument(versions -> sink.accept(versions.getLast()));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void load(
      StoredBackup backup,
      Map<PartitionCopy, PartitionSet> sets,
      Wish wish,
      Map<String, Long> there)
      throws IOException {
    progress.begin("restoring", backup.manifest().bytes());
    Set<String> inexact = new LinkedHashSet<>();
    long[] inexactCount = {0};
    PointInTime moment =
        new PointInTime(
            wish.atMicros(),
            link -> {
              inexactCount[0]++;
              if (inexact.size() < NAMED) {
                inexact.add(link);
              }
            });
    Map<PartitionSet, DocumentLoad> loads = new LinkedHashMap<>();
    for (Map.Entry<PartitionCopy, PartitionSet> each : sets.entrySet()) {
      DocumentLoad load =
          loads.computeIfAbsent(each.getValue(), set -> new DocumentLoad(set, cluster.loading()));
      Path directory = cluster.staging().resolve("restored");
      try (StagedIndex index = StagedIndex.of(backup, each.getKey(), directory)) {
        long bytes = each.getKey().files().stream().mapToLong(FileCopy::bytes).sum();
        load(index, bytes, versions -> take(load, moment.of(versions), there));
      }
    }
    for (DocumentLoad load : loads.values()) {
      proposing(load::finish);
    }
    if (inexactCount[0] > 0) {
      progress.note(
          "%d documents are not as they were at that moment, because their versions of then are not kept any more; they are as in the oldest version that is: %s%s"
              .formatted(
                  inexactCount[0],
                  String.join(", ", inexact),
                  inexactCount[0] > inexact.size() ? ", ..." : ""));
    }
  }

  private void take(DocumentLoad load, List<DocumentVersion> versions, Map<String, Long> there) {
    if (versions.isEmpty()) {
      return;
    }
    String link = versions.getFirst().link();
    Long present = there.get(link);
    if (present != null) {
      load.purge(link, present);
      var _ = load.finish();
    }
    load.add(versions);
    progress.document();
  }

  /** Spreads the bytes of a partition over its documents, so that progress can be seen. */
  private void load(StagedIndex index, long bytes, Consumer<List<DocumentVersion>> sink)
      throws IOException {
    long count = Math.max(1, index.count());
    long[] seen = {0};
    proposing(
        () -> {
          index.forEachDocument(
              versions -> {
                sink.accept(versions);
                seen[0]++;
                long part = bytes * seen[0] / count - bytes * (seen[0] - 1) / count;
                try {
                  progress.advance(part);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
          return seen[0];
        });
  }

  /** Work that proposes. */
  @FunctionalInterface
  private interface Proposing {
    long run() throws IOException;
  }

  private void proposing(Proposing work) throws IOException {
    try {
      var _ = work.run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CompletionException e) {
      throw new BackupException(
          Reason.UNAVAILABLE,
          "A document could not be stored: %s. The group goes on being restored: mend that, and restore again"
              .formatted(e.getCause()),
          e);
    }
  }

  private void system(StoredBackup backup) throws IOException {
    for (FileCopy file : backup.manifest().system()) {
      try (InputStream in = backup.open(file)) {
        switch (file.path()) {
          case BackupManifest.SCHEMAS -> cluster.schemas().adopt(in.readAllBytes());
          case BackupManifest.ATTRIBUTES -> cluster.attributes().adopt(in.readAllBytes(), progress);
          default -> progress.note("This Cairn does not know what %s is".formatted(file.path()));
        }
        progress.advance(file.bytes());
      }
    }
  }

  /**
   * Removes every document of a group whose restoration broke off, and has it serve again, empty.
   *
   * @throws BackupException if the group is not being restored
   */
  void wipe(String name) throws IOException {
    NodeGroup group = cluster.group(name);
    if (!group.view().config().isRestoring()) {
      throw new BackupException(
          Reason.CONFLICT,
          "Nothing is being restored into this group, so there is nothing to wipe");
    }
    progress.begin("wiping", 0);
    for (PartitionSet set : cluster.sets(group)) {
      DocumentLoad load = new DocumentLoad(set, cluster.loading());
      for (Partition partition : set.partitions()) {
        try (Opened opened = cluster.snapshots().open(partition, null, SnapshotTable.none());
            StagedIndex index =
                StagedIndex.of(opened.stream(), cluster.staging().resolve("present"))) {
          load(index, 0, versions -> purge(load, versions.getLast()));
        }
      }
      proposing(load::finish);
    }
    cluster.restoring(group, "");
  }

  private void purge(DocumentLoad load, DocumentVersion document) {
    load.purge(document.link(), document.version());
    progress.document();
  }
}
