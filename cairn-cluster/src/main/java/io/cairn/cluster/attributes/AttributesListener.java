// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

/** Hears what changes. */
@FunctionalInterface
public interface AttributesListener {

  /** Takes an event. Called in order and under a lock: must neither block nor throw. */
  void onEvent(AttributeEvent event);
}
