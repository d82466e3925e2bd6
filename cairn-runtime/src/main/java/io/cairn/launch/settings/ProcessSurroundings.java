// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

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

  /** Those of this process, and its own classes. */
  public static ProcessSurroundings ofProcess() {
    return ofProcess(ProcessSurroundings.class.getClassLoader());
  }

  /** Those of this process, with the classes of an application. */
  public static ProcessSurroundings ofProcess(ClassLoader classes) {
    return new ProcessSurroundings(System.getProperties(), System.getenv(), classes);
  }

  /** Some that have neither files nor classes of an application. */
  public static ProcessSurroundings of(Properties properties, Map<String, String> environment) {
    return new ProcessSurroundings(properties, environment, ClassLoader.getPlatformClassLoader());
  }
}
