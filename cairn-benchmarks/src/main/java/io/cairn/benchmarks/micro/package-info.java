// SPDX-License-Identifier: Apache-2.0
/** Micro-benchmarks of the parts that every request passes through, run by JMH. */
@NullMarked
package io.cairn.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
