// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.document.ServiceDocument;

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

  /** Answers a DELETE, which stops the service when it completes. */
  @Override
  public void handleDelete(Operation delete) {
    delete.complete();
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
