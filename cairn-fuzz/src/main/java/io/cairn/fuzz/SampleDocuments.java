// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.check;
import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryFilter.QueryFilterException;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.store.DocumentStore;
import io.cairn.store.StoreOptions;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Some documents, in an index and in memory, where each query must find the same. */
final class SampleDocuments {
  static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Sample.class);

  private static final List<String> CONTENTS =
      List.of(
          "{}",
          "{'name':'ann','age':30,'height':1.6,'active':true,'city':'Kiel','tags':['red','blue']}",
          "{'name':'Bob','age':-5,'height':-0.5,'active':false,'city':'BONN','tags':[]}",
          "{'name':'','age':0,'height':0.0,'city':'','custom':{'a':'1','b':''}}",
          "{'name':'a*','age':9223372036854775807,'height':1.7976931348623157e308}",
          "{'name':'ann smith','age':-9223372036854775808,'height':4.9e-324,'custom':{'a':'x y'}}",
          "{'name':'\\\\','height':-0.0,'born':'1990-01-01T00:00:00Z','tags':['red','red',null]}",
          "{'name':'Grüße','city':'ÅRHUS','custom':{'a.b':'1','ä':'2'},'tags':['*','a*b']}",
          "{'name':null,'age':null,'height':null,'active':null,'tags':null,'custom':null}");

  private final Map<String, JsonNode> memory = new TreeMap<>();
  private final DocumentStore store;

  SampleDocuments() {
    StorePool pool = new StorePool(1, 1, StoreRoom.UNLIMITED, () -> 0);
    StoreOptions quiet =
        StoreOptions.defaults()
            .with(it -> it.refreshIntervalMillis(3_600_000).commitIntervalMillis(3_600_000));
    store = DocumentStore.open(temporary(), pool, quiet, kind -> DESCRIPTION, () -> 1_000_000);
    for (int i = 0; i < CONTENTS.size(); i++) {
      String link = "/samples/" + i;
      byte[] json = document(link, CONTENTS.get(i).replace('\'', '"'));
      store.apply(i + 1, new DocumentVersion(link, Sample.KIND, 0, 0, 1_000, "POST", 0, json));
      memory.put(link, DocumentJson.standard().readTree(json));
    }
    store.refresh();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("store-"); // below where the run keeps all its files
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] document(String link, String content) {
    ServiceDocument fields = new ServiceDocument();
    fields.documentSelfLink = link;
    fields.documentKind = Sample.KIND;
    fields.documentEpoch = 0L;
    fields.documentUpdateTimeMicros = 1_000;
    fields.documentUpdateAction = "POST";
    String builtIn = DocumentJson.standard().toJson(fields);
    String open = content.equals("{}") ? "{" : content.substring(0, content.length() - 1) + ",";
    return (open + builtIn.substring(1)).getBytes(StandardCharsets.UTF_8);
  }

  /** Has both find the same, or one of them say why it does not look. */
  void findsTheSame(QuerySpecification specification, byte[] input) {
    List<String> found;
    try (SearchResult result = DocumentSearch.over(List.of(store)).search(specification)) {
      found = result.links();
    } catch (IllegalArgumentException refusal) {
      checkMessage(refusal, input);
      return;
    }
    List<String> expected = new ArrayList<>();
    try {
      QueryFilter filter = QueryFilter.create(Objects.requireNonNull(specification.query));
      for (Map.Entry<String, JsonNode> document : memory.entrySet()) {
        if (filter.evaluate(document.getValue(), DESCRIPTION)) {
          expected.add(document.getKey());
        }
      }
    } catch (QueryFilterException refusal) {
      checkMessage(refusal, input);
      return;
    }
    check(
        new TreeSet<>(found).equals(new TreeSet<>(expected)),
        () ->
            "the index finds "
                + found
                + ", memory "
                + expected
                + " for "
                + DocumentJson.standard().toJson(specification));
  }
}
