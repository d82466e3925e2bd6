// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.micro;

import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.cluster.Applied;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationEnvironment;
import io.cairn.cluster.ReplicationNode;
import io.cairn.cluster.ReplicationOptions;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.raft.RaftReplicationNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Proposing 512 bytes to a group of one and waiting until they are durable and applied. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProposeBenchmark {

  private final byte[] command = new byte[512];
  private final Opened opened = new Opened();

  /** A node with one group whose state machine forgets everything. */
  private static final class Opened {
    private final Path directory;
    private final ReplicationNode node;
    private final ReplicaSet group;

    Opened() {
      try {
        directory = Files.createTempDirectory("cairn-propose-benchmark");
        node =
            RaftReplicationNode.open(
                directory,
                ReplicationOptions.defaults(),
                ReplicationEnvironment.system(new Stopwatch()::nanos));
        group = node.createOrResumeReplicaSet("group", new Forgetful());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Forgetful implements StateMachine {
    private volatile long applied;

    @Override
    public @Nullable Object apply(long index, byte[] command, @Nullable Object attachment) {
      applied = index;
      return null;
    }

    @Override
    public long durableIndex() {
      return applied;
    }
  }

  /** Removes the log. */
  @TearDown(Level.Trial)
  public void close() {
    opened.node.close();
    Samples.delete(opened.directory);
  }

  /** One after the other: the time of an fsync and of what surrounds it. */
  @Benchmark
  @Threads(1)
  public Applied one() {
    return opened.group.propose(command, null).join();
  }

  /** Sixty-four that share fsyncs. */
  @Benchmark
  @Threads(64)
  public Applied sixtyFour() {
    return opened.group.propose(command, null).join();
  }
}
