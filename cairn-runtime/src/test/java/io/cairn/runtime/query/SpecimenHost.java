// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Specimens.Specimen;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A host with three specimens, which tests read and do not change. */
abstract class SpecimenHost {
  static final String TASKS = "/core/query-tasks";

  @TempDir static Path sandbox;
  static HostFixture fixture;

  @BeforeAll
  static void start() {
    fixture =
        HostFixture.start(
            sandbox,
            host -> {
              Specimens.start(host);
              Notes.start(host);
            });
    Specimens.create(
        fixture,
        "a",
        """
        {'text':'Ann','story':'She saw 3 Old trees','town':'Kiel','secret':'s','plain':'a b',
         'number':30,'small':-7,'height':1.5,'flag':true,'born':'1990-01-01T00:00:00Z',
         'reference':'http://one/two','grade':'HIGH','bytes':'AQI=','otherLink':'/specimens/b',
         'tags':['red','blue'],'grades':['LOW'],'numbers':[1,5],
         'otherLinks':['/specimens/c','/specimens/none'],'labels':{'colour':'red','a.b':'dotted'},
         'counts':{'x':4},'fixed':{'key':'value'},
         'part':{'label':'p','weight':3,'partLink':'/specimens/c','marks':{'m':'n'}},
         'parts':[{'label':'one','weight':1,'partLink':'/specimens/b'},{'label':'two','weight':2}],
         'closed':{'label':'shut'}}""");
    Specimens.create(
        fixture,
        "b",
        """
        {'text':'ann','story':'old man and sea','town':'BONN','plain':'a','number':-5,'small':2,
         'height':-0.5,'flag':false,'born':'2000-06-01T00:00:00Z','grade':'LOW','tags':['blue'],
         'numbers':[7],'labels':{'colour':'blue'},'counts':{'x':9},'fixed':{'value':'other'},
         'part':{'label':'q','weight':8}}""");
    Specimens.create(fixture, "c", "{'text':'zoé','number':30,'small':1}");
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  static QueryTask.Builder direct(Query... clauses) {
    Query.Builder all = Query.Builder.create().addKindFieldClause(Specimen.class);
    for (Query clause : clauses) {
      all.addClause(clause);
    }
    return QueryTask.Builder.createDirectTask().setQuery(all.build());
  }

  static Answer answer(QueryTask.Builder task) {
    Answer answer = fixture.post(TASKS, task.build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  static ServiceDocumentQueryResult ask(QueryTask.Builder task) {
    return answer(task).as(QueryTask.class).results;
  }

  /** The ids of what was found, in order. */
  static String ids(QueryTask.Builder task) {
    StringBuilder ids = new StringBuilder();
    ask(task).documentLinks.forEach(link -> ids.append(link.substring(link.lastIndexOf('/') + 1)));
    return ids.toString();
  }

  static String sorted(QueryTask.Builder task) {
    char[] ids = ids(task).toCharArray();
    Arrays.sort(ids);
    return new String(ids);
  }

  static Query term(String name, String value, MatchType type) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value).setTermMatchType(type);
  }
}
