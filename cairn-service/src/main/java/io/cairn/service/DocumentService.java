// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.schema.SchemaUpgrades;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.failure.Refusal;
import io.cairn.service.states.DocumentStates;
import io.cairn.service.states.StateRules;
import io.cairn.service.validation.Constraints;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A collection of documents whose state is a record, with handlers that take values and return
 * values. Handlers run on virtual threads and may block; updates of one document run one at a time.
 *
 * <pre>{@code
 * record Account(String owner, long balance) {
 *   Account {
 *     if (balance < 0) throw new IllegalArgumentException("balance must not be negative");
 *   }
 * }
 * record Deposit(long amount) {}
 * record Withdrawal(long amount) {}
 *
 * host.start(
 *     DocumentService.of(Account.class)
 *         .persistent()
 *         .replicated()
 *         .on(Deposit.class, (request, account, deposit) ->
 *             new Account(account.owner(), account.balance() + deposit.amount()))
 *         .on(Withdrawal.class, (request, account, withdrawal) -> {
 *             if (withdrawal.amount() > account.balance()) throw Refusal.conflict("overdrawn");
 *             return new Account(account.owner(), account.balance() - withdrawal.amount());
 *         })
 *         .at("/bank/accounts"));
 * }</pre>
 *
 * <p>POST to the collection creates a document, GET lists them or reads one, PUT replaces, DELETE
 * deletes. PATCH is a JSON Merge Patch, or a JSON Patch where the content type says so. A POST or
 * PATCH to a document whose {@code kind} is the simple name or the kind of a type given to {@link
 * #on}, a command, is handled there; a POST needs no {@code kind} where there is one such type. The
 * answer to an update is the new state. {@code If-Match} guards each update.
 *
 * <p>A service with commands or {@link #states} changes by these alone: PUT and PATCH of the state
 * are refused with 405 unless it is {@link #replaceable} or {@link #patchable}.
 *
 * <p>States and bodies that break a constraint of {@code jakarta.validation} are refused with 400
 * before a handler sees them. A handler that returns such a state has a defect: 500.
 *
 * <p>A handler refuses with {@link IllegalArgumentException} (400) or {@link Refusal}; then nothing
 * is stored. The class may be extended by one that declares everything in its constructor. Not
 * thread-safe until it is started, immutable afterwards.
 *
 * @param <S> the state, a record
 */
public class DocumentService<S> {

  /**
   * Makes the next state of a document.
   *
   * @param <S> the state
   */
  @FunctionalInterface
  public interface StateHandler<S> {
    /** Returns what is stored; what it throws refuses the request. */
    S handle(Request request, S state) throws Exception;
  }

  /**
   * Judges a change that would replace the state.
   *
   * @param <S> the state
   */
  @FunctionalInterface
  public interface ChangeHandler<S> {
    /** Returns what is stored instead of {@code next}, or {@code next} itself. */
    S handle(Request request, S state, S next) throws Exception;
  }

  /**
   * Carries out a request of a certain type.
   *
   * @param <S> the state
   * @param <B> the request's body
   */
  @FunctionalInterface
  public interface ActionHandler<S, B> {
    /** Returns what is stored. */
    S handle(Request request, S state, B body) throws Exception;
  }

  /**
   * Makes a new document from a request of a type of its own.
   *
   * @param <S> the state
   * @param <B> the request's body
   */
  @FunctionalInterface
  public interface Creator<S, B> {
    /** Returns what is stored; what it throws refuses the request. */
    S handle(Request request, B body) throws Exception;
  }

  /**
   * Agrees to a deletion.
   *
   * @param <S> the state
   */
  @FunctionalInterface
  public interface DeleteHandler<S> {
    /** Throws to keep the document. */
    void handle(Request request, S state) throws Exception;
  }

  record TypedAction<S, B>(Class<B> type, ActionHandler<S, B> handler) {}

  /** Creation by a body of its own; without {@code naming} the host names the documents. */
  record TypedCreation<S, B>(
      Class<B> type, @Nullable Function<B, String> naming, Creator<S, B> creator) {}

  private final Class<S> type;
  private final EnumSet<ServiceOption> options = EnumSet.noneOf(ServiceOption.class);
  private final Map<String, TypedAction<S, ?>> actionsByKind = new LinkedHashMap<>();
  private @Nullable StateHandler<S> create;
  private @Nullable TypedCreation<S, ?> creation;
  private @Nullable ChangeHandler<S> change;
  private @Nullable DeleteHandler<S> delete;
  private @Nullable Function<S, String> naming;
  private @Nullable String path;
  private @Nullable DocumentStates<S, ?> machine;
  private StatefulService.@Nullable RoutesBelow<S> routes;
  private boolean replaceable;
  private boolean patchable;
  private SchemaUpgrades upgrades = SchemaUpgrades.none();

  /**
   * A collection without handlers, in memory only.
   *
   * @param type the record; its components must not be named as built-in fields of documents
   */
  protected DocumentService(Class<S> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type.getName() + " is not a record");
    }
    ServiceDocumentDescription.Builder.create()
        .buildDescription(type)
        .propertyDescriptions
        .forEach(
            (name, property) -> {
              if (property.accessor != null && ServiceDocument.isBuiltInDocumentField(name)) {
                throw new IllegalArgumentException(
                    name + " of " + type.getName() + " is a field that every document has");
              }
            });
    this.type = type;
  }

  /** A collection without handlers, in memory only. */
  public static <S> DocumentService<S> of(Class<S> type) {
    return new DocumentService<>(type);
  }

  /** Keeps the documents on disk: an acknowledged update survives a crash. */
  public final DocumentService<S> persistent() {
    return with(ServiceOption.PERSISTENCE);
  }

  /** Keeps the documents on several nodes, where one at a time runs the handlers. */
  public final DocumentService<S> replicated() {
    return with(ServiceOption.REPLICATION).with(ServiceOption.OWNER_SELECTION);
  }

  /** Declares an option of the documents' services. */
  public final DocumentService<S> with(ServiceOption option) {
    options.add(option);
    return this;
  }

  /** Names new documents that do not name themselves. */
  public final DocumentService<S> namedBy(Function<S, String> name) {
    this.naming = name;
    return this;
  }

  /** Sees each new document before it is stored; what it returns is stored. */
  public final DocumentService<S> onCreate(StateHandler<S> handler) {
    this.create = handler;
    return this;
  }

  /**
   * Makes each new document from a body of another type than the state: what the client may not or
   * need not say is left out of it, and filled in by the service.
   *
   * @param body a record: what a POST to the collection takes, beside the document's name in {@code
   *     documentSelfLink}
   */
  public final <B> DocumentService<S> onCreate(Class<B> body, Creator<S, B> creator) {
    return onCreate(new TypedCreation<>(body, null, creator));
  }

  /** As the other form, and names new documents that do not name themselves. */
  public final <B> DocumentService<S> onCreate(
      Class<B> body, Function<B, String> name, Creator<S, B> creator) {
    return onCreate(new TypedCreation<>(body, name, creator));
  }

  private DocumentService<S> onCreate(TypedCreation<S, ?> typed) {
    if (!typed.type().isRecord()) {
      throw new IllegalArgumentException(typed.type().getName() + " is not a record");
    }
    if (creation != null) {
      throw contradiction("onCreate(..) with a type is there twice");
    }
    this.creation = typed;
    return this;
  }

  /**
   * Accepts a PUT of the state although there are commands or states. What it makes is held against
   * all rules of the state.
   */
  public final DocumentService<S> replaceable() {
    this.replaceable = true;
    return this;
  }

  /** Accepts patches of the state, as {@link #replaceable} does replacements. */
  public final DocumentService<S> patchable() {
    this.patchable = true;
    return this;
  }

  /**
   * Declares the states that a document goes through. Whatever changes the component against the
   * rules is refused with 409, and the answer lists what is possible.
   *
   * @param <E> the states
   * @param states the type of one component of the record
   * @param state reads that component
   * @param rules which state may follow which, and by which command; see {@link StateRules}
   * @throws IllegalArgumentException if the rules contradict each other or leave a state out
   */
  public final <E extends Enum<E>> DocumentService<S> states(
      Class<E> states, Function<S, @Nullable E> state, Consumer<StateRules<S, E>> rules) {
    if (machine != null) {
      throw new IllegalArgumentException("The states of " + type.getName() + " are declared");
    }
    List<String> components =
        Arrays.stream(type.getRecordComponents())
            .filter(component -> component.getType() == states)
            .map(RecordComponent::getName)
            .toList();
    if (components.size() != 1) {
      throw new IllegalArgumentException(
          "One component of %s must be of type %s, which holds the state, not %s"
              .formatted(type.getName(), states.getName(), components));
    }
    this.machine = DocumentStates.of(components.getFirst(), states, state, rules);
    return this;
  }

  /** Sees each replacement and patch with the state that it would make. */
  public final DocumentService<S> onChange(ChangeHandler<S> handler) {
    this.change = handler;
    return this;
  }

  /** Sees each deletion, expiration included, before it happens. */
  public final DocumentService<S> onDelete(DeleteHandler<S> handler) {
    this.delete = handler;
    return this;
  }

  /** Handles the requests whose body is of a type; see the class for how a request says so. */
  public final <B> DocumentService<S> on(Class<B> body, ActionHandler<S, B> handler) {
    TypedAction<S, B> action = new TypedAction<>(body, handler);
    TypedAction<S, ?> other = actionsByKind.put(body.getSimpleName(), action);
    if (other != null) {
      throw new IllegalArgumentException("There is a handler for " + body.getSimpleName());
    }
    actionsByKind.put(DocumentKinds.shared().kindOf(body), action);
    return this;
  }

  /**
   * Declares what answers below the link of each document, as {@code /orders/x/statement}: {@code
   * routes(DocumentRoutes.of(get("/statement").of(Order.class).to(..)))}.
   */
  public final DocumentService<S> routes(StatefulService.RoutesBelow<S> below) {
    if (routes != null) {
      throw contradiction("routes(..) is there twice: give it all routes at once");
    }
    this.routes = below;
    return this;
  }

  /**
   * Converts documents that an earlier version of the record wrote, before they are read: for what
   * {@link io.cairn.document.schema.FormerNames} and {@link io.cairn.document.schema.Removed}
   * cannot say.
   *
   * @param version of the schema that the converter makes; from 1, each greater by 1 than the one
   *     before. Documents of version 0 are those that were written before there was a converter
   */
  public final DocumentService<S> upgradedBy(int version, SchemaUpgrades.Upgrade upgrade) {
    upgrades = upgrades.and(version, upgrade);
    return this;
  }

  /** Sets the path of the collection. */
  public final DocumentService<S> at(String collection) {
    this.path = collection;
    return this;
  }

  Class<S> type() {
    return type;
  }

  String kind() {
    return DocumentKinds.shared().kindOf(type);
  }

  SchemaUpgrades upgrades() {
    return upgrades;
  }

  Set<ServiceOption> options() {
    return options;
  }

  /**
   * Returns where the documents are served.
   *
   * @throws IllegalStateException if that has not been said
   */
  public String path() {
    if (path == null) {
      throw new IllegalStateException(
          "The documents of " + type.getName() + " have no path: at(..)");
    }
    return path;
  }

  /** What a handler leaves of a new document. */
  S created(Request request, S state) throws Exception {
    return create == null ? state : create.handle(request, state);
  }

  @Nullable TypedCreation<S, ?> creation() {
    return creation;
  }

  @Nullable ChangeHandler<S> change() {
    return change;
  }

  @Nullable DocumentStates<S, ?> machine() {
    return machine;
  }

  /** Whether a verb may replace the state, in full or in part. */
  boolean isOpenTo(Action verb) {
    boolean closed = hasActions() || machine != null;
    return !closed || (verb == Action.PUT ? replaceable : patchable);
  }

  StatefulService.@Nullable RoutesBelow<S> routes() {
    return routes;
  }

  @Nullable DeleteHandler<S> delete() {
    return delete;
  }

  @Nullable Function<S, String> naming() {
    return naming;
  }

  /** The handler of a kind, or null. */
  @Nullable TypedAction<S, ?> action(String kind) {
    return actionsByKind.get(kind);
  }

  /** The only handler of a type, or null if there are none or several. */
  @Nullable TypedAction<S, ?> onlyAction() {
    Collection<TypedAction<S, ?>> all = actions();
    return all.size() == 1 ? all.iterator().next() : null;
  }

  boolean hasActions() {
    return !actionsByKind.isEmpty();
  }

  /** The handlers, in the order of their declaration. */
  Collection<TypedAction<S, ?>> actions() {
    return new LinkedHashSet<>(actionsByKind.values());
  }

  /** The names of the types that requests may have, for messages. */
  String actionNames() {
    return actions().stream()
        .map(action -> action.type().getSimpleName())
        .collect(Collectors.joining(", "));
  }

  /**
   * Returns this if all that was declared can happen, and has its constraints read beforehand.
   *
   * @throws IllegalStateException if something contradicts something else
   */
  DocumentService<S> ready() {
    if (change != null && !isOpenTo(Action.PUT) && !isOpenTo(Action.PATCH)) {
      throw contradiction("onChange is never called: add replaceable() or patchable()");
    }
    if (options.contains(ServiceOption.IDEMPOTENT_POST) && !isOpenTo(Action.PUT)) {
      throw contradiction("IDEMPOTENT_POST replaces what exists: add replaceable()");
    }
    if (creation != null) {
      requireAlone(creation);
    }
    if (machine != null) {
      if (options.contains(ServiceOption.CONCURRENT_UPDATE_HANDLING)) {
        throw contradiction(
            "states need updates one at a time, so that each is held against the state that it"
                + " changes: take CONCURRENT_UPDATE_HANDLING away, or states(..)");
      }
      for (Class<?> command : machine.commands()) {
        if (actions().stream().noneMatch(action -> action.type() == command)) {
          throw contradiction(
              "A rule of its states names %1$s, which nothing handles: add on(%1$s.class, ..)"
                  .formatted(command.getSimpleName()));
        }
      }
    }
    if (creation != null) {
      Constraints.prepare(creation.type());
    }
    Constraints.prepare(type);
    actions().forEach(action -> Constraints.prepare(action.type()));
    return this;
  }

  private void requireAlone(TypedCreation<S, ?> typed) {
    String form = "onCreate(%s.class, ..)".formatted(typed.type().getSimpleName());
    if (create != null) {
      throw contradiction(
          form
              + " makes the whole document: take the other onCreate(..), which sees a state, away");
    }
    if (naming != null) {
      throw contradiction(
          "namedBy(..) needs a state, and %s makes it after the name is known: give it the name as its second argument"
              .formatted(form));
    }
    if (options.contains(ServiceOption.IDEMPOTENT_POST)) {
      throw contradiction(
          "IDEMPOTENT_POST replaces what exists by a state, %s takes none".formatted(form));
    }
    for (RecordComponent component : typed.type().getRecordComponents()) {
      if (ServiceDocument.isBuiltInDocumentField(component.getName())) {
        throw contradiction(
            "%s of %s is a field that every document has"
                .formatted(component.getName(), typed.type().getName()));
      }
    }
  }

  private IllegalStateException contradiction(String why) {
    return new IllegalStateException("The documents of " + type.getName() + ": " + why);
  }
}
