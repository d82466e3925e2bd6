// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.logging;

import io.cairn.runtime.tracing.LogLevels;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The levels of Logback's loggers, if that is what the process logs with. */
public final class LogbackLevels implements LogLevels {

  /** Made by the class path. */
  public LogbackLevels() {}

  @Override
  public boolean isSupported() {
    return ProcessLog.isLogback();
  }

  @Override
  public Map<String, String> own() {
    return EventLog.ownLevels();
  }

  @Override
  public void set(String logger, @Nullable String level) {
    EventLog.setLevel(logger, level);
  }
}
