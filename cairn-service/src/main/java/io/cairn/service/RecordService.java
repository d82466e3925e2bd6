// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cairn.document.DocumentJson;
import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.UnknownFields;
import io.cairn.document.json.MalformedJsonException;
import io.cairn.document.schema.StateSchema;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.ViolationException;
import io.cairn.service.DocumentService.ChangeHandler;
import io.cairn.service.DocumentService.DeleteHandler;
import io.cairn.service.DocumentService.TypedAction;
import io.cairn.service.DocumentService.TypedCreation;
import io.cairn.service.failure.Refusal;
import io.cairn.service.states.DocumentStates;
import io.cairn.service.validation.Constraints;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    private final DeleteHandler<S> handler;

    Deletable(DocumentService<S> definition, DeleteHandler<S> handler) {
      super(definition);
      this.handler = handler;
    }

    @Override
    public void handleDelete(Operation op) {
      OperationFailure.answering(op, () -> handler.handle(new Request(getHost(), op), present(op)));
    }
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

  /** The stored state. That it cannot be read is not the fault of who asks for a change. */
  S present(Operation op) {
    try {
      return stateOf(op).value(definition.type());
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Operation.STATUS_CODE_INTERNAL_ERROR,
          "The stored document does not fit its type: " + e.getMessage());
    }
  }

  @Override
  public StateSchema getStateSchema() {
    return StateSchema.of(definition.type(), definition.kind(), definition.upgrades());
  }

  @Override
  public void handleCreate(Operation post) {
    OperationFailure.answering(
        post,
        () -> {
          RecordDocument document = post.getBody(RecordDocument.class);
          TypedCreation<S, ?> creation = definition.creation();
          S given = null;
          if (creation == null) {
            UnknownFields.refuse(definition.type(), document.content(), Map.of());
          } else {
            given = make(creation, post, document);
          }
          DocumentStates<S, ?> machine = definition.machine();
          if (machine != null) {
            machine.start().ifPresent(first -> document.putIfAbsent(machine.property(), first));
          }
          S wanted =
              given == null ? document.sent(definition.type()) : document.value(definition.type());
          if (machine != null) {
            machine.checkNew(wanted);
          }
          S made = definition.created(new Request(getHost(), post), wanted);
          requireSound("onCreate", given == null ? wanted : null, made, false);
          if (machine != null) {
            machine.checkNew(made);
          }
          document.setValue(made);
        });
  }

  /** Makes the content of a body of a type of its own. */
  private <B> S make(TypedCreation<S, B> creation, Operation post, RecordDocument document)
      throws Exception {
    UnknownFields.refuse(creation.type(), document.content(), Map.of());
    B body = document.sent(creation.type());
    S made = creation.creator().handle(new Request(getHost(), post), body);
    if (made == null) {
      throw defect("The handler of onCreate returned no state");
    }
    document.setValue(made);
    return made;
  }

  /** Replaces the state, or what a patch made of it. */
  @Override
  public void handlePut(Operation put) {
    if (isClosed(put)) {
      return;
    }
    OperationFailure.answering(
        put,
        () -> {
          RecordDocument next = put.getBody(RecordDocument.class);
          UnknownFields.refuse(definition.type(), next.content(), stateOf(put).content());
          S made = next.sent(definition.type());
          ChangeHandler<S> change = definition.change();
          if (change != null) {
            S wanted = made;
            made = change.handle(new Request(getHost(), put), present(put), wanted);
            requireSound("onChange", wanted, made, false);
          }
          DocumentStates<S, ?> machine = definition.machine();
          if (machine != null) {
            machine.check(present(put), made);
          }
          next.setValue(made);
          setState(put, next);
          put.setBodyNoCloning(next);
        });
  }

  /** Refuses a verb that the definition does not open, and tells what changes the state instead. */
  private boolean isClosed(Operation op) {
    if (definition.isOpenTo(op.getAction())) {
      return false;
    }
    String commands =
        definition.hasActions()
            ? "is changed by commands, a POST whose kind is one of " + definition.actionNames()
            : "is not changed from outside";
    String verb = op.getAction() == Action.PUT ? "PUT" : "PATCH";
    StandardRefusal.ACTION_NOT_SUPPORTED.answer(
        op, "%s does not change this document: it %s".formatted(verb, commands));
    return true;
  }

  @Override
  void patch(Operation patch) {
    if (!StatePatch.isStandardFormat(patch)) {
      super.patch(patch);
    } else if (!isClosed(patch)) {
      applyPatch(patch);
    }
  }

  @Override
  public void handlePatch(Operation patch) {
    TypedAction<S, ?> action = namedAction(patch);
    if (action != null) {
      run(action, patch);
    } else if (!isClosed(patch)) {
      applyPatch(patch);
    }
  }

  private void applyPatch(Operation patch) {
    RecordDocument present = stateOf(patch);
    StatePatch.apply(patch, present);
    UnknownFields.refuseRemoval(
        definition.type(), patch.getBody(RecordDocument.class).content(), present.content());
    handlePut(patch);
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

  private <B> void run(TypedAction<S, B> action, Operation op) {
    OperationFailure.answering(
        op,
        () -> {
          requireKnownFields(action, op);
          Request request = new Request(getHost(), op);
          B body = request.body(action.type());
          S present = present(op);
          DocumentStates<S, ?> machine = definition.machine();
          if (machine != null) {
            machine.admit(present, action.type(), body);
          }
          S next = action.handler().handle(request, present, body);
          requireSound(action.type().getSimpleName(), present, next, true);
          if (machine != null) {
            machine.check(present, action.type(), body, next);
          }
          RecordDocument state = stateOf(op);
          state.setValue(next);
          op.setBodyNoCloning(state);
        });
  }

  @Override
  public StatefulService.@Nullable RoutesBelow<?> routes() {
    return definition.routes();
  }

  @Override
  Class<?> routedType() {
    return definition.type();
  }

  @Override
  Object routedState(Operation op) {
    return (Object) present(op);
  }

  @Override
  void changeRouted(Operation op, String route, @Nullable Object next) {
    S present = present(op);
    S made = definition.type().cast(next);
    requireSound(route, present, made, true);
    DocumentStates<S, ?> machine = definition.machine();
    if (machine != null && made != null) {
      machine.check(present, made);
    }
    stateOf(op).setValue(made == null ? present : made);
  }

  /**
   * Refuses what a handler has made of a valid state. The client can do nothing about it, so it is
   * no 400.
   *
   * @param forgiving whether the handler may leave what was wrong before: constraints come and go,
   *     and a command need not repair what an earlier program stored
   */
  private void requireSound(
      String handler, @Nullable S before, @Nullable S made, boolean forgiving) {
    if (made == null) {
      throw defect("The handler of %s returned no state".formatted(handler));
    }
    if (made.equals(before)) {
      return;
    }
    List<Violation> found = Constraints.violations(made);
    if (!found.isEmpty() && forgiving && before != null) {
      List<Violation> known = Constraints.violations(before);
      found = found.stream().filter(violation -> !known.contains(violation)).toList();
    }
    if (!found.isEmpty()) {
      throw defect(
          "The handler of %s made an invalid state: %s"
              .formatted(handler, ViolationException.sentences(found)));
    }
  }

  private Refusal defect(String what) {
    logSevere("%s", what);
    return new Refusal(Operation.STATUS_CODE_INTERNAL_ERROR, what);
  }

  @Override
  public Set<Action> verbs() {
    EnumSet<Action> verbs = EnumSet.of(Action.GET, Action.DELETE, Action.OPTIONS);
    if (definition.isOpenTo(Action.PUT)) {
      verbs.add(Action.PUT);
    }
    if (definition.isOpenTo(Action.PATCH)) {
      verbs.add(Action.PATCH);
    }
    if (definition.hasActions()) {
      verbs.addAll(EnumSet.of(Action.POST, Action.PATCH));
    }
    return verbs;
  }

  private static void requireKnownFields(TypedAction<?, ?> action, Operation op) {
    if (op.hasBody() && op.getBody(JsonNode.class) instanceof ObjectNode body) {
      Map<String, JsonNode> fields = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : body.properties()) {
        if (!field.getKey().equals(KIND_FIELD)
            && !ServiceDocument.isBuiltInDocumentField(field.getKey())) {
          fields.put(field.getKey(), field.getValue());
        }
      }
      UnknownFields.refuse(action.type(), fields, Map.of());
    }
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
    describe(description);
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

  /** Shows the commands as routes, and the states. */
  private void describe(ServiceDocumentDescription description) {
    TypedCreation<S, ?> creation = definition.creation();
    if (creation != null) {
      ServiceDocumentDescription.Route route = addPost(description, creation.type());
      route.path = definition.path();
      route.description = "Makes a document";
    }
    for (TypedAction<S, ?> action : definition.actions()) {
      addPost(description, action.type()).condition =
          KIND_FIELD + "=" + action.type().getSimpleName();
    }
    StatefulService.RoutesBelow<S> routes = definition.routes();
    if (routes != null) {
      routes.describe(description);
    }
    DocumentStates<S, ?> machine = definition.machine();
    if (machine != null) {
      description.stateMachine = machine.description();
    }
  }

  private ServiceDocumentDescription.Route addPost(
      ServiceDocumentDescription description, Class<?> body) {
    ServiceDocumentDescription.Route route = new ServiceDocumentDescription.Route();
    route.requestType = Utils.buildKind(body);
    route.requestClass = body;
    route.responseType = definition.kind();
    description.addRoute(Action.POST.name(), route);
    return route;
  }

  /** The collection: creates and lists the documents. */
  static final class Factory<S> extends FactoryService {
    private final DocumentService<S> definition;

    Factory(DocumentService<S> definition) {
      super(RecordDocument.class);
      this.definition = definition;
      TypedCreation<S, ?> creation = definition.creation();
      setUseBodyForSelfLink(
          definition.naming() != null || (creation != null && creation.naming() != null));
      if (definition.options().contains(ServiceOption.IDEMPOTENT_POST)) {
        toggleOption(ServiceOption.IDEMPOTENT_POST, true);
      }
    }

    @Override
    public Service createServiceInstance() {
      return RecordService.of(definition);
    }

    @Override
    protected String buildDefaultChildSelfLink(ServiceDocument document) {
      TypedCreation<S, ?> creation = definition.creation();
      if (creation != null) {
        return named(creation, (RecordDocument) document);
      }
      return definition.naming() == null
          ? buildDefaultChildSelfLink()
          : definition.naming().apply(((RecordDocument) document).value(definition.type()));
    }

    private <B> String named(TypedCreation<S, B> creation, RecordDocument document) {
      return creation.naming() == null
          ? buildDefaultChildSelfLink()
          : creation.naming().apply(document.sent(creation.type()));
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

    /** Gives a field a value unless the client has given it one. */
    void putIfAbsent(String name, Object value) {
      JsonNode given = content.get(name);
      if (given == null || given.isNull()) {
        put(name, DocumentJson.standard().toTree(value));
      }
    }

    /**
     * The content as a record.
     *
     * @throws IllegalArgumentException if it does not fit, or the record's constructor refuses it
     */
    <S> S value(Class<S> type) {
      return DocumentJson.standard().convert(content, type);
    }

    /**
     * The content as a client has sent it.
     *
     * @throws ViolationException with all that is wrong
     */
    <B> B sent(Class<B> type) {
      try {
        return Constraints.check(value(type));
      } catch (MalformedJsonException e) {
        throw Constraints.whole(content, type, e);
      }
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
