// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.testkit.cluster.FaultSchedule.Kind;
import io.cairn.testkit.history.LinearizabilityChecker;
import io.cairn.testkit.load.HistoryRecorder;
import io.cairn.testkit.load.RegisterService;
import io.cairn.testkit.network.NetworkLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * P1 to P4 on three nodes, which serve all tests, and on more. {@code -Dcairn.faults=N} makes the
 * schedules N faults long, and has those of more nodes run at all; {@code -Dcairn.seed=S} gives
 * them another seed, {@code -Dcairn.kills=N} says how often one node is killed over and over,
 * {@code -Dcairn.nodes=N} how many nodes the large schedule has (5), {@code -Dcairn.selector=3x}
 * keeps documents on three of them, and {@code -Dcairn.kinds=KILL,FULL_DISK} names the kinds of
 * faults; {@code -Dcairn.watchers=N} says how many clients follow all changes meanwhile.
 */
@Tag("process")
class ClusterFaultTest {

  static final long SEED = Long.getLong("cairn.seed", 1);
  static final int FAULTS = Integer.getInteger("cairn.faults", 3);
  private static final int KILLS = Integer.getInteger("cairn.kills", 3);
  static final int WATCHERS = Integer.getInteger("cairn.watchers", FAULTS > 3 ? 100 : 12);
  private static final int NODES = Integer.getInteger("cairn.nodes", 5);
  private static final int PAUSE_MILLIS = FAULTS > 3 ? 2 : 10;
  private static final int DISK_MEBIBYTES = 160;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;

  private static ProcessCluster three;

  @BeforeAll
  static void form(@TempDir Path directory) {
    three = processes(3, directory).build().start();
  }

  @AfterAll
  static void close() {
    three.close();
  }

  /** One test leaves nothing to the next but its documents. */
  @BeforeEach
  void restore() {
    three.restore();
  }

  @Test
  void documentsStayLinearizableAndWatchersMissNothingWhileNodesAreKilledAndPaused() {
    three.awaitGroup(REGISTERS, LIMIT);
    try (WatchRecorder watchers = new WatchRecorder(three.targets(), REGISTERS, WATCHERS, SEED)) {
      new FaultScenario(three, null, load(1, 8))
          .run(
              FaultSchedule.of(
                  SEED, 3, FAULTS, List.of(Kind.KILL, Kind.PAUSE, Kind.KILL_ALL, Kind.RESTART)))
          .assertNoAnomaly(FAULTS * 100);
      watchers.assertUnbroken();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "cairn.faults", matches = "\\d+", disabledReason = "it is long")
  void manyNodesStandAllKindsOfFaults(@TempDir Path directory) {
    NetworkLab.whyImpossible().ifPresent(reason -> assumeTrue(false, reason));
    List<Kind> kinds = kinds();
    assumeTrue(
        !kinds.contains(Kind.CLOCK_STEP) || NodeClock.library().isPresent(),
        "CLOCK_STEP needs libfaketime: apt-get install faketime");
    try (NetworkLab lab = new NetworkLab(NODES);
        ProcessCluster cluster =
            processes(NODES, directory)
                .in(lab)
                .withOwnClocks()
                .withOwnDisks(DISK_MEBIBYTES)
                .build()
                .start()) {
      new FaultScenario(cluster, lab, load(2, 8))
          .run(FaultSchedule.of(SEED, NODES, FAULTS, kinds))
          .assertNoAnomaly(FAULTS * 100);
    }
  }

  private static List<Kind> kinds() {
    String names = System.getProperty("cairn.kinds");
    if (names != null) {
      return Stream.of(names.split(",")).map(Kind::valueOf).toList();
    }
    Set<Kind> all = EnumSet.allOf(Kind.class);
    if (NodeClock.library().isEmpty()) {
      all.remove(Kind.CLOCK_STEP);
    }
    return List.copyOf(all);
  }

  @Test
  void aNodeThatIsKilledAgainAndAgainLosesAndForksNothing() {
    FaultSchedule.Timed kill =
        new FaultSchedule.Timed(
            Duration.ofMillis(700), new Fault.Kill((int) (SEED % 3)), Duration.ofMillis(700));
    new FaultScenario(three, null, load(3, 6))
        .run(new FaultSchedule(SEED, Collections.nCopies(KILLS, kill)))
        .assertNoAnomaly(KILLS * 50);
  }

  @Test
  void aRollingRestartFailsNoRequestOfAClientThatAsksAgain() {
    try (HistoryRecorder load =
        new HistoryRecorder(three.targets(), load(4, 4).withRetries(40, Duration.ofMillis(20)))) {
      three.awaitGroup(REGISTERS, LIMIT);
      load.createDocuments(LIMIT);
      load.start();
      for (int i = 0; i < 3; i++) {
        three.stop(i);
        three.restart(i);
        three.awaitGroup(REGISTERS, LIMIT);
      }
      load.stop();
      load.readDocuments(LIMIT);
      assertThat(new LinearizabilityChecker().violations(load.history())).isEmpty();
      assertThat(load.tally().givenUp()).as(load.tally() + three.logs()).isZero();
    }
  }

  private static ProcessCluster.Builder processes(int nodes, Path directory) {
    boolean onThree = "3x".equals(System.getProperty("cairn.selector"));
    return ProcessCluster.of(
            nodes, onThree ? RegisterService.OnThree.class : RegisterService.Setup.class, directory)
        .argument("--membershipQuorum=" + (nodes / 2 + 1));
  }

  /** The load of a scenario: enough of one, and not more than leaves nodes the time to start. */
  static HistoryRecorder.Settings load(int scenario, int clients) {
    return HistoryRecorder.Settings.of(10 * SEED + scenario)
        .withLoad(6, clients, 40_000)
        .withPause(Duration.ofMillis(PAUSE_MILLIS));
  }
}
