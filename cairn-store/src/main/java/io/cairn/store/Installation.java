// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreMarker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a received transfer a store's content.
 *
 * <p>Changes go into the present index and become durable with one commit. Files become an index
 * beside the present one; naming it in the marker, one atomic rename, puts it in the other's place.
 * A crash at any moment leaves the old content or the new one.
 */
final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);

  /** Beyond, more links seem to be known than are, which costs time only. */
  private static final long MAX_EXPECTED = 4_000_000;

  private final StoreDirectory files;
  private final StoreSetup setup;
  private final @Nullable OpenIndex before;

  /** Creates an installation; {@code before} is null in a store that is rebuilt. */
  Installation(StoreDirectory files, StoreSetup setup, @Nullable OpenIndex before) {
    this.files = files;
    this.setup = setup;
    this.before = before;
  }

  /** Installs; returns the index that the store has from now on. */
  OpenIndex install(StagedTransfer staged) {
    if (before != null && staged.upTo() <= before.pending().applied()) {
      // Nothing new; but the log may forget it now.
      if (staged.upTo() > before.runtime().committedIndex()) {
        before.runtime().commit();
      }
      return before;
    }
    long held = before == null ? 0 : before.pending().applied();
    if (staged.kind() == StoreTransfer.Kind.CHANGES && staged.from() > held) {
      throw new StoreException(
          "The changes begin after log index "
              + staged.from()
              + " and the store in "
              + files.path()
              + " holds "
              + held,
          null);
    }
    try {
      return switch (staged.kind()) {
        case CHANGES -> installChanges(staged);
        case FILES -> installFiles(staged);
      };
    } catch (IOException e) {
      throw files.failure("a transfer cannot be installed", e);
    }
  }

  private OpenIndex installChanges(StagedTransfer staged) throws IOException {
    if (before != null) {
      fill(before.runtime(), staged);
      return before;
    }
    StoreMarker old = currentMarker();
    StoreMarker fresh = StoreMarker.creating(old.createdMicros()).at(nextName(old));
    Files.createDirectories(files.path().resolve(fresh.index()));
    PartitionRuntime runtime = OpenIndex.openAt(files, fresh, setup);
    try {
      fill(runtime, staged);
      fresh.ready().write(files.path());
    } catch (IOException | RuntimeException e) {
      runtime.close(false);
      throw e;
    }
    return OpenIndex.start(runtime, setup.options());
  }

  private static void fill(PartitionRuntime runtime, StagedTransfer staged) {
    long held = runtime.pending().applied();
    runtime.fill(
        staged.upTo(),
        (index, filters, current) -> {
          Indexer indexer =
              Indexer.filling(
                  index, runtime.mapper(), filters, Math.min(staged.count(), MAX_EXPECTED));
          try (StagedChanges changes = StagedChanges.open(staged)) {
            for (List<Write> batch = changes.nextBatch(held);
                !batch.isEmpty();
                batch = changes.nextBatch(held)) {
              indexer.write(batch, current);
            }
          }
        });
  }

  private OpenIndex installFiles(StagedTransfer staged) throws IOException {
    StoreMarker received = StoreMarker.read(staged.directory());
    if (received == null) {
      throw new IOException(staged.directory() + " has no marker");
    }
    StoreMarker after = received.at(nextName(currentMarker()));
    Path index = files.path().resolve(after.index());
    Files.move(
        staged.directory().resolve(StoreDirectory.INDEX), index, StandardCopyOption.ATOMIC_MOVE);
    StoreMarker.sync(files.path(), StandardOpenOption.READ);
    // Opened before the marker names it: what cannot be opened must not replace what can.
    PartitionRuntime runtime = OpenIndex.openAt(files, after, setup);
    try {
      after.write(files.path());
    } catch (IOException | RuntimeException e) {
      runtime.close(false);
      throw e;
    }
    return OpenIndex.start(runtime, setup.options());
  }

  private StoreMarker currentMarker() throws IOException {
    StoreMarker marker = StoreMarker.read(files.path());
    if (marker == null) {
      throw new StoreCorruptedException(
          files.path(), "its " + StoreMarker.FILE + " is missing", null);
    }
    return marker;
  }

  /** A name for the next index, where nothing is. */
  private String nextName(StoreMarker marker) throws IOException {
    String name = StoreDirectory.nextIndexName(marker);
    StoreDirectory.deleteTree(files.path().resolve(name));
    return name;
  }

  /**
   * Removes what is not needed any more; what cannot be removed now is when the store is opened.
   */
  static void cleanUp(StoreDirectory files, StoreMarker marker) {
    try {
      files.removeLeftovers(marker);
    } catch (IOException e) {
      log.warn("What was replaced in {} could not be removed", files.path(), e);
    }
  }
}
