// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

/**
 * What pages of other sites may do in a browser, and what browsers are told. A part of a host's
 * arguments.
 */
public final class BrowserArguments {

  /**
   * The origins whose pages may send requests and read the answers, exactly as browsers write them:
   * {@code https://console.example:8443}. None by default.
   */
  public String[] corsOrigins = {};

  /** The methods that those pages may use. */
  public String[] corsMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

  /** The header fields that those pages may send beside the ones that every page may. */
  public String[] corsHeaders = {
    "accept",
    "authorization",
    "content-type",
    "if-match",
    "if-none-match",
    "last-event-id",
    "pragma",
    "x-xenon-auth-token"
  };

  /** Whether the cookie of a session counts when those pages send it. */
  public boolean corsCredentials;

  /**
   * For how long browsers that have reached this host by HTTPS are to use nothing else, in
   * microseconds; 0 does not tell them.
   */
  public long strictTransportSecurityMicros;

  /** Returns the same settings, which whoever made these may not change any more. */
  public BrowserArguments copy() {
    BrowserArguments copy = new BrowserArguments();
    copy.corsOrigins = corsOrigins.clone();
    copy.corsMethods = corsMethods.clone();
    copy.corsHeaders = corsHeaders.clone();
    copy.corsCredentials = corsCredentials;
    copy.strictTransportSecurityMicros = strictTransportSecurityMicros;
    return copy;
  }
}
