// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import io.cairn.net.HttpHeaders;
import io.cairn.net.HttpProtocol;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.server.stream.AnswerStream;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A request of an HTTP/1 connection. It is a link of the queue of those that await their answers.
 */
final class Http1Exchange extends ServerExchange {
  private final Http1Connection connection;
  private final HttpProtocol protocol;

  /** Whether the connection ends after the answer. */
  boolean last;

  /** What its body counts for among the bodies that the connection holds. */
  long heldBytes;

  /** The request that arrived after this one. */
  @Nullable Http1Exchange next;

  @Nullable HttpResponse response;
  @Nullable AnswerStream stream;

  Http1Exchange(
      ServerContext server,
      Channel channel,
      Http1Connection connection,
      HttpRequest request,
      HttpProtocol protocol) {
    super(server, channel, request);
    this.connection = connection;
    this.protocol = protocol;
  }

  /** Stands for a request that cannot be read, whose answer is the last one. */
  static Http1Exchange unreadable(
      ServerContext server, Channel channel, Http1Connection connection) {
    HttpRequest nothing = new HttpRequest("?", "/", null, HttpHeaders.empty(), HttpRequest.NO_BODY);
    Http1Exchange exchange =
        new Http1Exchange(server, channel, connection, nothing, HttpProtocol.HTTP_1_1);
    exchange.last = true;
    return exchange;
  }

  @Override
  public HttpProtocol protocol() {
    return protocol;
  }

  @Override
  void deliver(HttpResponse answer) {
    if (isAbandoned()) {
      release();
      return;
    }
    response = answer;
    connection.answered(this);
  }

  @Override
  void deliver(HttpResponse head, AnswerStream body) {
    if (isAbandoned()) {
      release();
      body.ended();
      return;
    }
    response = head;
    stream = body;
    connection.answered(this);
  }

  /** Whether nothing but the client ends its answer. */
  boolean isEndless() {
    return stream != null && stream.isEndless();
  }

  /** The client sends no more. */
  void clientLeft() {
    if (stream != null && stream.isEndless()) {
      stream.ended();
    }
  }

  /** The answer cannot be sent any more. */
  void abandon() {
    markAbandoned();
    release();
    if (stream != null) {
      stream.ended();
    }
  }

  @Override
  void endUnread() {
    connection.closeNow();
  }

  /** What its answer says about the future of the connection. */
  Http1ResponseEncoder.Persistence persistence(boolean ends) {
    if (ends) {
      return Http1ResponseEncoder.Persistence.CLOSE;
    }
    boolean modern = protocol == HttpProtocol.HTTP_1_1;
    return modern
        ? Http1ResponseEncoder.Persistence.IMPLIED
        : Http1ResponseEncoder.Persistence.KEEP_ALIVE;
  }

  boolean isHead() {
    return request().method().equals("HEAD");
  }
}
