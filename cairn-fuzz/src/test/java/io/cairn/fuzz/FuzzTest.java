// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each build breeds inputs for some seconds from those that are kept, others each time. {@code
 * dev/fuzz} does the same for minutes and keeps what leads to new places.
 */
@Tag("process")
@Execution(ExecutionMode.CONCURRENT)
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("cairn.fuzz.seconds", 3);
  private static final long LIMIT_SECONDS = 240L + SECONDS;

  /** It ends with its finding, long before. */
  private static final int SECONDS_FOR_WRONG = 120;

  /** What Jazzer ends with when it has found something. */
  private static final int FINDING = 77;

  private static final Pattern RUNS = Pattern.compile("stat::number_of_executed_units: +(\\d+)");

  /** Fails on an input that chance alone does not find. */
  public static final class Wrong {
    private Wrong() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] data) {
      boolean found =
          data.length > 3 && data[0] == 'C' && data[1] == 'a' && data[2] == 'i' && data[3] == 'r';
      Findings.check(!found, () -> "this is what was looked for");
    }
  }

  static List<Class<?>> targets() {
    return Fuzzing.TARGETS;
  }

  @ParameterizedTest
  @MethodSource("targets")
  void inputsThatWereBredForNewWaysFindNothing(Class<?> target, @TempDir Path directory)
      throws IOException, InterruptedException {
    String said = breed(target, directory, SECONDS, 0);

    Matcher runs = RUNS.matcher(said);
    assertThat(runs.find()).as(said).isTrue();
    try (Stream<Path> kept = Files.list(Fuzzing.kept(target))) {
      assertThat(Long.parseLong(runs.group(1))).as(said).isGreaterThan(kept.count());
    }
  }

  /** A run that can find nothing proves nothing. */
  @Test
  void whatIsWrongIsFound(@TempDir Path directory) throws IOException, InterruptedException {
    String said = breed(Wrong.class, directory, SECONDS_FOR_WRONG, FINDING);

    assertThat(said).contains("this is what was looked for");
  }

  private static String breed(Class<?> target, Path directory, int seconds, int exit)
      throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    Path bred = Files.createDirectory(directory.resolve("bred"));
    Process process =
        new ProcessBuilder(Fuzzing.breed(target, directory, bred, seconds))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(process.exitValue()).as(said).isEqualTo(exit);
    return said;
  }
}
