// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.utility;

import io.cairn.host.Operation;
import io.cairn.host.Service.Action;
import org.jspecify.annotations.Nullable;

/**
 * One message to a subscriber. The body is shared by all subscribers and never changed.
 *
 * @param action the verb
 * @param body JSON text or bytes, null for none
 * @param contentType media type of the body, null for JSON
 * @param purpose why it is sent
 * @param depth by how many notifications, one after the other, it was caused
 */
record Notification(
    Action action,
    @Nullable Object body,
    @Nullable String contentType,
    Purpose purpose,
    int depth) {

  /**
   * The longest chain of notifications. Longer ones are taken to go in a circle, in which each would
   * cause the next for ever.
   */
  static final int DEEPEST = 8;

  /** Why a message is sent. */
  enum Purpose {
    /** The publisher changed; counts towards the subscriber's limit. */
    UPDATE,
    /** The state at the time of the subscription. */
    REPLAY,
    /** The publisher has dropped the subscriber. */
    GOODBYE
  }

  /** By how many notifications a change was caused. */
  static int depthOf(Operation change) {
    String told = change.getRequestHeader(Operation.NOTIFICATION_DEPTH_HEADER);
    if (told == null || !change.isNotification()) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(told));
    } catch (NumberFormatException e) {
      return DEEPEST; // no publisher of ours wrote it, so nobody knows how long the chain is
    }
  }

  static Notification goodbye() {
    return new Notification(Action.DELETE, null, null, Purpose.GOODBYE, 0);
  }
}
