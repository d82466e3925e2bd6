// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.StateMachine;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.InstallSnapshotRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a snapshot's reference back from the engine until the state machine has fetched what it
 * stands for. Of what arrives meanwhile the latest counts. Used on the group's thread.
 */
final class SnapshotInstaller {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotInstaller.class);

  private final String groupId;
  private final StateMachine machine;
  private final Executor group;
  private final Consumer<Engine> engine;
  private @Nullable Engine held;
  private boolean preparing;

  /**
   * Creates the installer.
   *
   * @param group runs tasks on the group's thread
   * @param engine takes a message whose data are here
   */
  SnapshotInstaller(String groupId, StateMachine machine, Executor group, Consumer<Engine> engine) {
    this.groupId = groupId;
    this.machine = machine;
    this.group = group;
    this.engine = engine;
  }

  /** Takes a message with a reference beyond what is applied here. */
  void offer(Engine message) {
    held = message;
    if (!preparing) {
      prepare(message);
    }
  }

  private static InstallSnapshotRequest request(Engine message) {
    return (InstallSnapshotRequest) message.message();
  }

  private void prepare(Engine message) {
    InstallSnapshotRequest request = request(message);
    String from = NodeEndpoint.nodeIdOf(request.getSender());
    preparing = true;
    CompletionStage<Void> prepared;
    try {
      prepared = machine.prepareInstall(from, request.getSnapshotIndex(), reference(message));
    } catch (RuntimeException e) {
      group.execute(() -> prepared(message, e));
      return;
    }
    var _ = prepared.whenComplete((_, failed) -> group.execute(() -> prepared(message, failed)));
  }

  private static byte[] reference(Engine message) {
    SnapshotChunk chunk = Objects.requireNonNull(request(message).getSnapshotChunk());
    return (byte[]) Objects.requireNonNull(chunk.getOperation());
  }

  private void prepared(Engine asked, @Nullable Throwable failed) {
    long index = request(asked).getSnapshotIndex();
    preparing = false;
    Engine message = Objects.requireNonNull(held);
    if (failed != null) {
      held = null;
      LOG.warn("Group {}: the snapshot at {} could not be fetched", groupId, index, failed);
    } else if (request(message).getSnapshotIndex() != index
        || !Arrays.equals(reference(message), reference(asked))) {
      prepare(message); // the leader has moved on, or another one has come: fetch what is its
    } else {
      held = null;
      engine.accept(message);
    }
  }
}
