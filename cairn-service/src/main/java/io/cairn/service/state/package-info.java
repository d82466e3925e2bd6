// SPDX-License-Identifier: Apache-2.0
/** What hosts and services say about themselves: settings, statistics, subscriptions. */
@NullMarked
package io.cairn.service.state;

import org.jspecify.annotations.NullMarked;
