// SPDX-License-Identifier: Apache-2.0
/** What a machine and its processes have used: time, processor, system calls, packets. */
@NullMarked
package io.cairn.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
