// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.cairn.net.EventLoops;
import io.cairn.net.peer.PeerAddress;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.FailurePayload;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.tls.ReloadingTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to other nodes: control lanes on event loops of its own, the lanes of shards on
 * theirs. Thread-safe.
 */
final class Dialer {
  private final PeerNode node;
  private final EventLoopGroup loops;
  private final Class<? extends Channel> type;

  Dialer(PeerNode node) {
    this.node = node;
    this.type = Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    this.loops = EventLoops.of(node.settings().eventLoops(), "cairn-peer");
  }

  /** Tries to connect the route, which hears how that ends. */
  void dial(PeerRoute route) {
    DialAttempt attempt = new DialAttempt(route);
    if (!node.settings().reaches().test(route.address())) {
      attempt.failed("the way there is cut");
      return;
    }
    ReloadingTls tls = node.settings().tls();
    boolean secure = PeerAddress.isSecure(route.address());
    if (secure && tls == null) {
      attempt.failed(
          PeerTrouble.Kind.REFUSED,
          "it is dialed with TLS, for which this node has no settings. Set caFile or certificateFile");
      return;
    }
    // Names are looked up by blocking calls, which event loops must not make.
    Thread.ofVirtual()
        .name("cairn-dial")
        .start(
            () -> {
              try {
                connect(attempt, resolve(route.address()), secure ? tls : null);
              } catch (UnknownHostException e) {
                attempt.failed(DialFailures.unknownHost(route.address().getHost()));
              } catch (RuntimeException e) {
                attempt.failed(FailurePayload.describe(e)); // The event loops have ended, for one.
              }
            });
  }

  private static InetSocketAddress resolve(URI address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address.getHost()), address.getPort());
  }

  private void connect(DialAttempt attempt, InetSocketAddress remote, @Nullable ReloadingTls tls) {
    int millis = (int) Math.max(1, node.settings().timings().connectTimeout().toMillis());
    int lane = attempt.lane();
    ChannelFuture connected =
        new Bootstrap()
            .group(lane == 0 ? loops : node.settings().shards().loop(lane - 1))
            .channel(type)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.turns())
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 << 10, 256 << 10))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    prepare(channel, attempt, tls);
                  }
                })
            .connect(remote);
    connected.addListener(
        done -> {
          if (!done.isSuccess()) {
            attempt.failed(DialFailures.unreachable(done.cause()));
          }
        });
  }

  private void prepare(Channel channel, DialAttempt attempt, @Nullable ReloadingTls tls) {
    if (tls != null) {
      URI address = attempt.address();
      SslHandler handler =
          tls.peer().newHandler(channel.alloc(), address.getHost(), address.getPort());
      handler.setHandshakeTimeout(
          node.settings().timings().handshakeTimeout().toMillis(), MILLISECONDS);
      channel.pipeline().addLast(handler);
    }
    channel
        .pipeline()
        .addLast(
            new HttpClientCodec(),
            new UpgradeClient(
                attempt,
                node,
                certified ->
                    new FrameChannel(
                        node.settings().timings(), new DialerHandshake(node, attempt, certified))));
  }

  /** Ends the event loops and what is left on them. */
  void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
