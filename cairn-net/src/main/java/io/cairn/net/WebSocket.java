// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;

/**
 * The server's end of a WebSocket (RFC 6455), over which both sides send texts. Any thread may call
 * its methods.
 */
public interface WebSocket {
  /** The code of an end that is nobody's fault. */
  int NORMAL = 1000;

  /** The server stops. */
  int GOING_AWAY = 1001;

  /** The client has sent what the server does not understand. */
  int NOT_UNDERSTOOD = 1003;

  /** The client has sent a text that is none in UTF-8. */
  int NO_UTF_8 = 1007;

  /** The client has broken a rule. */
  int POLICY = 1008;

  /** A message is larger than the server takes. */
  int TOO_LARGE = 1009;

  /** The client does not seem to be there. */
  int NO_SIGN_OF_LIFE = 1011;

  /** There is no room for more at present, or the client reads too slowly. */
  int TRY_AGAIN_LATER = 1013;

  /**
   * Sends a text behind those that were sent before. A client that reads nothing for {@link
   * HttpLimits#bodyIdleTimeout} loses its connection.
   *
   * @return what became of it; nothing is sent later that was not queued
   */
  EventStream.Delivery send(String text);

  /**
   * Ends the connection after what was sent, and tells the client why. Only the first call counts.
   *
   * @param code what RFC 6455, section 7.4, calls the reason
   * @param reason at most 123 bytes; the rest is cut off
   */
  void close(int code, String reason);

  /** Returns the address of the client's end of the connection. */
  SocketAddress remoteAddress();

  /** Returns the certificates that the client proved to own; empty when there are none. */
  List<X509Certificate> peerCertificates();

  /**
   * What becomes of a WebSocket. Its methods run on the connection's event loop: they never wait.
   */
  interface Listener {
    /**
     * A text has come.
     *
     * @param done to be run, by any thread, when the text has been dealt with: only so many are
     *     under way at once, and the client is not read from until there are fewer
     */
    void text(String message, Runnable done);

    /** Whether a client that has said nothing for long has reason to stay. */
    boolean isInUse();

    /** The connection is closed. Called once. */
    void closed();
  }

  /** The answer to a request to make a WebSocket of its connection. */
  sealed interface Offer {
    /** It stays as it is, and the request gets this answer. */
    record Refused(HttpResponse answer) implements Offer {}

    /**
     * It becomes one.
     *
     * @param opened called once, on the event loop of the connection
     */
    record Accepted(Function<WebSocket, Listener> opened) implements Offer {}
  }
}
