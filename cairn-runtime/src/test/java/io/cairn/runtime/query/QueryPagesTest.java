// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.model.HostClock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueryPagesTest {
  private final QueryPages pages = new QueryPages(250);

  /** So many bytes that somebody found. */
  private record Found(long heldBytes) implements FoundDocuments {
    @Override
    public Slice read(@Nullable Object position, int size, Asker asker) {
      return new Slice(List.of(), null);
    }

    @Override
    public long totalCount() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static PageSet set(String id, long bytes, @Nullable String task) {
    return new PageSet(
        id,
        new Found(bytes),
        new ResultAssembly(new QuerySpecification(), "node", 1, link -> null, kind -> null),
        new PageSet.Settings(new PageLinks("/f", "node"), 1, Set.of(), Long.MAX_VALUE, task, null),
        HostClock.system());
  }

  @Test
  void listingThatNobodyReadsMakesWayWhenTheMemoryForPagesIsFull() {
    PageSet indexed = set("c", 0, null);
    PageSet first = set("a", 100, null);
    PageSet second = set("b", 100, null);
    pages.add(indexed);
    pages.add(first);
    pages.add(second);
    assertThat(pages.count()).isEqualTo(3);

    pages.add(set("d", 100, null));

    assertThat(first.isClosed()).isTrue();
    assertThat(second.isClosed()).isFalse();
    assertThat(indexed.isClosed()).isFalse();
  }

  @Test
  void pagesOfTasksStayAndFurtherOnesAreRefused() {
    PageSet kept = set("a", 200, "/task");
    pages.add(kept);
    PageSet further = set("b", 100, null);

    assertThatThrownBy(() -> pages.add(further))
        .isInstanceOf(QueryPages.TooManyQueriesException.class)
        .hasMessageContaining("paged queries are open");

    assertThat(further.isClosed()).isTrue();
    assertThat(kept.isClosed()).isFalse();
    pages.add(set("c", 0, null));
  }

  @Test
  void pagesThatAreLargerThanAllThereIsAreLetInAlone() {
    pages.add(set("a", 1_000, null));

    assertThat(pages.count()).isEqualTo(1);
  }
}
