// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

/**
 * Which requests are written down all the time.
 *
 * @param access whether each request is, to the logger {@link #ACCESS}
 * @param slowMicros from how many microseconds on a request is, to the logger {@link #SLOW}; 0 for
 *     none
 */
public record RequestLogging(boolean access, long slowMicros) {
  /** The logger of all requests. */
  public static final String ACCESS = "cairn.access";

  /** The logger of slow requests. */
  public static final String SLOW = "cairn.slow";

  /** Nothing is written down. */
  public static final RequestLogging NONE = new RequestLogging(false, 0);

  /** The same, and each request. */
  public RequestLogging withAccess() {
    return new RequestLogging(true, slowMicros);
  }

  /** The same, with requests that took so long. */
  public RequestLogging withSlow(long micros) {
    return new RequestLogging(access, micros);
  }
}
