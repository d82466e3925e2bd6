// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.Route;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.document.TaskState;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Describes a collection, its documents, and what an author has added to both. */
final class DocumentPaths {
  private static final String JSON = ApiOperation.JSON;
  private static final String ID = "/{id}";
  private static final String ANY = ApiDocuments.ANY;

  private final ApiWriter.Section section;

  DocumentPaths(ApiWriter.Section section) {
    this.section = section;
  }

  void of(ApiService.Collection collection) {
    String link = collection.link();
    boolean lists =
        collection.factory().verbs(link).contains(Action.GET) && section.shows(Action.GET, link);
    boolean creates = section.shows(Action.POST, link);
    if (!lists && !creates && !showsAny(link + ANY)) {
      return; // nor do those who see no request see what documents are made of
    }
    Content content = contentOf(collection);
    if (lists) {
      section.put(link, Action.GET, list(collection, content));
    }
    if (creates) {
      section.put(link, Action.POST, create(collection, content));
    }
    ofDocument(collection.documents(), content, link + ID, link + ANY);
  }

  private boolean showsAny(String asked) {
    return Arrays.stream(Action.values()).anyMatch(verb -> section.shows(verb, asked));
  }

  void of(ApiService.Document document) {
    if (!showsAny(document.link())) {
      return;
    }
    ofDocument(
        document.documents(),
        contentOf(document.documents(), document.needs() == null),
        document.link(),
        document.link());
  }

  /**
   * What documents of a service are made of.
   *
   * @param example null if none could be made up
   */
  private record Content(
      String kind, Class<?> type, ObjectNode schema, @Nullable ObjectNode example) {
    /** The example as a host shows it. */
    @Nullable ObjectNode shown(String link) {
      ObjectNode sent = example;
      return sent == null
          ? null
          : sent.deepCopy()
              .put(ServiceDocument.FIELD_NAME_VERSION, 0)
              .put(ServiceDocument.FIELD_NAME_KIND, kind)
              .put(ServiceDocument.FIELD_NAME_SELF_LINK, link)
              .put(ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS, 1_767_225_600_000_000L)
              .put(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS, 0);
    }
  }

  /** Of services of the runtime only some have examples, and none is changed by one. */
  private Content contentOf(ApiService.Collection collection) {
    Content content = contentOf(collection.documents(), collection.needs() == null);
    ObjectNode example = CoreExamples.of(collection.link());
    return example == null
        ? content
        : new Content(content.kind(), content.type(), content.schema(), example);
  }

  private Content contentOf(ServiceModel model, boolean withExample) {
    ServiceDocumentDescription description = model.description();
    ObjectNode schema = section.schemas().ofDocument(model.kind(), description);
    Class<?> type = typeOf(model);
    // A state is where its machine begins: nobody sends it.
    Set<String> without =
        description.stateMachine == null || description.stateMachine.property == null
            ? Set.of()
            : Set.of(description.stateMachine.property);
    return new Content(
        model.kind(),
        type,
        schema,
        withExample ? section.examples().of(type, schema, without) : null);
  }

  /** The record of the documents, or their class. */
  private static Class<?> typeOf(ServiceModel model) {
    for (PropertyDescription property : model.description().propertyDescriptions.values()) {
      if (property.accessor instanceof PropertyAccessor.OfRecord(var component)) {
        return component.getDeclaringRecord();
      }
    }
    return model.stateType();
  }

  private ApiOperation list(ApiService.Collection collection, Content content) {
    ObjectNode result = section.schemas().ofType(ServiceDocumentQueryResult.class);
    ObjectNode listing =
        section
            .schemas()
            .define(
                section.name() + "Listing",
                schema -> {
                  ArrayNode parts = schema.putArray("allOf");
                  parts.add(result);
                  ObjectNode documents =
                      parts.addObject().put("type", "object").putObject("properties");
                  documents
                      .putObject("documents")
                      .put("type", "object")
                      .set("additionalProperties", content.schema().deepCopy());
                });
    return section
        .operation("list" + section.name(), "List the documents of " + collection.link())
        .takes(SharedParameter.OF_LISTINGS)
        .answers(
            200, "The links of the documents, and what else was asked for", JSON, listing, null)
        .answers(200, "", "text/event-stream", ApiOperation.object().put("type", "string"), null)
        .refusedWith(collection.isOpen(true), 404);
  }

  private ApiOperation create(ApiService.Collection collection, Content content) {
    Route creation = null;
    for (Route route : routes(collection.documents(), Action.POST)) {
      creation = isCreation(route, collection.link()) ? route : creation;
    }
    ObjectNode body = content.schema().deepCopy();
    ObjectNode example = content.example();
    Class<?> type = creation == null ? null : creation.requestClass;
    if (type != null) {
      body = section.schemas().ofType(type);
      example = section.examples().of(type, body, Set.of());
    }
    String one = OperationNames.singular(section.name());
    ApiOperation operation =
        section
            .operation("create" + one, "Make a document in " + collection.link())
            .takesBody(JSON, creation != null, body, example)
            .answers(
                200,
                "The document as it was stored",
                JSON,
                content.schema().deepCopy(),
                content.shown(collection.link() + "/one"))
            .answersWithHeader(200, "Location")
            .answersWithHeader(200, "ETag");
    if (isTask(collection.documents())) {
      operation.answers(202, "The task, which goes on", JSON, content.schema().deepCopy(), null);
    }
    return operation.refusedWith(collection.isOpen(false), 404, 409, 412, 415, 507);
  }

  private static boolean isTask(ServiceModel documents) {
    PropertyDescription info = documents.description().propertyDescriptions.get("taskInfo");
    return info != null && info.accessor != null && info.accessor.type() == TaskState.class;
  }

  private static boolean isCreation(Route route, String link) {
    return route.requestType != null && link.equals(route.path);
  }

  // ---- documents

  private void ofDocument(ServiceModel model, Content content, String path, String asked) {
    String one = OperationNames.singular(section.name());
    for (Action verb : model.verbs()) {
      if (verb == Action.OPTIONS || !section.shows(verb, asked)) {
        continue;
      }
      ApiOperation operation =
          section.operation(OperationNames.verb(verb) + one, summary(verb, path));
      if (path.endsWith(ID)) {
        operation.takes(SharedParameter.ID);
      }
      operation.describedAs(variants(model, verb));
      section.put(
          path,
          verb,
          switch (verb) {
            case GET -> get(operation, model, content, path);
            case PUT -> put(operation, content);
            case PATCH -> patch(operation, model, content);
            case DELETE -> delete(operation, content);
            case POST, OPTIONS -> post(operation, model, content);
          });
    }
    DeclaredRoutes declared = new DeclaredRoutes(section);
    model
        .description()
        .declaredRoutes()
        .filter(route -> route.path != null && route.path.startsWith("/"))
        .filter(route -> !isCreation(route, section.service().link()))
        .forEach(
            route ->
                declared.put(route, path, asked, one, path.endsWith(ID), !model.verbs().isEmpty()));
  }

  private static String summary(Action verb, String path) {
    return switch (verb) {
      case GET -> "Read " + path;
      case PUT -> "Replace " + path;
      case PATCH -> "Change fields of " + path;
      case DELETE -> "Delete " + path;
      case POST, OPTIONS -> "Have " + path + " do something";
    };
  }

  private static List<Route> routes(ServiceModel model, Action verb) {
    return model
        .description()
        .declaredRoutes()
        .filter(route -> verb.name().equals(route.action))
        .toList();
  }

  /** What an author's router says of the forms of a verb. */
  private static @Nullable String variants(ServiceModel model, Action verb) {
    List<String> said = new ArrayList<>();
    for (Route route : routes(model, verb)) {
      if ((route.path == null || !route.path.startsWith("/")) && route.description != null) {
        said.add(
            route.condition == null || route.condition.equals("#")
                ? route.description
                : "%s (%s)".formatted(route.description, route.condition));
      }
    }
    return said.isEmpty() ? null : String.join("\n\n", said);
  }

  private static ApiOperation get(
      ApiOperation operation, ServiceModel model, Content content, String path) {
    return operation
        .takes(SharedParameter.IF_NONE_MATCH, SharedParameter.AS_OF, SharedParameter.CONSISTENCY)
        .answers(200, "The document", JSON, content.schema().deepCopy(), content.shown(one(path)))
        .answers(200, "", "text/event-stream", ApiOperation.object().put("type", "string"), null)
        .answersWithHeader(200, "ETag")
        .answers(304, "The client has this version already", null, null, null)
        .refusedWith(
            false, model.has(ServiceOption.PERSISTENCE) ? new int[] {404, 410} : new int[] {404});
  }

  private static String one(String path) {
    return path.replace(ID, "/one");
  }

  private static ApiOperation put(ApiOperation operation, Content content) {
    return changed(
        operation
            .takes(SharedParameter.IF_MATCH)
            .takesBody(JSON, true, content.schema().deepCopy(), content.example()),
        content);
  }

  private ApiOperation patch(ApiOperation operation, ServiceModel model, Content content) {
    operation.takes(SharedParameter.IF_MATCH);
    ArrayNode commands = commands(model);
    if (!commands.isEmpty()) {
      // Commands may come as PATCH too; whether fields may be changed besides, their answer says.
      return changed(operation.takesBody(JSON, true, either(commands), example(model)), content);
    }
    ObjectNode fields = section.schemas().ofPatch(model.kind(), model.description());
    Class<?> own = ownBody(model, Action.PATCH);
    // What a handler of the author's takes that says nothing of it, nobody knows.
    boolean known = own != null || content.type().isRecord();
    ObjectNode example = known ? someOf(content.example()) : null;
    if (own != null && own != model.stateType()) {
      ObjectNode body = section.schemas().ofType(own);
      operation.takesBody(JSON, true, body, section.examples().of(own, body, Set.of()));
    } else {
      operation.takesBody(JSON, true, known ? fields : null, example);
    }
    if (!content.type().isRecord() && !model.verbs().contains(Action.PUT)) {
      return changed(operation, content); // patches of a standard format go to handlePut there
    }
    operation.takesBody("application/merge-patch+json", true, fields.deepCopy(), example);
    return changed(
        operation.takesBody("application/json-patch+json", true, jsonPatch(), null), content);
  }

  /** The class of the body that an author's handler says it takes; null if it says nothing. */
  private static @Nullable Class<?> ownBody(ServiceModel model, Action verb) {
    for (Route route : routes(model, verb)) {
      if (route.path == null && route.requestClass != null) {
        return route.requestClass;
      }
    }
    return null;
  }

  /** One field, which is what a patch is for. */
  private static @Nullable ObjectNode someOf(@Nullable ObjectNode example) {
    if (example == null) {
      return null;
    }
    ObjectNode one = ApiOperation.object();
    Iterator<Map.Entry<String, JsonNode>> fields = example.properties().iterator();
    while (fields.hasNext() && one.isEmpty()) {
      var field = fields.next();
      if (field.getValue().isValueNode() && !field.getKey().equals("id")) {
        one.set(field.getKey(), field.getValue());
      }
    }
    return one.isEmpty() ? null : one;
  }

  private ObjectNode jsonPatch() {
    return section
        .schemas()
        .define(
            "JsonPatch",
            schema -> {
              schema.put("description", "Steps of a JSON Patch (RFC 6902)").put("type", "array");
              ObjectNode step = schema.putObject("items").put("type", "object");
              step.putArray("required").add("op").add("path");
              ObjectNode fields = step.putObject("properties");
              ArrayNode ops = fields.putObject("op").put("type", "string").putArray("enum");
              List.of("add", "remove", "replace", "move", "copy", "test").forEach(ops::add);
              fields.putObject("path").put("type", "string");
              fields.putObject("from").put("type", "string");
              fields.putObject("value");
            });
  }

  private ApiOperation post(ApiOperation operation, ServiceModel model, Content content) {
    ArrayNode commands = commands(model);
    return changed(
        operation
            .takes(SharedParameter.IF_MATCH)
            .takesBody(
                JSON,
                !commands.isEmpty(),
                commands.isEmpty() ? null : either(commands),
                example(model)),
        content);
  }

  /** The bodies by which documents of the service are told to do something. */
  private ArrayNode commands(ServiceModel model) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Route route : routes(model, Action.POST)) {
      Class<?> type = route.requestClass;
      if (route.path == null && type != null) {
        ObjectNode command = section.schemas().ofType(type);
        all.add(isNamed(route) ? named(type, command) : command);
      }
    }
    return all;
  }

  private static boolean isNamed(Route route) {
    return route.condition != null && route.condition.startsWith("kind=");
  }

  private ObjectNode named(Class<?> type, ObjectNode body) {
    return section
        .schemas()
        .define(
            section.name() + "." + type.getSimpleName(),
            schema -> {
              ArrayNode parts = schema.putArray("allOf");
              parts.add(body);
              ObjectNode kind = parts.addObject().put("type", "object");
              kind.putObject("properties")
                  .putObject("kind")
                  .put("type", "string")
                  .put("const", type.getSimpleName());
              kind.putArray("required").add("kind");
            });
  }

  private static ObjectNode either(ArrayNode choices) {
    if (choices.size() == 1) {
      return (ObjectNode) choices.get(0);
    }
    ObjectNode either = ApiOperation.object();
    either.set("oneOf", choices);
    return either;
  }

  private @Nullable ObjectNode example(ServiceModel model) {
    for (Route route : routes(model, Action.POST)) {
      Class<?> type = route.requestClass;
      if (route.path == null && type != null) {
        ObjectNode made = section.examples().of(type, section.schemas().ofType(type), Set.of());
        if (made != null && isNamed(route)) {
          made.put("kind", type.getSimpleName());
        }
        return made;
      }
    }
    return null;
  }

  private static ApiOperation delete(ApiOperation operation, Content content) {
    return operation
        .takes(SharedParameter.IF_MATCH)
        .answers(200, "The document as it was", JSON, content.schema().deepCopy(), null)
        .refusedWith(false, 404, 409, 412, 507);
  }

  private static ApiOperation changed(ApiOperation operation, Content content) {
    return operation
        .answers(200, "The document as it is now", JSON, content.schema().deepCopy(), null)
        .answersWithHeader(200, "ETag")
        .refusedWith(false, 404, 405, 409, 412, 415, 507);
  }
}
