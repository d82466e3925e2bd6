// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cairn.document.DocumentJson;
import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.schema.StateSchema;
import io.cairn.service.DocumentService.DeleteHandler;
import io.cairn.service.DocumentService.TypedAction;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One document of a {@link DocumentService}: turns operations into values and values into answers.
 */
class RecordService<S> extends StatefulService {

  private static final String KIND_FIELD = "kind";

  private final DocumentService<S> definition;

  private RecordService(DocumentService<S> definition) {
    super(RecordDocument.class);
    this.definition = definition;
    definition.options().forEach(option -> toggleOption(option, true));
  }

  /** The service of a definition; only one with a handler for deletions is asked about them. */
  static <S> RecordService<S> of(DocumentService<S> definition) {
    DeleteHandler<S> delete = definition.delete();
    return delete == null ? new RecordService<>(definition) : new Deletable<>(definition, delete);
  }

  private static final class Deletable<S> extends RecordService<S> {
    private final DocumentService<S> definition;
    private final DeleteHandler<S> handler;

    Deletable(DocumentService<S> definition, DeleteHandler<S> handler) {
      super(definition);
      this.definition = definition;
      this.handler = handler;
    }

    @Override
    public void handleDelete(Operation op) {
      answering(
          op,
          () -> handler.handle(new Request(getHost(), op), stateOf(op).value(definition.type())));
    }
  }

  /** What a handler does; any exception refuses the request. */
  @FunctionalInterface
  private interface Handling {
    void run() throws Exception;
  }

  private static void answering(Operation op, Handling handling) {
    try {
      handling.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      op.fail(e);
      return;
    } catch (Exception e) {
      op.fail(e);
      return;
    }
    op.complete();
  }

  private static RecordDocument stateOf(Operation op) {
    if (op.getLinkedState() instanceof RecordDocument state) {
      return state;
    }
    throw new IllegalStateException(op + " has no state");
  }

  @Override
  public String getStateKind() {
    return definition.kind();
  }

  @Override
  public StateSchema getStateSchema() {
    return StateSchema.of(definition.type(), definition.kind(), definition.upgrades());
  }

  @Override
  public void handleCreate(Operation post) {
    answering(
        post,
        () -> {
          RecordDocument document = post.getBody(RecordDocument.class);
          S initial = document.value(definition.type());
          document.setValue(definition.create().handle(new Request(getHost(), post), initial));
        });
  }

  /** Replaces the state, or what a patch made of it. */
  @Override
  public void handlePut(Operation put) {
    answering(
        put,
        () -> {
          RecordDocument next = put.getBody(RecordDocument.class);
          S wanted = next.value(definition.type());
          S present = stateOf(put).value(definition.type());
          next.setValue(definition.change().handle(new Request(getHost(), put), present, wanted));
          setState(put, next);
          put.setBodyNoCloning(next);
        });
  }

  @Override
  public void handlePatch(Operation patch) {
    TypedAction<S, ?> action = namedAction(patch);
    if (action != null) {
      run(action, patch);
    } else {
      StatePatch.apply(patch, stateOf(patch));
      handlePut(patch);
    }
  }

  @Override
  public void handlePost(Operation post) {
    if (!definition.hasActions()) {
      super.handlePost(post);
      return;
    }
    TypedAction<S, ?> action = namedAction(post);
    if (action == null) {
      action = definition.onlyAction();
    }
    if (action == null) {
      throw new IllegalArgumentException("kind is required: one of " + definition.actionNames());
    }
    run(action, post);
  }

  private void run(TypedAction<S, ?> action, Operation op) {
    answering(
        op,
        () -> {
          RecordDocument state = stateOf(op);
          S present = state.value(definition.type());
          state.setValue(action.run(new Request(getHost(), op), present));
          op.setBodyNoCloning(state);
        });
  }

  /** The action that the body's kind names; null if it names none and may do without. */
  private @Nullable TypedAction<S, ?> namedAction(Operation op) {
    if (!op.hasBody() || !definition.hasActions()) {
      return null;
    }
    JsonNode kind = op.getBody(JsonNode.class).get(KIND_FIELD);
    if (kind == null || !kind.isString()) {
      return null;
    }
    TypedAction<S, ?> action = definition.action(kind.asString());
    if (action == null && !getStateDescription().propertyDescriptions.containsKey(KIND_FIELD)) {
      throw new IllegalArgumentException(
          "kind '%s' is unknown, it is one of %s"
              .formatted(kind.asString(), definition.actionNames()));
    }
    return action;
  }

  /** Describes the record, so that its components are indexed as a class's fields are. */
  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create()
            .buildDescription(definition.type(), getOptions());
    RecordDocument template = new RecordDocument();
    description.propertyDescriptions.forEach(
        (name, property) -> {
          if (property.accessor instanceof PropertyAccessor.OfRecord
              && property.exampleValue != null) {
            template.put(name, DocumentJson.standard().toTree(property.exampleValue));
          }
        });
    template.documentKind = definition.kind();
    template.documentDescription = description;
    return template;
  }

  /** The collection: creates and lists the documents. */
  static final class Factory<S> extends FactoryService {
    private final DocumentService<S> definition;

    Factory(DocumentService<S> definition) {
      super(RecordDocument.class);
      this.definition = definition;
      setUseBodyForSelfLink(definition.naming() != null);
      if (definition.options().contains(ServiceOption.IDEMPOTENT_POST)) {
        toggleOption(ServiceOption.IDEMPOTENT_POST, true);
      }
    }

    @Override
    public Service createServiceInstance() {
      return RecordService.of(definition);
    }

    @Override
    public String buildDefaultChildSelfLink(ServiceDocument document) {
      return definition.naming() == null
          ? buildDefaultChildSelfLink()
          : definition.naming().apply(((RecordDocument) document).value(definition.type()));
    }
  }

  /**
   * A document whose content is a record's: in JSON its fields stand beside the built-in ones. Not
   * thread-safe; one operation works on it at a time.
   */
  static final class RecordDocument extends ServiceDocument {

    @JsonIgnore private final Map<String, JsonNode> content = new LinkedHashMap<>();

    @JsonAnyGetter
    Map<String, JsonNode> content() {
      return content;
    }

    @JsonAnySetter
    void put(String name, JsonNode value) {
      content.put(name, value);
    }

    /**
     * The content as a record.
     *
     * @throws IllegalArgumentException if it does not fit, or the record's constructor refuses it
     */
    <S> S value(Class<S> type) {
      return DocumentJson.standard().convert(content, type);
    }

    /** Replaces the content. */
    void setValue(Object value) {
      content.clear();
      DocumentJson.standard()
          .toTree(value)
          .properties()
          .forEach(field -> put(field.getKey(), field.getValue()));
    }
  }
}
