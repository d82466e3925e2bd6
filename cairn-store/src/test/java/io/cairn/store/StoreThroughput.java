// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Prints how fast one partition applies, drains, looks up and searches on this machine. Not a test:
 * run its main with a directory and a number of documents.
 */
public final class StoreThroughput {
  private static final String KIND = "test:Person";

  private final TestPartition partition = new TestPartition();
  private long index;

  private StoreThroughput() {
    partition.describe(KIND, Person.class);
  }

  /** Runs the measurements; arguments: directory, documents. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "store");
    int documents = Integer.parseInt(arguments[1]);
    try {
      new StoreThroughput().run(directory, documents);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Path directory, int documents) throws Exception {
    StoreOptions options = StoreOptions.defaults();
    try (DocumentStore store = partition.open(directory, options)) {
      rate("first create", documents / 4, () -> applyAll(store, 0, documents / 4));
      rate("create", documents, () -> applyAll(store, 0, documents));
      rate("update", documents, () -> applyAll(store, 1, documents));
      rate("update again", documents, () -> applyAll(store, 2, documents));
      rate("hot document", documents, () -> applyHot(store, documents));
      rate("lookup, absent", documents, () -> lookUp(store, "/none/", documents));
      rate("lookup, present", documents, () -> lookUp(store, "/core/people/", documents));
      rate("commit", 1, store::commit);
      DocumentSearch search = DocumentSearch.over(List.of(store));
      rate("list children", documents, () -> search.forEachChild("/core/people", _ -> {}));
      System.out.printf(
          Locale.ROOT,
          "filters: %.2f bytes a link%n",
          (double) store.linkFilterBytes() / documents);
    }
    rate("reopen", 1, () -> partition.open(directory, options).close());
    partition.close();
  }

  private void applyAll(DocumentStore store, int version, int documents) {
    for (int i = 0; i < documents; i++) {
      store.apply(++index, person("/core/people/" + i, version, i));
    }
    store.refresh();
  }

  private void applyHot(DocumentStore store, int documents) {
    for (int i = 0; i < documents; i++) {
      store.apply(++index, person("/core/people/hot", i, i));
    }
    store.refresh();
  }

  private static void lookUp(DocumentStore store, String prefix, int documents) {
    long found = 0;
    for (int i = 0; i < documents; i++) {
      found += store.latest(prefix + (i * 7919L) % documents) == null ? 0 : 1;
    }
    System.out.print(found + " found; ");
  }

  private static DocumentVersion person(String link, long version, int i) {
    String json =
        "{\"name\":\"name-"
            + i
            + "\",\"plain\":\"value "
            + i % 1000
            + "\",\"age\":"
            + i
            + ",\"tags\":[\"a"
            + i % 10
            + "\",\"b\"],\"documentVersion\":"
            + version
            + ",\"documentEpoch\":0,\"documentKind\":\"test:Person\",\"documentSelfLink\":\""
            + link
            + "\",\"documentUpdateTimeMicros\":1763792672000000,"
            + "\"documentUpdateAction\":\"PATCH\",\"documentOwner\":\"host-1\","
            + "\"documentAuthPrincipalLink\":\"/core/authz/guest\"}";
    return new DocumentVersion(
        link, KIND, version, 0, 1_763_792_672_000_000L + i, "PATCH", 0, TestPartition.utf8(json));
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void rate(String what, int count, Work work) throws Exception {
    long cpuBefore = cpuNanos();
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = (cpuNanos() - cpuBefore) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-16s %9.0f/s  %8.3f s  %8.0f per CPU second%n",
        what,
        count / seconds,
        seconds,
        count / cpu);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
