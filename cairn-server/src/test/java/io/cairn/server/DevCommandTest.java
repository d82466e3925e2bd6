// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code cairn new} and {@code cairn dev} as an author runs them. */
class DevCommandTest {

  private static final Pattern TYPE = Pattern.compile("public (?:final class|record) (\\w+)");

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  private CairnProcess cairn(String... arguments) throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path mvn = bin.resolve("mvn");
    // Entries of the class path that are not there make it ask each time, which does no harm.
    Files.writeString(
        mvn,
        """
        #!/usr/bin/env bash
        for a in "$@"; do case "$a" in -DoutputFile=*) file="${a#*=}" ;; esac; done
        tr ':' '\\n' <<<'%s' | grep . | sed 's|^|   group:name:jar:1:compile:|' >"$file"
        """
            .formatted(System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    return CairnProcess.run(
        CairnCommands.class,
        Map.of("PATH", bin + ":" + System.getenv("PATH")),
        List.of("-Duser.dir=" + directory),
        arguments);
  }

  @Test
  void aNewProjectRunsTakesOverWhatIsSavedAndStopsInOrder() throws Exception {
    try (CairnProcess made = cairn("new", "shop")) {
      assertThat(made.exitCode()).as("%s%s", made.out(), made.err()).isZero();
    }
    Path shop = directory.resolve("shop");
    int port = FreePorts.consecutive(1);
    try (CairnProcess dev = cairn("dev", shop.toString(), "--port=" + port, "--orders.limit=5")) {
      awaitSaid(dev, "watching");
      dev.listensAt(port);
      String order =
          "{\"documentSelfLink\":\"%s\",\"customer\":\"a\",\"item\":\"b\",\"quantity\":%d}";
      assertThat(dev.send(client, "POST", "/orders", order.formatted("one", 5)).statusCode())
          .isEqualTo(200);
      assertThat(dev.send(client, "POST", "/orders", order.formatted("two", 6)).body())
          .contains("quantity must be at most 5");

      Path source = shop.resolve("src/main/java/shop/Order.java");
      String good = Files.readString(source);
      Files.writeString(source, good.replace("int quantity", "int quantity int"));
      awaitSaid(dev, "src/main/java/shop/Order.java:11: ");
      assertThat(dev.send(client, "GET", "/orders/one", "").statusCode()).isEqualTo(503);
      Files.writeString(
          source,
          good.replace(
              "@NotBlank String customer", "@NotBlank(message = \"is missing\") String customer"));
      awaitSaid(dev, "changed: src/main/java/shop/Order.java\ndev: compiled");
      assertThat(dev.send(client, "GET", "/orders/one", "").body()).contains("\"quantity\":5");
      assertThat(dev.send(client, "POST", "/orders", "{}").body()).contains("customer is missing");

      dev.terminate();
      assertThat(dev.exitCode()).as(dev.err()).isZero();
      assertThat(dev.out()).contains("dev: stopping");
    }
  }

  /** Follows the page: saves its classes, runs its requests, and reads what it shows. */
  @Test
  void theTutorialLeadsWhereItSays() throws Exception {
    try (CairnProcess made = cairn("new", "shop")) {
      assertThat(made.exitCode()).as("%s%s", made.out(), made.err()).isZero();
    }
    Path sources = directory.resolve("shop/src/main/java/shop");
    int port = FreePorts.consecutive(1);
    try (CairnProcess dev = cairn("dev", directory.resolve("shop").toString(), "--port=" + port)) {
      awaitSaid(dev, "watching");
      List<String> printed = List.of();
      int shown = 0;
      for (DocumentationBlock block :
          DocumentationBlock.of(DocumentationBlock.ROOT.resolve("docs/tutorial.md"))) {
        if (block.language().equals("java") && !block.text().contains("@CairnTest")) {
          int reloads = reloads(dev);
          save(sources, block.text());
          await().atMost(Duration.ofSeconds(90)).until(() -> reloads(dev) > reloads);
        } else if (block.language().equals("sh") && block.text().startsWith("curl")) {
          printed = printed(block.text().replace("localhost:8000", "localhost:" + port));
        } else if (block.language().equals("json")) {
          JsonNode expected = JsonMapper.shared().readTree(block.text());
          assertThat(printed).as("%s", block).anyMatch(line -> hasAll(line, expected));
          shown++;
        }
      }
      assertThat(shown).isEqualTo(3);
      assertThat(dev.outSoFar())
          .contains(
              "- /orders/one has \"tea\" in item", "The schema version was raised from 0 to 1");
    }
  }

  private static int reloads(CairnProcess dev) {
    return dev.outSoFar().split("serving at|answer 503 until", -1).length;
  }

  /** A whole class takes the place of its file; a part goes to the place that the page names. */
  private static void save(Path sources, String text) throws IOException {
    Matcher type = TYPE.matcher(text);
    if (type.find()) {
      Files.writeString(sources.resolve(type.group(1) + ".java"), "package shop;\n\n" + text);
      return;
    }
    Path orders = sources.resolve("Orders.java");
    String before = Files.readString(orders);
    String place = text.strip().startsWith(".upgradedBy") ? "        .onCreate(" : "\n}\n";
    int at = before.endsWith("\n") ? before.lastIndexOf(place) : (before + "\n").lastIndexOf(place);
    Files.writeString(orders, before.substring(0, at) + "\n" + text + "\n" + before.substring(at));
  }

  private List<String> printed(String commands) throws Exception {
    Path script = directory.resolve("requests.sh");
    Files.writeString(script, commands.replace("curl ", "curl -sS ").replace("\n", "\necho\n"));
    Process bash = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  private static boolean hasAll(String line, JsonNode expected) {
    if (!line.startsWith("{")) {
      return false;
    }
    JsonNode found = JsonMapper.shared().readTree(line);
    return expected.properties().stream()
        .allMatch(field -> field.getValue().equals(found.get(field.getKey())));
  }

  private static void awaitSaid(CairnProcess process, String text) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(process.outSoFar()).contains(text));
  }

  @Test
  void whatCannotRunIsRefusedWithWhatToDo() throws Exception {
    try (CairnProcess nowhere = cairn("dev")) {
      assertThat(nowhere.exitCode()).isEqualTo(2);
      assertThat(nowhere.err()).contains("there is no pom.xml in").contains("cairn new NAME");
    }
    Files.writeString(directory.resolve("pom.xml"), "<project/>");
    try (CairnProcess mistyped = cairn("dev", "--prot=1", "--logLevel=loud", "--nodes=3")) {
      assertThat(mistyped.exitCode()).isEqualTo(2);
      assertThat(mistyped.err()).contains("logLevel");
    }
    try (CairnProcess several = cairn("dev", "--nodes=3")) {
      assertThat(several.exitCode()).isEqualTo(2);
      assertThat(several.err()).contains("dev runs one host").contains("cairn start . --nodes=3");
    }
  }
}
