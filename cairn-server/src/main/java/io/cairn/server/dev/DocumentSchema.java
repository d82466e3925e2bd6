// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the documents of one path look like. Holds names alone, no class of the application.
 *
 * @param kind the kind of the documents
 * @param stored whether they are on disk
 * @param fields by name, those inside a field as {@code address.city}
 */
record DocumentSchema(String kind, boolean stored, SortedMap<String, Field> fields) {

  /**
   * One field.
   *
   * @param type what it holds
   * @param indexing how it is indexed, beyond what its type says
   */
  record Field(String type, String indexing) {}

  /** The schemas of all services that an application has started, by path. */
  static SortedMap<String, DocumentSchema> of(ServiceRegistry registry) {
    SortedMap<String, DocumentSchema> schemas = new TreeMap<>();
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (!entry.link().startsWith(ServiceUriPaths.CORE + "/")) {
        switch (entry) {
          case ServiceRegistry.Factory factory ->
              schemas.put(entry.link(), of(factory.children().model()));
          case ServiceRegistry.Singleton singleton ->
              schemas.put(entry.link(), of(singleton.type().model()));
          case ServiceRegistry.Stateless none -> {}
        }
      }
    }
    return schemas;
  }

  private static DocumentSchema of(ServiceModel model) {
    SortedMap<String, Field> fields = new TreeMap<>();
    addFields("", model.description().propertyDescriptions, fields);
    return new DocumentSchema(
        model.kind(),
        model.has(ServiceOption.PERSISTENCE) || model.has(ServiceOption.REPLICATION),
        fields);
  }

  private static void addFields(
      String prefix, Map<String, PropertyDescription> properties, SortedMap<String, Field> fields) {
    properties.forEach(
        (name, property) -> {
          if (prefix.isEmpty()
              && (ServiceDocument.isBuiltInDocumentField(name) || property.accessor == null)) {
            return;
          }
          fields.put(
              prefix + name,
              new Field(
                  typeOf(property),
                  String.join(
                      ", ",
                      new TreeSet<>(property.indexingOptions.stream().map(Enum::name).toList()))));
          PropertyDescription inside =
              property.elementDescription == null ? property : property.elementDescription;
          if (inside.fieldDescriptions != null) {
            addFields(prefix + name + ".", inside.fieldDescriptions, fields);
          }
        });
  }

  private static String typeOf(PropertyDescription property) {
    String type = String.valueOf(property.typeName);
    if (property.enumValues != null) {
      return type + " " + Arrays.toString(property.enumValues);
    }
    return property.elementDescription == null
        ? type
        : type + " of " + typeOf(property.elementDescription);
  }
}
