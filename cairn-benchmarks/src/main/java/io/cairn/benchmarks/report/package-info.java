// SPDX-License-Identifier: Apache-2.0
/** What came of a comparison: figures, goals, and the tables and charts that are made of them. */
@NullMarked
package io.cairn.benchmarks.report;

import org.jspecify.annotations.NullMarked;
