// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.raft.message.MemberMessage.Engine;
import io.cairn.cluster.raft.message.MemberMessage.StartAnswer;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

public class MemberMessageCodecTest {

  private static final NodeEndpoint A = new NodeEndpoint("a");
  private static final NodeEndpoint B = new NodeEndpoint("b");
  private final Models models = new Models();
  private final MemberMessageCodec codec = new MemberMessageCodec(models, 1000);

  private byte[] frame(MemberMessage... messages) {
    WireWriter out = new WireWriter();
    out.u8(MemberMessageCodec.VERSION);
    for (MemberMessage message : messages) {
      codec.write(out, "group", B, A, message);
    }
    return out.take();
  }

  private List<MemberMessage> read(byte[] frame) {
    return read(frame, A);
  }

  private List<MemberMessage> read(byte[] frame, NodeEndpoint local) {
    List<MemberMessage> found = new ArrayList<>();
    codec.read(
        frame,
        "b",
        _ ->
            new MemberMessageCodec.Receiver() {
              @Override
              public NodeEndpoint local() {
                return local;
              }

              @Override
              public void receive(String from, MemberMessage message) {
                assertThat(new NodeEndpoint(from).nodeId()).isEqualTo("b");
                found.add(message);
              }
            });
    return found;
  }

  private Engine append() {
    UpdateRaftGroupMembersOp change =
        models
            .createUpdateRaftGroupMembersOpBuilder()
            .setMembers(List.<RaftEndpoint>of(A, B))
            .setVotingMembers(List.<RaftEndpoint>of(A))
            .setEndpoint(B)
            .setMode(MembershipChangeMode.ADD_LEARNER)
            .build();
    List<LogEntry> entries = new ArrayList<>();
    for (Object operation :
        List.of(new EngineCommand(new byte[] {1, 2, 3}, "here only"), Marker.NEW_TERM, change)) {
      entries.add(
          new Entry().setIndex(5 + entries.size()).setTerm(3).setOperation(operation).build());
    }
    return new Engine(
        models
            .createAppendEntriesRequestBuilder()
            .setGroupId("group")
            .setSender(B)
            .setTerm(3)
            .setPreviousLogTerm(2)
            .setPreviousLogIndex(4)
            .setCommitIndex(1)
            .setQuerySequenceNumber(8)
            .setFlowControlSequenceNumber(9)
            .setLogEntries(entries)
            .build(),
        77,
        2);
  }

  @Test
  void appendArrivesAsItWasSent() {
    List<MemberMessage> found = read(frame(append(), new MemberMessage.ReadResponse(4, -1)));
    assertThat(found.get(1)).isEqualTo(new MemberMessage.ReadResponse(4, -1));
    Engine engine = (Engine) found.getFirst();
    assertThat(engine.stamp()).isEqualTo(77);
    assertThat(engine.epoch()).isEqualTo(2);
    AppendEntriesRequest append = (AppendEntriesRequest) engine.message();
    assertThat(append.getPreviousLogIndex()).isEqualTo(4);
    assertThat(append.getFlowControlSequenceNumber()).isEqualTo(9);
    assertThat(append.getLogEntries()).extracting(LogEntry::getIndex).containsExactly(5L, 6L, 7L);
    assertThat(((EngineCommand) append.getLogEntries().getFirst().getOperation()).heldBytes())
        .containsExactly(1, 2, 3);
    assertThat(append.getLogEntries().getLast().getOperation())
        .isInstanceOfSatisfying(
            UpdateRaftGroupMembersOp.class,
            op -> assertThat(op.getVotingMembers()).containsExactly(A));
  }

  @Test
  void messageForAnotherLifeIsDroppedButTheNodeMayBeAsked() {
    byte[] frame =
        frame(
            append(),
            new MemberMessage.NotMember(1),
            new MemberMessage.MemberQuery(2),
            new MemberMessage.LifeQuery(3),
            new MemberMessage.Life(4));
    assertThat(read(frame)).hasSize(5);
    assertThat(read(frame, NodeEndpoint.ofNewLife("a", 1)))
        .containsExactly(new MemberMessage.MemberQuery(2), new MemberMessage.LifeQuery(3));
  }

  @Test
  void whoVotesArrivesWithAnAnswerToAStart() {
    MemberMessage answer = new StartAnswer(-7, true, 4, 66, List.of("a", "b~0123456789ab"));
    assertThat(read(frame(answer))).containsExactly(answer);
    everyTruncationIsRefused(frame(answer));
  }

  @Test
  void everyTruncationIsRefused() {
    everyTruncationIsRefused(frame(append()));
  }

  private void everyTruncationIsRefused(byte[] frame) {
    for (int length = 2; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> read(new byte[] {9})).hasMessageContaining("version");
  }

  @Test
  void damagedBytesAreReadOrRefusedButNothingElse() {
    Random random = new Random(1);
    byte[] frame = frame(append());
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = frame.clone();
      damaged[1 + random.nextInt(frame.length - 1)] = (byte) random.nextInt();
      int found;
      try {
        found = read(damaged).size();
      } catch (MalformedException refused) {
        found = 1;
      }
      assertThat(found).isEqualTo(1);
    }
  }
}
