// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTest {

  private static final int ROUNDS = 5;

  @TempDir Path directory;

  @Test
  void acknowledgedWriteSurvivesKill() throws Exception {
    Random random = new Random(42);
    for (int round = 0; round < ROUNDS; round++) {
      int acknowledged = runAndKill(500 + random.nextInt(2000));
      ReplicationOptions options =
          ReplicationOptions.defaults()
              .with(it -> it.segmentBytes(1 << 20).maxCommandBytes(1 << 16));
      try (ReplicationNode node =
          RaftReplicationNode.open(
              directory, options, ReplicationEnvironment.system(System::nanoTime))) {
        RecordingMachine machine = new RecordingMachine();
        node.createOrResumeReplicaSet("g", machine);
        assertThat(machine.count()).isGreaterThan(acknowledged);
        assertThat(machine.applied)
            .isEqualTo(
                IntStream.range(0, machine.count()).mapToObj(KilledProcessTest::text).toList());
      }
    }
  }

  private static String text(int number) {
    return number + "x".repeat(number % 500);
  }

  /** Returns the highest number that the process said was acknowledged. */
  private int runAndKill(int acknowledgements) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                AppendingProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int highest = -1;
    try (BufferedReader lines = process.inputReader()) {
      String line;
      for (int seen = 0; (line = lines.readLine()) != null; seen++) {
        if (seen == acknowledgements) {
          process.toHandle().destroyForcibly(); // leaves the pipe readable
        }
        if (line.matches("\\d+")) {
          highest = Math.max(highest, Integer.parseInt(line));
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(highest).isPositive();
    return highest;
  }
}
