// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each block of the README and of the pages below {@code docs} is what it says that it is: Java
 * compiles, JSON and XML and properties can be read, builds name what there is. {@link
 * DocumentedCommandsTest} runs the commands. A block that cannot be checked has a comment before it
 * that says why: {@code <!-- not run: why -->}.
 */
class DocumentedBlocksTest {

  private static final Set<String> LANGUAGES =
      Set.of("sh", "java", "kotlin", "json", "ndjson", "xml", "properties", "dockerfile", "text");
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)`");

  private static final Pattern COORDINATES =
      Pattern.compile("\"([\\w.]+):([\\w-]+)(?::([^\"]+))?\"");

  private static DocumentedJava java;

  @BeforeAll
  static void open(@TempDir Path classes) throws IOException {
    java = new DocumentedJava(classes);
  }

  @AfterAll
  static void close() {
    java.close();
  }

  /** A protection whose test is gone is a promise that nobody keeps. */
  @Test
  void testsOfTheThreatModelAreThere() throws IOException {
    Set<String> tests = new HashSet<>();
    try (DirectoryStream<Path> modules =
        Files.newDirectoryStream(DocumentationBlock.ROOT, "cairn-*")) {
      for (Path module : modules) {
        Path sources = module.resolve("src/test/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> name.endsWith("Test.java"))
                .forEach(name -> tests.add(name.replace(".java", "")));
          }
        }
      }
    }
    assertThat(
            TEST.matcher(Files.readString(DocumentationBlock.ROOT.resolve("docs/security.md")))
                .results()
                .map(found -> found.group(1)))
        .hasSizeGreaterThan(20)
        .allMatch(tests::contains);
  }

  @Test
  void eachBlockSaysWhatItIs() throws IOException {
    assertThat(DocumentationBlock.all())
        .filteredOn(block -> !LANGUAGES.contains(block.language()))
        .as(
            "blocks in none of the languages %s; text is what nobody can check"
                .formatted(LANGUAGES))
        .isEmpty();
  }

  @Test
  void javaCompiles() throws IOException {
    List<DocumentationBlock> blocks = checked("java");
    assertThat(java.problems(blocks)).as("problems of %d blocks", blocks.size()).isEmpty();
  }

  @Test
  void notationsCanBeRead() throws IOException, ParserConfigurationException {
    List<String> problems = new ArrayList<>();
    for (DocumentationBlock block : checked("json")) {
      readJson(block, block.text(), 0, problems);
    }
    for (DocumentationBlock block : checked("ndjson")) {
      List<String> lines = block.text().lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        readJson(block, lines.get(i), i, problems);
      }
    }
    for (DocumentationBlock block : checked("xml")) {
      readXml(block, problems);
    }
    for (DocumentationBlock block : checked("properties")) {
      readProperties(block, problems);
    }
    assertThat(problems).isEmpty();
  }

  /** There is no Gradle here to run them, and versions would grow old. */
  @Test
  void buildsOfGradleNameModulesAndTheVersionsThatNewProjectsHave() throws IOException {
    String versions =
        Files.readString(DocumentationBlock.ROOT.resolve("cairn-bom/pom.xml"))
            + Files.readString(
                Path.of("src/main/resources/io/cairn/server/project/common/pom.xml.template"));
    int seen = 0;
    List<String> problems = new ArrayList<>();
    for (DocumentationBlock block : DocumentationBlock.all()) {
      Matcher named = COORDINATES.matcher(block.language().equals("kotlin") ? block.text() : "");
      for (; named.find(); seen++) {
        boolean ours = named.group(1).equals("io.cairn");
        if (ours && !Files.exists(DocumentationBlock.ROOT.resolve(named.group(2)))) {
          problems.add("%s: there is no module %s".formatted(block, named.group(2)));
        }
        String version = named.group(3);
        if (version != null && !versions.contains(">" + version + "<")) {
          problems.add("%s: new projects do not have %s".formatted(block, named.group()));
        }
      }
    }
    assertThat(problems).isEmpty();
    assertThat(seen).isPositive();
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (var page : DocumentationBlock.pages()) {
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        Matcher link = LINK.matcher(lines.get(i));
        while (link.find()) {
          if (!Files.exists(page.resolveSibling(link.group(1)))) {
            broken.add(page.getFileName() + ":" + (i + 1) + ": there is no " + link.group(1));
          }
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static List<DocumentationBlock> checked(String language) throws IOException {
    return DocumentationBlock.all().stream().filter(block -> block.isChecked(language)).toList();
  }

  private static void readJson(
      DocumentationBlock block, String json, int linesBefore, List<String> problems) {
    try {
      var _ = MAPPER.readTree(json);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      problems.add(block.at(linesBefore + line) + ": this is no JSON: " + e.getOriginalMessage());
    }
  }

  private static void readXml(DocumentationBlock block, List<String> problems)
      throws IOException, ParserConfigurationException {
    String text = block.text().replaceFirst("^<\\?xml[^>]*>", "");
    try {
      var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      var _ = builder.parse(new InputSource(new StringReader("<block>" + text + "</block>")));
    } catch (SAXException e) {
      problems.add(block + ": this is no XML: " + e.getMessage());
    }
  }

  private static void readProperties(DocumentationBlock block, List<String> problems)
      throws IOException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(block.text()));
    } catch (IllegalArgumentException e) {
      problems.add(block + ": these are no properties: " + e.getMessage());
    }
    properties.stringPropertyNames().stream()
        .filter(name -> properties.getProperty(name).isEmpty())
        .forEach(name -> problems.add("%s: %s has no value".formatted(block, name)));
  }

  // The mechanism itself

  private static List<String> problemsOf(String... lines) {
    return java.problems(DocumentationBlock.of("page.md", List.of(lines)));
  }

  @Test
  void blockOfTypesMethodsAndStatementsIsOneProgram() {
    assertThat(
            problemsOf(
                "<!-- given: Map<String, Integer> ages, Logger log -->",
                "```java",
                "public class A extends StatelessService { static int n = 1; }",
                "host.startService(new A());",
                "int twice(int n) { return 2 * n; }",
                "ages.forEach((name, age) -> log.info(\"{}\", twice(age)));",
                "```",
                "and",
                "   ```java",
                "   import java.util.regex.Pattern;",
                "   Pattern p = Pattern.compile(\"x\" + A.n);",
                "   ```"))
        .isEmpty();
  }

  @Test
  void mistakesAreNamedByPageAndLine() {
    assertThat(
            problemsOf(
                "```java",
                "record Note(String text) {}",
                "Note note = new Note(\"a\");",
                "",
                "String title = note.titel();",
                "```",
                "```java",
                "new Note(...);",
                "```"))
        .hasSize(2)
        .anySatisfy(
            problem -> assertThat(problem).startsWith("page.md:5: ").contains("cannot find symbol"))
        .anySatisfy(problem -> assertThat(problem).startsWith("page.md:8: "));
  }

  @Test
  void excuseGoesWithTheBlockAfterIt() {
    List<DocumentationBlock> blocks =
        DocumentationBlock.of(
            "page.md",
            List.of(
                "<!-- not run: it would take for ever -->",
                "```sh",
                "sleep inf",
                "```",
                "",
                "```text",
                "a",
                "```"));
    assertThat(blocks.getFirst().excuse()).isEqualTo("it would take for ever");
    assertThat(blocks.getLast().excuse()).isNull();
    assertThat(blocks.getLast().follows()).isTrue();
  }

  @Test
  void shownJsonIsFoundInWhatWasPrinted() {
    String printed = "note\n{\"a\":{\"b\":7,\"c\":[\"x\",\"/one/1a\"]},\"d\":true}\n";
    assertThat(difference("json", "{\"a\":{\"b\":1,\"c\":[\"/one/...\"]}}", printed)).isNull();
    assertThat(difference("json", "{\"a\":{\"c\":[\"/two/...\"]}}", printed))
        .contains("/a/c has no element");
    assertThat(difference("json", "{\"a\":{\"e\":1}}", printed)).isEqualTo("/a/e is not there");
    assertThat(difference("json", "{\"d\":false}", printed)).isEqualTo("/d is true");
    assertThat(difference("json", "{}", "no such host")).isEqualTo("there is no JSON in it");
  }

  @Test
  void shownLinesAreFoundInWhatWasPrintedInTheirOrder() {
    String printed = "node-1  up 3 ms\nnode-2  up 4 ms\nend\n";
    assertThat(difference("text", "node-1 ... up ... ms\n\nend", printed)).isNull();
    assertThat(difference("text", "end\nnode-1 ...", printed))
        .isEqualTo("there is no line node-1 ...");
  }

  private static @Nullable String difference(String language, String shown, String printed) {
    return DocumentedOutput.difference(language, shown, printed);
  }
}
