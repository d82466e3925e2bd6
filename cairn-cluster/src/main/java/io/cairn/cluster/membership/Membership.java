// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One node's view of which nodes are alive. All methods may be called from any thread and none of
 * them waits for the network, except where it is said.
 *
 * <p>The view is eventually the same on all nodes that can reach each other. It is advice: a node
 * that is reported as gone may be alive behind a broken link, and the other way round for the
 * detection time.
 */
public interface Membership extends AutoCloseable {

  /** Returns this node as it announces itself at present. */
  ClusterMember self();

  /**
   * Returns the members that are believed alive, this node included, ordered by node id. The list
   * reflects exactly the events that were queued for the listeners so far.
   */
  List<ClusterMember> members();

  /**
   * Adds a listener, which hears every event from the first on.
   *
   * @throws IllegalStateException if membership was started already
   */
  void listener(MembershipListener listener);

  /**
   * Adds addresses that are asked again and again until they answer, which is also how separated
   * islands find each other: each node should know all nodes that it ever heard of. May be called
   * before and after the start; this node's own address is left out; beyond {@link
   * MembershipSettings#maxSeeds()} further addresses are ignored and logged. Only scheme, host and
   * port count.
   *
   * @throws IllegalArgumentException if an address names no host
   */
  void seeds(Collection<URI> addresses);

  /**
   * Starts to look for others. Returns at once: whether anybody is found is told by the events.
   *
   * @throws IllegalStateException if membership was started or closed before
   */
  void start();

  /**
   * Replaces what this node says about itself; others hear of it once, as {@link
   * MembershipEvent.Updated}. Changes in quick succession may reach them as one.
   *
   * @throws IllegalArgumentException if the metadata exceed {@link
   *     MembershipSettings#maxMetadataBytes()}
   */
  void updateMetadata(Map<String, String> metadata);

  /**
   * Says good-bye, so that the others report {@link MembershipEvent.Left.Reason#LEAVE} at once, and
   * stops. The future completes normally within {@link MembershipSettings#leaveTimeout()}, also if
   * nobody was there to hear it. No event is delivered for what happens after it.
   */
  CompletableFuture<Void> leave();

  /**
   * Stops without a word, as a crash would; the others find out by themselves. Call {@link #leave}
   * first for an orderly end. Idempotent.
   */
  @Override
  void close();
}
