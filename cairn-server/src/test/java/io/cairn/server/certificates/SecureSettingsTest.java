// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.service.ServiceHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Settings of hosts that have a certificate. */
class SecureSettingsTest {
  private static final String SPEC = "1:node1:true:localhost:17171:17172";

  @TempDir static Path directory;

  @BeforeAll
  static void makeCertificates() {
    new CommandLine(CertsCommand.ofProcess()).execute(directory.toString());
  }

  private static ServiceHost.Arguments read(String... arguments) throws ConfigurationException {
    return EffectiveConfiguration.read(
            SpecArgument.OPTIONAL,
            Stream.concat(
                    Stream.of(arguments),
                    Stream.of(
                            "--certificateFile=" + directory.resolve("node.crt"),
                            "--keyFile=" + directory.resolve("node.key"))
                        .filter(other -> !List.of(arguments).toString().contains(name(other))))
                .toList(),
            ProcessSurroundings.of(new Properties(), Map.of()),
            new ApplicationSettings())
        .configuration()
        .host();
  }

  private static String name(String argument) {
    return argument.substring(0, argument.indexOf('=') + 1);
  }

  private static List<String> problems(String... arguments) {
    return catchThrowableOfType(ConfigurationException.class, () -> read(arguments)).problems();
  }

  @Test
  void peerWithoutASchemeIsSpokenToAsThisHostIs() throws Exception {
    assertThat(
            read("--port=-1", "--securePort=8443", "--peerNodes=b:8000,127.0.0.1:8443").peerNodes)
        .containsExactly("https://b:8000");
  }

  @Test
  void certificateThatCannotBeUsedIsSaidBeforeTheStart(@TempDir Path files) throws Exception {
    Path key = Files.writeString(files.resolve("broken.key"), "nothing");
    assertThat(problems("--port=-1", "--securePort=8443", "--keyFile=" + key))
        .singleElement()
        .asString()
        .contains("--keyFile", "broken.key", "holds no private key");
  }

  @Test
  void sslMakesBothPortsSecure() throws Exception {
    ServiceHost.Arguments node =
        read("--cluster.ssl=true", SPEC, "--cluster.seeds=localhost:17173");
    assertThat(node.port).isEqualTo(-1);
    assertThat(node.securePort).isEqualTo(17172);
    assertThat(node.peerPort).isEqualTo(17171);
    assertThat(node.publicUri).isEqualTo("https://localhost:17172");
    assertThat(node.peerNodes).containsExactly("https://localhost:17173");
    ServiceHost.Arguments started = read("--cluster.ssl=true");
    assertThat(started.securePort).isEqualTo(8000);
    assertThat(started.port).isEqualTo(-1);
    ServiceHost.Arguments both = read("--cluster.ssl=true", "--securePort=8443");
    assertThat(both.securePort).isEqualTo(8443);
    assertThat(both.port).isEqualTo(8000);
    assertThat(problems("--cluster.ssl=true", SPEC, "--securePort=8443"))
        .singleElement()
        .asString()
        .contains("--securePort is given too");
  }
}
