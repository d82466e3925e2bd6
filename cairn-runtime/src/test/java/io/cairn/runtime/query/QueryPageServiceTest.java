// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.document.TaskState;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryPageServiceTest extends QueryTaskHost {
  @Test
  void pagesTogetherHoldEverythingOnce() throws Exception {
    Notes.create(fixture, Notes.KEPT, 2500);

    QueryTask task = ask(direct().setResultLimit(1000).orderAscending("number", TypeName.LONG));

    assertThat(task.results.documentLinks).isEmpty();
    assertThat(task.results.nextPageLink)
        .startsWith("/core/query-page-forwarding?peer=" + fixture.host().getId() + "&path=");
    List<String> links = new ArrayList<>();
    String next = task.results.nextPageLink;
    String previous = null;
    while (next != null) {
      QueryTask page = fixture.get(next).as(QueryTask.class);
      links.addAll(page.results.documentLinks);
      if (previous != null) {
        assertThat(page.results.prevPageLink).isEqualTo(previous);
      }
      previous = next;
      next = page.results.nextPageLink;
    }
    assertThat(new HashSet<>(links)).hasSize(2500);
    assertThat(links).isSorted();
  }

  @Test
  void pageSizeCanBeOverridden() throws Exception {
    Notes.create(fixture, Notes.KEPT, 20);
    String first = ask(direct().setResultLimit(10)).results.nextPageLink;

    QueryTask page = fixture.get(first + "&$limit=3").as(QueryTask.class);

    assertThat(page.results.documentLinks).hasSize(3);
    assertThat(fixture.get(page.results.nextPageLink).as(QueryTask.class).results.documentLinks)
        .hasSize(10);
    assertThat(fixture.get(first + "&$limit=none").status()).isEqualTo(400);
  }

  @Test
  void queryThatFindsNothingHasNoPages() {
    assertThat(ask(direct().setResultLimit(10)).results.nextPageLink).isNull();
    assertThat(fixture.pagedQueries()).isZero();
  }

  @Test
  void singleUsePagesGoWithTheirFirstRead() throws Exception {
    Notes.create(fixture, Notes.KEPT, 20);
    String first =
        ask(direct().setResultLimit(10).addOption(QueryOption.SINGLE_USE)).results.nextPageLink;

    QueryTask page = fixture.get(first).as(QueryTask.class);
    QueryTask last = fixture.get(page.results.nextPageLink).as(QueryTask.class);

    assertThat(last.results.documentLinks).hasSize(10);
    assertThat(fixture.get(first).status()).isEqualTo(404);
    assertThat(fixture.get(page.results.nextPageLink).status()).isEqualTo(404);
    assertThat(fixture.pagedQueries()).isZero();
  }

  @Test
  void forwardOnlyPagesDoNotLeadBack() throws Exception {
    Notes.create(fixture, Notes.KEPT, 20);
    String first =
        ask(direct().setResultLimit(10).addOption(QueryOption.FORWARD_ONLY)).results.nextPageLink;

    String second = fixture.get(first).as(QueryTask.class).results.nextPageLink;

    assertThat(fixture.get(second).as(QueryTask.class).results.prevPageLink).isNull();
  }

  @Test
  void deletedPageIsGoneAndTheServiceIsNot() throws Exception {
    Notes.create(fixture, Notes.KEPT, 20);
    String first = ask(direct().setResultLimit(10)).results.nextPageLink;

    assertThat(fixture.delete(first).status()).isEqualTo(200);

    assertThat(fixture.get(first).status()).isEqualTo(404);
    assertThat(fixture.pagedQueries()).isZero();
    String other = ask(direct().setResultLimit(10)).results.nextPageLink;
    assertThat(fixture.get(other).status()).isEqualTo(200);
    String direct = other.substring(other.indexOf("path=") + 5);
    assertThat(fixture.get("/core/query-page/" + direct).status()).isEqualTo(200);
  }

  @Test
  void pagesOfATaskGoWithTheTask() throws Exception {
    Notes.create(fixture, Notes.KEPT, 20);
    String link =
        fixture
            .post(TASKS, QueryTask.Builder.create().setQuery(notes()).setResultLimit(5).build())
            .as(QueryTask.class)
            .documentSelfLink;
    await().until(() -> TaskState.isFinished(fixture.get(link).as(QueryTask.class).taskInfo));
    String page = fixture.get(link).as(QueryTask.class).results.nextPageLink;
    assertThat(fixture.get(page).status()).isEqualTo(200);

    fixture.delete(link);

    assertThat(fixture.get(link).status()).isEqualTo(404);
    assertThat(fixture.get(page).status()).isEqualTo(404);
  }
}
