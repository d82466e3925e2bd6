// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures durable proposals per second of groups of one: closed loop, 300 bytes, 1 to 1,024 in
 * flight, 1 and 8 groups. Arguments: directory, seconds per row, threads (0: virtual).
 */
public final class ProposalRates {

  private static final int[] IN_FLIGHT = {1, 64, 256, 1024};
  private static final int PAYLOAD = 300;
  private static final int SAMPLES = 1 << 16;

  private ProposalRates() {}

  /** Runs the rows. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(args[0]), "rates");
    int seconds = Integer.parseInt(args[1]);
    ReplicationOptions options =
        ReplicationOptions.defaults().withThreads(Integer.parseInt(args[2]));
    try (ReplicationNode node =
        RaftReplicationNode.open(
            directory, options, ReplicationEnvironment.system(System::nanoTime))) {
      for (int groups : new int[] {1, 8}) {
        long start = System.nanoTime();
        List<ReplicaSet> opened = open(node, groups);
        System.out.printf(
            "%d groups started in %.1f ms%n", groups, (System.nanoTime() - start) / 1e6);
        for (int inFlight : IN_FLIGHT) {
          measure(opened, inFlight, seconds);
        }
      }
    }
  }

  private static List<ReplicaSet> open(ReplicationNode node, int count) throws IOException {
    List<ReplicaSet> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      groups.add(node.createOrResumeReplicaSet("g" + count + "-" + i, new CountingMachine()));
    }
    return groups;
  }

  private static void measure(List<ReplicaSet> groups, int inFlight, int seconds)
      throws InterruptedException {
    run(groups, inFlight, seconds, new long[SAMPLES]);
    long[] latencies = new long[SAMPLES];
    long done = run(groups, inFlight, seconds, latencies);
    long[] sorted = Arrays.stream(latencies).filter(value -> value > 0).sorted().toArray();
    System.out.printf(
        "groups %d, in flight %4d: %8d/s  p50 %.3f ms  p99 %.3f ms%n",
        groups.size(),
        inFlight,
        done / seconds,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6);
  }

  private static long run(List<ReplicaSet> groups, int inFlight, int seconds, long[] latencies)
      throws InterruptedException {
    Semaphore window = new Semaphore(inFlight);
    AtomicLong done = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; System.nanoTime() < end; i++) {
      window.acquire();
      long start = System.nanoTime();
      var _ =
          groups
              .get(i % groups.size())
              .propose(new byte[PAYLOAD], null)
              .whenComplete(
                  (_, failure) -> {
                    if (failure != null) {
                      failure.printStackTrace();
                    }
                    latencies[(int) done.getAndIncrement() & (SAMPLES - 1)] =
                        System.nanoTime() - start;
                    window.release();
                  });
    }
    window.acquire(inFlight);
    return done.get();
  }

  private static final class CountingMachine implements StateMachine {
    private volatile long durable;
    private long applied;

    @Override
    public Object apply(long index, byte[] command, Object attachment) {
      applied++;
      return applied;
    }

    @Override
    public long durableIndex() {
      return durable;
    }

    @Override
    public void makeDurable(long index) {
      durable = Math.max(durable, index);
    }
  }
}
