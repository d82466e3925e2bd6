// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.security.Subject;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Names those whose requests are counted together. */
public final class PartyNames {

  private PartyNames() {}

  /**
   * A user by its link. Of those who have not said who they are, those of one address are one, so
   * that a stranger who sends much keeps nobody from logging in.
   */
  public static String of(Subject subject, @Nullable SocketAddress from) {
    return subject.isGuest() && from instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? subject.link() + " at " + inet.getAddress().getHostAddress()
        : subject.link();
  }
}
