// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cairn.cluster.raft.RaftReplicationNode;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Proposes numbers without end and prints each once it is acknowledged, to be killed by a test. */
public final class AppendingProcess {

  private AppendingProcess() {}

  /** Runs. Arguments: directory, first number. */
  public static void main(String[] args) throws Exception {
    ReplicationOptions options =
        ReplicationOptions.defaults().with(it -> it.segmentBytes(1 << 20).maxCommandBytes(1 << 16));
    ReplicationNode node =
        RaftReplicationNode.open(
            Path.of(args[0]), options, ReplicationEnvironment.system(System::nanoTime));
    RecordingMachine machine = new RecordingMachine();
    ReplicaSet group = node.createOrResumeReplicaSet("g", machine);
    Semaphore window = new Semaphore(64);
    for (int next = machine.count(); ; next++) {
      window.acquire();
      int number = next;
      var _ =
          group
              .propose((number + "x".repeat(number % 500)).getBytes(UTF_8), null)
              .whenComplete(
                  (_, failure) -> {
                    if (failure == null) {
                      System.out.println(number);
                      System.out.flush();
                    }
                    window.release();
                  });
    }
  }
}
