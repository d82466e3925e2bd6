// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
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
    byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
    CRC32C checksum = new CRC32C();
    checksum.update(utf8);
    return "%d-%08x%08x".formatted(VERSION, checksum.getValue(), text.toString().hashCode());
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
