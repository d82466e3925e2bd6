// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Keeps Logback from looking for configuration files, which costs a start 100 ms, unless one is
 * named. {@link io.cairn.launch.logging.EventLog} configures it.
 */
public final class QuietStart extends ContextAwareBase implements Configurator {

  /** Made by Logback. */
  public QuietStart() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    return System.getProperty("logback.configurationFile") == null
        ? ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY
        : ExecutionStatus.INVOKE_NEXT_IF_ANY;
  }
}
