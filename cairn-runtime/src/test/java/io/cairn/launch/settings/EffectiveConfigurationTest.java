// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveConfigurationTest {

  private static final String SPEC = "1:node1:true:localhost:17171:17172";

  @TempDir Path directory;
  private SettingsReading reading;

  @BeforeEach
  void newReading() {
    reading = new SettingsReading(directory);
  }

  @Test
  void everyValueSaysWhereItCameFrom() throws Exception {
    Path file = reading.file("cairn-cluster.properties", "", "cluster.app.overflow=dropOldest");
    reading.property("cairn.location", "here").variable("CAIRN_LOG_LEVEL", "warn");

    Map<String, List<String>> rows =
        reading.rows(SPEC, "--partitions=4", "--cluster.membership.preset=lan");

    assertThat(rows)
        .containsEntry("partitions", List.of("4", "argument"))
        .containsEntry("location", List.of("here", "-Dcairn.location"))
        .containsEntry("logLevel", List.of("warn", "environment CAIRN_LOG_LEVEL"))
        .containsEntry("cluster.app.overflow", List.of("dropOldest", file + " line 2"))
        .containsEntry("cluster.membership.ping.interval", List.of("1000ms", "preset lan"))
        .containsEntry("port", List.of("17172", "node spec"))
        .containsEntry("publicUri", List.of("http://localhost:17172", "node spec"))
        .containsEntry("clockFactor", List.of("6", "default"))
        .containsEntry("caFile", List.of("", "not set"));
  }

  @Test
  void bothNamesOfAThingShowWhatBecameOfIt() throws Exception {
    Map<String, List<String>> rows =
        reading.rows(
            SPEC,
            "--cluster.seeds=localhost:1,localhost:17171,b:2",
            "--cluster.nodes.quorum=majority",
            "--startupPeriod=2s");
    assertThat(rows)
        .containsEntry("cluster.nodes.quorum", List.of("2", "argument: majority"))
        .containsEntry("membershipQuorum", List.of("2", "cluster.nodes.quorum"))
        .containsEntry("cluster.startup.period", List.of("2000", "startupPeriod"))
        .containsEntry("startupPeriod", List.of("2000ms", "argument"))
        .containsEntry("peerNodes", List.of("http://localhost:1,http://b:2", "cluster.seeds"));
    assertThat(reading.rows("--peerNodes=b"))
        .containsEntry("cluster.seeds", List.of("", "see peerNodes"))
        .containsEntry("cluster.nodes.quorum", List.of("1", "default"));
  }

  @Test
  void secretsAreMasked() throws Exception {
    reading.file(
        "cairn-cluster.properties", "clusterSecret=open sesame", "adminPassword=hunter-two");
    reading.variable("CAIRN_KEY_PASSPHRASE", "also hidden");
    assertThat(reading.effective().settings().toString())
        .contains("********")
        .doesNotContain("sesame", "hunter-two", "also hidden");
  }

  @Test
  void whatIsNotObeyedIsMarked() throws Exception {
    reading.file(
        "cairn-cluster.properties",
        "cluster.msg.charset=UTF-8",
        "node.a.id=1",
        "cluster.seedz=a:1");
    List<EffectiveConfiguration.Row> dead =
        reading.effective().settings().stream().filter(row -> !row.obeyed()).toList();
    assertThat(dead)
        .extracting(EffectiveConfiguration.Row::name)
        .containsExactly("cluster.msg.charset", "node.a.id", "cluster.seedz");
    assertThat(dead).allMatch(row -> row.from().contains("; no effect: "));
  }

  @Test
  void everySettingThatIsObeyedHasARow() throws Exception {
    assertThat(reading.rows())
        .containsOnlyKeys(
            Settings.all().stream()
                .filter(setting -> setting.effect() == Setting.Effect.OBEYED)
                .map(Setting::name)
                .toList());
  }
}
