// SPDX-License-Identifier: Apache-2.0
/**
 * Fuzzing of what reads bytes of strangers: targets, what must hold for each input of theirs, and
 * the runs of Jazzer. Nothing depends on this package.
 */
@org.jspecify.annotations.NullMarked
package io.cairn.fuzz;
