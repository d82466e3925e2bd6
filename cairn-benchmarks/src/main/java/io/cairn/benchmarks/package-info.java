// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements of whole servers: each program starts the processes that it loads and prints one row
 * for each thing that was done.
 */
@NullMarked
package io.cairn.benchmarks;

import org.jspecify.annotations.NullMarked;
