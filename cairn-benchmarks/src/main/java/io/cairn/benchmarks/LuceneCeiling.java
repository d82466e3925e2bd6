// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.load.Requests;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** The ceiling of the index: Lucene in this process, by one thread, without anything around it. */
final class LuceneCeiling {

  private static final String LINK = "link";
  private static final String NAME = "name";
  private static final String KIND = "kind";
  private static final String EXAMPLE = "example";

  private LuceneCeiling() {}

  /** What it does in a second: documents added, the final commit included, and found by name. */
  record Rates(double added, double found) {}

  /** Adds so many documents in a directory, and searches them for a time. */
  static Rates measure(Path directory, int documents, long nanos) throws IOException {
    try (Directory files = FSDirectory.open(directory)) {
      Stopwatch adding = new Stopwatch();
      try (IndexWriter writer =
          new IndexWriter(files, new IndexWriterConfig(new KeywordAnalyzer()))) {
        for (int i = 0; i < documents; i++) {
          writer.updateDocument(new Term(LINK, "/" + i), document(i));
        }
        writer.commit();
      }
      double added = documents * 1e9 / adding.nanos();
      try (DirectoryReader reader = DirectoryReader.open(files)) {
        search(reader, documents, nanos); // warms up
        return new Rates(added, search(reader, documents, nanos));
      }
    }
  }

  private static Document document(int number) {
    Document document = new Document();
    document.add(new StringField(LINK, "/" + number, Field.Store.YES));
    document.add(new StringField(NAME, Requests.name(number), Field.Store.NO));
    document.add(new StringField(KIND, EXAMPLE, Field.Store.NO));
    document.add(new LongPoint("counter", number));
    document.add(
        new StoredField("json", Requests.document(number, "").getBytes(StandardCharsets.UTF_8)));
    return document;
  }

  private static double search(DirectoryReader reader, int documents, long nanos)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    Random random = new Random(1);
    Stopwatch searching = new Stopwatch();
    long found = 0;
    while (searching.nanos() < nanos) {
      Query query =
          new BooleanQuery.Builder()
              .add(new TermQuery(new Term(KIND, EXAMPLE)), BooleanClause.Occur.FILTER)
              .add(
                  new TermQuery(new Term(NAME, Requests.name(random.nextInt(documents)))),
                  BooleanClause.Occur.FILTER)
              .build();
      TopDocs top = searcher.search(query, 1);
      found +=
          searcher.storedFields().document(top.scoreDocs[0].doc).getField(LINK) == null ? 0 : 1;
    }
    return found * 1e9 / searching.nanos();
  }
}
