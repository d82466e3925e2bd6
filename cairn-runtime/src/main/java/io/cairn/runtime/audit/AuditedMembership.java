// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.cluster.group.NodeView;
import io.cairn.runtime.audit.AuditEvent.Names;
import io.cairn.runtime.audit.AuditEvent.Source;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Notes who comes into a group, leaves it, or has another role there, and that its configuration is
 * another one, whoever asked for it at whichever node, and if nobody did. All members see it; the
 * living one with the lowest id notes it. Thread-safe.
 */
final class AuditedMembership {

  /** Who has just come back, or is to be brought up to date, sees what happens, too. */
  private static final Set<NodeStatus> LIVING =
      EnumSet.of(NodeStatus.AVAILABLE, NodeStatus.SYNCHRONIZING);

  private final String self;
  private final AuditTrail trail;
  private final Map<String, GroupView> before = new HashMap<>();

  AuditedMembership(String self, AuditTrail trail) {
    this.self = self;
    this.trail = trail;
  }

  /** A group is seen so now. */
  synchronized void seen(GroupView now) {
    GroupView old = before.put(now.name(), now);
    // Who has joined a group is new to it; that the group is new to the joiner is no news.
    if (old == null || !old.uid().equals(now.uid()) || !self.equals(noting(now))) {
      return;
    }
    Set<String> ids = new TreeSet<>(old.nodes().keySet());
    ids.addAll(now.nodes().keySet());
    for (String id : ids) {
      NodeView was = old.nodes().get(id);
      NodeView is = now.nodes().get(id);
      if (was == null && is != null) {
        note(now, id, "joined as " + is.role());
      } else if (is == null) {
        note(now, id, "removed");
      } else if (was != null && was.role() != is.role()) {
        note(now, id, "is " + is.role());
      }
    }
    if (!old.config().equals(now.config())) {
      note(now, "", "quorum or config");
    }
  }

  private static String noting(GroupView view) {
    return view.nodes().values().stream()
        .filter(node -> LIVING.contains(node.status()))
        .map(NodeView::id)
        .min(String::compareTo)
        .orElse("");
  }

  private void note(GroupView group, String node, String what) {
    String link = ServiceUriPaths.NODE_GROUP_FACTORY + '/' + group.name();
    // Should two members think that they are to note it, it is one document.
    String id =
        "group-%s-%d-%08x".formatted(group.uid(), group.version(), (node + ' ' + what).hashCode());
    trail.noteOwn(
        AuditedAction.MEMBERSHIP,
        Source.GROUP,
        node.isEmpty() ? link : link + '/' + node,
        Names.detail(id, what));
  }
}
