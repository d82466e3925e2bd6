// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.IndexDirectories;
import io.cairn.store.index.DescriptionSource;
import java.util.function.LongSupplier;

/** What a store is opened with beside its directory. */
record StoreSetup(
    StorePool pool,
    StoreOptions options,
    DescriptionSource descriptions,
    LongSupplier nowMicros,
    IndexDirectories directories) {}
