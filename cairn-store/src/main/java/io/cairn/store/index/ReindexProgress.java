// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

/**
 * How far the documents of a kind are in one store that are indexed anew.
 *
 * @param done so many have the kind's present form by now
 * @param left so many have not, as of a moment ago
 */
public record ReindexProgress(String kind, long done, long left) {}
