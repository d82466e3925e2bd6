// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command reads and writes.
 *
 * @param in input of {@code -i -}
 * @param out answers, nothing else
 * @param err errors and notes
 * @param inIsTerminal a person types at {@code in}
 * @param outIsTerminal a person reads {@code out}
 */
public record StandardStreams(
    InputStream in, PrintStream out, PrintStream err, boolean inIsTerminal, boolean outIsTerminal) {

  /** Those of this process, in UTF-8 whatever the locale, because JSON is. */
  public static StandardStreams ofProcess() {
    return new StandardStreams(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        isTerminal(0),
        isTerminal(1));
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The JDK only tells about both streams together, so Linux is asked for each by itself. */
  @SuppressWarnings("SystemConsoleNull") // It is null where the plain console is configured.
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException noSuchLink) {
      Console console = System.console();
      return console != null && console.isTerminal();
    }
  }
}
