// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreException;
import io.cairn.store.index.LinkFilters;
import java.io.IOException;
import java.util.function.Function;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.AlreadyClosedException;

/** Builds the filters of a new searcher: those of small segments at once, of large ones beside. */
final class FilterPreparation {
  private FilterPreparation() {}

  /** Builds what is missing; {@code failed} makes the exception for a failure. */
  static void run(
      PartitionIndex index,
      LinkFilters filters,
      StorePool pool,
      Function<IOException, StoreException> failed) {
    try (HeldReader held = new HeldReader(index.acquire())) {
      if (!filters.prepareSmall(held.reader())) {
        pool.merge(() -> runAll(index, filters, failed));
      }
    } catch (IOException e) {
      throw failed.apply(e);
    }
  }

  private static void runAll(
      PartitionIndex index, LinkFilters filters, Function<IOException, StoreException> failed) {
    try (HeldReader held = new HeldReader(index.acquire())) {
      filters.prepareAll(held.reader());
    } catch (AlreadyClosedException _) {
      // Closed meanwhile: nobody needs the filters.
    } catch (IOException e) {
      var _ = failed.apply(e);
    }
  }

  private record HeldReader(DirectoryReader reader) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      reader.decRef();
    }
  }
}
