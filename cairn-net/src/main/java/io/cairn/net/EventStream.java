// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

/**
 * An answer of server-sent events that goes on until one side ends it. Every method may be called
 * by any thread; events of one thread arrive in order.
 */
public interface EventStream extends AutoCloseable {

  /** What became of an event. */
  enum Delivery {
    /** It is on its way. */
    QUEUED,
    /**
     * The client reads too slowly: the buffer is full and the event was dropped. One that is larger
     * than the buffer is sent when nothing else waits.
     */
    OVERFLOW,
    /** The stream has ended: the event was dropped. */
    CLOSED
  }

  /** Sends an event. */
  Delivery send(ServerEvent event);

  /** Sends a comment, which clients ignore: a heartbeat that keeps the connection alive. */
  Delivery comment(String text);

  /**
   * Registers what is to happen, once, when an event that was dropped because the client reads too
   * slowly is worth another try, or the stream has ended. Takes the place of one that was
   * registered before.
   */
  void whenRoom(Runnable callback);

  /** Says whether events can still be sent. */
  boolean isOpen();

  /** Registers what is to happen, once, when the stream has ended on either side. */
  void onClose(Runnable callback);

  /** Ends the stream after what is queued. */
  @Override
  void close();
}
