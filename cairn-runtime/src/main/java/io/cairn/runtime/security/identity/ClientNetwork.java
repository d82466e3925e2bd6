// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What counts as one address, where what clients do is counted by address. */
public final class ClientNetwork {

  private ClientNetwork() {}

  /** The name of an address: of IPv6 the half that a provider gives to one customer. */
  public static String of(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
      return "here";
    }
    InetAddress ip = inet.getAddress();
    byte[] bytes = ip.getAddress();
    return HexFormat.of().formatHex(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
  }
}
