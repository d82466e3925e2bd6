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

  /**
   * Agrees to what roles allow on the path of the request. A service without a document that
   * overrides this decides itself who may send it requests, whatever roles say: it may ask them by
   * {@code super}. Those of a factory are about its children, so they have to agree as well.
   */
  @Override
  public void authorizeRequest(Operation op) {
    getHost().runtime().authorization().authorize(this, op);
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
    boolean any =
        HostRuntime.isOverridden(getClass(), "handleRequest")
            || getOperationProcessingChain() != null;
    EnumSet<Action> verbs = EnumSet.of(Action.OPTIONS);
    for (Action verb : Action.values()) {
      String name = verb.name();
      String handler = "handle" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      if (any || HostRuntime.isOverridden(getClass(), handler)) {
        verbs.add(verb);
      }
    }
    return verbs;
  }

  /**
   * Whether the body of a request to a path below this service's is an {@code InputStream} that is
   * read as it arrives; only one that owns the paths below its own is asked. Must not block.
   *
   * @param rawPath as it was sent, with its escapes
   */
  public boolean readsAsStream(Action verb, String rawPath) {
    return false;
  }

  /** Whether {@link #readsAsStream} is true of any request; asked when the service starts. */
  public boolean hasStreams() {
    return false;
  }
}
