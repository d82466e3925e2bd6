// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpListener;
import io.cairn.net.HttpServer;
import io.cairn.net.ReloadingTls;
import io.cairn.net.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports of a host: HTTP, HTTPS or both. Thread-safe once started. */
final class HostListeners {

  private static final Logger log = LoggerFactory.getLogger(HostListeners.class);

  private final ServiceHost.Arguments arguments;
  private volatile @Nullable HttpServer server;
  private volatile @Nullable ReloadingTls tls;
  private volatile @Nullable URI uri;
  private volatile @Nullable URI publicUri;

  HostListeners(ServiceHost.Arguments arguments) {
    this.arguments = arguments;
  }

  /**
   * Binds the ports and begins to serve.
   *
   * @param gateway makes the handler, once the host's URI is known
   */
  void start(Function<URI, HttpHandler> gateway) throws IOException {
    LateHandler handler = new LateHandler();
    HttpServer.Builder builder =
        HttpServer.builder()
            .handler(handler)
            .limits(
                HttpLimits.DEFAULTS.toBuilder()
                    .maxBodyBytes(arguments.requestPayloadSizeLimit)
                    .build());
    boolean plain = arguments.port >= 0;
    if (plain) {
      builder.listen(arguments.bindAddress, arguments.port);
    }
    if (arguments.securePort >= 0) {
      ReloadingTls secure = ReloadingTls.open(tlsConfig());
      tls = secure;
      builder.listen(new HttpListener(arguments.bindAddress, arguments.securePort, secure));
    } else if (arguments.caFile != null) {
      tls = ReloadingTls.trusting(arguments.caFile);
    }
    HttpServer starting = builder.build();
    starting.start();
    InetSocketAddress bound = starting.addresses().get(0);
    URI own = URI.create((plain ? "http" : "https") + "://" + hostName() + ":" + bound.getPort());
    server = starting;
    uri = own;
    publicUri = arguments.publicUri == null ? own : URI.create(arguments.publicUri);
    handler.serve(gateway.apply(own));
  }

  private TlsConfig tlsConfig() {
    if (arguments.certificateFile == null || arguments.keyFile == null) {
      throw new IllegalArgumentException(
          "securePort needs certificateFile and keyFile, both in PEM form");
    }
    return new TlsConfig(
        arguments.certificateFile,
        arguments.keyFile,
        arguments.keyPassphrase,
        arguments.caFile,
        TlsConfig.ClientAuth.valueOf(arguments.sslClientAuthMode.toUpperCase(Locale.ROOT)));
  }

  private String hostName() {
    boolean all = arguments.bindAddress.equals("0.0.0.0") || arguments.bindAddress.equals("::");
    String name = all ? ServiceHost.LOOPBACK_ADDRESS : arguments.bindAddress;
    return name.contains(":") ? "[" + name + "]" : name;
  }

  /** Whether a URI names this host. One without host part does. */
  boolean isOwn(URI target) {
    if (target.getHost() == null) {
      return true;
    }
    return UriUtils.isSameHost(uri(), target) || UriUtils.isSameHost(publicUri(), target);
  }

  /** Certificates to listen with and to dial with; null if no setting asks for any. */
  @Nullable ReloadingTls tls() {
    return tls;
  }

  /** Whom requests to any server believe; null for those that the JVM trusts. */
  @Nullable SSLContext trust() {
    ReloadingTls opened = tls;
    return opened == null ? null : opened.world();
  }

  URI uri() {
    URI own = uri;
    if (own == null) {
      throw new IllegalStateException("the host does not listen yet");
    }
    return own;
  }

  URI publicUri() {
    URI known = publicUri;
    return known == null ? uri() : known;
  }

  int port() {
    return uri().getPort();
  }

  void drain(Duration limit) {
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

  void close() {
    HttpServer current = server;
    if (current != null) {
      current.close();
    }
    ReloadingTls opened = tls;
    if (opened != null) {
      opened.close();
    }
  }

  /** Holds requests that arrive between the bind and the moment the gateway is there. */
  private static final class LateHandler implements HttpHandler {
    private volatile @Nullable HttpHandler gateway;

    void serve(HttpHandler handler) {
      gateway = handler;
    }

    @Override
    public void handle(io.cairn.net.HttpExchange exchange) {
      HttpHandler current = gateway;
      if (current == null) {
        exchange.respond(io.cairn.net.HttpResponse.empty(503).with("retry-after", "1"));
      } else {
        current.handle(exchange);
      }
    }
  }
}
