// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.security.Subject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Names those whose requests are counted together. */
public final class PartyNames {

  private static final int IPV6_BYTES = 16;

  private PartyNames() {}

  /**
   * A user by its link. Of those who have not said who they are, those of one address are one, so
   * that a stranger who sends much keeps nobody from logging in.
   */
  public static String of(Subject subject, @Nullable SocketAddress from) {
    return subject.isGuest() && from instanceof InetSocketAddress inet && !inet.isUnresolved()
        ? subject.link() + " at " + networkOf(inet.getAddress())
        : subject.link();
  }

  /** Of IPv6 the half that a provider gives to one customer, who has all addresses of it. */
  private static String networkOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != IPV6_BYTES) {
      return address.getHostAddress();
    }
    try {
      byte[] network = Arrays.copyOf(Arrays.copyOf(bytes, IPV6_BYTES / 2), IPV6_BYTES);
      return InetAddress.getByAddress(network).getHostAddress() + "/64";
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 16 bytes is one of IPv6", e);
    }
  }
}
