// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of an answer whose length is not known. Writing waits while the client does not read, so
 * it must not be done on an event loop. Bytes are gathered into pieces; {@link #flush} sends what
 * is there. {@link #close} ends the answer. Used by one thread at a time, but for {@link #abort}.
 *
 * <p>Every method fails with {@link IOException} once the client has gone, or has read nothing for
 * so long that it is taken to have gone.
 */
public abstract class BodyStream extends OutputStream {

  /** Breaks the answer off, so that the client cannot take what it has for the whole. */
  public abstract void abort();

  @Override
  public abstract void close() throws IOException;
}
