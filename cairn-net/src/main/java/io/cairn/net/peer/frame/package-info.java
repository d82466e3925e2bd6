// SPDX-License-Identifier: Apache-2.0
/** Frames on a connection between two nodes: their form, and the connection that carries them. */
@NullMarked
package io.cairn.net.peer.frame;

import org.jspecify.annotations.NullMarked;
