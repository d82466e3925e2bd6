// SPDX-License-Identifier: Apache-2.0
package io.cairn.query.odata;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.query.QueryTask.QuerySpecification;
import org.jspecify.annotations.Nullable;

/** Finds what a description says about a name with dots. */
final class PropertyLookup {
  private PropertyLookup() {}

  static @Nullable PropertyDescription find(
      @Nullable ServiceDocumentDescription description, String name) {
    if (description == null) {
      return null;
    }
    String[] segments = name.split(QuerySpecification.FIELD_NAME_REGEXP, -1);
    PropertyDescription property = description.propertyDescriptions.get(segments[0]);
    for (int i = 1; i < segments.length && property != null; i++) {
      if (property.typeName == TypeName.MAP) {
        // The rest is a key, which may contain dots.
        return property.elementDescription;
      } else if (property.typeName == TypeName.COLLECTION) {
        property = property.elementDescription;
      } else {
        property =
            property.fieldDescriptions == null ? null : property.fieldDescriptions.get(segments[i]);
      }
    }
    return property;
  }
}
