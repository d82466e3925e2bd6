// SPDX-License-Identifier: Apache-2.0
/** Bank accounts that are never overdrawn, written in both faces of the programming model. */
@NullMarked
package io.cairn.samples.bank;

import org.jspecify.annotations.NullMarked;
