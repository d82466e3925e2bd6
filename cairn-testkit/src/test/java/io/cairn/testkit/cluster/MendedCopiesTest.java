// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * Copies of documents that were damaged, lost or changed while their node was down, and clients
 * that watch meanwhile. One cluster serves all tests; the one that writes more comes last.
 */
@Tag("process")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MendedCopiesTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int DOCUMENTS = 48;

  private static TestCluster cluster;
  private static WatchRecorder watchers;

  @BeforeAll
  static void form() {
    cluster =
        TestCluster.start(
            3,
            new RegisterService.Setup(),
            arguments -> {
              arguments.membershipQuorum = 2;
              arguments.partitions = 4;
              arguments.operationTimeoutMicros = TimeUnit.SECONDS.toMicros(10);
            });
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    for (int i = 0; i < DOCUMENTS; i++) {
      create(0, i);
    }
    watchers = new WatchRecorder(cluster.targets(), RegisterService.FACTORY_LINK, 6, 1);
  }

  private static Path sandbox(int node) {
    return Path.of(cluster.host(node).host().getStorageSandbox());
  }

  private static void create(int node, int number) {
    String body = "{\"value\":\"v%d\",\"documentSelfLink\":\"%d\"}".formatted(number, number);
    TestContext.waitFor(LIMIT, () -> created(node, body), "document " + number + " is created");
  }

  /** Changes some documents while copies are mended; their values stay. */
  private static void count() {
    for (int i = 0; i < DOCUMENTS; i += 3) {
      String link = RegisterService.FACTORY_LINK + "/" + i;
      TestContext.waitFor(LIMIT, () -> counted(link), link + " is changed");
    }
  }

  private static boolean counted(String link) {
    try {
      return cluster.host(0).http().patch(link, "{\"increment\":1}").isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean created(int node, String body) {
    try {
      int status = cluster.host(node).http().post(RegisterService.FACTORY_LINK, body).status();
      return status == 200 || status == 409;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void close() {
    watchers.close();
    cluster.close();
  }

  @Test
  @Order(2)
  void aCopyThatIsDamagedOrLostIsRebuiltFromThoseOfOthers() throws IOException {
    awaitAgreement();
    Path documents = sandbox(2).resolve("documents");
    cluster.stop(2);
    List<Path> copies = copies(documents);
    assertThat(copies).hasSize(4);
    List<Path> before = copies.stream().flatMap(copy -> asideOf(copy).stream()).toList();
    overwrite(file(copies.get(0), name -> name.endsWith(".cfs") || name.endsWith(".fdt")));
    truncate(file(copies.get(1), name -> name.startsWith("segments_")));
    Files.delete(copies.get(2).resolve("store.properties"));
    deleteTree(index(copies.get(3)));

    count();
    cluster.restart(2);
    count();
    awaitAgreement();
    watchers.assertUnbroken();
    assertThat(valuesAt(2)).isEqualTo(valuesAt(0)).hasSize(DOCUMENTS);
    assertThat(copies)
        .allSatisfy(
            copy -> assertThat(asideOf(copy)).isNotEmpty().doesNotContainAnyElementsOf(before));
  }

  @Test
  @Order(1)
  void aCopyThatDiffersIsFoundAndRebuilt() throws IOException {
    awaitAgreement();
    Path documents = sandbox(2).resolve("documents");
    cluster.stop(2);
    String lost = RegisterService.FACTORY_LINK + "/7";
    for (Path copy : copies(documents)) {
      try (FSDirectory index = FSDirectory.open(index(copy));
          IndexWriter writer =
              new IndexWriter(index, new IndexWriterConfig().setSoftDeletesField("_superseded"))) {
        writer.deleteDocuments(new Term("e:documentSelfLink", lost));
        writer.commit();
      }
    }

    cluster.restart(2);
    count();
    awaitAgreement();
    watchers.assertUnbroken();
    assertThat(valuesAt(2)).isEqualTo(valuesAt(0)).contains("v7");
    assertThat(copies(documents)).anySatisfy(copy -> assertThat(asideOf(copy)).isNotEmpty());
  }

  @Test
  @Order(3)
  void aNodeWhoseDiskWasSetBackDoesNotVoteAndIsFilledAnew() throws IOException {
    awaitAgreement();
    Path third = sandbox(2);
    cluster.stop(2);
    Path copy = third.resolveSibling("older");
    copyTree(third, copy);
    cluster.restart(2);
    cluster.awaitGroup(RegisterService.FACTORY_LINK, LIMIT);
    cluster.stop(1);
    for (int i = DOCUMENTS; i < DOCUMENTS + 12; i++) {
      create(0, i);
    }
    cluster.stop(0);
    cluster.stop(2);
    deleteTree(third);
    copyTree(copy, third);
    cluster.restart(1);
    cluster.restart(2);
    // These two are most of three, and neither has the last twelve.
    Answer forgotten = cluster.host(1).http().get(RegisterService.FACTORY_LINK + "/" + DOCUMENTS);
    assertThat(forgotten.status()).as(forgotten.toString()).isEqualTo(503);

    cluster.restart(0);
    awaitAgreement();
    for (int i = DOCUMENTS; i < DOCUMENTS + 12; i++) {
      assertThat(get(1, RegisterService.FACTORY_LINK + "/" + i).path("value").asString(""))
          .isEqualTo("v" + i);
    }
    assertThat(valuesAt(2)).isEqualTo(valuesAt(0)).doesNotContain("none");
    watchers.assertUnbroken();
  }

  /** Waits until all nodes say that all their copies were compared, with all others, and agree. */
  private static void awaitAgreement() {
    for (int node = 0; node < cluster.size(); node++) {
      int at = node;
      TestContext.waitFor(LIMIT, () -> agrees(at), "the copies of node " + at + " agree");
    }
  }

  private static boolean agrees(int node) {
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

  private static List<String> valuesAt(int node) {
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(i -> get(node, RegisterService.FACTORY_LINK + "/" + i + "?consistency=local"))
        .map(document -> document.path("value").asString("none"))
        .toList();
  }

  private static JsonNode get(int node, String target) {
    try {
      return cluster.host(node).http().get(target).json();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static List<Path> copies(Path documents) throws IOException {
    try (Stream<Path> found = Files.list(documents)) {
      return found
          .filter(path -> !path.getFileName().toString().matches("(local|aside)-.*"))
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

  /** The index of a copy, which has another name after each rebuild. */
  private static Path index(Path copy) throws IOException {
    try (Stream<Path> found = Files.list(copy)) {
      return found
          .filter(path -> path.getFileName().toString().startsWith("index"))
          .filter(Files::isDirectory)
          .findAny()
          .orElseThrow();
    }
  }

  private static Path file(Path copy, Predicate<String> name) throws IOException {
    try (Stream<Path> found = Files.list(index(copy))) {
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
