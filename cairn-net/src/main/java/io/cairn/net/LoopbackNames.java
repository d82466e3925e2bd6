// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells names of the machine itself from others, without asking anybody for an address. Stateless.
 */
public final class LoopbackNames {
  private static final Pattern ADDRESS = Pattern.compile("127(\\.\\d{1,3}){3}");

  private LoopbackNames() {}

  /**
   * Whether a name leads to this machine whoever resolves it.
   *
   * @param host a name or an address, one of version 6 with or without brackets
   */
  public static boolean contains(@Nullable String host) {
    if (host == null) {
      return false;
    }
    return isLocalhost(host)
        || host.equals("::1")
        || host.equals("[::1]")
        || ADDRESS.matcher(host).matches();
  }

  /** Whether it is the name itself rather than an address. */
  public static boolean isLocalhost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.endsWith(".localhost");
  }
}
