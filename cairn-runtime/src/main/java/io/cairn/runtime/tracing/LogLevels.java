// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much each logger of the process logs. Found by {@link java.util.ServiceLoader}, because
 * applications choose what they log with. Thread-safe.
 */
public interface LogLevels {
  /** Whether the process logs with something whose levels can be seen and changed. */
  boolean isSupported();

  /** The loggers that have a level of their own, by name, with that level. */
  Map<String, String> own();

  /**
   * Gives a logger a level.
   *
   * @param level one of OFF, ERROR, WARN, INFO, DEBUG, TRACE; null for that of the one above it
   */
  void set(String logger, @Nullable String level);
}
