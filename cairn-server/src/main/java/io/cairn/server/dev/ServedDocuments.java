// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.document.schema.DocumentSchema;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the documents of one path look like. Holds names alone, no class of the application.
 *
 * @param schema their fields
 * @param stored whether they are on disk
 */
record ServedDocuments(DocumentSchema schema, boolean stored) {

  /** Those of all services that an application has started, by path. */
  static SortedMap<String, ServedDocuments> of(ServiceRegistry registry) {
    SortedMap<String, ServedDocuments> served = new TreeMap<>();
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (!entry.link().startsWith(ServiceUriPaths.CORE + "/")) {
        switch (entry) {
          case ServiceRegistry.Factory factory ->
              served.put(entry.link(), of(factory.children().model()));
          case ServiceRegistry.Singleton singleton ->
              served.put(entry.link(), of(singleton.type().model()));
          case ServiceRegistry.Stateless none -> {}
        }
      }
    }
    return served;
  }

  private static ServedDocuments of(ServiceModel model) {
    return new ServedDocuments(
        model.schema().schema(),
        model.has(ServiceOption.PERSISTENCE) || model.has(ServiceOption.REPLICATION));
  }

  /** What has changed, and what it means for the documents that there are: a sentence each. */
  static List<String> changes(
      SortedMap<String, ServedDocuments> before, SortedMap<String, ServedDocuments> after) {
    List<String> changes = new ArrayList<>();
    after.forEach(
        (path, now) -> {
          ServedDocuments old = before.get(path);
          if (old == null) {
            changes.add(path + " is new");
          } else {
            old.changesTo(now).forEach(change -> changes.add(path + ": " + change));
          }
        });
    before.keySet().stream()
        .filter(path -> !after.containsKey(path))
        .forEach(
            path ->
                changes.add(
                    path + " is gone: its documents are kept, and are there when it comes back"));
    return changes;
  }

  private List<String> changesTo(ServedDocuments now) {
    List<String> changes = new ArrayList<>();
    if (stored != now.stored) {
      changes.add(
          now.stored
              ? "is stored on disk now; the documents that it had in memory are not in it"
              : "is kept in memory now; its documents on disk stay there and are not in it");
    }
    schema.changesTo(now.schema).forEach(change -> changes.add(change.sentence()));
    return changes;
  }
}
