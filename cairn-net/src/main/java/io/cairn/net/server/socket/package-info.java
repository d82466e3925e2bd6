// SPDX-License-Identifier: Apache-2.0
/** What becomes of a connection that was turned into a WebSocket. */
@NullMarked
package io.cairn.net.server.socket;

import org.jspecify.annotations.NullMarked;
