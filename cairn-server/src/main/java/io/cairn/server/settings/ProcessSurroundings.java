// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.settings;

import java.util.Map;
import java.util.Properties;

/**
 * Where a process finds settings beside its arguments.
 *
 * @param properties system properties
 * @param environment environment variables
 * @param classes finds configuration files on the class path, and the classes that settings name
 */
public record ProcessSurroundings(
    Properties properties, Map<String, String> environment, ClassLoader classes) {

  /** Those of this process. */
  public static ProcessSurroundings ofProcess() {
    return new ProcessSurroundings(
        System.getProperties(), System.getenv(), ProcessSurroundings.class.getClassLoader());
  }

  /** Some that have neither files nor classes of an application. */
  public static ProcessSurroundings of(Properties properties, Map<String, String> environment) {
    return new ProcessSurroundings(properties, environment, ClassLoader.getPlatformClassLoader());
  }
}
