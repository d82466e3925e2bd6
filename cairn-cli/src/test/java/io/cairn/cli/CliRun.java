// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Runs the client in this process the way a shell would. */
final class CliRun {

  record Result(int code, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private boolean inIsTerminal = true;
  private boolean outIsTerminal;

  static CliRun against(RecordingHost host) {
    return new CliRun().with("CAIRN", host.url());
  }

  CliRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CliRun input(String text) {
    input = text;
    inIsTerminal = false;
    return this;
  }

  CliRun onTerminal() {
    outIsTerminal = true;
    return this;
  }

  Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            inIsTerminal,
            outIsTerminal);
    int code = CairnCli.run(args, environment, streams);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
