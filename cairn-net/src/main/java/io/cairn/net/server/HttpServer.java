// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static java.util.Objects.requireNonNull;

import io.cairn.net.ErrorBody;
import io.cairn.net.EventLoops;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpTraffic;
import io.cairn.net.NetClock;
import io.cairn.net.PeerEndpoint;
import io.cairn.net.StandingFields;
import io.cairn.net.server.stream.AnswerCounts;
import io.cairn.net.tls.ReloadingTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server: HTTP/1.0, HTTP/1.1 and HTTP/2, plain and over TLS, on one or more listeners.
 * Life: {@link #start()}, then {@link #drain} if requests under way matter, then {@link #close()}.
 * Safe for use by any thread.
 */
public final class HttpServer implements AutoCloseable {
  /** How long connections and threads may take to end. */
  private static final int CLOSING_SECONDS = 5;

  private static final int BACKLOG = 1024;

  private final Builder settings;
  private final ServerContext context;
  private final List<Channel> listening = new ArrayList<>();
  private final AcceptPacing acceptFailures;
  private @Nullable EventLoopGroup loops;

  /** Accepts connections, which must not wait for what others ask. */
  private @Nullable EventLoopGroup acceptor;

  private boolean closed;

  private HttpServer(Builder settings, HttpHandler handler) {
    this.settings = settings;
    this.context =
        new ServerContext(
            handler,
            settings.limits,
            BodyBudget.of(settings.limits),
            UnreadAnswers.of(settings.limits, NetClock::nanoTime),
            settings.errorBody,
            settings.gzipMinBytes,
            new DateField(settings.clock),
            ServerContext.Standing.of(settings.standing, false),
            new ConnectionRegistry(settings.limits.maxConnections(), NetClock::nanoTime),
            new AnswerCounts(),
            null);
    this.acceptFailures = new AcceptPacing(NetClock::nanoTime, context.connections());
  }

  /** Returns a builder without listeners. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Binds every listener and begins to serve.
   *
   * @throws BindException if an address cannot be bound; none is then
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start() throws BindException {
    if (loops != null || closed) {
      throw new IllegalStateException("a server starts once");
    }
    EventLoopGroup group = EventLoops.of(settings.eventLoops, "cairn-http");
    EventLoopGroup accepting = EventLoops.of(1, "cairn-accept");
    loops = group;
    acceptor = accepting;
    try {
      for (HttpListener listener : settings.listeners) {
        listening.add(bind(accepting, group, listener));
      }
    } catch (BindException e) {
      close();
      throw e;
    }
  }

  private Channel bind(EventLoopGroup accepting, EventLoopGroup group, HttpListener listener)
      throws BindException {
    Class<? extends ServerChannel> type =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(accepting, group)
            .channel(type)
            .handler(acceptFailures)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, EventLoops.turns())
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 << 10, 256 << 10))
            // A client that has said all it wants to say still gets its answers; see
            // Http1Connection.
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, listener.tls() == null)
            .childHandler(
                new ConnectionInitializer(
                    contextOf(listener)
                        .adding(
                            ServerContext.Standing.of(settings.standing, listener.tls() != null)),
                    listener));
    InetSocketAddress address = new InetSocketAddress(listener.host(), listener.port());
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      BindException failure = new BindException("Cannot listen on " + address);
      failure.initCause(bound.cause());
      throw failure;
    }
    return bound.channel();
  }

  private ServerContext contextOf(HttpListener listener) {
    ReloadingTls tls = listener.tls();
    boolean certified = tls != null && tls.asksForCertificatesOfChosenAuthorities();
    PeerEndpoint endpoint = settings.peers;
    ServerContext.Peers peers =
        endpoint == null ? null : new ServerContext.Peers(endpoint, certified);
    if (listener.peersOnly()) {
      return context.servingOnly(peers);
    }
    boolean elsewhere = settings.listeners.stream().anyMatch(HttpListener::peersOnly);
    return peers == null || elsewhere ? context : context.serving(peers);
  }

  /** Returns the addresses it listens on, in the order of the listeners; empty before the start. */
  public synchronized List<InetSocketAddress> addresses() {
    return listening.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /** Returns how many connections are open. */
  public int connectionCount() {
    return context.connections().size();
  }

  /** Returns how many bytes of request bodies are held, as far as they count for the budget. */
  public long heldBodyBytes() {
    return context.bodies().held();
  }

  /**
   * Counts a request's body that has reached this process in another way.
   *
   * @return counts it out again, and may be called again; null if there is no room for it now
   */
  public @Nullable Runnable admitBody(int bytes) {
    BodyBudget.Share share = new BodyBudget.Share(context.bodies());
    try {
      share.grow(Math.max(0, bytes - BodyBudget.UNCOUNTED));
      return share::release;
    } catch (RequestRefusedException e) {
      return null;
    }
  }

  /** Returns how many bytes of answers and events are held that their clients have not read. */
  public long unreadAnswerBytes() {
    return context.answers().held();
  }

  /** Returns what the server does and has done; takes no lock. */
  public HttpTraffic traffic() {
    return new HttpTraffic(
        context.connections().size(),
        context.connections().refusedInAll(),
        context.counts().all(),
        context.answers().eventStreams(),
        context.bodies().held(),
        context.answers().held());
  }

  /** Returns how many event streams are open. */
  public int eventStreams() {
    return context.answers().eventStreams();
  }

  /**
   * Accepts no further connections, answers what has been asked, and tells every client that its
   * connection ends. Waits for that. Connections of other nodes stay: their network closes them.
   *
   * @param limit how long to wait
   * @return whether every connection has ended
   */
  public boolean drain(Duration limit) throws InterruptedException {
    List<Channel> channels;
    synchronized (this) {
      channels = List.copyOf(listening);
    }
    for (Channel channel : channels) {
      channel.close().await();
    }
    context.connections().drain();
    return context.connections().awaitNone(limit);
  }

  /** Closes every listener and connection at once. */
  @Override
  public void close() {
    EventLoopGroup group;
    EventLoopGroup accepting;
    synchronized (this) {
      closed = true;
      group = loops;
      accepting = acceptor;
      for (Channel channel : listening) {
        var _ = channel.close();
      }
    }
    if (group != null && accepting != null) {
      var accepted = accepting.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS);
      var _ =
          context.connections().closeAll().awaitUninterruptibly(CLOSING_SECONDS, TimeUnit.SECONDS);
      group.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      accepted.awaitUninterruptibly();
    }
  }

  /** Collects the settings of a server; not safe for use by several threads. */
  public static final class Builder {
    private final List<HttpListener> listeners = new ArrayList<>();
    private @Nullable HttpHandler handler;
    private @Nullable PeerEndpoint peers;
    private HttpLimits limits = HttpLimits.defaults();
    private ErrorBody errorBody = ErrorBody.STANDARD;
    private StandingFields standing = StandingFields.NONE;
    private InstantSource clock = NetClock.timeOfDay();
    private int gzipMinBytes = 1024;
    private int eventLoops = Runtime.getRuntime().availableProcessors();

    private Builder() {}

    /** Adds a listener without encryption; port 0 picks a free one. */
    public Builder listen(String host, int port) {
      return listen(new HttpListener(host, port, null));
    }

    /** Adds a listener. */
    public Builder listen(HttpListener listener) {
      listeners.add(requireNonNull(listener));
      return this;
    }

    /** Sets what is done with requests; required. */
    public Builder handler(HttpHandler value) {
      handler = requireNonNull(value);
      return this;
    }

    /** Sets who takes over the connections of other nodes; if not called, there are none. */
    public Builder peers(PeerEndpoint value) {
      peers = requireNonNull(value);
      return this;
    }

    /** Sets what is borne from clients; {@link HttpLimits#defaults()} if not called. */
    public Builder limits(HttpLimits value) {
      limits = requireNonNull(value);
      return this;
    }

    /** Sets the body of the server's own errors; {@link ErrorBody#STANDARD} if not called. */
    public Builder errorBody(ErrorBody value) {
      errorBody = requireNonNull(value);
      return this;
    }

    /** Sets what is added to answers; nothing if not called. */
    public Builder standing(StandingFields value) {
      standing = requireNonNull(value);
      return this;
    }

    /** Sets the clock of the date field; the system's if not called. */
    public Builder clock(InstantSource value) {
      clock = requireNonNull(value);
      return this;
    }

    /**
     * Sets from how many bytes on text answers are compressed, 1024 if not called; -1 for never.
     */
    public Builder gzipMinBytes(int value) {
      gzipMinBytes = value;
      return this;
    }

    /** Sets the number of event loops, each one thread; one per processor if not called. */
    public Builder eventLoops(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("eventLoops must be positive, was " + value);
      }
      eventLoops = value;
      return this;
    }

    /**
     * Returns the server, not yet started.
     *
     * @throws IllegalStateException if there is no handler or no listener
     */
    public HttpServer build() {
      if (handler == null || listeners.isEmpty()) {
        throw new IllegalStateException("a server needs a handler and a listener");
      }
      return new HttpServer(this, handler);
    }
  }
}
