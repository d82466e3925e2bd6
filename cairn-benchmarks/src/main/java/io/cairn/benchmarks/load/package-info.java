// SPDX-License-Identifier: Apache-2.0
/** Clients that wait for their answers, and what they send. */
@NullMarked
package io.cairn.benchmarks.load;

import org.jspecify.annotations.NullMarked;
