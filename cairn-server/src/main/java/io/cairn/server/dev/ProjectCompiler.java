// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.server.dev.Compilation.Broken;
import io.cairn.server.dev.Compilation.Compiled;
import io.cairn.server.dev.Compilation.Problem;
import io.cairn.server.project.MavenProject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a project's sources in this process, all of them each time: small projects take less
 * than a second, and nothing of an earlier time can be left over. Used by one thread.
 */
final class ProjectCompiler {

  private final MavenProject project;
  private final JavaCompiler compiler;
  private int generation;

  ProjectCompiler(MavenProject project) {
    this.project = project;
    this.compiler = ToolProvider.getSystemJavaCompiler();
  }

  /**
   * Compiles all sources into a directory of its own, which gets a copy of the resources.
   *
   * @param libraries what they are compiled against
   * @throws IOException if a directory cannot be read or written
   */
  Compilation compile(List<Path> libraries, Path resources) throws IOException {
    List<Path> sources = sources();
    if (sources.isEmpty()) {
      return new Broken(
          List.of(new Problem("", "there are no sources in " + project.sources().getFirst(), "")));
    }
    Path classes = directory().resolve(Integer.toString(++generation));
    Directories.clear(classes);
    Files.createDirectories(classes);
    Directories.copy(resources, classes);
    Compilation compilation = run(sources, classes, libraries);
    if (compilation instanceof Broken) {
      Directories.clear(classes);
    }
    return compilation;
  }

  private Compilation run(List<Path> sources, Path classes, List<Path> libraries)
      throws IOException {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-classpath",
            libraries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
            "-parameters",
            "-g",
            "-nowarn",
            "-proc:none",
            "-implicit:none");
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(diagnostics, Locale.ENGLISH, StandardCharsets.UTF_8)) {
      boolean done =
          compiler
              .getTask(
                  null,
                  files,
                  diagnostics,
                  options,
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      return done
          ? new Compiled(classes, sources.size())
          : new Broken(problems(diagnostics.getDiagnostics()));
    } catch (RuntimeException | StackOverflowError e) {
      return new Broken(List.of(new Problem("", "the compiler failed: " + e, "")));
    }
  }

  private Path directory() {
    return project.workDirectory().resolve("classes");
  }

  /** Removes what was compiled earlier. */
  void keepOnly(Path classes) throws IOException {
    List<Path> all;
    try (Stream<Path> generations = Files.list(directory())) {
      all = generations.filter(generation -> !generation.equals(classes)).toList();
    }
    for (Path old : all) {
      Directories.clear(old);
    }
  }

  private List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path root : project.sources()) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          files.filter(SourceWatch::isSource).forEach(sources::add);
        }
      }
    }
    return sources;
  }

  private List<Problem> problems(List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    List<Problem> problems =
        diagnostics.stream()
            .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
            .map(this::problem)
            .toList();
    return problems.isEmpty()
        ? List.of(new Problem("", "the compiler failed without a reason", ""))
        : problems;
  }

  private Problem problem(Diagnostic<? extends JavaFileObject> diagnostic) {
    String message = diagnostic.getMessage(Locale.ENGLISH);
    JavaFileObject source = diagnostic.getSource();
    if (source == null || diagnostic.getLineNumber() == Diagnostic.NOPOS) {
      return new Problem("", message, "");
    }
    Path file = Path.of(source.toUri());
    Path shown = file.startsWith(project.directory()) ? project.directory().relativize(file) : file;
    return new Problem(shown + ":" + diagnostic.getLineNumber(), message, line(source, diagnostic));
  }

  private static String line(JavaFileObject source, Diagnostic<?> diagnostic) {
    String line = lineOf(source, diagnostic.getLineNumber());
    if (line == null) {
      return "";
    }
    int column = Math.clamp(diagnostic.getColumnNumber() - 1, 0, line.length());
    // Tabs stay tabs, so that the mark stands where the terminal puts the character.
    String gap = line.substring(0, column).replaceAll("[^\t]", " ");
    return "    " + line + "\n    " + gap + "^";
  }

  private static @Nullable String lineOf(JavaFileObject source, long number) {
    try {
      return source
          .getCharContent(true)
          .toString()
          .lines()
          .skip(number - 1)
          .findFirst()
          .orElse(null);
    } catch (IOException goneMeanwhile) {
      return null;
    }
  }
}
