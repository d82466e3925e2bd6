// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreMarker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes an index of a received transfer, beside the present one.
 *
 * <p>Files become that index; changes go into one that begins with the files of the present index's
 * last commit, as hard links, for Lucene never writes to a file twice. Naming the new index in the
 * marker, one atomic rename, puts it in the other's place. A crash at any moment leaves the old
 * content or the new one.
 */
final class Installation {

  /** Beyond, more links seem to be known than are, which costs time only. */
  private static final long MAX_EXPECTED = 4_000_000;

  private final StoreDirectory files;
  private final StoreSetup setup;
  private final @Nullable OpenIndex before;
  private final BooleanSupplier givenUp;

  /**
   * Creates an installation.
   *
   * @param before null in a store that is rebuilt
   * @param givenUp whether nobody wants it any more
   */
  Installation(
      StoreDirectory files, StoreSetup setup, @Nullable OpenIndex before, BooleanSupplier givenUp) {
    this.files = files;
    this.setup = setup;
    this.before = before;
    this.givenUp = givenUp;
  }

  /**
   * Makes the index, durable and open.
   *
   * @param atLeast where it stands at least: what lies between is known to change nothing
   */
  PreparedTransfer prepare(StagedTransfer staged, long atLeast) {
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
      StoreMarker marker = begin(staged);
      try {
        PreparedTransfer prepared = filled(marker, staged, atLeast);
        StoreDirectory.deleteTree(staged.directory());
        return prepared;
      } catch (IOException | RuntimeException e) {
        removeQuietly(files.indexPath(marker), e);
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw files.failure("a transfer cannot be installed", e);
    }
  }

  /** Puts in place what the index begins with; returns the marker that names it. */
  private StoreMarker begin(StagedTransfer staged) throws IOException {
    StoreMarker old = currentMarker();
    String name = nextName(old);
    Path index = files.path().resolve(name);
    if (before != null && !(isFiles(staged) && staged.upTo() > before.pending().applied())) {
      try (StoreSnapshot present = before.runtime().snapshot()) {
        present.linkFilesInto(index);
        return present.marker().at(name);
      }
    }
    if (!isFiles(staged)) {
      Files.createDirectories(index);
      return StoreMarker.creating(old.createdMicros()).at(name);
    }
    StoreMarker received = StoreMarker.read(staged.directory());
    if (received == null) {
      throw new IOException(staged.directory() + " has no marker");
    }
    Files.move(
        staged.directory().resolve(StoreDirectory.INDEX), index, StandardCopyOption.ATOMIC_MOVE);
    StoreMarker.sync(files.path(), StandardOpenOption.READ);
    return received.at(name);
  }

  private static boolean isFiles(StagedTransfer staged) {
    return staged.kind() == StoreTransfer.Kind.FILES;
  }

  private PreparedTransfer filled(StoreMarker marker, StagedTransfer staged, long atLeast) {
    PartitionRuntime runtime = OpenIndex.openAt(files, marker, setup);
    try {
      long held = runtime.committedIndex();
      long upTo = Math.max(held, Math.max(staged.upTo(), atLeast));
      if (!isFiles(staged) || upTo > held) {
        fill(runtime, staged, upTo);
      }
      return new PreparedTransfer(OpenIndex.start(runtime, setup.options()), upTo);
    } catch (RuntimeException e) {
      runtime.close(false);
      throw e;
    }
  }

  private void fill(PartitionRuntime runtime, StagedTransfer staged, long upTo) {
    long held = runtime.pending().applied();
    runtime.fill(
        upTo,
        (index, filters, current) -> {
          if (isFiles(staged)) {
            return; // they are in place
          }
          Indexer indexer =
              Indexer.filling(
                  index, runtime.mapper(), filters, Math.min(staged.count(), MAX_EXPECTED));
          try (StagedChanges changes = StagedChanges.open(staged)) {
            for (List<Write> batch = changes.nextBatch(held);
                !batch.isEmpty();
                batch = changes.nextBatch(held)) {
              if (givenUp.getAsBoolean()) {
                throw new IOException("the store was closed meanwhile");
              }
              indexer.write(batch, current);
            }
          }
        });
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

  private static void removeQuietly(Path index, Exception cause) {
    try {
      StoreDirectory.deleteTree(index);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
