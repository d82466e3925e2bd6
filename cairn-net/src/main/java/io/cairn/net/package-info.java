// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 and HTTP/2 over plain sockets and TLS: the server that hosts listen with, and the client
 * to the world.
 */
@NullMarked
package io.cairn.net;

import org.jspecify.annotations.NullMarked;
