// SPDX-License-Identifier: Apache-2.0
/**
 * Bodies that pass through in pieces: answers on their way to the socket, and requests on their way
 * to whoever reads them.
 */
@NullMarked
package io.cairn.net.server.stream;

import org.jspecify.annotations.NullMarked;
