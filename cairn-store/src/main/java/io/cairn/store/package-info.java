// SPDX-License-Identifier: Apache-2.0
/**
 * The multi-version document index: one Lucene index per partition, fed by the partition's log.
 * {@link io.cairn.store.DocumentStore} is one partition; {@link io.cairn.store.StorePool} is what
 * the partitions of a node share.
 */
@NullMarked
package io.cairn.store;

import org.jspecify.annotations.NullMarked;
