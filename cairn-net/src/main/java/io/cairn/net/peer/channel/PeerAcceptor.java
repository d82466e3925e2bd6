// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.PeerEndpoint;
import io.cairn.net.ProxyHeaders;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.Hello;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Takes the connections that other nodes open. Thread-safe. */
final class PeerAcceptor implements PeerEndpoint {
  private final Supplier<@Nullable PeerNode> node;
  private final Unproven unproven = new Unproven();
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Makes one.
   *
   * @param node in whose name peers are accepted; null before and after they are
   */
  PeerAcceptor(Supplier<@Nullable PeerNode> node) {
    this.node = node;
  }

  @Override
  public @Nullable HttpResponse refusal(HttpRequest request) {
    // A page in a browser on this machine would seem to be local. Browsers send no such upgrade
    // today.
    if (request.headers().get("origin") != null) {
      return HttpResponse.empty(403);
    }
    if (node.get() == null) {
      return HttpResponse.empty(503).with("retry-after", "1");
    }
    return null;
  }

  @Override
  public void outdated(SocketAddress remote) {
    PeerNode current = node.get();
    if (current != null) {
      current
          .troubles()
          .refused(
              AcceptorHandshake.hostOf(remote),
              PeerTrouble.Kind.REFUSED,
              "it speaks another version of the peer protocol. " + Hello.SAME_VERSION);
    }
  }

  @Override
  public void takeOver(ChannelPipeline pipeline, HttpRequest request, boolean certified) {
    PeerNode current = node.get();
    if (current == null) {
      var _ = pipeline.close();
      return;
    }
    Channel channel = pipeline.channel();
    open.incrementAndGet();
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    boolean proxied = ProxyHeaders.arePresent(request.headers()::get);
    boolean local = !proxied && current.settings().loopback().test(channel.remoteAddress());
    boolean vouched = certified && hasCertificate(pipeline);
    boolean expected = vouched || Knock.isRight(current.settings().secret(), request.headers());
    Unproven.Kind kind = expected ? Unproven.Kind.EXPECTED : Unproven.Kind.SILENT;
    AcceptorHandshake handshake =
        new AcceptorHandshake(
            current,
            channel.remoteAddress(),
            local,
            vouched,
            new AcceptorHandshake.Place(unproven, kind));
    pipeline.addLast(new FrameChannel(current.settings().timings(), handshake));
  }

  /** Returns how many connections that peers have opened are open, proven or not. */
  int open() {
    return open.get();
  }

  /** Those that a handshake has let through have been verified. */
  private static boolean hasCertificate(ChannelPipeline pipeline) {
    SslHandler tls = pipeline.get(SslHandler.class);
    if (tls == null) {
      return false;
    }
    try {
      return tls.engine().getSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false; // It was not asked, or declined.
    }
  }
}
