// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import org.apache.lucene.store.AlreadyClosedException;

/** Builds the filters of a new searcher: those of small segments at once, of large ones beside. */
final class FilterPreparation {
  private FilterPreparation() {}

  /** Builds what is missing. */
  static void run(PartitionRuntime runtime, StorePool pool) {
    try (HeldReader held = runtime.acquire()) {
      if (!runtime.filters().prepareSmall(held.reader())) {
        pool.merge(() -> runAll(runtime));
      }
    } catch (IOException e) {
      throw runtime.fail("reading links", e);
    }
  }

  private static void runAll(PartitionRuntime runtime) {
    HeldReader held;
    try {
      held = runtime.acquire();
    } catch (IllegalStateException _) {
      return; // Closed meanwhile: nobody needs the filters.
    }
    try (held) {
      runtime.filters().prepareAll(held.reader());
    } catch (AlreadyClosedException _) {
      // The same.
    } catch (IOException e) {
      var _ = runtime.fail("reading links", e);
    }
  }
}
