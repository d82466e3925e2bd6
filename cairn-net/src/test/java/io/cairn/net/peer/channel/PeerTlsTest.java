// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.net.HttpResponse;
import io.cairn.net.Shards;
import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.PeerUnreachableException;
import io.cairn.net.server.HttpListener;
import io.cairn.net.server.HttpServer;
import io.cairn.net.tls.ReloadingTls;
import io.cairn.net.tls.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers over TLS, and peers that prove themselves by certificates. */
class PeerTlsTest extends PeerTestBed {
  private X509Bundle authority;

  @TempDir Path directory;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(directory.resolve("ca.crt"), authority.getRootCertificatePEM());
  }

  private ReloadingTls certificate(String name, String host, TlsConfig.ClientAuth clientAuth)
      throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .addSanIpAddress(host)
            .buildIssuedBy(authority);
    Path chain = directory.resolve(name + ".crt");
    Path key = directory.resolve(name + ".key");
    Files.writeString(chain, bundle.getCertificatePathPEM());
    Files.writeString(key, bundle.getPrivateKeyPEM());
    Path trusted = directory.resolve("ca.crt");
    return closing(ReloadingTls.open(new TlsConfig(chain, key, null, trusted, clientAuth)));
  }

  private Node secure(String name, TlsConfig.ClientAuth clientAuth) throws Exception {
    ReloadingTls tls = certificate(name, "127.0.0.1", clientAuth);
    Node node = node(name, 0, tls, settings -> settings.tls(tls).loopback(address -> false));
    node.peers.handle(PeerStream.FORWARD, new Echo());
    return node;
  }

  @Test
  void certificatesOnBothSidesAreProofEnough() throws Exception {
    for (var auth :
        new TlsConfig.ClientAuth[] {TlsConfig.ClientAuth.WANT, TlsConfig.ClientAuth.NEED}) {
      Node a = secure("a", auth);
      Node b = secure("b", auth);
      assertThat(answer(a.ask(b, "x"))).isEqualTo("a:x");
      assertThat(answer(b.ask(a, "x"))).isEqualTo("b:x");
    }
  }

  @Test
  void tlsWithoutClientCertificatesProvesNothingAboutTheDialer() throws Exception {
    Node a = secure("a", TlsConfig.ClientAuth.NONE);
    Node b = secure("b", TlsConfig.ClientAuth.NONE);
    assertThat(failure(a.ask(b, "x")))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("clusterSecret");
  }

  @Test
  void secretWorksOverTlsWithoutClientCertificates() throws Exception {
    ReloadingTls tls = certificate("both", "127.0.0.1", TlsConfig.ClientAuth.NONE);
    Node a =
        node(
            "a",
            0,
            tls,
            settings -> settings.tls(tls).secret(PeerSecret.of("s")).loopback(any -> false));
    Node b =
        node(
            "b",
            0,
            tls,
            settings -> settings.tls(tls).secret(PeerSecret.of("s")).loopback(any -> false));
    b.peers.handle(PeerStream.FORWARD, new Echo());
    byte[] large = new byte[3_000_000];
    assertThat(
            a.peers
                .request(b.uri, PeerStream.FORWARD, large, PATIENCE)
                .get(20, java.util.concurrent.TimeUnit.SECONDS))
        .hasSize(large.length + 2);
  }

  /** Answers with the name of the thread that has read the request, and how long that is. */
  private static final class WhichThread implements PeerHandler {
    @Override
    public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
      return CompletableFuture.completedFuture(
          bytes(Thread.currentThread().getName() + ":" + payload.length));
    }
  }

  private Node withLanes(String name, TlsConfig.ClientAuth auth, @Nullable String secret)
      throws Exception {
    ReloadingTls tls = certificate(name, "127.0.0.1", auth);
    Shards shards = closing(Shards.of(2));
    Node node =
        node(
            name,
            0,
            tls,
            settings ->
                settings
                    .tls(tls)
                    .secret(PeerSecret.of(secret))
                    .shards(shards)
                    .loopback(any -> false));
    node.peers.handle(PeerStream.FORWARD, new WhichThread());
    return node;
  }

  private static void assertLanesWork(Node one, Node other) throws Exception {
    answer(one.ask(other, "hello"));
    for (int shard = 0; shard < 2; shard++) {
      for (int length : new int[] {1, 3_000_000}) {
        assertReads(one, other, shard, length);
        assertReads(other, one, shard, length);
      }
    }
    assertThat(one.peers.acceptedConnections() + other.peers.acceptedConnections()).isEqualTo(3);
  }

  /** Before the lane is connected, the control lane carries it. */
  private static void assertReads(Node from, Node to, int shard, int length) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        answer(
                            from.peers.request(
                                to.uri, PeerStream.FORWARD, shard, new byte[length], PATIENCE)))
                    .startsWith("cairn-shard-" + shard)
                    .endsWith(":" + length));
  }

  @Test
  void lanesOfShardsWorkOverTlsWithCertificatesOnBothSides() throws Exception {
    assertLanesWork(
        withLanes("a", TlsConfig.ClientAuth.NEED, null),
        withLanes("b", TlsConfig.ClientAuth.NEED, null));
  }

  @Test
  void lanesOfShardsWorkOverTlsWithTheSecret() throws Exception {
    assertLanesWork(
        withLanes("a", TlsConfig.ClientAuth.NONE, "s"),
        withLanes("b", TlsConfig.ClientAuth.NONE, "s"));
  }

  @Test
  void certificateOfAnotherHostIsRefused() throws Exception {
    ReloadingTls elsewhere = certificate("b", "10.1.2.3", TlsConfig.ClientAuth.NONE);
    Node a = secure("a", TlsConfig.ClientAuth.NONE);
    Node b = node("b", 0, elsewhere, settings -> settings.tls(elsewhere));
    assertThat(failure(a.ask(b, "x")))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("TLS");
  }

  @Test
  void certificateOfAStrangersAuthorityIsRefused() throws Exception {
    Node a = secure("a", TlsConfig.ClientAuth.NEED);
    makeAuthority();
    Node stranger = secure("stranger", TlsConfig.ClientAuth.NEED);
    assertThat(failure(stranger.ask(a, "x"))).isInstanceOf(PeerUnreachableException.class);
    assertThat(failure(a.ask(stranger, "x"))).isInstanceOf(PeerUnreachableException.class);
  }

  @Test
  void listenerForPeersServesNothingElseAndTheOthersServeNoPeers() throws Exception {
    PeerChannels peers = new PeerChannels(PeerSettings.defaults());
    HttpServer server =
        closing(
            HttpServer.builder()
                .listen("127.0.0.1", 0)
                .listen(new HttpListener("127.0.0.1", 0, null, true))
                .handler(exchange -> exchange.respond(HttpResponse.empty(204)))
                .peers(peers.endpoint())
                .build());
    server.start();
    URI main = URI.create("http://127.0.0.1:" + server.addresses().get(0).getPort());
    URI peerPort = URI.create("http://127.0.0.1:" + server.addresses().get(1).getPort());
    closing(peers).start(new PeerIdentity("node", "launch", peerPort));
    peers.handle(PeerStream.FORWARD, new Echo());
    Node friend = node("friend");
    assertThat(answer(friend.peers.request(peerPort, PeerStream.FORWARD, bytes("x"), PATIENCE)))
        .isEqualTo("friend:x");
    assertThat(failure(friend.peers.request(main, PeerStream.FORWARD, bytes("x"), PATIENCE)))
        .isInstanceOf(PeerUnreachableException.class)
        .hasMessageContaining("204");
    try (var client = java.net.http.HttpClient.newHttpClient()) {
      assertThat(status(client, main)).isEqualTo(204);
      assertThat(status(client, peerPort)).isEqualTo(404);
    }
  }

  private static int status(java.net.http.HttpClient client, URI at) throws Exception {
    return client
        .send(
            java.net.http.HttpRequest.newBuilder(at.resolve("/core/peer")).build(),
            java.net.http.HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
