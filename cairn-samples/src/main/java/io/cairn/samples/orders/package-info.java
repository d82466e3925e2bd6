// SPDX-License-Identifier: Apache-2.0
/** Orders of a shop: constraints on what comes in, and states that only commands change. */
@NullMarked
package io.cairn.samples.orders;

import org.jspecify.annotations.NullMarked;
