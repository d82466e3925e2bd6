// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.service.Service.Action;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes one document in OpenAPI 3.1. Confined to one call. */
final class ApiWriter {
  private static final Logger log = LoggerFactory.getLogger(ApiWriter.class);

  /** Says which requests are shown: those that who asks for the document might be allowed. */
  @FunctionalInterface
  interface Shown {
    boolean mayAsk(Action verb, String path);
  }

  /**
   * What stands at the top of a document.
   *
   * @param publicUri where the host is reached by those who have the document from elsewhere
   */
  record Head(String title, String version, String description, String publicUri) {}

  private final ObjectNode root = ApiOperation.object();
  private final ObjectNode components = ApiOperation.object();
  private final Schemas schemas = new Schemas(components);
  private final ExampleMaker examples = new ExampleMaker(schemas);
  private final OperationNames names = new OperationNames();
  private final SharedParts shared;
  private final Shown shown;
  private final ObjectNode paths;

  ApiWriter(Head head, boolean guarded, Shown shown) {
    this.shared = new SharedParts(components, schemas, guarded);
    this.shown = shown;
    root.put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", head.title())
        .put("version", head.version())
        .put("description", head.description());
    root.withArray("servers")
        .addObject()
        .put("url", "/")
        .put("description", "The host that this document came from");
    root.withArray("servers").addObject().put("url", head.publicUri());
    shared.writeSecurity(root);
    root.putArray("tags");
    this.paths = root.putObject("paths");
  }

  /**
   * Adds services, in the order of their links.
   *
   * @param whole whether what every service has below its link is described too
   */
  ApiWriter add(List<ApiService> services, boolean whole) {
    services.stream()
        .sorted(Comparator.comparing(ApiService::link))
        .forEach(service -> add(service, whole || services.size() == 1, whole));
    return this;
  }

  /** What an author's class says may fail: a document about others then goes without it. */
  private void add(ApiService service, boolean alone, boolean whole) {
    try {
      add(service, whole);
    } catch (RuntimeException e) {
      if (alone) {
        throw e;
      }
      log.warn("{} cannot be described", service.link(), e);
    }
  }

  private void add(ApiService service, boolean whole) {
    Section section =
        new Section(
            service, names.service(service.link(), !(service instanceof ApiService.Collection)));
    switch (service) {
      case ApiService.Collection collection -> new DocumentPaths(section).of(collection);
      case ApiService.Document document -> new DocumentPaths(section).of(document);
      case ApiService.Computed computed -> new ComputedPaths(section).of(computed);
    }
    if (whole) {
      new UtilityPaths(section).of(service);
    }
    section.end();
  }

  ObjectNode written() {
    if (!components.isEmpty()) {
      root.set("components", components);
    }
    return root;
  }

  /** One service's part of the document. */
  final class Section {
    private final ApiService service;
    private final String name;
    private boolean used;

    Section(ApiService service, String name) {
      this.service = service;
      this.name = name;
    }

    ApiService service() {
      return service;
    }

    /** What the service is called in names of operations. */
    String name() {
      return name;
    }

    String tag() {
      return service.link().length() == 1 ? "/" : service.link().substring(1);
    }

    Schemas schemas() {
      return schemas;
    }

    ExampleMaker examples() {
      return examples;
    }

    /** Whether whoever asks for the document might have a request done. */
    boolean shows(Action verb, String path) {
      return shown.mayAsk(verb, path);
    }

    /** Begins an operation. It is part of the document when it is {@linkplain #put put there}. */
    ApiOperation operation(String id, String summary) {
      ApiOperation operation = new ApiOperation(shared, names.operation(id), tag(), summary);
      return service.link().equals(ServiceUriPaths.CORE_AUTHN_BASIC)
          ? operation.provenByPassword()
          : operation;
    }

    /** Writes an operation. */
    void put(String path, Action verb, ApiOperation operation) {
      ObjectNode item =
          paths.get(path) instanceof ObjectNode present ? present : paths.putObject(path);
      String key = verb.name().toLowerCase(Locale.ROOT);
      if (!item.has(key)) {
        item.set(key, operation.node());
        used = true;
      }
    }

    private void end() {
      if (used) {
        root.withArray("tags")
            .addObject()
            .put("name", tag())
            .put("description", CoreTexts.of(service));
      }
    }
  }
}
