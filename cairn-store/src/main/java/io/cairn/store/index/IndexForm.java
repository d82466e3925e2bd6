// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What of a description, and of how documents are read, decides how they are indexed, as a short
 * text: kinds with equal forms index alike. A document in the index carries the form that it was
 * indexed by, so that those of another (the class has changed since, or this program) are found and
 * indexed anew. Stateless.
 */
public final class IndexForm {
  /** Goes up when this program indexes a description in another way than the version before. */
  private static final int VERSION = 1;

  /** No field has this name. */
  private static final String EVERYTHING = "";

  private IndexForm() {}

  /**
   * The form of a kind: 16 hexadecimal digits, and the version before them.
   *
   * @param reading how documents are brought into the described form before they are indexed
   */
  public static String of(ServiceDocumentDescription description, String reading) {
    StringBuilder text = new StringBuilder();
    fields(description.propertyDescriptions, text);
    text.append(reading);
    return VERSION + "-" + checksum(text.toString());
  }

  private static String checksum(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x%08x".formatted(checksum.getValue(), text.hashCode());
  }

  /**
   * What decides about each property of a kind, as a short text for each; what decides about all of
   * them has the name {@value #EVERYTHING}. Properties with equal texts are indexed alike.
   *
   * @param reading as in {@link #of}
   */
  static Map<String, String> fields(ServiceDocumentDescription description, String reading) {
    Map<String, String> fields = new TreeMap<>();
    fields.put(EVERYTHING, VERSION + "-" + checksum(reading));
    description.propertyDescriptions.forEach(
        (name, property) -> {
          StringBuilder text = new StringBuilder();
          property(property, text);
          fields.put(name, checksum(text.toString()));
        });
    return Map.copyOf(fields);
  }

  /** Those of some properties that two forms, given as by {@link #fields}, index otherwise. */
  static Set<String> changes(
      Map<String, String> one, Map<String, String> other, Set<String> properties) {
    return Objects.equals(one.get(EVERYTHING), other.get(EVERYTHING))
        ? properties.stream()
            .filter(name -> !isAlike(one, other, name))
            .collect(Collectors.toUnmodifiableSet())
        : properties;
  }

  /** Names may have dots in them: the field is any beginning that one of the forms knows. */
  private static boolean isAlike(Map<String, String> one, Map<String, String> other, String name) {
    for (int end = name.indexOf('.'); ; end = name.indexOf('.', end + 1)) {
      String field = end < 0 ? name : name.substring(0, end);
      if (!Objects.equals(one.get(field), other.get(field))) {
        return false;
      }
      if (end < 0) {
        return true;
      }
    }
  }

  /** What {@link #fields} gave, as text. */
  static String text(Map<String, String> fields) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(fields)
        .forEach((name, form) -> text.append(name).append('=').append(form).append('\n'));
    return text.toString();
  }

  /** What {@link #text} was made of. */
  static Map<String, String> parse(String text) {
    Map<String, String> fields = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      int end = line.lastIndexOf('=');
      if (end >= 0) {
        fields.put(line.substring(0, end), line.substring(end + 1));
      }
    }
    return Map.copyOf(fields);
  }

  private static void fields(@Nullable Map<String, PropertyDescription> fields, StringBuilder to) {
    if (fields != null) {
      new TreeMap<>(fields)
          .forEach(
              (name, property) -> {
                to.append(name).append(' ');
                property(property, to);
              });
    }
    to.append(';');
  }

  private static void property(@Nullable PropertyDescription property, StringBuilder to) {
    if (property == null) {
      to.append('-');
      return;
    }
    to.append(property.typeName).append(property.isExact() ? "!" : "");
    for (PropertyIndexingOption option : property.indexingOptions) {
      if (option != PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE) {
        to.append('+').append(option);
      }
    }
    if (property.has(PropertyIndexingOption.FIXED_ITEM_NAME)
        && !property.has(PropertyIndexingOption.EXPAND)) {
      to.append('='); // once, such a map was one text
    }
    to.append('(');
    property(property.elementDescription, to);
    fields(property.fieldDescriptions, to);
    to.append(')');
  }
}
