// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import picocli.CommandLine;

/** Runs {@code cairn new} in a directory. */
final class NewProject {

  private final Path directory;
  private final Maven maven;
  private final StringWriter said = new StringWriter();

  NewProject(Path directory, Maven maven) {
    this.directory = directory;
    this.maven = maven;
  }

  /** A Maven that is there, and does nothing. */
  static Maven idleMaven(Path directory) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path mvn = Files.writeString(bin.resolve("mvn"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Maven(bin.toString(), Path.of(System.getProperty("java.home")));
  }

  /** Returns the exit code. */
  int run(String... arguments) {
    PrintWriter writer = new PrintWriter(said, true);
    return new CommandLine(new NewCommand(directory, maven, "/opt/cairn/cairn"))
        .setOut(writer)
        .setErr(writer)
        .execute(arguments);
  }

  /** The project that was made. */
  Path make(String name, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = name;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(run(all)).as(said()).isZero();
    return directory.resolve(name);
  }

  String said() {
    return said.toString();
  }
}
