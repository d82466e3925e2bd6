// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who goes on behind a link is given nothing of what is before it. */
class OpenBehindTest {

  @TempDir private Path directory;

  @Test
  void firstSliceBeginsBehindTheLink() {
    TreeSet<String> links = new TreeSet<>();
    try (StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, System::nanoTime);
        DocumentStore store =
            DocumentStore.open(directory, pool, StoreOptions.defaults(), kind -> null, () -> 1)) {
      for (int i = 0; i < 500; i++) {
        String link = "/things/%03d".formatted((i * 7) % 500);
        links.add(link);
        byte[] json = "{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        store.apply(i + 1, new DocumentVersion(link, null, 0, 0, 1, "POST", 0, json));
      }
      IndexSource source =
          new IndexSource(
              DocumentSearch.over(List.of(store)),
              null,
              Asker.PATIENT,
              new StoredForms(System::nanoTime));
      for (String after : List.of("", "/things/250", "/things/250x", "/things/499")) {
        List<String> found = new ArrayList<>();
        try (FoundDocuments behind = source.openBehind(byLink(), after)) {
          Object position = null;
          do {
            FoundDocuments.Slice slice = behind.read(position, 60, Asker.PATIENT);
            slice.rows().forEach(row -> found.add(row.link()));
            position = slice.next();
          } while (position != null);
        }
        assertThat(found).as(after).containsExactlyElementsOf(links.tailSet(after, false));
      }
    }
  }

  private static QuerySpecification byLink() {
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        new Query()
            .setTermPropertyName("documentSelfLink")
            .setTermMatchValue("/things/")
            .setTermMatchType(MatchType.PREFIX);
    specification.options.add(QueryOption.SORT);
    specification.sortTerm = new QueryTerm();
    specification.sortTerm.propertyName = "documentSelfLink";
    specification.resultLimit = 60;
    return specification;
  }
}
