// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpTraffic;
import io.cairn.net.LoopbackNames;
import io.cairn.net.PeerEndpoint;
import io.cairn.net.WebSocket;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import io.cairn.net.tls.ReloadingTls;
import io.cairn.net.tls.TlsConfig;
import io.cairn.runtime.model.HostSettings;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports of a host: HTTP, HTTPS or both. Thread-safe once started. */
public final class HostListeners {

  private static final Logger log = LoggerFactory.getLogger(HostListeners.class);

  private final HostSettings settings;
  private final @Nullable ReloadingTls tls;
  private final LateHandler handler = new LateHandler();
  private final HttpHandler gate;
  private volatile @Nullable HttpServer server;
  private volatile @Nullable URI uri;
  private volatile int securePort = -1;
  private volatile @Nullable URI publicUri;
  private volatile @Nullable URI peerUri;

  /**
   * Reads the certificates that the settings name.
   *
   * @throws IOException if they cannot be used
   */
  public HostListeners(HostSettings settings) throws IOException {
    this.settings = settings;
    this.gate = BrowserGate.before(handler, settings.security());
    this.tls = openTls(settings);
  }

  /**
   * Binds the ports. Until {@link #serve} is called, the host says that it is starting.
   *
   * @param peers takes the connections of other nodes
   */
  public void bind(PeerEndpoint peers) throws IOException {
    OpenFiles files = OpenFiles.ofThisProcess();
    files.concern(settings.maxConnections()).ifPresent(log::warn);
    HttpServer.Builder builder =
        HttpServer.builder()
            .handler(gate)
            .standing(StandingPolicy.of(settings.security()))
            .peers(peers)
            .errorBody(new ProblemDetails())
            .limits(
                HttpLimits.defaults()
                    .with(
                        it ->
                            it.maxBodyBytes(settings.requestPayloadSizeLimit())
                                .requestBodyBudget(settings.requestBodyBudget())
                                .maxConnections(files.connections(settings.maxConnections()))
                                .maxEventStreams(settings.maxEventStreams())));
    boolean plain = settings.port() >= 0;
    boolean secure = settings.securePort() >= 0;
    if (plain) {
      builder.listen(settings.bindAddress(), settings.port());
    }
    if (secure) {
      builder.listen(new HttpListener(settings.bindAddress(), settings.securePort(), tls));
    }
    if (settings.peerPort() >= 0) {
      builder.listen(
          new HttpListener(settings.bindAddress(), settings.peerPort(), secure ? tls : null, true));
    }
    HttpServer starting = builder.build();
    starting.start();
    server = starting;
    List<InetSocketAddress> bound = starting.addresses();
    uri = uriOf(plain ? "http" : "https", hostName(), bound.getFirst());
    securePort = secure ? bound.get(plain ? 1 : 0).getPort() : -1;
    publicUri = settings.publicUri() == null ? uri : URI.create(settings.publicUri());
    peerUri =
        settings.peerPort() >= 0
            ? uriOf(secure ? "https" : "http", publicUri().getHost(), bound.getLast())
            : publicUri;
  }

  private static URI uriOf(String scheme, String host, InetSocketAddress address) {
    return URI.create(scheme + "://" + host + ":" + address.getPort());
  }

  /**
   * Counts a body that came over another node among those that clients send here.
   *
   * @return counts it out again; null if there is no room for it now
   */
  public @Nullable Runnable admitBody(int bytes) {
    HttpServer current = server;
    return current == null ? () -> {} : current.admitBody(bytes);
  }

  /** Has requests answered like that from now on. */
  public void serve(HttpHandler gateway) {
    handler.serve(gateway);
  }

  /** What clients do on the ports. */
  public HttpTraffic traffic() {
    HttpServer current = server;
    return current == null ? HttpTraffic.NONE : current.traffic();
  }

  /** When the host's own certificate ends; empty if it has none. */
  public Optional<Instant> certificateEnd() {
    ReloadingTls own = tls;
    return own == null ? Optional.empty() : own.certificateEnd();
  }

  /** What is wrong with the host's own certificate, while something is. */
  public Supplier<Optional<String>> concerns() {
    ReloadingTls own = tls;
    return () -> own == null ? Optional.empty() : own.concern();
  }

  /** What connections are encrypted with; null if there is nothing to encrypt. */
  public @Nullable ReloadingTls tls() {
    return tls;
  }

  /** Where other nodes reach this one. */
  public URI peerUri() {
    URI known = peerUri;
    return known == null ? publicUri() : known;
  }

  private static @Nullable ReloadingTls openTls(HostSettings settings) throws IOException {
    if (settings.securePort() >= 0) {
      return ReloadingTls.open(tlsConfig(settings));
    }
    boolean securePeers = settings.peerNodes().stream().anyMatch(peer -> peer.startsWith("https:"));
    return securePeers || settings.caFile() != null
        ? ReloadingTls.trusting(settings.caFile())
        : null;
  }

  private static TlsConfig tlsConfig(HostSettings settings) {
    if (settings.certificateFile() == null || settings.keyFile() == null) {
      throw new IllegalArgumentException(
          "securePort needs certificateFile and keyFile, both in PEM form");
    }
    return new TlsConfig(
        settings.certificateFile(),
        settings.keyFile(),
        settings.keyPassphrase(),
        settings.caFile(),
        TlsConfig.ClientAuth.valueOf(settings.sslClientAuthMode().toUpperCase(Locale.ROOT)));
  }

  private String hostName() {
    String name = listensEverywhere() ? ServiceHost.LOOPBACK_ADDRESS : settings.bindAddress();
    return name.contains(":") ? "[" + name + "]" : name;
  }

  /** Whether a URI names this host. One without host part does. */
  public boolean isOwn(URI target) {
    if (target.getHost() == null) {
      return true;
    }
    return UriUtils.isSameHost(uri(), target)
        || UriUtils.isSameHost(publicUri(), target)
        || (isOwnPort(UriUtils.portOf(target)) && isOwnName(target.getHost()));
  }

  private boolean isOwnPort(int port) {
    HttpServer listening = server;
    return listening != null
        && listening.addresses().stream().anyMatch(address -> address.getPort() == port);
  }

  /** Whether a name leads to the address that this host listens on. */
  private boolean isOwnName(String name) {
    if (listensEverywhere()) {
      return LoopbackNames.contains(name);
    }
    boolean ordinary =
        hostName().equals(ServiceHost.LOOPBACK_ADDRESS) || hostName().equals("[::1]");
    return name.equalsIgnoreCase(hostName()) || (ordinary && LoopbackNames.isLocalhost(name));
  }

  private boolean listensEverywhere() {
    return settings.bindAddress().equals("0.0.0.0") || settings.bindAddress().equals("::");
  }

  /** Whether only this machine can reach the host. */
  public boolean isClosed() {
    return LoopbackNames.contains(settings.bindAddress());
  }

  /** The port for HTTPS; -1 if there is none, or none yet. */
  public int securePort() {
    return securePort;
  }

  public URI uri() {
    URI own = uri;
    if (own == null) {
      throw new IllegalStateException("the host does not listen yet");
    }
    return own;
  }

  public URI publicUri() {
    URI known = publicUri;
    return known == null ? uri() : known;
  }

  public int port() {
    return uri().getPort();
  }

  public void drain(Duration limit) {
    HttpServer current = server;
    if (current == null) {
      return;
    }
    try {
      if (!current.drain(limit)) {
        log.warn("Some connections were still open after {} s", limit.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public void close() {
    HttpServer current = server;
    if (current != null) {
      current.close();
    }
    ReloadingTls opened = tls;
    if (opened != null) {
      opened.close();
    }
  }

  /** Hands requests to whoever can answer them at present. */
  private static final class LateHandler implements HttpHandler {
    private volatile HttpHandler current = StartingHandler.opening();

    public void serve(HttpHandler handler) {
      current = handler;
    }

    @Override
    public void handle(HttpExchange exchange) {
      current.handle(exchange);
    }

    @Override
    public boolean readsAsStream(HttpRequest head) {
      return current.readsAsStream(head);
    }

    @Override
    public WebSocket.@Nullable Offer webSocket(
        HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
      return current.webSocket(request, from, certificates);
    }
  }
}
