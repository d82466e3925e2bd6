// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import io.netty.channel.Channel;

/** Sets connections up for HTTP/2. */
final class Http2Pipeline {
  private Http2Pipeline() {}

  static void install(Channel channel, ServerContext server) {
    var _ = channel.close();
  }

  static boolean upgrade(Http1Connection connection, RequestHead head) {
    return false;
  }
}
