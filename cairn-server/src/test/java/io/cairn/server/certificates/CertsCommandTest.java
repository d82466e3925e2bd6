// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CertsCommandTest {
  private static final Instant NOW = Instant.parse("2048-01-01T12:00:00.5Z");

  /** What the command makes for {@link #NOW}; tests read it only. */
  @TempDir static Path made;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeOnce() {
    var command = new CertsCommand(() -> NOW, Path.of(System.getProperty("java.home")));
    String[] arguments = {made.toString(), "--host=a.example,10.1.2.3", "--host=[fd00::1]"};
    assertThat(new CommandLine(command).execute(arguments)).isZero();
  }

  private int run(String... arguments) {
    return run(NOW, arguments);
  }

  private int run(Instant now, String... arguments) {
    return run(now, Path.of(System.getProperty("java.home")), arguments);
  }

  private int run(Instant now, Path javaHome, String... arguments) {
    return new CommandLine(new CertsCommand(() -> now, javaHome))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private int runIn(Path where, String... more) {
    return run(Stream.concat(Stream.of(where.toString()), Stream.of(more)).toArray(String[]::new));
  }

  private static List<X509Certificate> certificates(String file) throws Exception {
    try (InputStream in = Files.newInputStream(made.resolve(file))) {
      List<X509Certificate> all = new ArrayList<>();
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(certificate -> all.add((X509Certificate) certificate));
      return all;
    }
  }

  @Test
  void chainLeadsToTheAuthorityOfTheTrustStore() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(made.resolve("truststore.p12"))) {
      trusted.load(in, "changeit".toCharArray());
    }
    PKIXParameters parameters = new PKIXParameters(trusted);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));

    List<X509Certificate> chain = certificates("node.crt");
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, 1)),
            parameters);
    assertThat(certificates("ca.crt")).containsExactly(chain.get(1));
  }

  @Test
  void certificateIsForTheLoopbackAndForWhatIsNamed() throws Exception {
    Collection<List<?>> names =
        Objects.requireNonNull(certificates("node.crt").getFirst().getSubjectAlternativeNames());
    assertThat(names.stream().map(name -> name.get(1).toString()))
        .containsExactly(
            "localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "a.example",
            "10.1.2.3",
            "fd00:0:0:0:0:0:0:1");
  }

  @Test
  void onlyTheAuthorityMaySignAndTheNodeMayListenAndDial() throws Exception {
    X509Certificate authority = certificates("ca.crt").getFirst();
    X509Certificate node = certificates("node.crt").getFirst();
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThat(node.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    // The identifiers of keys, each wrapped in an octet string and its own structure.
    byte[] own = authority.getExtensionValue("2.5.29.14");
    byte[] issuer = node.getExtensionValue("2.5.29.35");
    assertThat(issuer).endsWith(Arrays.copyOfRange(own, own.length - 20, own.length));
  }

  @Test
  void validityBeginsADayAgoAndOutlastsTheYear2050() throws Exception {
    X509Certificate node = certificates("node.crt").getFirst();
    assertThat(node.getNotBefore().toInstant()).isEqualTo("2047-12-31T12:00:00Z");
    assertThat(node.getNotAfter().toInstant())
        .isEqualTo(Instant.parse("2048-01-01T12:00:00Z").plus(Duration.ofDays(825)));
    assertThat(certificates("ca.crt").getFirst().getNotAfter().toInstant())
        .isAfter(Instant.parse("2057-01-01T00:00:00Z"));
  }

  @Test
  void keyIsForItsOwnerOnly() throws Exception {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve("node.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void filesThatAreThereAreReplacedByForceOnly() throws Exception {
    for (String file : TestCertificates.FILES) {
      Files.copy(made.resolve(file), directory.resolve(file));
    }
    String key = Files.readString(made.resolve("node.key"));

    assertThat(runIn(directory)).isEqualTo(2);
    assertThat(err.toString()).contains("there is already a file " + directory.resolve("node.key"));
    assertThat(directory.resolve("node.key")).hasContent(key);

    assertThat(runIn(directory, "--force")).isZero();
    assertThat(Files.readString(directory.resolve("node.key"))).isNotEqualTo(key);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "http://a", "300.1.1.1", "-", "a..b", ""})
  void nameThatIsNoneIsRefused(String name) throws IOException {
    assertThat(runIn(directory, "--host=" + name)).isEqualTo(2);
    assertThat(err.toString()).contains("--host");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void directoryIsMadeAndTheStartCommandIsOneForAShell() {
    Path odd = directory.resolve("it's here");
    assertThat(runIn(odd)).isZero();
    assertThat(out.toString())
        .contains("--port=-1 --securePort=8000")
        .contains("--keyFile='" + directory + "/it'\\''s here/node.key'");
  }

  @Test
  void placeThatCannotBeWrittenIsSaid() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(runIn(file)).isEqualTo(1);
    assertThat(err.toString()).contains("cannot write to " + file);
  }

  @Test
  void javaWithoutKeytoolIsSaidAndLeavesNothing() {
    assertThat(run(NOW, Path.of("nowhere"), directory.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("there is no " + Path.of("nowhere", "bin", "keytool"))
        .doesNotContain("Exception");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void keysAreMadeWhereNobodyElseLooksAndLeaveNothingBehindAFailure(@TempDir Path java)
      throws IOException {
    Path seen = java.resolve("seen");
    Path keytool = Files.createDirectories(java.resolve("bin")).resolve("keytool");
    Files.writeString(
        keytool,
        """
        #!/bin/sh
        echo "$@ password=$CAIRN_KEYTOOL_PASSWORD" > %1$s
        for each; do case $each in */keys.p12) ls -ld "${each%%/*}" >> %1$s ;; esac; done
        echo the disk is full
        exit 1
        """
            .formatted(seen));
    Files.setPosixFilePermissions(keytool, PosixFilePermissions.fromString("rwx------"));

    assertThat(run(NOW, java, directory.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("the disk is full");
    List<String> lines = Files.readAllLines(seen);
    String password = lines.get(0).substring(lines.get(0).indexOf("password=") + 9);
    assertThat(password).hasSizeGreaterThan(40);
    assertThat(lines.get(0)).containsOnlyOnce(password);
    assertThat(lines.get(1)).startsWith("drwx------");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void openSslAcceptsTheChain() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")));
    run(Instant.now(), directory.toString());
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-verify_ip",
                "127.0.0.1",
                "-CAfile",
                "ca.crt",
                "node.crt")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(openssl.getInputStream().readAllBytes(), UTF_8)).contains("node.crt: OK");
  }
}
