// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import java.nio.file.Path;
import java.util.List;

/**
 * How servers are started.
 *
 * @param sandbox a directory for their files
 * @param core the core they run on, as taskset wants it; empty for all
 * @param jvm arguments of Cairn's virtual machines
 * @param classPath where Cairn's classes are
 * @param launcher the launcher {@code cairn} that starts its hosts as operators do, in the place of
 *     the virtual machine and its arguments; empty for none
 */
public record Launch(
    Path sandbox, String core, List<String> jvm, String classPath, String launcher) {

  /** One heap and one collector for all systems. */
  private static final String HEAP = "-Xms1g -Xmx1g -XX:+UseSerialGC";

  /** The heap, and what Cairn's own launcher gives. */
  public static final String JVM =
      HEAP + " --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector";

  /** The same for files in another directory. */
  public Launch in(String directory) {
    return new Launch(sandbox.resolve(directory), core, jvm, classPath, launcher);
  }

  /** The same on one core, or on all. */
  public Launch on(String cores) {
    return new Launch(sandbox, cores, jvm, classPath, launcher);
  }

  /** The same by the launcher. */
  public Launch by(String program) {
    return new Launch(sandbox, core, jvm, classPath, program);
  }

  /** Arguments of virtual machines that are not Cairn's. */
  List<String> heap() {
    return List.of(HEAP.split(" "));
  }

  /** The words before a command that keep it on its core. */
  List<String> pinned() {
    return core.isEmpty() ? List.of() : List.of("taskset", "-c", core);
  }
}
