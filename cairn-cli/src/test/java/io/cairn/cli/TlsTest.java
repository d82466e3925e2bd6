// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom an HTTPS request believes. */
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path directory;
  private static RecordingHost host;
  private static RecordingHost misnamed;

  @BeforeAll
  static void startHosts() throws Exception {
    host = RecordingHost.startWithTls(contextFor("good", "DNS:localhost"));
    misnamed = RecordingHost.startWithTls(contextFor("misnamed", "DNS:elsewhere.example"));
  }

  @AfterAll
  static void stopHosts() {
    host.close();
    misnamed.close();
  }

  @Test
  void anUnknownCertificateIsNotTrusted() {
    CliRun.Result result = CliRun.against(host).run("get", "/a");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("no trusted connection to " + host.url(), "--cacert");
  }

  @Test
  void aNamedCertificateIsTrusted() {
    assertThat(CliRun.against(host).run("get", "/a", "--cacert", pem("good")).code()).isZero();
  }

  @Test
  void anotherCertificateIsNotTrusted() {
    assertThat(CliRun.against(host).run("get", "/a", "--cacert", pem("misnamed")).code())
        .isEqualTo(3);
  }

  @Test
  void aTrustedCertificateMustCarryTheHostsName() {
    assertThat(CliRun.against(misnamed).run("get", "/a", "--cacert", pem("misnamed")).code())
        .isEqualTo(3);
  }

  @Test
  void insecureTrustsAnyCertificateWithAnyName() {
    assertThat(CliRun.against(host).run("get", "/a", "--insecure").code()).isZero();
    assertThat(CliRun.against(misnamed).run("--insecure", "get", "/a").code()).isZero();
  }

  @Test
  void aFileWithoutCertificatesIsRefused() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");

    CliRun.Result result = CliRun.against(host).run("get", "/a", "--cacert", empty.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("certificate");
  }

  private static String pem(String name) {
    return directory.resolve(name + ".pem").toString();
  }

  private static SSLContext contextFor(String name, String alternativeName)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve(name + ".p12");
    keytool(
        store,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=" + alternativeName);
    keytool(store, "-exportcert", "-rfc", "-file", pem(name));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(Path store, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias",
            "host",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
