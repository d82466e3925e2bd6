// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.nodes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The lines of several processes in one stream, each marked with who wrote it. Lines of text get
 * the label in front; JSON objects get it as their first field. Safe for use by several threads.
 */
final class MergedOutput {
  /** Cyan, yellow, green, magenta, blue, red. */
  private static final int[] COLOURS = {36, 33, 32, 35, 34, 31};

  private final PrintStream out;
  private final boolean coloured;

  MergedOutput(PrintStream out, boolean coloured) {
    this.out = out;
    this.coloured = coloured;
  }

  /**
   * Copies until the stream ends.
   *
   * @param number decides about the colour
   */
  void copy(InputStream lines, String label, int number) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        write(line, label, number);
      }
    } catch (IOException ended) {
      // So ends the stream of a process that was killed.
      write("(" + ended.getMessage() + ")", label, number);
    }
  }

  private void write(String line, String label, int number) {
    String marked;
    if (line.startsWith("{\"")) {
      marked = "{\"node\":\"" + label + "\"," + line.substring(1);
    } else if (coloured) {
      int colour = COLOURS[number % COLOURS.length];
      marked = "\u001b[" + colour + "m" + label + " |\u001b[0m " + line;
    } else {
      marked = label + " | " + line;
    }
    synchronized (out) {
      out.println(marked);
    }
  }
}
