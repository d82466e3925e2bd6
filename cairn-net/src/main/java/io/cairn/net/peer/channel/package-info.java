// SPDX-License-Identifier: Apache-2.0
/**
 * The channel between nodes: one authenticated connection per pair of nodes on the HTTP port,
 * shared by every kind of traffic.
 */
@NullMarked
package io.cairn.net.peer.channel;

import org.jspecify.annotations.NullMarked;
