// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

/**
 * Hears of members that come and go. Called by one thread at a time, in the order in which the
 * events happened, each event once. It may block, which delays only its own later events, and may
 * throw, which is logged.
 */
@FunctionalInterface
public interface MembershipListener {

  /** Takes note of an event. */
  void onEvent(MembershipEvent event);
}
