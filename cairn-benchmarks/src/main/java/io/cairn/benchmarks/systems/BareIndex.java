// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.Requests;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Lucene as it comes, with the documents of the comparison: fields for what is asked, and the JSON.
 * One thread adds and asks. Not thread-safe.
 */
public final class BareIndex implements Closeable {

  private static final String LINK = "link";
  private static final String NAME = "name";
  private static final String KIND = "kind";
  private static final String JSON = "json";
  private static final String TEXT = "text";
  private static final String SORTED = "sortedCounter";
  private static final String EXAMPLE = "example";
  private static final Query ALL = new TermQuery(new Term(KIND, EXAMPLE));
  private static final Sort BY_NAME = new Sort(new SortField(NAME, SortField.Type.STRING));
  private static final int MOST = 100;

  private final Directory files;
  private final IndexWriter writer;
  private DirectoryReader reader;
  private IndexSearcher searcher;
  private boolean changed;

  /** An empty one in a new directory. */
  public BareIndex(Path directory) throws IOException {
    this.files = FSDirectory.open(directory);
    this.writer = new IndexWriter(files, new IndexWriterConfig(new StandardAnalyzer()));
    this.reader = DirectoryReader.open(writer);
    this.searcher = new IndexSearcher(reader);
  }

  /** Adds the document of a number. */
  public void add(long number) throws IOException {
    writer.updateDocument(new Term(LINK, "/" + number), document(number));
    changed = true;
  }

  /** Makes durable what was added. */
  public void commit() throws IOException {
    writer.commit();
  }

  private static Document document(long number) {
    Document document = new Document();
    document.add(new StringField(LINK, "/" + number, Field.Store.YES));
    document.add(new StringField(NAME, Requests.name(number), Field.Store.NO));
    document.add(new SortedDocValuesField(NAME, new BytesRef(Requests.name(number))));
    document.add(new StringField(KIND, EXAMPLE, Field.Store.NO));
    document.add(new LongPoint("counter", number));
    document.add(new LongField(SORTED, number % Requests.GROUPS, Field.Store.NO));
    document.add(new TextField(TEXT, Requests.text(number), Field.Store.NO));
    document.add(
        new StoredField(JSON, Requests.document(number, "").getBytes(StandardCharsets.UTF_8)));
    return document;
  }

  /**
   * Answers a request of {@link io.cairn.benchmarks.load.LuceneRequests}.
   *
   * @param target {@code /name/name-000001} and the like
   */
  public byte[] answer(String target) throws IOException {
    String[] parts = target.split("/", 3);
    if (parts[1].equals("add")) {
      add(Long.parseLong(parts[2]));
      return new byte[] {'{', '}'};
    }
    show();
    return switch (parts[1]) {
      case "list" -> found(ALL, Integer.parseInt(parts[2]), JSON);
      case NAME -> found(and(new TermQuery(new Term(NAME, parts[2]))), 1, LINK);
      case "prefix" -> found(and(new PrefixQuery(new Term(NAME, parts[2]))), MOST, JSON);
      case "sort" -> sorted(Integer.parseInt(parts[2]));
      case TEXT -> found(and(new PhraseQuery(TEXT, words(parts[2]))), MOST, LINK);
      case "count" -> count(Long.parseLong(parts[2]));
      case "group" -> groups();
      default -> throw new IllegalArgumentException(target);
    };
  }

  private static String[] words(String number) {
    return Requests.phrase(Long.parseLong(number)).toLowerCase(Locale.ROOT).split(" ");
  }

  private void show() throws IOException {
    if (!changed) {
      return;
    }
    changed = false;
    DirectoryReader newer = DirectoryReader.openIfChanged(reader, writer);
    if (newer != null) {
      reader.close();
      reader = newer;
      searcher = new IndexSearcher(reader);
    }
  }

  private static Query and(Query query) {
    return new BooleanQuery.Builder()
        .add(ALL, BooleanClause.Occur.FILTER)
        .add(query, BooleanClause.Occur.FILTER)
        .build();
  }

  private byte[] found(Query query, int limit, String field) throws IOException {
    return listed(searcher.search(query, limit).scoreDocs, field);
  }

  private byte[] sorted(int limit) throws IOException {
    return listed(searcher.search(ALL, limit, BY_NAME).scoreDocs, LINK);
  }

  private byte[] listed(ScoreDoc[] hits, String field) throws IOException {
    StoredFields stored = searcher.storedFields();
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.write('[');
    for (ScoreDoc hit : hits) {
      if (json.size() > 1) {
        json.write(',');
      }
      Document document = stored.document(hit.doc);
      if (field.equals(JSON)) {
        BytesRef bytes = document.getBinaryValue(JSON);
        json.write(bytes.bytes, bytes.offset, bytes.length);
      } else {
        json.writeBytes(("\"" + document.get(field) + "\"").getBytes(StandardCharsets.UTF_8));
      }
    }
    json.write(']');
    return json.toByteArray();
  }

  private byte[] count(long value) throws IOException {
    int count = searcher.count(and(LongField.newExactQuery(SORTED, value)));
    return Integer.toString(count).getBytes(StandardCharsets.US_ASCII);
  }

  /** How many documents have each value, by one look at all values. */
  private byte[] groups() throws IOException {
    long[] counts = new long[Requests.GROUPS];
    for (LeafReaderContext leaf : reader.leaves()) {
      NumericDocValues values =
          DocValues.unwrapSingleton(DocValues.getSortedNumeric(leaf.reader(), SORTED));
      while (values != null && values.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
        counts[(int) values.longValue()]++;
      }
    }
    return Arrays.toString(counts).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    reader.close();
    writer.close();
    files.close();
  }
}
