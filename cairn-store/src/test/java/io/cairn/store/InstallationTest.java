// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.typed;
import static io.cairn.store.TestPartition.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.disk.IndexDirectories;
import io.cairn.store.disk.StoreCorruptedException;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchHit;
import io.cairn.store.search.SearchResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  private final TestPartition partition = new TestPartition();
  @TempDir private Path root;

  @AfterEach
  void closePool() {
    partition.close();
  }

  private static StagedTransfer stage(DocumentStore target, StoreTransfer transfer)
      throws IOException {
    try (transfer) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      transfer.write(bytes);
      return target.receive(new ByteArrayInputStream(bytes.toByteArray()));
    }
  }

  private static void install(DocumentStore target, StoreTransfer transfer) throws IOException {
    target.install(target.prepare(stage(target, transfer), 0));
  }

  /** Every document has the version that says how often the source went round. */
  private static void round(DocumentStore store, int round, int documents) {
    for (int i = 0; i < documents; i++) {
      store.apply((long) round * documents + i + 1, version("/r/" + i, round));
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Takes an image of a store at everything that the index does with its files. */
  private final class Images {
    private final Path store;
    private final List<Path> taken = new ArrayList<>();
    private boolean taking;

    Images(Path store) {
      this.store = store;
    }

    void take() {
      if (taking) {
        Path image = root.resolve("image" + taken.size());
        try {
          copyTree(store, image);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        taken.add(image);
      }
    }

    IndexDirectories directories() {
      return (path, _) -> {
        take();
        return new FilterDirectory(FSDirectory.open(path)) {
          @Override
          public IndexInput openInput(String name, IOContext context) throws IOException {
            take();
            return super.openInput(name, context);
          }

          @Override
          public void syncMetaData() throws IOException {
            take();
            super.syncMetaData();
            take();
          }

          @Override
          public void rename(String source, String dest) throws IOException {
            take();
            super.rename(source, dest);
            take();
          }
        };
      };
    }
  }

  @Test
  void crashDuringAnInstallationLeavesTheOldContentOrTheNew() throws IOException {
    for (StoreTransfer.Kind kind : StoreTransfer.Kind.values()) {
      Path directory = root.resolve("store" + kind);
      Images images = new Images(directory);
      Path before = root.resolve("before" + kind);
      int unnamed;
      try (DocumentStore source = partition.open(root.resolve("source" + kind));
          DocumentStore store = partition.open(directory, images.directories())) {
        round(source, 0, 20);
        round(store, 0, 20);
        store.commit();
        round(source, 1, 20);
        StagedTransfer staged =
            stage(
                store,
                kind == StoreTransfer.Kind.FILES
                    ? StoreTransfer.files(source.snapshot())
                    : StoreTransfer.changes(source.changesSince(20)));
        copyTree(directory, before);
        images.taken.add(before);
        images.taking = true;
        PreparedTransfer prepared = store.prepare(staged, 0);
        images.take();
        unnamed = images.taken.size();
        store.install(prepared);
        store.replacements().await();
        images.take();
        images.taking = false;
      }
      assertThat(images.taken).hasSizeGreaterThan(4);
      // The marker is new and what it replaced not removed yet.
      Path between = root.resolve("between" + kind);
      copyTree(images.taken.getLast(), between);
      copyTree(before, between);
      images.taken.add(between);
      List<Long> contents = images.taken.stream().map(this::contentAfterACrash).toList();
      assertThat(contents.subList(0, unnamed)).as("prepared at most").containsOnly(0L);
      assertThat(contents.subList(unnamed, contents.size())).containsOnly(1L);
      deleteAll(images.taken);
    }
  }

  /** Only the background may take the time that an index takes. */
  @Test
  void installationItselfWritesNothingIntoAnIndex() throws IOException {
    List<String> written = Collections.synchronizedList(new ArrayList<>());
    Thread shard = Thread.currentThread();
    IndexDirectories directories =
        (path, _) ->
            new FilterDirectory(FSDirectory.open(path)) {
              @Override
              public IndexOutput createOutput(String name, IOContext context) throws IOException {
                if (Thread.currentThread().equals(shard)) {
                  written.add(name);
                }
                return super.createOutput(name, context);
              }
            };
    for (StoreTransfer.Kind kind : StoreTransfer.Kind.values()) {
      try (DocumentStore source = partition.open(root.resolve("source" + kind));
          DocumentStore store = partition.open(root.resolve("store" + kind), directories)) {
        round(source, 0, 20);
        round(store, 0, 20);
        round(source, 1, 20);
        StagedTransfer staged =
            stage(
                store,
                kind == StoreTransfer.Kind.FILES
                    ? StoreTransfer.files(source.snapshot())
                    : StoreTransfer.changes(source.changesSince(20)));
        PreparedTransfer prepared = store.prepare(staged, 45);
        assertThat(store.latest("/r/7").version()).as("not before it is installed").isZero();
        written.clear();
        store.install(prepared);
        assertThat(written).isEmpty();
        assertThat(store.latest("/r/7").version()).isEqualTo(1);
        assertThat(store.committedIndex()).isEqualTo(45);
      }
    }
  }

  @Test
  void whatIsAppliedWhileATransferIsPreparedIsKept() throws IOException {
    for (StoreTransfer.Kind kind : StoreTransfer.Kind.values()) {
      Path directory = root.resolve("store" + kind);
      try (DocumentStore source = partition.open(root.resolve("source" + kind));
          DocumentStore store = partition.open(directory)) {
        round(store, 0, 20);
        round(source, 0, 20);
        round(source, 1, 20);
        StoreTransfer transfer =
            kind == StoreTransfer.Kind.FILES
                ? StoreTransfer.files(source.snapshot())
                : StoreTransfer.changes(source.changesSince(20));
        PreparedTransfer early = store.prepare(stage(store, transfer), 0);
        store.apply(21, version("/r/0", 1));
        store.install(early);
        assertThat(store.appliedIndex()).isEqualTo(40);
        assertThat(store.versions("/r/0")).hasSize(2);

        PreparedTransfer late =
            store.prepare(stage(store, StoreTransfer.files(source.snapshot())), 0);
        store.apply(41, version("/r/0", 2));
        store.install(late);
        store.replacements().await();
        assertThat(store.latest("/r/0").version()).as("nothing is taken back").isEqualTo(2);
        try (Stream<Path> files = Files.list(directory)) {
          assertThat(files.map(file -> file.getFileName().toString()))
              .filteredOn(name -> name.startsWith("in"))
              .containsExactly("index-1");
        }
      }
    }
  }

  private static void deleteAll(List<Path> directories) throws IOException {
    for (Path directory : directories) {
      StoreDirectory.deleteTree(directory);
    }
  }

  /** The one version that all documents have. */
  private long contentAfterACrash(Path image) {
    try (DocumentStore store = partition.open(image)) {
      List<Long> versions = new ArrayList<>();
      store.forEachDocument(history -> versions.add(history.getLast().version()));
      assertThat(versions).hasSize(20);
      assertThat(versions.stream().distinct()).hasSize(1);
      assertThat(store.committedIndex()).isEqualTo(20 * (versions.getFirst() + 1));
      return versions.getFirst();
    }
  }

  @Test
  void readersSeeTheOldContentOrTheNewWhileItIsReplaced() throws Exception {
    int documents = 60;
    try (DocumentStore source = partition.open(root.resolve("source"));
        DocumentStore store = partition.open(root.resolve("store"))) {
      round(source, 0, documents);
      round(store, 0, documents);
      AtomicBoolean stop = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        List<Future<?>> readers =
            List.of(
                threads.submit(() -> lookUp(store, documents, stop)),
                threads.submit(() -> search(store, documents, stop)));
        for (int round = 1; round <= 8; round++) {
          round(source, round, documents);
          install(
              store,
              round % 2 == 0
                  ? StoreTransfer.files(source.snapshot())
                  : StoreTransfer.changes(source.changesSince(store.appliedIndex())));
          assertThat(store.latest("/r/0").version()).isEqualTo(round);
        }
        stop.set(true);
        for (Future<?> reader : readers) {
          reader.get();
        }
      }
    }
  }

  private static void lookUp(DocumentStore store, int documents, AtomicBoolean stop) {
    long[] seen = new long[documents];
    while (!stop.get()) {
      for (int i = 0; i < documents; i++) {
        long version = store.latest("/r/" + i).version();
        assertThat(version).isGreaterThanOrEqualTo(seen[i]);
        seen[i] = version;
      }
    }
  }

  private static void search(DocumentStore store, int documents, AtomicBoolean stop) {
    QuerySpecification all = new QuerySpecification();
    all.query = Query.Builder.create().addFieldClause("documentParentLink", "/r").build();
    while (!stop.get()) {
      try (SearchResult found = DocumentSearch.over(List.of(store)).search(all)) {
        assertThat(found.hits()).hasSize(documents);
        assertThat(found.hits().stream().map(SearchHit::version).distinct()).hasSize(1);
      }
    }
  }

  @Test
  void openPagesGoOnWithWhatTheySawBefore() throws IOException {
    try (DocumentStore source = partition.open(root.resolve("source"));
        DocumentStore store = partition.open(root.resolve("store"))) {
      round(store, 0, 10);
      round(source, 0, 10);
      round(source, 1, 10);
      QuerySpecification all = new QuerySpecification();
      all.query = Query.Builder.create().addFieldClause("documentParentLink", "/r").build();
      all.resultLimit = 4;
      try (SearchCursor pages = DocumentSearch.over(List.of(store)).open(all)) {
        SearchCursor.Page first = pages.read(pages.first());
        install(store, StoreTransfer.files(source.snapshot()));
        SearchCursor.Page second = pages.read(first.next());
        assertThat(second.hits()).hasSize(4).allMatch(hit -> hit.version() == 0);
        assertThat(pages.document(second.hits().getFirst()).version()).isZero();
      }
      assertThat(store.latest("/r/3").version()).isEqualTo(1);
    }
  }

  private DocumentStore openForRebuild(Path directory) {
    return DocumentStore.openForRebuild(
        directory, partition.pool, TestPartition.QUIET, partition.kinds::get, partition.now::get);
  }

  @Test
  void damagedStoreIsRebuiltFromAnotherReplica() throws IOException {
    for (StoreTransfer.Kind kind : StoreTransfer.Kind.values()) {
      Path directory = root.resolve("store" + kind);
      try (DocumentStore store = partition.open(directory)) {
        round(store, 0, 10);
      }
      Path segments;
      try (Stream<Path> files = Files.list(directory.resolve("index"))) {
        segments = files.filter(file -> file.toString().contains("segments_")).toList().getFirst();
      }
      Files.write(segments, new byte[7]);
      assertThatThrownBy(() -> partition.open(directory))
          .isInstanceOf(StoreCorruptedException.class);
      openForRebuild(directory).close();
      assertThatThrownBy(() -> partition.open(directory))
          .as("still empty")
          .isInstanceOf(StoreCorruptedException.class);
      try (DocumentStore source = partition.open(root.resolve("source" + kind));
          DocumentStore store = openForRebuild(directory)) {
        round(source, 0, 10);
        assertThat(store.isAwaitingInstall()).isTrue();
        assertThat(store.state()).isEqualTo(DocumentStore.State.AWAITING_INSTALL);
        assertThat(store.appliedIndex()).isZero();
        assertThatThrownBy(() -> store.latest("/r/0"))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("waits for another replica");
        assertThatThrownBy(() -> store.apply(1, version("/r/0", 0)))
            .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> DocumentSearch.over(List.of(store)).countChildren("/r"))
            .isInstanceOf(StoreException.class);
        install(
            store,
            kind == StoreTransfer.Kind.FILES
                ? StoreTransfer.files(source.snapshot())
                : StoreTransfer.changes(source.changesSince(0)));
        assertThat(store.isAwaitingInstall()).isFalse();
        assertThat(store.latest("/r/9")).isNotNull();
        assertThat(store.committedIndex()).isEqualTo(10);
      }
      try (DocumentStore store = partition.open(directory);
          Stream<Path> files = Files.list(directory)) {
        assertThat(DocumentSearch.over(List.of(store)).countChildren("/r")).isEqualTo(10);
        assertThat(files.map(file -> file.getFileName().toString()))
            .anyMatch(name -> name.startsWith("damaged-"));
      }
    }
  }

  /** The class of {@link Person} before its tags were indexed. */
  public static class PersonBefore extends ServiceDocument {
    public String name;
  }

  @Test
  void filesThatTheSenderIndexedByAnotherClassAreFoundByTheReceiversOne() throws Exception {
    partition.describe(Person.KIND, PersonBefore.class);
    try (TestPartition upgraded = new TestPartition();
        DocumentStore source = partition.open(root.resolve("source"));
        DocumentStore lagging = upgraded.open(root.resolve("lagging"));
        DocumentStore damaged =
            DocumentStore.openForRebuild(
                root.resolve("damaged"),
                upgraded.pool,
                TestPartition.QUIET,
                upgraded.descriptions,
                upgraded.now::get)) {
      source.apply(1, typed(Person.KIND, "/p/ann", 0, "{\"name\":\"ann\",\"tags\":[\"red\"]}"));
      upgraded.describe(Person.KIND, Person.class);
      assertThat(damaged.reindexAll().get()).as("it has nothing yet").isZero();
      for (DocumentStore receiver : List.of(lagging, damaged)) {
        install(receiver, StoreTransfer.files(source.snapshot()));
        await().untilAsserted(() -> assertThat(tagged(receiver, "red")).containsExactly("/p/ann"));
      }
      assertThat(tagged(source, "red")).isEmpty();
    }
  }

  private static List<String> tagged(DocumentStore store, String tag) {
    QuerySpecification specification = new QuerySpecification();
    specification.query = Query.Builder.create().addFieldClause("tags.item", tag).build();
    try (SearchResult found = DocumentSearch.over(List.of(store)).search(specification)) {
      return found.links();
    }
  }
}
