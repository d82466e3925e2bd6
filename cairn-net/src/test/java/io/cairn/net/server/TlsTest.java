// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.net.HttpExchange;
import io.cairn.net.HttpHandler;
import io.cairn.net.HttpLimits;
import io.cairn.net.HttpRequest;
import io.cairn.net.HttpResponse;
import io.cairn.net.WebSocket;
import io.cairn.net.client.WebClient;
import io.cairn.net.client.WebClientException;
import io.cairn.net.client.WebRequest;
import io.cairn.net.tls.ReloadingTls;
import io.cairn.net.tls.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsTest extends ServerTestBed {
  private static X509Bundle authority;
  private static X509Bundle serverBundle;
  private static X509Bundle clientBundle;

  @TempDir Path directory;

  @BeforeAll
  static void issueCertificates() throws Exception {
    CertificateBuilder template = new CertificateBuilder().ecp256();
    authority =
        template.copy().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    serverBundle =
        template
            .copy()
            .subject("CN=server")
            .addSanIpAddress("127.0.0.1")
            .addSanDnsName("localhost")
            .buildIssuedBy(authority);
    clientBundle = template.copy().subject("CN=client").buildIssuedBy(authority);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private HttpServer serve(TlsConfig tls, HttpHandler handler) throws IOException {
    return serve(
        HttpServer.builder()
            .listen(new HttpListener("127.0.0.1", 0, closing(ReloadingTls.open(tls))))
            .limits(HttpLimits.defaults().withHeaderTimeout(Duration.ofMillis(1_500)))
            .handler(handler));
  }

  private TlsConfig config(TlsConfig.ClientAuth auth) throws IOException {
    return new TlsConfig(
        file("chain.pem", serverBundle.getCertificatePathPEM()),
        file("key.pem", serverBundle.getPrivateKeyPEM()),
        null,
        file("authority.pem", authority.getRootCertificatePEM()),
        auth);
  }

  private static SSLContext trusting(@Nullable X509Bundle own) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.getCertificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = null;
    if (own != null) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "own", own.getKeyPair().getPrivate(), new char[0], own.getCertificatePathWithRoot());
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private HttpResponse fetch(HttpServer server, @Nullable X509Bundle own) throws Exception {
    WebClient client = closing(WebClient.builder().sslContext(trusting(own)).build());
    int port = server.addresses().getFirst().getPort();
    return client
        .send(WebRequest.get(URI.create("https://127.0.0.1:" + port + "/a")))
        .get(20, TimeUnit.SECONDS);
  }

  private static void tellPeer(HttpExchange exchange) {
    String peer =
        exchange.peerCertificates().isEmpty()
            ? "nobody"
            : exchange.peerCertificates().getFirst().getSubjectX500Principal().getName();
    String text = exchange.protocol() + " " + peer;
    exchange.respond(HttpResponse.json(200, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void http2IsNegotiated() throws Exception {
    HttpServer server = serve(config(TlsConfig.ClientAuth.NONE), TlsTest::tellPeer);
    HttpResponse response = fetch(server, null);
    assertThat(response.body()).asString().isEqualTo("HTTP_2 nobody");
  }

  /** Opens WebSockets that answer each text with the name of the client's certificate. */
  private static final class SocketsThatTellPeer implements HttpHandler {
    @Override
    public void handle(HttpExchange exchange) {
      tellPeer(exchange);
    }

    @Override
    public WebSocket.Offer webSocket(
        HttpRequest request, SocketAddress from, List<X509Certificate> certificates) {
      return new WebSocket.Offer.Accepted(SocketsThatTellPeer::listener);
    }

    private static WebSocket.Listener listener(WebSocket socket) {
      return new WebSocket.Listener() {
        @Override
        public void text(String message, Runnable done) {
          socket.send(
              message + socket.peerCertificates().getFirst().getSubjectX500Principal().getName());
          done.run();
        }

        @Override
        public boolean isInUse() {
          return true;
        }

        @Override
        public void closed() {
          // Nobody waits for it.
        }
      };
    }
  }

  @Test
  void aWebSocketIsOpenedOverTls() throws Exception {
    HttpServer server = serve(config(TlsConfig.ClientAuth.NEED), new SocketsThatTellPeer());
    URI uri = URI.create("wss://127.0.0.1:" + server.addresses().getFirst().getPort() + "/");
    CompletableFuture<String> answer = new CompletableFuture<>();
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(clientBundle)).build()) {
      java.net.http.WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  uri,
                  new java.net.http.WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(
                        java.net.http.WebSocket from, CharSequence data, boolean last) {
                      answer.complete(data.toString());
                      return null;
                    }
                  })
              .get(20, TimeUnit.SECONDS);
      var _ = socket.sendText("I am ", true).get(20, TimeUnit.SECONDS);
      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("I am CN=client");
      socket.abort();
    }
  }

  @Test
  void clientWithoutNegotiationGetsHttp1() throws Exception {
    HttpServer server = serve(config(TlsConfig.ClientAuth.NONE), TlsTest::tellPeer);
    try (Socket socket =
        trusting(null)
            .getSocketFactory()
            .createSocket("127.0.0.1", server.addresses().getFirst().getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes())
          .asString()
          .startsWith("HTTP/1.1 200 ")
          .endsWith("HTTP_1_1 nobody");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WANT", "NEED"})
  void clientCertificateReachesTheHandler(TlsConfig.ClientAuth auth) throws Exception {
    HttpServer server = serve(config(auth), TlsTest::tellPeer);
    assertThat(fetch(server, clientBundle).body()).asString().isEqualTo("HTTP_2 CN=client");
  }

  @Test
  void missingClientCertificateMattersOnlyWhereItIsNeeded() throws Exception {
    HttpServer wanting = serve(config(TlsConfig.ClientAuth.WANT), TlsTest::tellPeer);
    assertThat(fetch(wanting, null).body()).asString().endsWith("nobody");
    HttpServer needing = serve(config(TlsConfig.ClientAuth.NEED), TlsTest::tellPeer);
    assertThatThrownBy(() -> fetch(needing, null)).hasCauseInstanceOf(WebClientException.class);
  }

  @Test
  void keyMayBeEncrypted() throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec("secret".toCharArray())));
    byte[] sealed = cipher.doFinal(serverBundle.getKeyPair().getPrivate().getEncoded());
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    byte[] encoded = new EncryptedPrivateKeyInfo(parameters, sealed).getEncoded();
    String pem =
        String.join(
            "\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----",
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded),
            "-----END ENCRYPTED PRIVATE KEY-----",
            "");
    Path chain = file("chain.pem", serverBundle.getCertificatePathPEM());
    Path key = file("key.pem", pem);
    HttpServer server = serve(TlsConfig.of(chain, key, "secret"), TlsTest::tellPeer);
    assertThat(fetch(server, null).status()).isEqualTo(200);
    assertThatThrownBy(() -> serve(TlsConfig.of(chain, key, "wrong"), TlsTest::tellPeer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");
  }

  @Test
  void plainRequestOnATlsPortDoesNotHang() throws Exception {
    HttpServer server = serve(config(TlsConfig.ClientAuth.NONE), TlsTest::tellPeer);
    assertThat(connect(server).send(get("/")).readAll()).doesNotContain("HTTP/1.1 200");
    assertThat(connect(server).readAll()).doesNotContain("HTTP/1.1");
  }
}
