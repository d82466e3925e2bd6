// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.http;

import java.io.OutputStream;

/**
 * An answer that a handler returns to write its body while the client reads it, so that memory
 * holds but a small part of it.
 */
@FunctionalInterface
public interface BodyWriter {

  /**
   * Writes the body; called once, on the handler's thread.
   *
   * @param out waits while the client does not read, and fails with {@code IOException} when the
   *     client has gone; closed by the caller
   * @throws Exception before anything has left it is answered as what a handler throws; later it
   *     breaks the answer off, so that the client cannot take what it has for the whole
   */
  void writeTo(OutputStream out) throws Exception;
}
