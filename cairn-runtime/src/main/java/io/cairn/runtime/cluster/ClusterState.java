// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.cluster.application.Cluster;
import io.cairn.cluster.application.ClusterHealth;
import io.cairn.cluster.application.ClusterNode;
import io.cairn.cluster.attributes.AttributeSet;
import io.cairn.cluster.group.GroupView;
import io.cairn.cluster.group.NodeView;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one of its nodes sees it and clients read it.
 *
 * @param self the id of the node that answers
 * @param members the live nodes by id, and those members of the default group that are not there
 * @param quorum how many nodes there are and must be
 * @param healthy whether the start is completed and enough nodes are live
 * @param ready whether documents can be read and written at this node
 * @param startupCompleted whether this node has found its group, or the time for that is over
 * @param why what keeps the node from being ready, and what operators should look at, a sentence
 *     each
 * @param messages counters of application messages
 * @param attributes how many attributes there are
 */
public record ClusterState(
    String self,
    Map<String, MemberState> members,
    QuorumState quorum,
    boolean healthy,
    boolean ready,
    boolean startupCompleted,
    List<String> why,
    Map<String, Long> messages,
    Map<String, Long> attributes) {

  /** A member that this node has no word of, but that the default group still counts. */
  static final String STATUS_GONE = "GONE";

  /**
   * How many nodes there are and must be.
   *
   * @param required how many must be live: the configured number or a majority, whichever is more
   * @param configured what operators asked for
   * @param live how many are, this one included
   */
  public record QuorumState(int required, int configured, int live) {}

  /**
   * A node.
   *
   * @param id its stable name
   * @param status {@code ALIVE}, {@code SUSPECT} or {@code GONE}
   * @param roles {@code PEER} or {@code OBSERVER} of the default group, and {@code SEED}
   * @param launchId random for each start of its process; null if it is gone
   * @param lastSeen when this node last had word from it, to the millisecond; null if it is gone
   * @param uri where clients reach it; null if it does not say
   * @param address where its peers reach it
   * @param properties what it says about itself
   */
  public record MemberState(
      String id,
      String status,
      List<String> roles,
      @Nullable String launchId,
      @Nullable Instant lastSeen,
      @Nullable URI uri,
      URI address,
      Map<String, String> properties) {}

  /**
   * Describes a cluster.
   *
   * @param group the default group as this node sees it; its nodes are empty if there is none yet
   */
  static ClusterState of(Cluster cluster, GroupView group) {
    ClusterHealth health = cluster.health();
    Map<String, MemberState> members = new TreeMap<>();
    for (NodeView node : group.nodes().values()) {
      members.put(node.id(), gone(node));
    }
    for (ClusterNode node : cluster.nodes()) {
      members.put(node.id(), member(node, group.nodes().get(node.id())));
    }
    return new ClusterState(
        cluster.self().id(),
        members,
        new QuorumState(health.required(), group.config().membershipQuorum(), health.live()),
        health.healthy(),
        health.ready(),
        health.startupCompleted(),
        health.why(),
        new TreeMap<>(cluster.figures()),
        counted(cluster.attributes().all()));
  }

  static MemberState member(ClusterNode node, @Nullable NodeView inGroup) {
    return new MemberState(
        node.id(),
        node.status().name(),
        roles(inGroup, node.properties()),
        node.launchId(),
        node.lastSeen().truncatedTo(ChronoUnit.MILLIS),
        uri(node.properties()),
        node.address(),
        new TreeMap<>(node.properties()));
  }

  private static MemberState gone(NodeView node) {
    return new MemberState(
        node.id(),
        STATUS_GONE,
        roles(node, node.properties()),
        null,
        null,
        uri(node.properties()),
        node.address(),
        new TreeMap<>(node.properties()));
  }

  private static List<String> roles(@Nullable NodeView inGroup, Map<String, String> properties) {
    List<String> roles = new ArrayList<>();
    if (inGroup != null) {
      roles.add(inGroup.role().name());
    }
    if (Boolean.parseBoolean(properties.get(ClusterNode.PROPERTY_SEED))) {
      roles.add("SEED");
    }
    return roles;
  }

  private static @Nullable URI uri(Map<String, String> properties) {
    String uri = properties.get(ClusterNode.PROPERTY_URI);
    try {
      return uri == null ? null : URI.create(uri);
    } catch (IllegalArgumentException e) {
      return null; // another node's word
    }
  }

  private static Map<String, Long> counted(Collection<AttributeSet> sets) {
    long attributes = sets.stream().mapToLong(set -> set.attributes().size()).sum();
    return new TreeMap<>(Map.of("sets", (long) sets.size(), "attributes", attributes));
  }
}
