// SPDX-License-Identifier: Apache-2.0
/**
 * What the runtime answers below every service's link: statistics, configuration, subscriptions.
 * Each part belongs to one service instance and comes into being with the first use.
 */
@NullMarked
package io.cairn.runtime.utility;

import org.jspecify.annotations.NullMarked;
