// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.PrintStream;

/** Prints the events of an event stream: the name, a space and the data, one line each. */
final class EventPrinter {
  private final PrintStream out;
  private String name = "message";
  private final StringBuilder data = new StringBuilder();

  EventPrinter(PrintStream out) {
    this.out = out;
  }

  /** Takes a line of the stream. */
  void line(String line) {
    if (line.isEmpty()) {
      if (!data.isEmpty()) {
        out.println(name + " " + data);
        out.flush();
      }
      name = "message";
      data.setLength(0);
    } else if (line.startsWith("event:")) {
      name = value(line);
    } else if (line.startsWith("data:")) {
      data.append(data.isEmpty() ? "" : " ").append(value(line));
    }
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }
}
