// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.utility;

import io.cairn.host.Service.Action;
import org.jspecify.annotations.Nullable;

/**
 * One message to a subscriber. The body is shared by all subscribers and never changed.
 *
 * @param action the verb
 * @param body JSON text or bytes, null for none
 * @param contentType media type of the body, null for JSON
 * @param purpose why it is sent
 */
record Notification(
    Action action, @Nullable Object body, @Nullable String contentType, Purpose purpose) {

  /** Why a message is sent. */
  enum Purpose {
    /** The publisher changed; counts towards the subscriber's limit. */
    UPDATE,
    /** The state at the time of the subscription. */
    REPLAY,
    /** The publisher has dropped the subscriber. */
    GOODBYE
  }

  static Notification goodbye() {
    return new Notification(Action.DELETE, null, null, Purpose.GOODBYE);
  }
}
