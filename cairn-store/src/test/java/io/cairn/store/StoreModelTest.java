// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.store.TestPartition.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, from a seed, against a model that is a map of lists. */
class StoreModelTest {
  private static final int LINKS = 12;
  private static final String KIND = "test:Model";

  @TempDir private Path root;

  /** One log entry: a version, or a purge where the document is null. */
  private record Entry(String link, DocumentVersion document) {}

  private static final class Model {
    private final List<Entry> log = new ArrayList<>();
    private final Map<String, List<DocumentVersion>> versions = new HashMap<>();

    long append(Entry entry) {
      log.add(entry);
      if (entry.document() == null) {
        versions.remove(entry.link());
      } else {
        versions.computeIfAbsent(entry.link(), _ -> new ArrayList<>()).add(entry.document());
      }
      return log.size();
    }

    DocumentVersion latest(String link) {
      List<DocumentVersion> all = versions.getOrDefault(link, List.of());
      return all.isEmpty() ? null : all.getLast();
    }

    Set<String> withColor(int color, long now) {
      Set<String> links = new TreeSet<>();
      for (String link : versions.keySet()) {
        DocumentVersion latest = latest(link);
        if (!latest.isTombstone()
            && !latest.isExpiredAt(now)
            && TestPartition.text(latest).contains("\"c" + color + "\"")) {
          links.add(link);
        }
      }
      return links;
    }
  }

  private static void apply(DocumentStore store, long index, Entry entry) {
    if (entry.document() == null) {
      store.applyPurge(index, entry.link());
    } else {
      store.apply(index, entry.document());
    }
  }

  private static Entry random(Random random, Model model) {
    String link = "/m/" + random.nextInt(LINKS);
    DocumentVersion latest = model.latest(link);
    if (random.nextInt(25) == 0) {
      return new Entry(link, null);
    }
    long version = latest == null ? 0 : latest.version() + 1;
    boolean delete = latest != null && random.nextInt(10) == 0;
    long expiration = random.nextInt(6) == 0 ? 1_000_000 + random.nextInt(400) : 0;
    String json = "{\"color\":\"c" + random.nextInt(4) + "\",\"v\":" + version + "}";
    return new Entry(
        link,
        new DocumentVersion(
            link,
            KIND,
            version,
            0,
            model.log.size(),
            delete ? "DELETE" : "PUT",
            expiration,
            utf8(json)));
  }

  private static void check(DocumentStore store, Model model, Random random, long now) {
    for (int i = 0; i < LINKS; i++) {
      String link = "/m/" + i;
      DocumentVersion expected = model.latest(link);
      assertThat(store.latestIncludingExpired(link)).isEqualTo(expected);
      assertThat(store.latest(link))
          .isEqualTo(expected == null || expected.isExpiredAt(now) ? null : expected);
    }
    int color = random.nextInt(4);
    QuerySpecification specification = new QuerySpecification();
    specification.query = Query.Builder.create().addFieldClause("color", "c" + color).build();
    try (SearchResult found = DocumentSearch.over(List.of(store)).search(specification)) {
      assertThat(new TreeSet<>(found.links())).isEqualTo(model.withColor(color, now));
      assertThat(found.hits())
          .allSatisfy(hit -> assertThat(found.document(hit)).isEqualTo(model.latest(hit.link())));
    }
  }

  private static void checkVersions(DocumentStore store, Model model, long floor) {
    for (int i = 0; i < LINKS; i++) {
      String link = "/m/" + i;
      List<DocumentVersion> expected = model.versions.getOrDefault(link, List.of());
      List<DocumentVersion> kept = store.versions(link);
      // Trimming may be late, never early, and leaves no gap.
      assertThat(expected).endsWith(kept.toArray(DocumentVersion[]::new));
      assertThat(kept.size()).isGreaterThanOrEqualTo((int) Math.min(floor, expected.size()));
    }
  }

  /** What a disk could hold after a crash: the last commit, and parts of later files. */
  private Path crashImage(DocumentStore store, Random random, int number) throws IOException {
    Path to = root.resolve("crash" + number);
    try (StoreSnapshot commit = store.runtime().holdLastCommit()) {
      commit.linkInto(to);
      try (Stream<Path> files = Files.list(store.directory().resolve("index"))) {
        for (Path file :
            files.filter(path -> path.getFileName().toString().startsWith("_")).toList()) {
          Path target = to.resolve("index").resolve(file.getFileName());
          if (random.nextBoolean() && !Files.exists(target)) {
            Files.write(target, new byte[random.nextInt(50)]);
          }
        }
      }
    }
    return to;
  }

  private static void replay(DocumentStore store, Model model) {
    long from = Math.max(1, store.committedIndex() - 3);
    for (long index = from; index <= model.log.size(); index++) {
      apply(store, index, model.log.get((int) index - 1));
    }
  }

  private static ServiceDocumentDescription retaining(long limit, long floor) {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(Colored.class);
    description.versionRetentionLimit = limit;
    description.versionRetentionFloor = floor;
    return description;
  }

  /** The model's document. */
  public static class Colored extends ServiceDocument {
    public String color;
    public long v;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void quietStoreAgreesWithTheModel(long seed) throws IOException {
    run(seed, TestPartition.QUIET, 1_000, 500);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void storeThatRefreshesAndCommitsAllTheTimeAgreesWithTheModel(long seed) throws IOException {
    run(
        seed,
        StoreOptions.defaults()
            .with(it -> it.refreshIntervalMillis(1).commitIntervalMillis(1))
            .withCacheBytes(2_000),
        1_000,
        500);
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 9})
  void storeThatTrimsAgreesWithTheModel(long seed) throws IOException {
    run(
        seed,
        TestPartition.QUIET.with(it -> it.maxPendingCount(40).maxPendingBytes(1 << 20)),
        6,
        3);
  }

  private void run(long seed, StoreOptions options, long limit, long floor) throws IOException {
    Random random = new Random(seed);
    Model model = new Model();
    Path directory = root.resolve("store");
    try (TestPartition partition = new TestPartition()) {
      partition.kinds.put(KIND, retaining(limit, floor));
      DocumentStore store = partition.open(directory, options);
      for (int step = 0; step < 250; step++) {
        Entry entry = random(random, model);
        apply(store, model.append(entry), entry);
        int dice = random.nextInt(120);
        if (dice < 10) {
          check(store, model, random, partition.now.incrementAndGet());
        } else if (dice < 12) {
          checkVersions(store, model, floor);
        } else if (dice < 18) {
          store.refresh();
        } else if (dice < 22) {
          assertThat(store.commit()).isEqualTo(model.log.size());
        } else if (dice < 26) {
          Path image = dice < 24 ? directory : crashImage(store, random, step);
          boolean clean = dice == 22;
          if (clean) {
            store.close();
          } else {
            store.abandon();
          }
          directory = image;
          store = partition.open(directory, options);
          assertThat(store.committedIndex()).isLessThanOrEqualTo(model.log.size());
          replay(store, model);
          check(store, model, random, partition.now.get());
        }
      }
      check(store, model, random, partition.now.get());
      checkVersions(store, model, floor);
      store.close();
    }
  }
}
