// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import java.nio.file.Path;
import java.util.List;

/**
 * How servers are started.
 *
 * @param sandbox a directory for their files
 * @param core the core they run on, as taskset wants it; empty for all
 * @param jvm arguments of their virtual machines
 * @param classPath where Cairn's classes are
 */
public record Launch(Path sandbox, String core, List<String> jvm, String classPath) {

  /** Of the tests of speed: one heap for all systems, and what Cairn's own launcher gives. */
  public static final String JVM =
      "-Xms1g -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"
          + " --add-modules=jdk.incubator.vector";
}
