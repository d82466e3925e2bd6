// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

class TermPresenceTest {
  private static final int FIELDS = TermPresence.MAX_OPEN / 2;

  private final TermPresence presence = new TermPresence();

  private static DirectoryReader index(String value) throws IOException {
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    try (IndexWriter writer =
        new IndexWriter(directory, new IndexWriterConfig(new SimpleAnalyzer()))) {
      Document document = new Document();
      for (int i = 0; i < FIELDS; i++) {
        document.add(new StringField("f" + i, value, Field.Store.NO));
      }
      writer.addDocument(document);
    }
    return DirectoryReader.open(directory);
  }

  @Test
  void dictionariesOfAllIndexesTogetherAreBoundedAndGoWithTheirs() throws IOException {
    List<DirectoryReader> readers = new ArrayList<>();
    for (String value : List.of("a", "b", "c")) {
      readers.add(index(value));
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < readers.size(); i++) {
        LeafReader segment = readers.get(i).leaves().getFirst().reader();
        String own = List.of("a", "b", "c").get(i);
        for (int field = 0; field < FIELDS; field++) {
          assertThat(presence.isIn(segment, new Term("f" + field, own))).isTrue();
          assertThat(presence.isIn(segment, new Term("f" + field, own + "x"))).isFalse();
        }
        assertThat(presence.isIn(segment, new Term("none", own))).isFalse();
      }
    }
    assertThat(presence.open()).isEqualTo(TermPresence.MAX_OPEN);

    // What was used last is what is open.
    readers.get(0).close();
    assertThat(presence.open()).isEqualTo(TermPresence.MAX_OPEN);
    readers.get(1).close();
    assertThat(presence.open()).isEqualTo(FIELDS);
    readers.get(2).close();
    assertThat(presence.open()).isZero();
  }

  @Test
  void aSegmentIsAskedForABeginning() throws IOException {
    try (DirectoryReader reader = index("middle")) {
      LeafReader segment = reader.leaves().getFirst().reader();

      for (String beginning : List.of("", "m", "mid", "middle")) {
        assertThat(presence.isBeginningIn(segment, new Term("f1", beginning)))
            .as(beginning)
            .isTrue();
      }
      // Before it, behind it, beside it, and longer.
      for (String other : List.of("a", "z", "mic", "mif", "middles")) {
        assertThat(presence.isBeginningIn(segment, new Term("f1", other))).as(other).isFalse();
      }
      assertThat(presence.isBeginningIn(segment, new Term("none", "m"))).isFalse();
    }
  }
}
