// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;

/**
 * Compiles the Java of the documentation. A block is imports, types, methods and statements in any
 * order, as a reader sees them: types and methods become members of a class, statements the body of
 * a method. The types of earlier blocks of a page are known in later ones, the latest of a name
 * counts. All of our packages, the usual ones of the JDK and the annotations that authors put on
 * documents are imported; a {@code ServiceHost host} and {@code String[] args} are given.
 */
final class DocumentedJava implements AutoCloseable {

  private static final List<String> IMPORTS =
      List.of(
          "java.io.*",
          "java.math.*",
          "java.net.*",
          "java.nio.file.*",
          "java.time.*",
          "java.util.*",
          "java.util.concurrent.*",
          "java.util.concurrent.atomic.*",
          "java.util.function.*",
          "java.util.stream.*",
          "com.fasterxml.jackson.annotation.*",
          "jakarta.validation.Valid",
          "jakarta.validation.constraints.*",
          "org.jspecify.annotations.*",
          "org.junit.jupiter.api.*",
          "org.slf4j.*",
          "io.cairn.document.ServiceDocumentDescription.*",
          "io.cairn.query.QueryTask.*",
          "io.cairn.service.Service.*",
          "static org.assertj.core.api.Assertions.*");

  /** What an application can see, and what its tests can. */
  private static final List<String> SOURCES =
      List.of(
          "cairn-document/src/main/java",
          "cairn-service/src/main/java",
          "cairn-cluster/src/main/java/io/cairn/cluster/application",
          "cairn-cluster/src/main/java/io/cairn/cluster/attributes",
          "cairn-runtime/src/main/java/io/cairn/runtime/cluster");

  private static final List<String> TEST_KIT =
      List.of(
          "io.cairn.testkit.*",
          "io.cairn.testkit.cluster.*",
          "io.cairn.testkit.junit.*",
          "io.cairn.testkit.xenon.*");

  /** Stands for lines that have been reported where they come from. */
  private static final int COPIED = -1;

  private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");

  /** Types are members here, and as independent of each other as a reader takes them to be. */
  private static final Pattern CLASS = Pattern.compile("(?<![.\\w])class\\s+\\w");

  private static final Pattern NAME =
      Pattern.compile("\\b(?:class|record|enum|interface)\\s+(\\w+)");

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final List<String> imports = new ArrayList<>(IMPORTS);
  private final Path classes;

  /**
   * Reads which packages there are.
   *
   * @param classes an empty directory of the test's own, for what the compiler writes
   */
  DocumentedJava(Path classes) throws IOException {
    this.classes = classes;
    imports.addAll(TEST_KIT);
    for (String directory : SOURCES) {
      Path sources = DocumentationBlock.ROOT.resolve(directory);
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.endsWith("package-info.java")).toList()) {
          Matcher declared = PACKAGE.matcher(Files.readString(file));
          if (declared.find() && hasPublicTypes(file.getParent())) {
            imports.add(declared.group(1) + ".*");
          }
        }
      }
    }
  }

  private static boolean hasPublicTypes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(
          file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"));
    }
  }

  /** One piece of a block, and where it begins in it. */
  private record Piece(Snippet.Kind kind, String source, int line) {}

  /** A block as a class of its own, and which line of the block each line of it is; 0 for none. */
  private static final class Unit extends SimpleJavaFileObject {
    private final DocumentationBlock block;
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> origins = new ArrayList<>();

    Unit(DocumentationBlock block, String name) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.block = block;
    }

    void add(String source, int lineOfBlock) {
      int line = lineOfBlock;
      for (String each : source.split("\n", -1)) {
        text.append(each).append('\n');
        origins.add(lineOfBlock <= 0 ? lineOfBlock : line++);
      }
    }

    @Override
    public CharSequence getCharContent(boolean ignoresErrors) {
      return text;
    }

    int origin(long lineOfUnit) {
      return lineOfUnit < 1 || lineOfUnit > origins.size() ? 0 : origins.get((int) lineOfUnit - 1);
    }
  }

  /**
   * Compiles blocks.
   *
   * @param blocks in the order of the pages
   * @return a sentence for each thing that is wrong, with page and line
   */
  List<String> problems(List<DocumentationBlock> blocks) {
    List<Unit> units = new ArrayList<>();
    Map<String, Map<String, String>> known = new LinkedHashMap<>();
    for (DocumentationBlock block : blocks) {
      units.add(
          unit(
              block,
              "Block" + units.size(),
              known.computeIfAbsent(block.page(), page -> new LinkedHashMap<>())));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    var _ =
        compiler
            .getTask(
                new StringWriter(),
                null,
                found,
                List.of(
                    "-proc:none",
                    "-nowarn",
                    "-implicit:none",
                    "-Xmaxerrs",
                    "1000",
                    "-XDshould-stop.ifNoError=FLOW",
                    "-XDshould-stop.ifError=FLOW",
                    "-d",
                    classes.toString(),
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                units)
            .call();
    return found.getDiagnostics().stream()
        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .filter(
            problem ->
                !(problem.getSource() instanceof Unit unit)
                    || unit.origin(problem.getLineNumber()) != COPIED)
        .map(DocumentedJava::sentence)
        .distinct()
        .toList();
  }

  private static String sentence(Diagnostic<? extends JavaFileObject> problem) {
    String what = problem.getMessage(Locale.ROOT);
    return problem.getSource() instanceof Unit unit
        ? "%s: %s".formatted(unit.block.at(unit.origin(problem.getLineNumber())), what)
        : what;
  }

  private Unit unit(DocumentationBlock block, String name, Map<String, String> known) {
    List<Piece> pieces = pieces(PACKAGE.matcher(block.text()).replaceAll(""));
    Unit unit = new Unit(block, name);
    imports.forEach(each -> unit.add("import " + each + ";", 0));
    of(pieces, Snippet.Kind.IMPORT).forEach(piece -> unit.add(piece.source(), piece.line()));
    unit.add("@SuppressWarnings(\"all\") class " + name + " {", 0);
    given(block).forEach(each -> unit.add("static " + each + ";", 0));
    List<Piece> types = of(pieces, Snippet.Kind.TYPE_DECL);
    Map<String, String> here = new LinkedHashMap<>();
    for (Piece type : types) {
      Matcher named = NAME.matcher(type.source());
      if (named.find()) {
        here.put(named.group(1), type.source());
      }
    }
    known.forEach(
        (type, source) -> {
          if (!here.containsKey(type)) {
            unit.add(source, COPIED);
          }
        });
    known.putAll(here);
    types.forEach(piece -> unit.add(piece.source(), piece.line()));
    of(pieces, Snippet.Kind.METHOD).forEach(piece -> unit.add(piece.source(), piece.line()));
    unit.add("void statements() throws Throwable {", 0);
    pieces.stream()
        .filter(
            piece ->
                switch (piece.kind()) {
                  case IMPORT, TYPE_DECL, METHOD -> false;
                  case VAR, EXPRESSION, STATEMENT, ERRONEOUS -> true;
                })
        .forEach(piece -> unit.add(piece.source(), piece.line()));
    unit.add("}}", 0);
    return unit;
  }

  private static List<Piece> of(List<Piece> pieces, Snippet.Kind kind) {
    return pieces.stream().filter(piece -> piece.kind() == kind).toList();
  }

  private static List<String> given(DocumentationBlock block) {
    List<String> given = new ArrayList<>();
    for (String each : block.given().split(",(?![^<]*>)", -1)) {
      if (!each.isBlank()) {
        given.add(each.strip());
      }
    }
    for (String usual : List.of("ServiceHost host", "String[] args")) {
      String name = usual.substring(usual.indexOf(' '));
      if (given.stream().noneMatch(each -> each.endsWith(name))) {
        given.add(usual);
      }
    }
    return given;
  }

  /** Splits a block as the JDK's own shell reads it. */
  private List<Piece> pieces(String block) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    List<Piece> pieces = new ArrayList<>();
    String rest = block;
    while (!rest.isBlank()) {
      int begin = block.length() - rest.stripLeading().length();
      SourceCodeAnalysis.CompletionInfo next = analysis.analyzeCompletion(rest);
      String source = next.source();
      if (!next.completeness().isComplete() || source == null || source.isBlank()) {
        pieces.add(new Piece(Snippet.Kind.ERRONEOUS, rest.stripLeading(), lineOf(block, begin)));
        break;
      }
      List<Snippet> read = analysis.sourceToSnippets(source);
      Snippet.Kind kind = read.isEmpty() ? Snippet.Kind.STATEMENT : read.getFirst().kind();
      String text = source.stripLeading();
      pieces.add(
          new Piece(
              kind,
              kind == Snippet.Kind.TYPE_DECL ? CLASS.matcher(text).replaceFirst("static $0") : text,
              lineOf(block, begin)));
      rest = next.remaining();
    }
    return pieces;
  }

  private static int lineOf(String block, int offset) {
    return 1 + (int) block.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  @Override
  public void close() {
    shell.close();
  }
}
