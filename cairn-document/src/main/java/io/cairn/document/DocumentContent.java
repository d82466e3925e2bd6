// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the content of document objects, field by field. */
final class DocumentContent {
  private DocumentContent() {}

  static boolean sameContent(ServiceDocumentDescription description, Object a, Object b) {
    if (a.getClass() != b.getClass()) {
      return false;
    }
    for (PropertyDescription property : description.propertyDescriptions.values()) {
      PropertyAccessor accessor = property.accessor;
      if (accessor != null
          && !property.has(PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE)
          && !sameValue(accessor.get(a), accessor.get(b))) {
        return false;
      }
    }
    return true;
  }

  /** Compares by value; objects of author classes without {@code equals} by their public fields. */
  static boolean sameValue(@Nullable Object a, @Nullable Object b) {
    if (Objects.equals(a, b)) {
      return true;
    }
    if (a == null || b == null) {
      return false;
    }
    if (a.getClass().isArray() && b.getClass().isArray()) {
      return sameArray(a, b);
    }
    if (a instanceof Map<?, ?> mapA && b instanceof Map<?, ?> mapB) {
      return sameMap(mapA, mapB);
    }
    if (a instanceof List<?> listA && b instanceof List<?> listB) {
      return sameSequence(listA, listB);
    }
    if (a instanceof Set<?> || b instanceof Set<?>) {
      return false;
    }
    return sameFields(a, b);
  }

  private static boolean sameArray(Object a, Object b) {
    int length = Array.getLength(a);
    if (length != Array.getLength(b)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!sameValue(Array.get(a, i), Array.get(b, i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMap(Map<?, ?> a, Map<?, ?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      if (!b.containsKey(entry.getKey()) || !sameValue(entry.getValue(), b.get(entry.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameSequence(Collection<?> a, Collection<?> b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<?> other = b.iterator();
    for (Object item : a) {
      if (!sameValue(item, other.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameFields(Object a, Object b) {
    if (a.getClass() != b.getClass() || a.getClass().getName().startsWith("java.")) {
      return false;
    }
    List<Field> fields = DescriptionReflector.publicFields(a.getClass());
    if (fields.isEmpty()) {
      return false;
    }
    for (Field field : fields) {
      PropertyAccessor accessor = new PropertyAccessor.OfField(field);
      if (!sameValue(accessor.get(a), accessor.get(b))) {
        return false;
      }
    }
    return true;
  }
}
