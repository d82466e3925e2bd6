// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.ServiceHost;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node spec and {@code cluster.ssl} make of the ports and names of a host. */
class NodeAddressTest {

  private static final String SPEC = "1:node1:true:localhost:17171:17172";

  @TempDir Path directory;
  private SettingsReading reading;

  @BeforeEach
  void newReading() {
    reading = new SettingsReading(directory);
  }

  @Test
  void specGivesPortsNameAndWhatOthersAreTold() throws Exception {
    ServiceHost.Arguments host = reading.host(SPEC);
    assertThat(host.port).isEqualTo(17172);
    assertThat(host.peerPort).isEqualTo(17171);
    assertThat(host.securePort).isEqualTo(-1);
    assertThat(host.id).isEqualTo("node1");
    assertThat(host.publicUri).isEqualTo("http://localhost:17172");
    assertThat(host.nodeProperties).isEqualTo(Map.of("number", "1", "seed", "true"));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 127.0.0.1",
    "127.0.0.1, 127.0.0.1",
    "127.0.0.9, 127.0.0.9",
    "[::1], ::1",
    "node1.example.org, 0.0.0.0",
    "10.1.2.3, 0.0.0.0",
    "[2001:db8::1], ::",
  })
  void loopbackHostListensThereAndOthersEverywhere(String name, String address) throws Exception {
    String spec = "1:n:false:" + name + ":1:2";
    ServiceHost.Arguments host = reading.host(spec);
    assertThat(host.bindAddress).isEqualTo(address);
    assertThat(host.publicUri).isEqualTo("http://" + name + ":2");
    assertThat(reading.host(spec, "--bindAddress=127.0.0.2").bindAddress).isEqualTo("127.0.0.2");
  }

  @Test
  void specGoesBeforeWhatIsWrittenElsewhereAndArgumentsThatSayTheSameAreRefused() throws Exception {
    reading.variable("CAIRN_PORT", "9").variable("CAIRN_ID", "other");
    assertThat(reading.host(SPEC).port).isEqualTo(17172);
    assertThat(reading.host(SPEC).id).isEqualTo("node1");
    assertThat(reading.problems(SPEC, "--port=1", "--peerPort=2", "--id=x", "--nodes=2"))
        .containsExactlyInAnyOrder(
            "--port is what the node spec says; leave it out",
            "--peerPort is what the node spec says; leave it out",
            "--id is what the node spec says; leave it out",
            "--nodes is what the node spec says; leave it out");
  }

  @Test
  void oneSpecIsNeeded() {
    assertThat(reading.problems(SPEC, "2:b:false:localhost:1:2"))
        .singleElement()
        .asString()
        .startsWith("one node spec is expected, not 2");
  }

  @Test
  void nodeThatOthersReachIsWarnedWhenItWouldBelieveNone() throws Exception {
    String spec = "1:n:true:node1:1:2";
    assertThat(reading.read(spec).notes()).singleElement().asString().contains("--clusterSecret");
    assertThat(reading.read(spec, "--clusterSecret=long enough").notes()).isEmpty();
    assertThat(reading.read(SPEC).notes()).isEmpty();
  }

  @Test
  void sslWithoutCertificateIsAClearError() throws Exception {
    Path file = reading.file("mine", "cluster.ssl=true");
    ConfigurationException failure = reading.failure(SPEC, "--config=" + file);
    assertThat(failure.problems())
        .containsExactly(
            "cluster.ssl in " + file + " line 1 is true and needs --certificateFile",
            "cluster.ssl in " + file + " line 1 is true and needs --keyFile");
    assertThat(failure.isUsage()).isFalse();
    assertThat(reading.failure("--cluster.ssl=true").isUsage()).isTrue();
  }
}
