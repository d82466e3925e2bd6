// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/** Shows each match with the values of some properties, which are read when they are asked for. */
final class ValueScan extends SimpleCollector implements ScannedDocument {
  private final GroupField[] fields;
  private final GroupField.Values[] ofSegment;

  /** For each property the document that its values stand on. */
  private final int[] read;

  private final Consumer<ScannedDocument> visitor;
  private int current;

  private ValueScan(List<ScannedProperty> properties, Consumer<ScannedDocument> visitor) {
    this.fields = properties.stream().map(ScannedProperty::field).toArray(GroupField[]::new);
    this.ofSegment = Arrays.stream(fields).map(GroupField::none).toArray(GroupField.Values[]::new);
    this.read = new int[fields.length];
    this.visitor = visitor;
  }

  @Override
  protected void doSetNextReader(LeafReaderContext segment) throws IOException {
    for (int i = 0; i < fields.length; i++) {
      ofSegment[i] = fields[i].of(segment, false);
      read[i] = -1;
    }
  }

  @Override
  public void collect(int doc) throws IOException {
    current = doc;
    try {
      visitor.accept(this);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public List<GroupValue> values(int property) {
    GroupField.Values values = ofSegment[property];
    if (read[property] != current) {
      try {
        values.advance(current);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      read[property] = current;
    }
    return values.all();
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  /** Searchers here have no executor, so there is one collector. */
  record Manager(List<ScannedProperty> properties, Consumer<ScannedDocument> visitor)
      implements CollectorManager<ValueScan, Boolean> {
    @Override
    public ValueScan newCollector() {
      return new ValueScan(properties, visitor);
    }

    @Override
    public Boolean reduce(Collection<ValueScan> collectors) {
      return true;
    }
  }
}
