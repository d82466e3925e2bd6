// SPDX-License-Identifier: Apache-2.0
/**
 * Aggregations: what is asked about all documents that match, found out bit by bit, here and on
 * other nodes, and put together.
 */
@NullMarked
package io.cairn.runtime.query.aggregation;

import org.jspecify.annotations.NullMarked;
