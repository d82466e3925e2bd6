// SPDX-License-Identifier: Apache-2.0
/** What is loaded: servers as processes of their own, which end with the one that started them. */
@NullMarked
package io.cairn.benchmarks.systems;

import org.jspecify.annotations.NullMarked;
