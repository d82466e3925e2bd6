// SPDX-License-Identifier: Apache-2.0
/**
 * Takes operations to the node that owns their document: decides whether that is this one, carries
 * them over the peer channel if not, waits while nobody owns it.
 */
@NullMarked
package io.cairn.runtime.routing;

import org.jspecify.annotations.NullMarked;
