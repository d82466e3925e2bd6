// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import io.cairn.net.forward.ForwardsFuzz;
import io.cairn.net.peer.frame.FramesFuzz;
import io.cairn.net.server.HeadsFuzz;
import io.cairn.net.server.RequestsFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs of Jazzer, each in a process of its own: it instruments what it runs. The working directory
 * is that of this module.
 */
final class Fuzzing {
  static final List<Class<?>> TARGETS =
      List.of(
          RequestsFuzz.class,
          HeadsFuzz.class,
          FramesFuzz.class,
          ForwardsFuzz.class,
          JsonFuzz.class,
          PatchFuzz.class,
          ODataFuzz.class,
          QueriesFuzz.class);

  private static final int SECONDS = 60;

  /** Until then the JVM's second compiler costs more than it gives. */
  private static final int SHORT_SECONDS = 20;

  private Fuzzing() {}

  /**
   * Breeds inputs of a target and keeps those that lead to new places, or tries one again.
   *
   * @param arguments the target's name, and seconds or the file that holds the input
   */
  public static void main(String... arguments) throws IOException, InterruptedException {
    List<Class<?>> named =
        TARGETS.stream().filter(target -> target.getSimpleName().equals(arguments[0])).toList();
    if (named.isEmpty()) {
      System.err.println("There is no target " + arguments[0] + "; there are " + names());
      System.exit(2);
    }
    Class<?> target = named.getFirst();
    String how = arguments.length == 1 ? String.valueOf(SECONDS) : arguments[1];
    Path found = Path.of("target", "fuzz", target.getSimpleName()).toAbsolutePath();
    Files.createDirectories(found);
    if (how.matches("\\d{1,6}")) {
      Path bred = Files.createTempDirectory(found, "bred-");
      int outcome = run(breed(target, found, bred, Integer.parseInt(how)));
      System.exit(outcome == 0 ? run(merge(target, found, bred)) : outcome);
    }
    System.exit(run(again(target, found, Path.of(how))));
  }

  private static String names() {
    return TARGETS.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  /** Where the inputs of a target are kept. */
  static Path kept(Class<?> target) {
    return Path.of("corpus").resolve(target.getSimpleName());
  }

  /**
   * Returns the command that breeds inputs.
   *
   * @param found where an input goes that finds something, and all other files of the run
   * @param bred where inputs go that lead to new places
   */
  static List<String> breed(Class<?> target, Path found, Path bred, int seconds) {
    Path dictionary = Path.of("dictionaries").resolve(target.getSimpleName());
    return jazzer(
        target,
        found,
        seconds <= SHORT_SECONDS ? List.of("-XX:TieredStopAtLevel=1") : List.of(),
        "--reproducer_path=" + found,
        "-artifact_prefix=" + found + "/",
        "-dict=" + dictionary,
        "-max_total_time=" + seconds,
        "-timeout=20",
        "-print_final_stats=1",
        bred.toString(),
        kept(target).toString());
  }

  private static List<String> merge(Class<?> target, Path files, Path bred) {
    return jazzer(target, files, List.of(), "-merge=1", kept(target).toString(), bred.toString());
  }

  private static List<String> again(Class<?> target, Path files, Path input) {
    return jazzer(target, files, List.of(), "--reproducer_path=" + files, input.toString());
  }

  private static List<String> jazzer(
      Class<?> target, Path files, List<String> jvm, String... options) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"));
    command.addAll(jvm);
    command.add("-Djava.io.tmpdir=" + files);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.getName());
    command.add("--instrumentation_includes=io.cairn.**");
    command.add(
        "--custom_hook_excludes=**"); // we start no processes, and have no scripts and no SQL
    command.addAll(List.of(options));
    return command;
  }
}
