// SPDX-License-Identifier: Apache-2.0
/**
 * Services that clients serve over a WebSocket, and what these clients ask for in it. It knows the
 * services' face and the requests of HTTP, which it makes for its clients.
 */
@NullMarked
package io.cairn.runtime.socket;

import org.jspecify.annotations.NullMarked;
