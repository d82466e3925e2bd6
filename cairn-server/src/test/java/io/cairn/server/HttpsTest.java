// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.launch.exit.HostExit;
import io.cairn.server.certificates.CertsCommand;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A host that speaks HTTPS alone, with the files that {@code cairn certs} makes. */
@Timeout(180)
class HttpsTest {

  @TempDir Path directory;
  private Path files;

  @BeforeEach
  void makeCertificates() {
    files = directory.resolve("certificates");
    certs();
  }

  private void certs(String... more) {
    CommandLine command =
        new CommandLine(CertsCommand.ofProcess()).setOut(new PrintWriter(Writer.nullWriter()));
    String[] arguments =
        Stream.concat(Stream.of(files.toString()), Stream.of(more)).toArray(String[]::new);
    assertThat(command.execute(arguments)).isZero();
  }

  private CairnProcess start(String... more) throws IOException {
    Stream<String> settings =
        Stream.of(
            "start",
            "--port=-1",
            "--securePort=0",
            "--sandbox=" + directory.resolve("data"),
            "--certificateFile=" + files.resolve("node.crt"),
            "--keyFile=" + files.resolve("node.key"));
    return CairnProcess.run(
        CairnCommands.class,
        Map.of(),
        List.of(
            "-Djavax.net.ssl.trustStore=" + files.resolve("truststore.p12"),
            "-Djavax.net.ssl.trustStorePassword=changeit"),
        Stream.concat(settings, Stream.of(more)).toArray(String[]::new));
  }

  /** A Java client that trusts what the trust store holds now. */
  private HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(files.resolve("truststore.p12"))) {
      trusted.load(in, "changeit".toCharArray());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void renewedCertificateIsServedWithoutARestart() throws Exception {
    try (CairnProcess host = start()) {
      assertThat(host.uri().getScheme()).isEqualTo("https");
      HttpClient before = client();
      assertThat(host.send(before, "GET", "/core/examples", "").statusCode()).isEqualTo(200);

      certs("--force");

      HttpClient after = client();
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreException(SSLHandshakeException.class)
          .until(() -> host.send(after, "GET", "/core/examples", "").statusCode() == 200);
      assertThat(host.outSoFar()).contains("Certificates were read again");
      host.terminate();
      assertThat(host.exitCode()).isZero();
    }
  }

  @Test
  void hostThatNeedsClientCertificatesServesCurlWithOneOnly() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")));
    try (CairnProcess host =
        start("--sslClientAuthMode=need", "--caFile=" + files.resolve("ca.crt"))) {
      assertThatThrownBy(() -> host.send(client(), "GET", "/core/examples", ""))
          .isInstanceOf(IOException.class);
      Process curl =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "--cacert",
                  "ca.crt",
                  "--cert",
                  "node.crt",
                  "--key",
                  "node.key",
                  host.uri().resolve("/core/examples").toString())
              .directory(files.toFile())
              .redirectErrorStream(true)
              .start();
      assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8))
          .contains("\"documentLinks\"");
    }
  }

  @Test
  void keyThatCannotBeUsedIsAWrongSetting() throws Exception {
    Files.writeString(
        files.resolve("node.key"),
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    try (CairnProcess host = start("--logFormat=xml")) {
      assertThat(host.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(host.err()).contains("openssl pkcs8 -topk8").contains("--logFormat");
    }
  }

  private ServiceHost open(String name, Consumer<ServiceHost.Arguments> settings)
      throws IOException {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = directory.resolve(name);
    settings.accept(arguments);
    ServiceHost host = ServiceHost.open(arguments);
    host.startDefaultCoreServicesSynchronously();
    return host;
  }

  private static int ask(ServiceHost from, ServiceHost to) throws Exception {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    from.sendRequest(
        Operation.createGet(URI.create(to.getUri() + "/core/management"))
            .setReferer(from.getUri())
            .setCompletion((answer, failure) -> status.complete(answer.getStatusCode())));
    return status.get(60, TimeUnit.SECONDS);
  }

  @Test
  void hostBelievesServersByItsAuthoritiesAndNoOthers() throws Exception {
    ServiceHost secure =
        open(
            "secure",
            settings -> {
              settings.port = -1;
              settings.securePort = 0;
              settings.certificateFile = files.resolve("node.crt");
              settings.keyFile = files.resolve("node.key");
            });
    ServiceHost believing =
        open("believing", settings -> settings.caFile = files.resolve("ca.crt"));
    ServiceHost doubting = open("doubting", settings -> {});
    try {
      assertThat(ask(believing, secure)).isEqualTo(200);
      assertThat(ask(doubting, secure)).isGreaterThanOrEqualTo(500);
    } finally {
      secure.stop();
      believing.stop();
      doubting.stop();
    }
  }
}
