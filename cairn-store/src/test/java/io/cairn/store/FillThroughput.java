// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.index.DocumentVersion;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints how long an empty replica takes to be filled from another, by files and by changes. Not a
 * test: run its main with a directory and a number of documents.
 */
public final class FillThroughput {
  private static final String KIND = "test:Person";

  private FillThroughput() {}

  /** Runs the measurements; arguments: directory, documents. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "fill");
    int documents = Integer.parseInt(arguments[1]);
    try (TestPartition partition = new TestPartition()) {
      partition.describe(KIND, Person.class);
      try (DocumentStore source =
          partition.open(directory.resolve("source"), StoreOptions.defaults())) {
        for (int i = 1; i <= documents; i++) {
          source.apply(i, person(i));
        }
        source.commit();
        for (int run = 0; run < 3; run++) {
          fill(partition, directory.resolve("files" + run), StoreTransfer.files(source.snapshot()));
          StoreChanges changes = source.changesSince(0);
          if (changes != null) {
            fill(partition, directory.resolve("changes" + run), StoreTransfer.changes(changes));
          }
        }
      }
    } finally {
      StoreDirectory.deleteTree(directory);
    }
  }

  private static DocumentVersion person(int i) {
    String link = "/core/people/" + i;
    String json =
        "{\"name\":\"name-"
            + i
            + "\",\"plain\":\"value "
            + i % 1000
            + "\",\"age\":"
            + i
            + ",\"tags\":[\"a"
            + i % 10
            + "\",\"b\"],\"documentVersion\":0"
            + ",\"documentEpoch\":0,\"documentKind\":\"test:Person\",\"documentSelfLink\":\""
            + link
            + "\",\"documentUpdateTimeMicros\":1763792672000000,"
            + "\"documentUpdateAction\":\"POST\",\"documentOwner\":\"host-1\","
            + "\"documentAuthPrincipalLink\":\"/core/authz/guest\"}";
    return new DocumentVersion(
        link, KIND, 0, 0, 1_763_792_672_000_000L + i, "POST", 0, TestPartition.utf8(json));
  }

  private static void fill(TestPartition partition, Path target, StoreTransfer transfer)
      throws Exception {
    long start = System.nanoTime();
    try (DocumentStore store = partition.open(target, StoreOptions.defaults());
        InputStream stream = transfer.stream()) {
      StagedTransfer staged = store.receive(stream);
      long received = System.nanoTime();
      store.install(store.prepare(staged, 0));
      long installed = System.nanoTime();
      System.out.printf(
          Locale.ROOT,
          "%-8s %,d bytes, received in %.2f s, installed in %.2f s%n",
          staged.kind(),
          staged.bytes(),
          (received - start) / 1e9,
          (installed - received) / 1e9);
    }
  }
}
