// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes keys with certificates by the {@code keytool} of the Java that runs, in one key store. The
 * store is encrypted with a password that the process gets in its environment, which other users
 * cannot see.
 */
final class Keytool {
  private static final String PASSWORD_VARIABLE = "CAIRN_KEYTOOL_PASSWORD";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** It runs for a moment, and is to say and understand the same everywhere. */
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "-J-XX:TieredStopAtLevel=1",
          "-J-XX:+UseSerialGC",
          "-J-Duser.timezone=UTC",
          "-J-Duser.language=en");

  private final Path executable;
  private final Path store;
  private final String password;

  /**
   * A keytool for one key store, which need not be there.
   *
   * @param javaHome where the Java that runs is installed
   */
  Keytool(Path javaHome, Path store, String password) {
    this.executable = javaHome.resolve("bin").resolve("keytool");
    this.store = store;
    this.password = password;
  }

  /** What a certificate says. */
  record Certificate(String commonName, Instant from, Duration life, List<String> extensions) {}

  /**
   * Makes a key, and a certificate for it.
   *
   * @param signing options that say who signs it; none if it signs itself
   * @throws IllegalStateException if this Java has no keytool
   */
  void makeKey(String alias, Certificate certificate, String... signing) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(JAVA_OPTIONS);
    command.add("-genkeypair");
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE, "-alias", alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-sigalg", "SHA256withECDSA"));
    command.addAll(List.of("-dname", "CN=" + certificate.commonName() + ", O=Cairn tests"));
    command.addAll(List.of("-startdate", TIME.format(certificate.from())));
    command.addAll(List.of("-validity", String.valueOf(certificate.life().toDays())));
    certificate.extensions().forEach(extension -> command.addAll(List.of("-ext", extension)));
    command.addAll(List.of(signing));
    run(command);
  }

  private void run(List<String> command) throws IOException {
    if (!Files.isExecutable(executable)) {
      throw new IllegalStateException(
          "there is no " + executable + ", which makes keys. Run with a whole Java 25 or newer");
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD_VARIABLE, password);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("keytool has failed: " + said.strip());
    }
  }
}
