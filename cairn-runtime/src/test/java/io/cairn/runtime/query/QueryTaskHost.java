// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host with notes, of which tests ask query tasks. */
abstract class QueryTaskHost {
  static final String TASKS = "/core/query-tasks";

  @TempDir Path sandbox;
  HostFixture fixture;

  @BeforeEach
  void start() {
    fixture = HostFixture.start(sandbox, Notes::start);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  static Query notes() {
    return Query.Builder.create().addKindFieldClause(Notes.Note.class).build();
  }

  static QueryTask.Builder direct() {
    return QueryTask.Builder.createDirectTask().setQuery(notes());
  }

  QueryTask ask(QueryTask.Builder task) {
    Answer answer = fixture.post(TASKS, task.build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.as(QueryTask.class);
  }
}
