// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.TestContext;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Copies of documents that were damaged, lost or changed while their node was down. */
@Tag("process")
class MendedCopiesTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int DOCUMENTS = 48;

  private TestCluster cluster;

  @BeforeEach
  void form() {
    cluster =
        TestCluster.start(
            3,
            new RegisterService.Setup(),
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.partitions = 4;
            });
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    for (int i = 0; i < DOCUMENTS; i++) {
      String body = "{\"value\":\"v%d\",\"documentSelfLink\":\"%d\"}".formatted(i, i);
      TestContext.waitFor(
          LIMIT,
          () -> created(body),
          "a document is created");
    }
  }

  private boolean created(String body) {
    try {
      return cluster.host(0).http().post(RegisterService.FACTORY_LINK, body).status() < 500;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aCopyThatIsDamagedOrLostIsRebuiltFromThoseOfOthers() throws IOException {
    awaitAgreement();
    Path documents = Path.of(cluster.host(2).host().getStorageSandbox()).resolve("documents");
    cluster.stop(2);
    List<Path> copies = copies(documents);
    assertThat(copies).hasSize(4);
    overwrite(file(copies.get(0), name -> name.endsWith(".cfs") || name.endsWith(".fdt")));
    truncate(file(copies.get(1), name -> name.startsWith("segments_")));
    Files.delete(copies.get(2).resolve("store.properties"));
    deleteTree(copies.get(3).resolve("index"));

    cluster.restart(2);
    awaitAgreement();
    assertThat(valuesAt(2)).isEqualTo(valuesAt(0)).hasSize(DOCUMENTS);
    assertThat(copies).allSatisfy(copy -> assertThat(asideOf(copy)).isNotEmpty());
  }

  @Test
  void aCopyThatDiffersIsFoundAndRebuilt() throws IOException {
    awaitAgreement();
    Path documents = Path.of(cluster.host(2).host().getStorageSandbox()).resolve("documents");
    cluster.stop(2);
    String lost = RegisterService.FACTORY_LINK + "/7";
    for (Path copy : copies(documents)) {
      try (FSDirectory index = FSDirectory.open(copy.resolve("index"));
          IndexWriter writer =
              new IndexWriter(index, new IndexWriterConfig().setSoftDeletesField("_superseded"))) {
        writer.deleteDocuments(new Term("e:documentSelfLink", lost));
        writer.commit();
      }
    }

    cluster.restart(2);
    awaitAgreement();
    assertThat(valuesAt(2)).isEqualTo(valuesAt(0)).contains("v7");
    assertThat(copies(documents)).anySatisfy(copy -> assertThat(asideOf(copy)).isNotEmpty());
  }

  /** Waits until all nodes say that all their copies were compared, with all others, and agree. */
  private void awaitAgreement() {
    for (int node = 0; node < cluster.size(); node++) {
      int at = node;
      TestContext.waitFor(LIMIT, () -> agrees(at), "the copies of node " + at + " agree");
    }
  }

  private boolean agrees(int node) {
    JsonNode state = get(node, "/core/cluster/copies");
    if (!state.get("agree").asBoolean()) {
      return false;
    }
    for (JsonNode copy : state.get("partitions")) {
      if (copy.get("holders").size() != copy.get("compared").get("digests").size()) {
        return false;
      }
    }
    return true;
  }

  private List<String> valuesAt(int node) {
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(i -> get(node, RegisterService.FACTORY_LINK + "/" + i + "?consistency=local"))
        .map(document -> document.path("value").asString("none"))
        .toList();
  }

  private JsonNode get(int node, String target) {
    try {
      return cluster.host(node).http().get(target).json();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> copies(Path documents) throws IOException {
    try (Stream<Path> found = Files.list(documents)) {
      return found
          .filter(path -> !path.getFileName().toString().startsWith("local"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  private static List<Path> asideOf(Path copy) {
    try (Stream<Path> found = Files.list(copy)) {
      return found.filter(path -> path.getFileName().toString().startsWith("damaged-")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(Path copy, Predicate<String> name) throws IOException {
    try (Stream<Path> found = Files.list(copy.resolve("index"))) {
      return found
          .filter(path -> name.test(path.getFileName().toString()))
          .max(Comparator.comparingLong(path -> path.toFile().length()))
          .orElseThrow();
    }
  }

  private static void overwrite(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(bytes.length() / 3);
      bytes.write(new byte[200]);
    }
  }

  private static void truncate(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() / 2);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
