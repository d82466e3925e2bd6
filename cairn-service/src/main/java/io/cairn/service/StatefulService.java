// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.schema.SchemaUpgrades;
import io.cairn.document.schema.StateSchema;
import io.cairn.query.QueryTask.Query;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
}
