// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.server.project.Maven;
import io.cairn.server.project.MavenProject;
import io.cairn.service.ServiceHost;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** A project in a temporary directory that a test writes, and what runs it. */
final class WrittenProject implements AutoCloseable {

  private static final DevHost.Tie NONE =
      new DevHost.Tie() {
        @Override
        public void starting(ServiceHost host, Runnable beforeStop) {}

        @Override
        public void started() {}
      };

  private final Path directory;
  private final Path asked;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final DevSession session;

  /** A project that serves notes on disk and marks in memory; nothing is compiled yet. */
  WrittenProject(Path directory) throws Exception {
    this(directory, List.of("--port=0"));
  }

  /** The same with other arguments of {@code cairn dev}. */
  WrittenProject(Path directory, List<String> arguments) throws Exception {
    this.directory = directory;
    this.asked = directory.resolve("bin/asked");
    write("pom.xml", "<project/>");
    note("String text");
    application("app.serve(note.Notes.service());", "app.serve(note.Marks.service());");
    service("Notes", "note.Note", "/notes", ".persistent().replicated()");
    service("Marks", "note.Mark", "/marks", "");
    write("src/main/java/note/Mark.java", "package note; public record Mark(String text) {}");
    MavenProject project = MavenProject.in(directory);
    this.session =
        new DevSession(
            project,
            new Maven(maven().toString(), Path.of(System.getProperty("java.home"))),
            new DevSettings(project, arguments, new Properties(), Map.of()),
            NONE,
            new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  /** A Maven that answers with this test's class path, and counts how often it is asked. */
  private Path maven() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    StringBuilder list = new StringBuilder();
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(jar))) {
        list.append("   group:name:jar:1:compile:").append(jar).append('\n');
      }
    }
    Files.writeString(bin.resolve("list"), list);
    Path mvn = bin.resolve("mvn");
    Files.writeString(
        mvn,
        """
        #!/usr/bin/env bash
        for a in "$@"; do case "$a" in -DoutputFile=*) cp '%s' "${a#*=}" ;; esac; done
        echo . >> '%s'
        """
            .formatted(bin.resolve("list"), asked));
    if (!mvn.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + mvn + " executable");
    }
    return bin;
  }

  /** How often Maven was asked. */
  long asked() throws IOException {
    return Files.exists(asked) ? Files.readAllLines(asked).size() : 0;
  }

  void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  void remove(String file) throws IOException {
    Files.delete(directory.resolve(file));
  }

  /** The record of the notes, by its components. */
  void note(String components) throws IOException {
    write(
        "src/main/java/note/Note.java", "package note; public record Note(" + components + ") {}");
  }

  /** The application, by the statements of {@code configure}. */
  void application(String... statements) throws IOException {
    write(
        "src/main/java/note/NoteApplication.java",
        """
        package note;
        public class NoteApplication implements io.cairn.application.Application {
          @Override
          public void configure(io.cairn.application.ApplicationSetup app) {
            %s
          }
        }
        """
            .formatted(String.join("\n    ", statements)));
  }

  /** A class that makes a collection of documents. */
  void service(String name, String record, String path, String options) throws IOException {
    write(
        "src/main/java/note/" + name + ".java",
        """
        package note;
        import io.cairn.service.DocumentService;
        public class %s {
          static DocumentService<%s> service() {
            return DocumentService.of(%s.class)%s.at("%s");
          }
        }
        """
            .formatted(name, record, record, options, path));
  }

  DevSession session() {
    return session;
  }

  /** Compiles and serves what is written now. */
  boolean reload() throws Exception {
    return session.reload(false);
  }

  /** Asks the host that runs. */
  Answer send(String verb, String path, String body) throws IOException {
    try (HttpProbe probe = new HttpProbe(Objects.requireNonNull(session.host()).getUri())) {
      return probe.send(verb, path, body);
    }
  }

  Answer get(String path) throws IOException {
    return send("GET", path, null);
  }

  /** What the author has read since the last call. */
  String said() {
    String text = said.toString(StandardCharsets.UTF_8);
    said.reset();
    return text;
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
