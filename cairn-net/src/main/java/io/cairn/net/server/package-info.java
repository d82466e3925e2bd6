// SPDX-License-Identifier: Apache-2.0
/** The HTTP server that hosts listen with: HTTP/1.1 and HTTP/2, plain and over TLS. */
@NullMarked
package io.cairn.net.server;

import org.jspecify.annotations.NullMarked;
