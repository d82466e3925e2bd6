// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/** The attributes of one node, which it shares with the others. */
public final class ReplicatedAttributes implements AttributesClient, AutoCloseable {

  private ReplicatedAttributes() {}

  /**
   * Takes up what the node kept, if it keeps attributes. Nothing is sent before {@link #start}.
   *
   * @param nodeId the node's stable id, the same after a restart
   * @throws IOException if what was kept cannot be read; says which file and what to do
   */
  public static ReplicatedAttributes open(
      String nodeId,
      AttributesSettings settings,
      AttributesTransport transport,
      AttributesEnvironment environment)
      throws IOException {
    throw new UnsupportedOperationException("in work");
  }

  /** Adds who hears what changes. To be called before {@link #start}. */
  public void listener(AttributesListener listener) {}

  /**
   * Reports what was kept as events and begins to talk to others. Changes are refused before with an
   * {@link IllegalStateException}; nodes may be reported before.
   */
  public void start() {}

  /**
   * Takes note that a node is live, and compares with it soon. Nothing for this node itself, or if
   * that launch is known as live. Never blocks.
   *
   * @param launchId differs after each restart of the node
   */
  public void joined(String nodeId, String launchId) {}

  /** Takes note that a node is gone: nothing for a launch that is not the latest. Never blocks. */
  public void left(String nodeId, String launchId) {}

  @Override
  public AttributeChange add(String set, String attribute, Object value) {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public AttributeChange replace(String set, String attribute, Object value) {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public AttributeChange remove(String set, String attribute) {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public AttributeChange removeAll(String set) {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public Collection<AttributeSet> all() {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public AttributeSet allOf(String set) {
    throw new UnsupportedOperationException("in work");
  }

  @Override
  public Attribute<?> attribute(String set, String attribute) {
    throw new UnsupportedOperationException("in work");
  }

  /**
   * Returns counts: {@code entries}, {@code tombstones} and {@code pending} at present; {@code
   * sent}, {@code received}, {@code malformed}, {@code dropped}, {@code purged} and {@code refused}
   * since the start.
   */
  public Map<String, Long> figures() {
    return Map.of();
  }

  /** Stops: confirmations not there yet are cancelled, and changes refused. Takes effect once. */
  @Override
  public void close() {}
}
