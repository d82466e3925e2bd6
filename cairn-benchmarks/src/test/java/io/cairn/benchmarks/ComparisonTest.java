// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.Launch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison does before and between the turns of those that it compares. */
class ComparisonTest {

  @Test
  void aQuickRunIsShorter() {
    ComparisonOptions quick = ComparisonOptions.parse(new String[] {"--quick", "--kills=2"}, ComparisonOptions.Kind.PEERS);
    ComparisonOptions whole = ComparisonOptions.parse(new String[] {"--only=one|idle"}, ComparisonOptions.Kind.PEERS);

    assertThat(quick.limit()).isEqualTo(Duration.ofMinutes(8));
    assertThat(quick.kills()).isEqualTo(2);
    assertThat(quick.wants("three")).isTrue();
    assertThat(quick.wants("restart")).isFalse();
    assertThat(whole.limit()).isEqualTo(Duration.ofMinutes(40));
    assertThat(whole.kills()).isEqualTo(20);
    assertThat(whole.wants("idle")).isTrue();
    assertThat(whole.wants("three")).isFalse();
  }

  @Test
  void anOptionThatNobodyKnowsIsRefused() {
    assertThatThrownBy(() -> ComparisonOptions.parse(new String[] {"--round=3"}, ComparisonOptions.Kind.PEERS))
        .hasMessageContaining("Unknown: [round]")
        .hasMessageContaining("rounds=3");
    assertThatThrownBy(() -> ComparisonOptions.parse(new String[] {"quick"}, ComparisonOptions.Kind.PEERS))
        .hasMessageContaining("is not of the form");
    assertThatThrownBy(() -> ComparisonOptions.parse(new String[] {"--kills=many"}, ComparisonOptions.Kind.PEERS))
        .hasMessageContaining("kills is no number: many");
  }

  @Test
  void whatIsNotInstalledIsTold(@TempDir Path directory) throws Exception {
    List<String> missing = new ArrayList<>();

    assertThat(Installed.etcd(directory.resolve("etcd").toString(), missing)).isEmpty();
    assertThat(Installed.xenon(directory.toString(), directory, missing)).isEmpty();

    assertThat(missing).hasSize(2);
    assertThat(missing.get(0)).startsWith("etcd: ");
    assertThat(missing.get(1)).startsWith("Xenon: found no JDK 17");
  }

  @Test
  void systemsTakeTurns(@TempDir Path directory) throws Exception {
    Launch launch =
        new Launch(
            directory,
            "",
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"),
            "");
    try (BareNetty netty = new BareNetty(launch, freePort())) {
      Rounds rounds = new Rounds(2, TimeUnit.MILLISECONDS.toNanos(50), false);

      List<Cell> cells = rounds.measure(List.of(netty), WorkKind.PATCH, 4);

      assertThat(cells).hasSize(1);
      Cell cell = cells.getFirst();
      assertThat(cell.rounds()).hasSize(2);
      assertThat(cell.failures()).isZero();
      assertThat(cell.rounds()).allSatisfy(round -> assertThat(round.perSecond()).isPositive());
      assertThat(cell.latency().p50()).isLessThanOrEqualTo(cell.latency().p999());
      assertThat(rounds.measure(List.of(netty), WorkKind.QUERY, 4))
          .as("what it cannot do")
          .isEmpty();
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
