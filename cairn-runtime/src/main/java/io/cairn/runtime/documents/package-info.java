// SPDX-License-Identifier: Apache-2.0
/**
 * Documents as replicated state: the commands that change them, the state machine that applies
 * those to a partition's store, and the group of partitions that a link is spread over.
 */
@NullMarked
package io.cairn.runtime.documents;

import org.jspecify.annotations.NullMarked;
