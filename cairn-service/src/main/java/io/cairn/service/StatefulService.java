// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.json.JsonMergePatch;
import io.cairn.document.json.JsonPatch;
import io.cairn.document.json.JsonPatch.JsonPatchException;
import io.cairn.document.schema.SchemaUpgrades;
import io.cairn.document.schema.StateSchema;
import io.cairn.query.QueryTask.Query;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.Links;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A service that owns one document. Authors extend it, declare options in the constructor and
 * override handlers.
 *
 * <p>An instance keeps nothing between requests: what a handler needs comes with the operation. The
 * host makes an instance when a request needs one, runs one update at a time on it, and drops it
 * when it idles. Handlers run on virtual threads and may block. They work on a private copy of the
 * state ({@link #getState}), which becomes the document's next version when the operation completes
 * and is forgotten when it fails.
 */
public class StatefulService extends AbstractService {

  private volatile int operationQueueLimit = OPERATION_QUEUE_DEFAULT_LIMIT;

  /**
   * A service whose document is of a given type.
   *
   * @param stateType the class of the document, with a public constructor without arguments
   */
  public StatefulService(Class<? extends ServiceDocument> stateType) {
    super(stateType);
  }

  /** The kind that this service's documents carry. */
  public String getStateKind() {
    return DocumentKinds.shared().kindOf(getStateType());
  }

  /** The verbs that its documents answer; null if options and overridden handlers say it all. */
  public @Nullable Set<Action> verbs() {
    return null;
  }

  /**
   * What is known of the form of this service's documents, and how documents of earlier forms are
   * read. Called once for each start. A service that needs converters overrides it: {@code return
   * StateSchema.of(getStateType(), getStateKind(), SchemaUpgrades.none().and(1, ...))}.
   */
  public StateSchema getStateSchema() {
    return StateSchema.of(getStateType(), getStateKind(), SchemaUpgrades.none());
  }

  /**
   * What answers below the link of each document; null for nothing. Made once and returned each
   * time: {@code private static final DocumentRoutes<Order> ROUTES = DocumentRoutes.of(..)}.
   */
  public @Nullable RoutesBelow<?> routes() {
    return null;
  }

  /** Routes below documents: {@code io.cairn.service.routes.DocumentRoutes}. Thread-safe. */
  public interface RoutesBelow<S> {
    /** The type of the states that the routes are given. */
    Class<S> stateType();

    /** Whether one of them changes its document. */
    boolean changeAnything();

    /** The verbs of a path; none if it fits no route. */
    Set<Action> verbs(List<String> path);

    /** Whether what answers a verb of a path changes the document. */
    boolean changes(Action verb, List<String> path);

    /** Answers a request, or refuses it. */
    void handle(ServiceHost host, Operation op, List<String> path, RoutedState state);

    /** Adds each of them to a description. */
    void describe(ServiceDocumentDescription description);
  }

  /** The document that a route is below, while a request of it is done. */
  public interface RoutedState {
    /** The present state, of the type that the routes name. */
    Object present();

    /**
     * Has the document become another, when the operation completes.
     *
     * @param route names the route in messages
     * @param next of the type that the routes name
     */
    void change(String route, @Nullable Object next);

    /** What a value is answered as: the next state as the whole document, another as it is. */
    @Nullable Object answer(@Nullable Object value);
  }

  /**
   * The routes, if they fit this service.
   *
   * @throws IllegalStateException if they do not
   */
  public final @Nullable RoutesBelow<?> soundRoutes() {
    RoutesBelow<?> routes = routes();
    if (routes != null && !routes.stateType().isAssignableFrom(routedType())) {
      throw new IllegalStateException(
          "The routes of %s are of %s, its documents are of %s"
              .formatted(
                  getClass().getSimpleName(),
                  routes.stateType().getName(),
                  routedType().getName()));
    }
    if (routes != null && routes.changeAnything() && hasOption(ServiceOption.IMMUTABLE)) {
      throw new IllegalStateException(
          "A route changes the documents of %s, which are IMMUTABLE"
              .formatted(getClass().getSimpleName()));
    }
    return routes;
  }

  /** Calls the handler of the operation's verb, or the route of a path below the document. */
  @Override
  public void handleRequest(Operation op) {
    RoutesBelow<?> routes = routes();
    List<String> below =
        routes == null || op.getAction() == Action.OPTIONS
            ? List.of()
            : Links.below(getSelfLink(), op.getUri().getRawPath());
    if (routes == null || below.isEmpty()) {
      super.handleRequest(op);
    } else {
      routes.handle(getHost(), op, below, new StateOfRequest(op));
    }
  }

  private final class StateOfRequest implements RoutedState {
    private final Operation op;
    private @Nullable Object changed;

    StateOfRequest(Operation op) {
      this.op = op;
    }

    @Override
    public Object present() {
      return routedState(op);
    }

    @Override
    public void change(String route, @Nullable Object next) {
      changeRouted(op, route, next);
      changed = next;
      op.setAction(Action.PATCH); // whatever the verb of the route: the document has been changed
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another of the same content may be meant as it is
    public @Nullable Object answer(@Nullable Object value) {
      return value != null && value == changed ? op.getLinkedState() : value;
    }
  }

  /** The type of what routes are given as the state. */
  Class<?> routedType() {
    return getStateType();
  }

  /** The state as routes are given it. */
  Object routedState(Operation op) {
    ServiceDocument state = op.getLinkedState();
    if (state == null) {
      throw new IllegalStateException(op + " has no state");
    }
    return state;
  }

  /** Makes what a route has returned the next state. */
  void changeRouted(Operation op, String route, @Nullable Object next) {
    if (next == null) {
      throw new IllegalStateException("The handler of %s returned no state".formatted(route));
    }
    setState(op, getStateType().cast(next));
  }

  /** A patch of a standard format is a replacement that the client need not write in full. */
  @Override
  void patch(Operation op) {
    ServiceDocument state = op.getLinkedState();
    if (state != null && StatePatch.isStandardFormat(op)) {
      StatePatch.apply(op, state);
      handlePut(op);
    } else {
      super.patch(op);
    }
  }

  /** Answers with the current state. */
  @Override
  public void handleGet(Operation get) {
    get.setBodyNoCloning(getState(get)).complete();
  }

  /**
   * Replaces the state with the body. Called for a JSON Merge Patch or JSON Patch too, with the
   * state that the patch makes as the body ({@code application/merge-patch+json}, {@code
   * application/json-patch+json}); a PATCH of any other form goes to {@link #handlePatch}.
   */
  @Override
  public void handlePut(Operation put) {
    ServiceDocument next = put.getBody(getStateType());
    setState(put, next);
    put.setBodyNoCloning(next).complete();
  }

  /** Agrees to the deletion; failing the operation keeps the document. */
  @Override
  public void handleDelete(Operation delete) {
    delete.complete();
  }

  /**
   * The body as this service's document type.
   *
   * @throws IllegalStateException if there is no body
   * @throws IllegalArgumentException if the body is not such a document
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  protected <T extends ServiceDocument> T getBody(Operation op) {
    return (T) op.getBody(getStateType());
  }

  /** Fails the operation with 400 if it has no body. */
  protected boolean checkForBody(Operation op) {
    if (op.hasBody()) {
      return true;
    }
    op.fail(new IllegalArgumentException("body is required"));
    return false;
  }

  /**
   * Which children of a factory must run without being asked, after a restart; null for none.
   * Services with periodic maintenance run anyway.
   */
  public @Nullable Query resumeQuery() {
    return null;
  }

  /**
   * Whether this object may leave memory while nobody asks for it; it is made again when needed.
   */
  public boolean mayIdle() {
    return true;
  }

  /** The description of this service's documents, as changed by {@link #getDocumentTemplate}. */
  public ServiceDocumentDescription getStateDescription() {
    return getHost().runtime().describe(this);
  }

  public int getOperationQueueLimit() {
    return operationQueueLimit;
  }

  /**
   * Sets how many operations may wait for one instance; further ones are refused with 503.
   *
   * @param limit at least 1
   */
  public void setOperationQueueLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("operation queue limit must be positive: " + limit);
    }
    operationQueueLimit = limit;
  }

  /**
   * Patches of a standard format, JSON Merge Patch (RFC 7396) or JSON Patch (RFC 6902): turned into
   * the whole state that they make, which then goes the way of a PUT. So a service judges a patched
   * state where it judges a replaced one.
   */
  static final class StatePatch {

    private static final DocumentJson JSON = DocumentJson.standard();

    private StatePatch() {}

    /** Whether the body is a patch of a standard format. */
    static boolean isStandardFormat(Operation patch) {
      return isMergePatch(patch) || isJsonPatch(patch);
    }

    private static boolean isMergePatch(Operation patch) {
      return hasType(patch, Operation.MEDIA_TYPE_APPLICATION_MERGE_PATCH_JSON);
    }

    private static boolean isJsonPatch(Operation patch) {
      return hasType(patch, Operation.MEDIA_TYPE_APPLICATION_JSON_PATCH);
    }

    private static boolean hasType(Operation patch, String type) {
      return patch.getContentType().toLowerCase(Locale.ROOT).startsWith(type);
    }

    /**
     * Makes the whole new state the body of the operation. A body that is no JSON Patch counts as a
     * merge patch.
     *
     * @param state what is patched; not changed
     * @throws IllegalArgumentException if the patch does not fit, or its result is no such state
     * @throws Refusal with 409 if a {@code test} of a JSON Patch finds something else
     */
    static void apply(Operation patch, ServiceDocument state) {
      if (!patch.hasBody()) {
        throw new IllegalArgumentException("body is required");
      }
      JsonNode present = JSON.toTree(state);
      JsonNode change = patch.getBody(JsonNode.class);
      JsonNode next;
      try {
        next =
            isJsonPatch(patch)
                ? JsonPatch.apply(present, change)
                : JsonMergePatch.apply(present, change);
      } catch (JsonPatchException e) {
        if (e.isTestFailed()) {
          throw Refusal.conflict(String.valueOf(e.getMessage()));
        }
        throw e;
      }
      if (!next.isObject()) {
        throw new IllegalArgumentException(
            "A document is an object; the patch makes it something else");
      }
      patch.setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON);
      patch.setBodyNoCloning(JSON.convert(next, state.getClass()));
    }
  }
}
