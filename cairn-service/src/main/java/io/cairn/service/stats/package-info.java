// SPDX-License-Identifier: Apache-2.0
/** What authors make statistics with that keep a history. */
@NullMarked
package io.cairn.service.stats;

import org.jspecify.annotations.NullMarked;
