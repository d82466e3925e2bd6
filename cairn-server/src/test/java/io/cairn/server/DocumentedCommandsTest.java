// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command of the README and of the pages below {@code docs} does what a reader expects of it:
 * it ends well, on a group of three hosts at the ports that the pages name. Commands that start a
 * host are only checked as far as their settings go, since they would not end. A block of JSON or
 * text right behind them is what they print. A block that is not run has a comment before it that
 * says why.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class DocumentedCommandsTest {

  private static final int NODES = 3;
  private static final int FIRST_PORT = 8000;
  private static final long LIMIT_SECONDS = 90;
  private static final Pattern COMMAND =
      Pattern.compile("(\\$ )?(\\./)?(curl|cairn|java|mvn|kill|export|taskset)\\s.*");
  private static final Pattern PORT = Pattern.compile("(?<!node-)\\b800([0-2])\\b");

  /** What a page's commands take for granted, beside what the README makes. */
  private static final Map<String, List<String>> DOCUMENTS =
      Map.of("node-groups.md", List.of("one"));

  /** Starts hosts of its own, and has a test of its own. */
  private static final String OF_ANOTHER_TEST = SecureGroupPageTest.PAGE;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<CairnProcess> hosts = new ArrayList<>();
  private Path directory;
  private int firstPort;

  static List<Path> pages() throws IOException {
    return DocumentationBlock.pages();
  }

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    directory = own;
    firstPort = FreePorts.consecutive(NODES);
    String peers =
        String.join(
            ",",
            IntStream.range(0, NODES)
                .mapToObj(i -> "http://127.0.0.1:" + (firstPort + i))
                .toList());
    for (int i = 0; i < NODES; i++) {
      hosts.add(
          CairnProcess.run(
              "start",
              "--port=" + (firstPort + i),
              "--id=node-" + (FIRST_PORT + i),
              "--peerNodes=" + peers,
              "--sandbox=" + directory.resolve("data")));
    }
    for (CairnProcess host : hosts) {
      host.uri();
      await()
          .atMost(Duration.ofSeconds(LIMIT_SECONDS))
          .until(() -> host.send(client, "GET", "/core/health/ready", "").statusCode() == 200);
    }
    Path commands = Files.createDirectory(directory.resolve("work"));
    writeLauncher(commands.resolve("cairn"));
    Files.writeString(commands.resolve("ada.yaml"), "name: from a file\n");
    Files.writeString(
        commands.resolve("patch.json"),
        "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"p\"}]");
    Files.createDirectory(commands.resolve("src"));
    Files.writeString(
        commands.resolve("src/Note.java"), "import com.vmware.xenon.common.Operation;\n");
    Files.createDirectory(commands.resolve("migration"));
    for (String file : List.of("rewrite-imports.sh", "xenon-imports.tsv", "xenon-api.tsv")) {
      Files.copy(
          DocumentationBlock.ROOT.resolve("migration").resolve(file),
          commands.resolve("migration").resolve(file),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  @AfterAll
  void stop() {
    hosts.forEach(CairnProcess::close);
  }

  /**
   * What the launcher does, on this test's class path. What would not end is ended, or not begun.
   */
  private static void writeLauncher(Path file) throws IOException {
    Files.writeString(
        file,
        """
        #!/usr/bin/env bash
        run=('%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m --enable-native-access=ALL-UNNAMED
          -cp '%s' %s)
        case "$1 ${2:-}" in
          "start "*)
            shift
            for argument; do
              shift
              case "$argument" in -D*) ;; *) set -- "$@" "$argument" ;; esac
            done
            exec "${run[@]}" config "$@"
            ;;
          "new "*) exec "${run[@]:0:1}" -Dcairn.launcher="$PWD/cairn" "${run[@]:1}" "$@" ;;
          *" watch") said=$(timeout 5 "${run[@]}" "$@"); [ -n "$said" ] ;;
          *) exec "${run[@]}" "$@" ;;
        esac
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                CairnCommands.class.getName()));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A stream of events is heard until something came; what is read may take a moment to arrive. */
  private static final String PRELUDE =
      """
      set -euo pipefail
      cairn() { ./cairn "$@"; }
      curl() {
        case " $* " in
          *" -N "*) said=$(command curl -sS --max-time 2 "$@" || true); [ -n "$said" ] ;;
          *" -X "* | *" -d "*) command curl -sS --fail-with-body --max-time 30 "$@" ;;
          *)
            for _ in {1..20}; do
              if command curl -sS --fail-with-body --max-time 30 "$@"; then return 0; fi
              sleep 0.3
            done
            return 1
            ;;
        esac
      }
      """;

  static List<Path> pagesOfThisTest() throws IOException {
    return pages().stream().filter(page -> !page.endsWith(OF_ANOTHER_TEST)).toList();
  }

  @ParameterizedTest
  @MethodSource("pagesOfThisTest")
  void commandsOfThePageEndWell(Path page) throws Exception {
    List<DocumentationBlock> blocks = DocumentationBlock.of(page);
    if (blocks.stream().anyMatch(block -> block.isChecked("sh"))) {
      prepare(page.getFileName().toString());
    }
    String printed = null;
    for (DocumentationBlock block : blocks) {
      if (block.isChecked("sh")) {
        printed = run(block);
      } else if (printed != null && block.follows() && block.excuse() == null) {
        compare(block, printed);
        printed = null;
      } else {
        printed = null;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commandsStandInBlocksThatAreRun(Path page) throws IOException {
    assertThat(DocumentationBlock.of(page))
        .filteredOn(block -> !block.language().equals("sh"))
        .allSatisfy(
            block ->
                assertThat(block.text().lines().filter(line -> COMMAND.matcher(line).matches()))
                    .as("commands of %s, which is no block of sh", block)
                    .isEmpty());
  }

  @Test
  void mostBlocksAreRun() throws IOException {
    int run = 0;
    int excused = 0;
    for (Path page : pages()) {
      for (DocumentationBlock block : DocumentationBlock.of(page)) {
        run += block.isChecked("sh") ? 1 : 0;
        boolean untested = block.excuse() != null && !block.excuse().contains("Test");
        excused += untested ? 1 : 0;
      }
    }
    assertThat(run)
        .as("blocks that are run; %s are not, and name no test that does the same", excused)
        .isGreaterThan(excused);
  }

  private void prepare(String page) throws Exception {
    for (String id : DOCUMENTS.getOrDefault(page, List.of())) {
      String body = "{\"documentSelfLink\":\"%s\",\"name\":\"%s\"}".formatted(id, id);
      assertThat(hosts.getFirst().send(client, "POST", "/core/examples", body).statusCode())
          .isIn(200, 409);
    }
  }

  /** A block right behind a command is what that prints. */
  private void compare(DocumentationBlock block, String printed) {
    if (block.language().equals("json") || block.language().equals("text")) {
      assertThat(DocumentedOutput.difference(block.language(), here(block.text()), printed))
          .as("%s is not what the command before it prints, which is\n%s", block, printed)
          .isNull();
    }
  }

  private String run(DocumentationBlock block) throws Exception {
    Path work = directory.resolve("work");
    Path script = Files.writeString(directory.resolve("script.sh"), PRELUDE + here(block.text()));
    Path output = directory.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CAIRN"));
    builder.environment().put("CAIRN", URI.create("http://localhost:" + firstPort).toString());
    builder.environment().put("HOME", work.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = "%s\n%s\nsays\n%s".formatted(block, block.text(), Files.readString(output));
    assertThat(ended).as("ends: " + said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return Files.readString(output);
  }

  /** The ports of the pages are taken on many machines. */
  private String here(String text) {
    return PORT.matcher(text.replace("/var/lib/cairn", directory.resolve("other").toString()))
        .replaceAll(match -> Integer.toString(firstPort + Integer.parseInt(match.group(1))));
  }
}
