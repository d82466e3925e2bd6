// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.report.Cell;
import io.cairn.benchmarks.systems.BareIndex;
import io.cairn.benchmarks.systems.BareNetty;
import io.cairn.benchmarks.systems.Installed;
import io.cairn.benchmarks.systems.Launch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison does before and between the turns of those that it compares. */
class ComparisonTest {

  @Test
  void aQuickRunIsShorter() {
    ComparisonOptions quick =
        ComparisonOptions.parse(
            new String[] {"--quick", "--kills=2"}, ComparisonOptions.Kind.PEERS);
    ComparisonOptions whole =
        ComparisonOptions.parse(new String[] {"--only=one|idle"}, ComparisonOptions.Kind.PEERS);

    assertThat(quick.limit()).isEqualTo(Duration.ofMinutes(8));
    assertThat(quick.kills()).isEqualTo(2);
    assertThat(quick.wants("three")).isTrue();
    assertThat(quick.wants("restart")).isFalse();
    assertThat(whole.limit()).isEqualTo(Duration.ofMinutes(60));
    assertThat(whole.kills()).isEqualTo(20);
    assertThat(whole.wants("idle")).isTrue();
    assertThat(whole.wants("three")).isFalse();
  }

  @Test
  void queriesHavePartsOfTheirOwn() {
    ComparisonOptions quick =
        ComparisonOptions.parse(new String[] {"--quick"}, ComparisonOptions.Kind.QUERIES);
    ComparisonOptions whole =
        ComparisonOptions.parse(new String[] {}, ComparisonOptions.Kind.QUERIES);

    assertThat(quick.wants("watching")).isTrue();
    assertThat(quick.wants("million")).isFalse();
    assertThat(whole.wants("million")).isTrue();
    assertThat(whole.clients()).containsExactly(1L, 16L);
    assertThat(whole.watchers()).isEqualTo(1_000);
    assertThat(whole.updates()).isEqualTo(2_000);
  }

  @Test
  void whatAuthorizationCostsIsMeasuredInMinutes() {
    ComparisonOptions quick =
        ComparisonOptions.parse(new String[] {"--quick"}, ComparisonOptions.Kind.SECURITY);
    ComparisonOptions whole =
        ComparisonOptions.parse(new String[] {"--rounds=7"}, ComparisonOptions.Kind.SECURITY);

    assertThat(quick.limit()).isEqualTo(Duration.ofMinutes(4));
    assertThat(quick.rounds()).isEqualTo(3);
    assertThat(whole.limit()).isEqualTo(Duration.ofMinutes(15));
    assertThat(whole.rounds()).isEqualTo(7);
  }

  @Test
  void anOptionThatNobodyKnowsIsRefused() {
    assertThatThrownBy(
            () -> ComparisonOptions.parse(new String[] {"--round=3"}, ComparisonOptions.Kind.PEERS))
        .hasMessageContaining("Unknown: [round]")
        .hasMessageContaining("rounds=3");
    assertThatThrownBy(
            () -> ComparisonOptions.parse(new String[] {"quick"}, ComparisonOptions.Kind.PEERS))
        .hasMessageContaining("is not of the form");
    assertThatThrownBy(
            () ->
                ComparisonOptions.parse(
                    new String[] {"--kills=many"}, ComparisonOptions.Kind.PEERS))
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
    try (BareNetty netty = new BareNetty(small(directory), freePort())) {
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

  @Test
  void aFixedRateIsKept(@TempDir Path directory) throws Exception {
    try (BareNetty netty = new BareNetty(small(directory), freePort())) {
      Rounds rounds = new Rounds(1, TimeUnit.MILLISECONDS.toNanos(500), false);
      AtomicInteger open = new AtomicInteger();
      Rounds.Scene scene =
          new Rounds.Scene(
              netty,
              "watched",
              () -> {
                open.incrementAndGet();
                return open::decrementAndGet;
              });

      Cell cell = rounds.measurePaced(List.of(scene), 4, 200).getFirst();

      assertThat(cell.work()).isEqualTo("watched");
      assertThat(cell.failures()).isZero();
      // Never more than was asked for: one request each 5 ms, beginning with the first.
      assertThat(cell.rounds().getFirst().perSecond()).isPositive().isLessThan(210);
      assertThat(open).as("what goes on around it has ended").hasValue(0);
    }
  }

  @Test
  void luceneAnswersEachKindOfQuestion(@TempDir Path directory) throws Exception {
    try (BareIndex index = new BareIndex(directory.resolve("index"))) {
      for (int i = 0; i < 40; i++) {
        index.add(i);
      }

      assertThat(answer(index, "/name/name-000007")).isEqualTo("[\"/7\"]");
      assertThat(answer(index, "/prefix/name-00000").split("keyValues", -1)).hasSize(1 + 10);
      assertThat(answer(index, "/list/3").split("keyValues", -1)).hasSize(1 + 3);
      assertThat(answer(index, "/sort/3")).isEqualTo("[\"/0\",\"/1\",\"/2\"]");
      assertThat(answer(index, "/text/7")).isEqualTo("[\"/7\"]");
      assertThat(answer(index, "/count/3")).isEqualTo("2");
      assertThat(answer(index, "/group/all")).isEqualTo("[2" + ", 2".repeat(19) + "]");
    }
  }

  private static String answer(BareIndex index, String target) throws Exception {
    return new String(index.answer(target), StandardCharsets.UTF_8);
  }

  private static Launch small(Path directory) {
    return new Launch(
        directory,
        "",
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        System.getProperty("java.class.path"),
        "");
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
