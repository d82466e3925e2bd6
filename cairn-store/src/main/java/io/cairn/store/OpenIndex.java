// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.RoomRetry;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreMarker;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.ExpiredLinks;
import io.cairn.store.index.IndexFields;
import io.cairn.store.index.RetainedVersions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * The index that a store has at present, and how it is read. A store may replace it as a whole; who
 * asks takes it once for each question.
 */
record OpenIndex(PartitionRuntime runtime, LatestDocuments latest) {

  static OpenIndex start(PartitionRuntime runtime, StoreOptions options) {
    LatestDocuments latest = new LatestDocuments(runtime, options.cacheBytes());
    runtime.start(latest);
    return new OpenIndex(runtime, latest);
  }

  /** Opens what is in a partition's directory, or makes it. */
  static PartitionRuntime open(Path path, StoreSetup setup) {
    StoreDirectory files = new StoreDirectory(path);
    try {
      StoreMarker marker = files.prepare(setup.nowMicros().getAsLong());
      PartitionRuntime runtime = openAt(files, marker, setup);
      if (marker.state() == StoreMarker.State.CREATING) {
        files.markReady(marker);
      }
      files.removeLeftovers(marker);
      return runtime;
    } catch (IOException e) {
      throw files.failure("it cannot be opened", e);
    }
  }

  /** Opens the index that a marker names, which need not be the one on disk. */
  static PartitionRuntime openAt(StoreDirectory files, StoreMarker marker, StoreSetup setup) {
    Directory directory = null;
    RoomRetry retry = new RoomRetry(setup.pool().room(), files.path());
    try {
      directory = setup.directories().open(files.indexPath(marker), retry);
      if (marker.state() != StoreMarker.State.CREATING) {
        StoreOptions.Verification how = setup.options().verification();
        files.verify(directory, marker, how == StoreOptions.Verification.CHECKSUMS);
      }
      return new PartitionRuntime(setup, files, directory, retry, marker);
    } catch (IOException | RuntimeException e) {
      closeQuietly(directory, e);
      throw files.failure("it cannot be opened", e);
    }
  }

  private static void closeQuietly(@Nullable Directory directory, Exception cause) {
    try {
      if (directory != null) {
        directory.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  PendingWrites pending() {
    return runtime.pending();
  }

  List<DocumentVersion> versions(String link) {
    return versions(link, runtime.acquireCurrent());
  }

  /** The versions of a link that a reader shows, which is given back. */
  List<DocumentVersion> versions(String link, HeldReader held) {
    try (held) {
      return held.versions(link);
    } catch (IOException e) {
      throw runtime.health().readFailure("reading the versions of " + link, e);
    }
  }

  <T extends @Nullable Object> T history(String link, RetainedVersions.Question<T> question) {
    try (HeldReader held = runtime.acquireCurrent()) {
      return question.ask(new RetainedVersions(held.reader(), link));
    } catch (IOException e) {
      throw runtime.health().readFailure("reading the versions of " + link, e);
    }
  }

  List<String> expired(long nowMicros, int limit) {
    if (!pending().takeExpiring()) {
      // What expires is in the present searcher: no need to pay for a new one, usually.
      List<String> none = expired(runtime.acquire(), nowMicros, limit);
      if (none.isEmpty()) {
        return none;
      }
    }
    return expired(runtime.acquireCurrent(), nowMicros, limit);
  }

  private List<String> expired(HeldReader held, long nowMicros, int limit) {
    try (held) {
      return ExpiredLinks.find(held.reader(), nowMicros, limit);
    } catch (IOException e) {
      throw runtime.health().readFailure("looking for expired documents", e);
    }
  }

  /** The highest update time of the versions that were indexed or applied. */
  long highestUpdateTime() {
    try (HeldReader held = runtime.acquire()) {
      byte[] highest = PointValues.getMaxPackedValue(held.reader(), IndexFields.UPDATE_TIME_NUMBER);
      long indexed = highest == null ? 0 : NumericUtils.sortableBytesToLong(highest, 0);
      return Math.max(indexed, pending().highestUpdateTime());
    } catch (IOException e) {
      throw runtime.health().readFailure("looking for the highest update time", e);
    }
  }
}
