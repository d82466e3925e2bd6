// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.backup;

import io.cairn.launch.exit.HostExit;
import io.cairn.runtime.backup.BackupProgress;
import io.cairn.runtime.backup.BackupVerification;
import io.cairn.store.disk.BytePace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code cairn verify}: reads a backup, and says whether it is whole. */
public final class VerifyCommand {

  private static final String HELP =
      """
      Usage: cairn verify PLACE
      Reads every byte of a backup and compares it with the checksums of its manifest. PLACE is a
      backup's directory, a directory of backups (the last one is meant), or a .zip file. Needs no host.

      Exit codes: 0 whole; 1 damaged, incomplete or missing, with what is wrong; 2 wrong arguments.
      """;

  private final PrintStream out;
  private final PrintStream err;

  VerifyCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The command of this process. */
  public static VerifyCommand ofProcess() {
    return new VerifyCommand(System.out, System.err);
  }

  /**
   * Runs the command.
   *
   * @return one of {@link HostExit}'s numbers
   */
  public int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(HELP);
      return HostExit.STOPPED;
    }
    if (arguments.size() != 1 || arguments.getFirst().startsWith("-")) {
      err.println(
          "cairn: verify takes one place, such as /var/backups/cairn"
              + (arguments.isEmpty() ? "" : ", not " + String.join(" ", arguments)));
      err.println("See cairn verify --help");
      return HostExit.USAGE;
    }
    try {
      return verify(Path.of(arguments.getFirst()));
    } catch (InvalidPathException e) {
      err.println("cairn: that is no path: " + e.getMessage());
      return HostExit.USAGE;
    } catch (IOException e) {
      err.println("cairn: " + e.getMessage());
      return HostExit.FAILED;
    }
  }

  private int verify(Path place) throws IOException {
    BackupVerification.Outcome outcome =
        BackupVerification.of(place, new BackupProgress(new BytePace(Long.MAX_VALUE, () -> 0)));
    String id = outcome.manifest().id();
    if (!outcome.problems().isEmpty()) {
      outcome.problems().forEach(problem -> err.println("cairn: " + problem));
      err.println("cairn: the backup %s is damaged; use another one".formatted(id));
      return HostExit.FAILED;
    }
    out.printf(
        "%s is whole: %d files, %d bytes, everything acknowledged before %s%n",
        id,
        outcome.manifest().files().count(),
        outcome.manifest().bytes(),
        Instant.EPOCH.plus(outcome.manifest().requestedMicros(), ChronoUnit.MICROS));
    if (!outcome.manifest().needs().isEmpty()) {
      out.println("It needs " + String.join(", ", outcome.manifest().needs()));
    }
    return HostExit.STOPPED;
  }
}
