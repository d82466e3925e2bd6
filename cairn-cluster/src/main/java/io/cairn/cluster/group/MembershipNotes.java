// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupContext;
import io.cairn.cluster.group.state.GroupRecord.GroupMembership;
import io.cairn.cluster.group.state.NodeRecord;
import io.cairn.cluster.group.state.SystemState;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps on disk what this node must know of its membership in a group when it starts again. */
final class MembershipNotes {

  private static final Logger LOG = LoggerFactory.getLogger(MembershipNotes.class);

  private final GroupContext context;
  private final String group;
  private final BooleanSupplier isOpen;
  private volatile GroupMembership membership;
  private volatile long rememberedVersion = -1;

  MembershipNotes(
      GroupContext context, String group, GroupMembership membership, BooleanSupplier isOpen) {
    this.context = context;
    this.group = group;
    this.membership = membership;
    this.isOpen = isOpen;
  }

  GroupMembership membership() {
    return membership;
  }

  /** Remembers where members are, so that this node finds them whoever else is gone. */
  void remember(SystemState state) {
    if (state.version() == rememberedVersion) {
      return;
    }
    rememberedVersion = state.version();
    Map<String, URI> addresses = new HashMap<>();
    state.nodes().values().forEach(node -> addresses.put(node.id(), node.address()));
    addresses.forEach(context.peers()::learn);
    context.peers().record(group, addresses);
    if (!membership.knows(state)) {
      Thread.ofVirtual().name("cairn-group-addresses").start(() -> write(state));
    }
    context
        .environment()
        .membership()
        .seeds(state.nodes().values().stream().map(NodeRecord::address).toList());
  }

  /** Writes who the members are, for the case that the state is lost. */
  private void write(SystemState state) {
    try {
      if (isOpen.getAsBoolean()) { // a later state may have been written meanwhile
        change(now -> state.version() == rememberedVersion ? now.knowing(state) : now);
      }
    } catch (IOException e) {
      LOG.warn("The members of {} cannot be noted: {}", group, e.getMessage());
    }
  }

  /** Changes what is known of the membership, on disk first. */
  synchronized void change(UnaryOperator<GroupMembership> change) throws IOException {
    GroupMembership next = change.apply(membership);
    var _ =
        context
            .register()
            .update(
                group,
                record -> {
                  GroupMembership active = record.active();
                  GroupMembership joining = record.joining();
                  if (active != null && active.sameAs(next)) {
                    return record.withActive(next);
                  }
                  return joining != null && joining.sameAs(next)
                      ? record.withJoining(next)
                      : record;
                });
    membership = next;
  }
}
