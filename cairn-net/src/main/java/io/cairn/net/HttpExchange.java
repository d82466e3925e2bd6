// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.InputStream;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request and the place for its one answer. Every method may be called by any thread. */
public interface HttpExchange {

  /** Returns the request. */
  HttpRequest request();

  /**
   * Returns the body as it arrives, if {@link HttpHandler#readsAsStream} has asked for that; null
   * if the request has its body. Reading waits for the client, so it must not be done on an event
   * loop; while nobody reads, the client is not read from either. It fails with {@link
   * RequestBodyException} if the rest does not come. Read by one thread at a time.
   */
  @Nullable InputStream bodyStream();

  /**
   * Answers the request. Only the first answer counts: later ones are logged and dropped. If the
   * client has gone, the answer is dropped silently.
   */
  void respond(HttpResponse response);

  /**
   * Answers the request with status 200 and a stream of server-sent events.
   *
   * @param headers further fields of the answer
   * @return the stream; already closed if the client has gone, the request was answered before, or
   *     as many streams are open as the limits allow, which was answered with 503 then
   */
  EventStream startEventStream(HttpHeaders headers);

  /**
   * Answers the request with a body whose length is not known. Its bytes go out as they are
   * written, in chunks or as HTTP/2 has them.
   *
   * @return the body; a broken one if the client has gone or the request was answered before
   */
  BodyStream startBody(int status, HttpHeaders headers);

  /**
   * Whether nobody can get the answer any more: the connection is closed, or the stream was reset.
   * A client that merely sends no more may still read.
   */
  boolean isAbandoned();

  /** Returns the address of the client's end of the connection. */
  SocketAddress remoteAddress();

  /** Returns the protocol that the request arrived with. */
  HttpProtocol protocol();

  /**
   * Returns the certificates that the client proved to own, its own first; empty when there are
   * none.
   */
  List<X509Certificate> peerCertificates();
}
