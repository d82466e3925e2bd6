// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.schema;

import io.cairn.document.NearestName;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The schemas of the factories of this node that keep documents on disk, by GET: all of them, or at
 * the path of a factory below this one its fields and what changed when.
 */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class SchemasService extends StatelessService {

  private final SchemaMemory memory;

  /**
   * One factory in the list.
   *
   * @param kind of its documents
   * @param version of their schema
   * @param sinceMicros when it started with it first, in microseconds since 1970
   */
  private record Summary(String kind, int version, long sinceMicros) {}

  private record All(Map<String, Summary> factories) {}

  /** What is known of one factory: the present schema, and those before, the latest first. */
  private record One(String factoryLink, KnownSchema present, List<KnownSchema> before) {}

  public SchemasService(SchemaMemory memory) {
    this.memory = memory;
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
  }

  @Override
  public void handleGet(Operation get) {
    String factory = get.getUri().getPath().substring(ServiceUriPaths.CORE_SCHEMAS.length());
    if (factory.isEmpty() || factory.equals("/")) {
      get.setBodyNoCloning(all()).complete();
      return;
    }
    List<KnownSchema> known = memory.history(factory);
    if (known.isEmpty()) {
      StandardRefusal.NOT_FOUND.answer(
          get,
          "No factory with documents on disk was started at %s on this node%s"
              .formatted(factory, nearest(factory)));
      return;
    }
    get.setBodyNoCloning(
            new One(factory, known.getLast(), known.subList(0, known.size() - 1).reversed()))
        .complete();
  }

  private String nearest(String factory) {
    return NearestName.of(memory.factories().stream(), factory)
        .map(". Did you mean %s?"::formatted)
        .orElse("");
  }

  private All all() {
    Map<String, Summary> factories = new LinkedHashMap<>();
    for (String factory : memory.factories()) {
      KnownSchema known = memory.latest(factory);
      if (known != null) {
        factories.put(
            factory,
            new Summary(known.schema().kind(), known.schema().version(), known.sinceMicros()));
      }
    }
    return new All(factories);
  }
}
