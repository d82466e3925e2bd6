// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * A member as the group's system partition knows it.
 *
 * @param id its name
 * @param address where it was last reached
 * @param role what it does
 * @param properties what it says about itself
 * @param token made by the node when it joined, tells apart its memberships
 * @param joinedVersion the version of the state that took it in
 * @param unavailableSinceMicros when it was found dead; 0 while it lives
 * @param synchronizing whether it is still being brought up to date
 * @param version counts the changes of this record
 * @param updateTimeMicros when it changed
 */
public record NodeRecord(
    String id,
    URI address,
    NodeRole role,
    Map<String, String> properties,
    String token,
    long joinedVersion,
    long unavailableSinceMicros,
    boolean synchronizing,
    long version,
    long updateTimeMicros) {

  public NodeRecord {
    properties = java.util.Collections.unmodifiableMap(new TreeMap<>(properties));
  }

  public static NodeRecord joining(JoinRequest joiner, long stateVersion, long micros) {
    return new NodeRecord(
        joiner.id(),
        joiner.address(),
        joiner.role(),
        joiner.properties(),
        joiner.token(),
        stateVersion,
        0,
        true,
        0,
        micros);
  }

  public boolean isPeer() {
    return role == NodeRole.PEER;
  }

  /** Tells whether it lives and is up to date, as far as the group has agreed. */
  public boolean isAvailable() {
    return unavailableSinceMicros == 0 && !synchronizing;
  }

  /** Returns the same where it is now, with what it says about itself. */
  public NodeRecord at(URI other, Map<String, String> otherProperties, long micros) {
    return new NodeRecord(
        id,
        other,
        role,
        otherProperties,
        token,
        joinedVersion,
        unavailableSinceMicros,
        synchronizing,
        version + 1,
        micros);
  }

  /** Tells whether another record gives the same address and properties. */
  public boolean isWhere(NodeRecord other) {
    return address.equals(other.address) && properties.equals(other.properties);
  }

  /** Returns the same in another role, which its copies have yet to follow. */
  public NodeRecord as(NodeRole other, long micros) {
    return new NodeRecord(
        id,
        address,
        other,
        properties,
        token,
        joinedVersion,
        unavailableSinceMicros,
        true,
        version + 1,
        micros);
  }

  /** Returns the same as the first and only member of a group, there from its beginning. */
  public NodeRecord alone(String otherToken, long micros) {
    return new NodeRecord(
        id, address, NodeRole.PEER, properties, otherToken, 1, 0, false, version + 1, micros);
  }

  public NodeRecord dead(long micros) {
    return new NodeRecord(
        id, address, role, properties, token, joinedVersion, micros, false, version + 1, micros);
  }

  public NodeRecord alive(boolean stillSynchronizing, long micros) {
    return new NodeRecord(
        id,
        address,
        role,
        properties,
        token,
        joinedVersion,
        0,
        stillSynchronizing,
        version + 1,
        micros);
  }
}
