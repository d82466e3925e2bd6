// SPDX-License-Identifier: Apache-2.0
/**
 * The write-ahead log that all replica sets of a node share: records with checksums in preallocated
 * segments, one fsync for all who wait.
 */
@NullMarked
package io.cairn.cluster.log;

import org.jspecify.annotations.NullMarked;
