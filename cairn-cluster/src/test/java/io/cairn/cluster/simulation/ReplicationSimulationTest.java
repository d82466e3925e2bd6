// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** For many more seeds run {@code dev/simulate}. */
class ReplicationSimulationTest {

  private static final int FIXED_SEEDS = 60;
  private static final int FRESH_SEEDS = 300;

  /** A busy machine runs fewer fresh seeds, so that the build does not wait for them. */
  private static final long FRESH_NANOS = 10_000_000_000L;

  private static final int COMPARED_SEEDS = 12;

  /** What each seed tries, however it goes. */
  private static final String[] ALWAYS = {
    "power failures", "cuts", "held links", "snapshots", "changes of members"
  };

  @BeforeAll
  static void silence() {
    SimulationRuns.silence();
  }

  @Test
  void invariantsHoldWhateverHappens() {
    for (long seed = 0; seed < FIXED_SEEDS; seed++) {
      assertThat(Simulation.run(seed).counts()).as("seed %d", seed).containsKeys(ALWAYS);
    }
  }

  /**
   * A state machine applied what the log had failed to flush, and was ahead of it at the restart.
   */
  @Test
  void nothingIsAppliedOnceTheLogHasFailed() {
    assertThat(Simulation.run(1422).events()).isPositive();
  }

  /** Seeds that nobody has run before; a failure names the one to replay. */
  @Test
  @SuppressWarnings("SystemOut") // which they were belongs to the record of a build
  void invariantsHoldInSeedsOfThisBuildOnly() {
    long base = Instant.now().getEpochSecond() * 1000;
    long end = System.nanoTime() + FRESH_NANOS;
    long seed = base;
    while (seed < base + FRESH_SEEDS && System.nanoTime() < end) {
      assertThat(Simulation.run(seed++).events()).isPositive();
    }
    System.out.printf("Simulated %d seeds from %d%n", seed - base, base);
  }

  /** What one process finds, another one must be able to replay, whatever ran before the seed. */
  @Test
  void sameSeedGivesSameEventsInAnotherProcess() throws Exception {
    List<String> here =
        LongStream.range(1000, 1000 + COMPARED_SEEDS)
            .mapToObj(seed -> "hash " + seed + " " + Simulation.run(seed).hash())
            .toList();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-ea:io.microraft...",
                "-cp",
                System.getProperty("java.class.path"),
                SimulationRuns.class.getName(),
                "--hashes=1",
                "--from=1000",
                "--seeds=" + COMPARED_SEEDS,
                "--threads=2")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.lines().filter(line -> line.startsWith("hash ")))
          .containsExactlyInAnyOrderElementsOf(here);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(here.stream().map(line -> line.substring(line.lastIndexOf(' '))))
        .doesNotHaveDuplicates();
  }

  @Test
  void traceTellsOfTheSameRunEachTime() {
    assertThat(Simulation.trace(1000)).isNotEmpty().isEqualTo(Simulation.trace(1000));
  }
}
