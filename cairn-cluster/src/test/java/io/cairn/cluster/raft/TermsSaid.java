// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.raft.message.MemberMessage;
import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessageCodec;
import io.cairn.cluster.raft.message.Models;
import io.cairn.cluster.raft.message.NodeEndpoint;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import java.util.function.Function;

/** Reads from frames in which terms a node has spoken: it must not forget them. */
public final class TermsSaid {

  /** Told of a term that a message of a replica set's speaks in. */
  public interface Listener {
    void said(String group, long term);
  }

  private final MemberMessageCodec codec = new MemberMessageCodec(new Models(), 1 << 24);

  /**
   * Reads a frame.
   *
   * @param from the node that sends it
   * @param addressees the replica sets at the node that is sent it, or null where there is none
   */
  public void read(
      byte[] frame, String from, Function<String, ReplicaSet> addressees, Listener listener) {
    codec.read(
        frame,
        from,
        group ->
            addressees.apply(group) instanceof RaftReplicaSet set
                ? new Reader(group, set.local(), listener)
                : null);
  }

  private record Reader(String group, NodeEndpoint local, Listener listener)
      implements MemberMessageCodec.Receiver {
    @Override
    public void receive(String from, MemberMessage message) {
      if (message instanceof Engine engine
          && !(engine.message() instanceof PreVoteRequest) // in a term that is to come
          && !(engine.message() instanceof PreVoteResponse)) {
        listener.said(group, engine.message().getTerm());
      }
    }
  }
}
