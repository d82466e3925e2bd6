// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.benchmarks;

import org.jspecify.annotations.NullMarked;
