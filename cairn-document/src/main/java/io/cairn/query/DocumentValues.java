// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.ServiceDocumentDescription;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gives the values that a document has of a property, as the index would have them. */
public final class DocumentValues implements ValueMatcher {
  private final String name;
  private final Consumer<Number> numbers;
  private final Consumer<String> texts;

  private DocumentValues(String name, Consumer<Number> numbers, Consumer<String> texts) {
    this.name = name;
    this.numbers = numbers;
    this.texts = texts;
  }

  /**
   * Reads a property.
   *
   * @param numbers is given numbers, and times as microseconds: Long, Double or BigDecimal
   * @param texts is given everything else
   * @throws IllegalArgumentException if such documents have no values of it that can be read
   */
  public static void read(
      JsonNode document,
      @Nullable ServiceDocumentDescription description,
      String name,
      Consumer<Number> numbers,
      Consumer<String> texts) {
    try {
      var _ =
          new PropertyValues(document, description)
              .anyMatches(PropertyPath.parse(name), new DocumentValues(name, numbers, texts));
    } catch (QueryFilter.QueryFilterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public boolean matchesText(String value) {
    texts.accept(value);
    return false; // there may be more
  }

  @Override
  public boolean matchesWords(List<String> words) {
    throw new IllegalArgumentException(
        "%s is indexed by its words (PropertyIndexingOption.TEXT), which are no values: ask for another field"
            .formatted(name));
  }

  @Override
  public boolean matchesNumber(Number indexed) {
    numbers.accept(indexed);
    return false;
  }
}
