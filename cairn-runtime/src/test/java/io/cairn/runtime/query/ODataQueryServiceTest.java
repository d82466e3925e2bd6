// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.UriUtils;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OData over all kinds and over a factory. */
class ODataQueryServiceTest extends QueryTaskHost {
  private static final String QUERIES = "/core/odata-queries";

  @BeforeEach
  void makeNotes() {
    for (int i = 0; i < 10; i++) {
      Notes.Note note = Notes.note("note" + i, i);
      note.tags = List.of(i % 2 == 0 ? "even" : "odd", "t" + i % 3);
      note.otherLink = i < 5 ? "it's (low) and+so on" : null;
      assertThat(fixture.post(Notes.KEPT, note).status()).isEqualTo(200);
    }
  }

  private List<String> numbers(List<String> links) {
    return links.stream().map(link -> link.substring("/notes/note".length())).sorted().toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          number eq 1 or number eq 2 and name eq 'name-note3'          | 1
          (number eq 1 or number eq 2) and name eq 'name-note2'        | 2
          name eq 'name-note2' and number eq 1 or number eq 2          | 2
          not number lt 8 and name eq 'name-*'                         | 8 9
          not (number lt 8 and name eq 'name-*') and name eq 'name-*'  | 8 9
          NOT number ge 2 OR number gt 8                               | 0 1 9
          number ge 1 and number le 3 and number ne 2                  | 1 3
          tags any 'odd;t0' and number lt 4                            | 0 1 3
          tags all 'odd;t0'                                            | 3 9
          tags.item eq 'even' and not (tags eq 't0' or tags eq 't1')   | 2 8
          otherLink eq 'it''s (low) and+so on' and number gt 3         | 4
          otherLink eq null and name ne null and number lt 7           | 5 6
          number eq 2.0 or number eq 3e0                               | 2 3
          """)
  void filtersMeanTheSameOverAllKindsAndOverAFactory(String filter, String expected) {
    // Of other kinds a host has documents of its own, and these need not have the fields.
    String notes = "(" + filter + ") and documentSelfLink eq '/notes/*'";
    QueryTask task =
        fixture.get(QUERIES + "?$filter=" + HostFixture.encoded(notes)).as(QueryTask.class);
    assertThat(numbers(task.results.documentLinks)).containsExactly(expected.split(" "));
    assertThat(task.results.documents).hasSameSizeAs(task.results.documentLinks);

    Answer listing = fixture.get(Notes.KEPT + "?$filter=" + HostFixture.encoded(filter));
    assertThat(listing.status()).as(listing.body()).isEqualTo(200);
    assertThat(numbers(listing.result().documentLinks)).containsExactly(expected.split(" "));
  }

  @Test
  void pagesAreAskedForByTheirIdAndNode() {
    String filter = "?$limit=4&$orderby=number&$orderbytype=LONG&$filter=";
    QueryTask task =
        fixture
            .get(QUERIES + filter + HostFixture.encoded("documentSelfLink eq '/notes/*'"))
            .as(QueryTask.class);
    List<String> all = new ArrayList<>();
    String next = task.results.nextPageLink;
    while (next != null) {
      Map<String, String> page = UriUtils.parseUriQueryParams(URI.create(next));
      task =
          fixture
              .get(QUERIES + "?$skipto=" + page.get("path") + "&$nodeid=" + page.get("peer"))
              .as(QueryTask.class);
      assertThat(task.results.documents).hasSameSizeAs(task.results.documentLinks);
      all.addAll(task.results.documentLinks);
      next = task.results.nextPageLink;
    }
    assertThat(all).hasSize(10).startsWith("/notes/note0").endsWith("/notes/note9");
    assertThat(fixture.get(QUERIES + "?$skipto=none-1").status()).isEqualTo(404);
    assertThat(fixture.get(QUERIES + "?$skipto=none-1&$nodeid=nobody").status()).isEqualTo(404);
  }

  @Test
  void tenantLinksAreTheTasks() {
    QueryTask task =
        fixture
            .get(QUERIES + "?$tenantLinks=/tenants/a,/tenants/b&$count=true")
            .as(QueryTask.class);

    assertThat(task.tenantLinks).containsExactly("/tenants/a", "/tenants/b");
    assertThat(task.results.documentCount).isGreaterThanOrEqualTo(10);
  }
}
