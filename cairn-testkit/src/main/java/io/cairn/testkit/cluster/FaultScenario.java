// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.TestStopwatch;
import io.cairn.testkit.history.LinearizabilityChecker;
import io.cairn.testkit.history.Result;
import io.cairn.testkit.history.Verdict;
import io.cairn.testkit.load.HistoryRecorder;
import io.cairn.testkit.load.LoadTally;
import io.cairn.testkit.load.RegisterService;
import io.cairn.testkit.network.NetworkLab;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Clients read and change documents of a cluster of {@link RegisterService} while faults happen;
 * then everything is mended, every document is read through every node, and the history is checked.
 * An acknowledged write that was lost cannot be explained to the checker: the last reads would have
 * to show it. Used by one thread.
 */
public final class FaultScenario {

  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);

  private final ProcessCluster cluster;
  private final @Nullable NetworkLab lab;
  private final HistoryRecorder.Settings load;
  private final Path copies;
  private int copied;
  private Runnable afterwards = () -> {};

  /**
   * What came of a scenario.
   *
   * @param schedule the faults
   * @param tally what clients were told
   * @param violations what cannot be explained; empty if all is well
   * @param logs the last lines that each node said
   */
  public record Report(
      FaultSchedule schedule, LoadTally tally, List<Verdict> violations, String logs) {

    /**
     * Returns if all is well.
     *
     * @param leastSuccesses how many calls must have been carried out at least, so that it was a
     *     load
     * @throws AssertionError that names the seed, the faults, what cannot be explained, and what
     *     the nodes said last
     */
    public void assertNoAnomaly(int leastSuccesses) {
      if (!violations.isEmpty()) {
        String all = violations.stream().map(Verdict::toString).collect(Collectors.joining("\n"));
        throw new AssertionError(all + "\n" + this + logs);
      }
      if (tally.count(Result.Done.class) < leastSuccesses) {
        throw new AssertionError("Not enough of a load: " + this + logs);
      }
    }

    @Override
    public String toString() {
      return "seed %d: %s\n%s"
          .formatted(
              schedule.seed(),
              tally,
              schedule.faults().stream()
                  .map(FaultSchedule.Timed::toString)
                  .collect(Collectors.joining("\n")));
    }
  }

  /**
   * Prepares a scenario.
   *
   * @param cluster its nodes run
   * @param lab the network that they are in; null if it has none of its own
   * @param load what the clients do
   */
  public FaultScenario(
      ProcessCluster cluster, @Nullable NetworkLab lab, HistoryRecorder.Settings load) {
    this.cluster = cluster;
    this.lab = lab;
    this.load = load;
    this.copies = cluster.host(0).sandbox().resolveSibling("copies");
  }

  /**
   * Runs it.
   *
   * @throws AssertionError if the cluster is not available before or after the faults, with the
   *     seed
   * @throws IllegalArgumentException if a fault needs a network and there is none
   */
  public Report run(FaultSchedule schedule) {
    try (HistoryRecorder recorder = new HistoryRecorder(cluster.targets(), load)) {
      cluster.awaitGroup(RegisterService.FACTORY_LINK, READY_LIMIT);
      recorder.createDocuments(READ_LIMIT);
      recorder.start();
      for (FaultSchedule.Timed timed : schedule.faults()) {
        TestStopwatch.pass(timed.peace());
        begin(timed.fault());
        TestStopwatch.pass(timed.length());
        mend();
      }
      cluster.awaitGroup(RegisterService.FACTORY_LINK, READY_LIMIT);
      TestStopwatch.pass(Duration.ofMillis(500));
      recorder.stop();
      recorder.readDocuments(READ_LIMIT);
      ReplicaComparison.awaitEqual(cluster.targets(), recorder.documents(), READ_LIMIT);
      List<Verdict> violations = new LinearizabilityChecker().violations(recorder.history());
      return new Report(schedule, recorder.tally(), violations, cluster.logs());
    } catch (AssertionError e) {
      throw new AssertionError("In " + schedule + ": " + e.getMessage(), e);
    }
  }

  private void begin(Fault fault) {
    switch (fault) {
      case Fault.Kill(int node) -> cluster.kill9(node);
      case Fault.KillAll _ -> {
        for (int i = 0; i < cluster.size(); i++) {
          cluster.kill9(i);
        }
      }
      case Fault.Pause(int node) -> cluster.pause(node);
      case Fault.Restart(int node) -> cluster.stop(node);
      case Fault.Partition(Set<Integer> side) -> {
        Set<Integer> others = new TreeSet<>();
        for (int i = 0; i < cluster.size(); i++) {
          others.add(i);
        }
        others.removeAll(side);
        network().partition(side, others);
      }
      case Fault.OneWay(int from, int to) -> network().oneWayLoss(from, to);
      case Fault.ClockStep(int node, long seconds) -> {
        cluster.ownClock(node).step(seconds);
        afterwards = () -> cluster.ownClock(node).step(0);
      }
      case Fault.FullDisk(int node) -> {
        cluster.ownDisk(node).fill();
        afterwards = cluster.ownDisk(node)::empty;
      }
      case Fault.DamagedFile(int node) -> {
        cluster.kill9(node);
        cluster.disk(node).damage();
      }
      case Fault.RolledBackDisk(int node) -> {
        Path copy = copies.resolve("copy-" + copied++);
        cluster.kill9(node);
        cluster.disk(node).copyTo(copy);
        cluster.restart(node);
        afterwards =
            () -> {
              cluster.kill9(node);
              cluster.disk(node).setBackTo(copy);
            };
      }
    }
  }

  private NetworkLab network() {
    if (lab == null) {
      throw new IllegalArgumentException("the cluster is in no NetworkLab");
    }
    return lab;
  }

  private void mend() {
    afterwards.run();
    afterwards = () -> {};
    if (lab != null) {
      lab.heal();
    }
    cluster.restore();
  }
}
