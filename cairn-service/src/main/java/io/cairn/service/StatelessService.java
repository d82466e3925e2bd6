// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * A service without a document of its own: it only computes. Requests to it are never queued, so
 * handlers run at the same time and share the object's fields; guard those.
 */
public class StatelessService extends AbstractService {

  /** A service whose requests and responses have no particular type. */
  public StatelessService() {
    this(ServiceDocument.class);
  }

  /**
   * A service with a typed body, for its description.
   *
   * @param stateType the type that requests and responses carry
   */
  public StatelessService(Class<? extends ServiceDocument> stateType) {
    super(stateType);
    toggleOption(ServiceOption.STATELESS, true);
    toggleOption(ServiceOption.CONCURRENT_GET_HANDLING, true);
    toggleOption(ServiceOption.CONCURRENT_UPDATE_HANDLING, true);
  }

  @Override
  public void handleRequest(Operation op) {
    switch (op.getAction()) {
      case GET -> handleGet(op);
      case POST -> handlePost(op);
      case PUT -> handlePut(op);
      case PATCH -> handlePatch(op);
      case DELETE -> handleDelete(op);
      case OPTIONS -> handleOptions(op);
    }
  }

  /** Answers a GET; refused with 405 unless overridden. */
  public void handleGet(Operation get) {
    Operation.failActionNotSupported(get);
  }

  /** Answers a POST; refused with 405 unless overridden. */
  public void handlePost(Operation post) {
    Operation.failActionNotSupported(post);
  }

  /** Answers a PUT; refused with 405 unless overridden. */
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Answers a PATCH; refused with 405 unless overridden. */
  public void handlePatch(Operation patch) {
    Operation.failActionNotSupported(patch);
  }

  /**
   * Answers a DELETE that stops the service; refuses any other with 405. Overridden, it may answer
   * what clients delete, which does not stop the service.
   */
  @Override
  public void handleDelete(Operation delete) {
    if (isStoppedBy(delete)) {
      delete.complete();
    } else {
      Operation.failActionNotSupported(delete);
    }
  }

  /**
   * Whether a DELETE of this service's link stops the service once it completes: one that this
   * process sends, or one of a client that asks for just that, with the directive {@code
   * xn-no-index-update}. The runtime's own services ({@code CORE}) go with the host only.
   */
  public boolean isStoppedBy(Operation delete) {
    return !hasOption(ServiceOption.CORE)
        && !delete.isNotification()
        && (!delete.isRemote()
            || delete.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE));
  }

  /**
   * The verbs that this service answers: those whose handlers somebody has written.
   *
   * @param path its link, or a path below it if it owns those
   */
  public Set<Action> verbs(String path) {
    boolean any = overrides("handleRequest") || getOperationProcessingChain() != null;
    EnumSet<Action> verbs = EnumSet.of(Action.OPTIONS);
    for (Action verb : Action.values()) {
      String name = verb.name();
      String handler = "handle" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      if (any || overrides(handler)) {
        verbs.add(verb);
      }
    }
    return verbs;
  }

  /** Answers OPTIONS with the template of the service's documents. */
  public void handleOptions(Operation options) {
    options.setBodyNoCloning(getDocumentTemplate()).complete();
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    return DocumentTemplates.template(this);
  }
}
