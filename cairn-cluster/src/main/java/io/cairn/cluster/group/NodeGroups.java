// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

import io.cairn.cluster.group.context.GroupEnvironment;
import io.cairn.cluster.group.context.GroupSettings;
import io.cairn.cluster.group.context.LeaderNews;
import io.cairn.cluster.group.state.GroupConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All node groups that this node is a member of. Safe for all threads. */
public interface NodeGroups extends AutoCloseable {

  /** The group that every node is a member of. */
  String DEFAULT = "default";

  /**
   * Reads which groups this node is a member of; {@link #start} takes them up. The node's
   * replication must be closed before the groups are.
   *
   * @throws IOException if the disk fails or {@code groups.json} is damaged
   */
  static NodeGroups open(GroupSettings settings, GroupEnvironment environment) throws IOException {
    return new LocalNodeGroups(settings, environment);
  }

  /** Returns a group, or null if this node is in none of that name. */
  @Nullable NodeGroup find(String name);

  /** Returns a group as this node sees it, also while it is in none of that name. */
  GroupView view(String name);

  /** Returns all groups. */
  Collection<NodeGroup> all();

  /**
   * Makes a group of this node alone; returns the present one if there is one.
   *
   * @throws IOException if the disk fails
   */
  NodeGroup create(String name, GroupConfig config) throws IOException;

  /**
   * Begins to talk with peers: makes this node known, looks for the configured ones, forms or joins
   * the default group. Returns when this node is a member of a default group that serves it, or
   * when the time is up; then it goes on in the background.
   *
   * @return whether it serves
   */
  boolean start(URI self, Duration patience) throws InterruptedException;

  /**
   * Returns what keeps this node from opening data that no other node holds, so that they would be
   * missing if it went on; null if there is nothing of the kind. Known once {@link #start} has
   * returned.
   */
  @Nullable Throwable damage();

  /**
   * Returns why this node must not serve, whatever data it has: a living node has its id or its
   * address, or it has no group yet and the peers that it was given do not believe it, or it them.
   * A sentence that says what to do; null if there is nothing of the kind. Changes by itself.
   */
  @Nullable String refusal();

  /** Returns where a node is reached, or null if it is not known. */
  @Nullable URI addressOf(String nodeId);

  /** Registers who is told of a group that was made or whose partitions were replaced by a join. */
  void onPartitionsChange(Consumer<NodeGroup> listener);

  /** Registers who is told of the leaders of the partitions of all groups. */
  void onLeaderChange(LeaderNews.Listener listener);

  /**
   * Tells the other nodes whether this one's disk is nearly full: then it hands over what it leads
   * to those that have room. After the start.
   */
  void diskFull(boolean full);

  /** Hands leadership over and tells the others; for a graceful stop. At most so long. */
  void leave(Duration patience);

  /**
   * Stops taking part and closes the stores. The replication node must have been closed before, so
   * that nothing is applied to closed stores.
   */
  @Override
  void close();
}
