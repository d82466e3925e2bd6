// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpResponse;
import io.cairn.net.client.WebClient;
import io.cairn.net.client.WebClientException;
import io.cairn.net.client.WebRequest;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import io.cairn.net.server.ServerTestBed;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadingTlsTest extends ServerTestBed {
  private static final CertificateBuilder TEMPLATE = new CertificateBuilder().ecp256();

  @TempDir Path directory;
  private X509Bundle authority;

  @BeforeEach
  void writeFirstFiles() throws Exception {
    authority = newAuthority();
    write("ca.crt", authority.getRootCertificatePEM());
    issue("first");
  }

  private static X509Bundle newAuthority() throws Exception {
    return TEMPLATE
        .copy()
        .subject("CN=authority")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  /** A certificate that serves as a server's and as a client's. */
  private X509Bundle issue(String name) throws Exception {
    X509Bundle issued =
        TEMPLATE.copy().subject("CN=" + name).addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
    write("node.crt", issued.getCertificatePathPEM());
    write("node.key", issued.getPrivateKeyPEM());
    return issued;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private TlsConfig config() {
    return new TlsConfig(
        directory.resolve("node.crt"),
        directory.resolve("node.key"),
        null,
        directory.resolve("ca.crt"),
        TlsConfig.ClientAuth.NEED);
  }

  private ReloadingTls open() throws IOException {
    return closing(ReloadingTls.open(config(), Duration.ZERO));
  }

  /** Twice, because files that have just changed may still be changing. */
  private static void look(ReloadingTls tls) {
    tls.look();
    tls.look();
  }

  /** Answers with the name of the client's certificate. */
  private HttpServer serve(ReloadingTls tls) throws IOException {
    return serve(
        HttpServer.builder()
            .listen(new HttpListener("127.0.0.1", 0, tls))
            .handler(
                exchange ->
                    exchange.respond(
                        HttpResponse.json(
                            200,
                            exchange
                                .peerCertificates()
                                .getFirst()
                                .getSubjectX500Principal()
                                .getName()
                                .getBytes(StandardCharsets.UTF_8)))));
  }

  /** A new client each time, and so a new connection. */
  private String ask(HttpServer server, ReloadingTls tls) throws Exception {
    int port = server.addresses().getFirst().getPort();
    try (WebClient client = WebClient.builder().sslContext(tls.world()).build()) {
      byte[] body =
          client
              .send(WebRequest.get(URI.create("https://127.0.0.1:" + port + "/")))
              .get(20, TimeUnit.SECONDS)
              .body();
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  @Test
  void newConnectionsUseTheNewFilesOnBothSides() throws Exception {
    ReloadingTls tls = open();
    HttpServer server = serve(tls);
    assertThat(ask(server, tls)).isEqualTo("CN=first");

    authority = newAuthority();
    write("ca.crt", authority.getRootCertificatePEM());
    issue("second");
    look(tls);

    assertThat(ask(server, tls)).isEqualTo("CN=second");
  }

  @Test
  void whoTrustsTheOldAuthorityOnlyIsNotServedAnyMore() throws Exception {
    ReloadingTls tls = open();
    ReloadingTls old = open();
    HttpServer server = serve(tls);
    assertThat(ask(server, old)).isEqualTo("CN=first");

    authority = newAuthority();
    write("ca.crt", authority.getRootCertificatePEM());
    issue("second");
    look(tls);

    assertThatThrownBy(() -> ask(server, old)).hasCauseInstanceOf(WebClientException.class);
  }

  @Test
  void damagedNewFileLeavesTheOldOneInForce() throws Exception {
    ReloadingTls tls = open();
    HttpServer server = serve(tls);
    write("node.crt", "nothing of use");
    look(tls);
    assertThat(ask(server, tls)).isEqualTo("CN=first");

    issue("second");
    look(tls);
    assertThat(ask(server, tls)).isEqualTo("CN=second");
  }

  @Test
  void certificateAndKeyMayBeReplacedOneAfterTheOther() throws Exception {
    ReloadingTls tls = open();
    String oldKey = Files.readString(directory.resolve("node.key"));
    X509Bundle second = issue("second");
    write("node.key", oldKey);
    tls.look();
    write("node.key", second.getPrivateKeyPEM());
    look(tls);

    assertThat(ask(serve(tls), tls)).isEqualTo("CN=second");
  }

  @Test
  void filesAreLookedAtByThemselves() throws Exception {
    ReloadingTls tls = closing(ReloadingTls.open(config(), Duration.ofMillis(20)));
    var before = tls.server();
    issue("second");
    await().atMost(Duration.ofSeconds(30)).until(() -> !tls.server().equals(before));
    assertThat(ask(serve(tls), tls)).isEqualTo("CN=second");
  }

  @Test
  void keyOfAnotherCertificateIsRefused() throws Exception {
    write("node.key", newAuthority().getPrivateKeyPEM());
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("node.key")
        .hasMessageContaining("does not belong to");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY"})
  void keyInAnOlderFormIsAnsweredWithTheCommandThatConvertsIt(String label) throws Exception {
    write("node.key", "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n");
    assertThatThrownBy(this::open)
        .isInstanceOf(UnusableCertificateException.class)
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + directory.resolve("node.key"));
  }

  @Test
  void encryptedKeyWithoutAPassphraseIsSaid() throws Exception {
    write(
        "node.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
    assertThatThrownBy(this::open)
        .hasMessageContaining("is encrypted")
        .hasMessageContaining("--keyPassphrase");
  }

  @Test
  void fileThatIsNotThereIsNamed() throws Exception {
    Files.delete(directory.resolve("ca.crt"));
    assertThatThrownBy(this::open)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("ca.crt");
  }

  @Test
  void certificateFileWithoutACertificateIsNamed() throws Exception {
    Files.copy(
        directory.resolve("node.key"),
        directory.resolve("node.crt"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(this::open)
        .hasMessageContaining("node.crt")
        .hasMessageContaining("holds no certificate");
  }
}
