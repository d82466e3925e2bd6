// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The authentication service of an application, as requests meet it: it may know tokens that this
 * host does not, and sees the requests of which nobody knows who has sent them. Thread-safe.
 */
public interface AuthenticationGate {

  /**
   * Asks whose the token of a request is. Never blocks and never fails; completes on any thread, at
   * once if the answer is known.
   */
  CompletableFuture<Answer> verify(Credentials credentials);

  /**
   * Shows an operation of somebody unknown to the service. May block.
   *
   * @return whether the service answers it
   */
  boolean takes(Operation op);

  /** What the service says of a token. */
  sealed interface Answer {

    /** It knows whose it is. */
    record Known(SubjectContext who) implements Answer {}

    /** It says that the token proves nothing, whoever else knows it. */
    record Refused(Refusal why) implements Answer {}

    /**
     * It knows nothing of it, or there is none.
     *
     * @param otherwise the answer if the host does not know it either; null for its own
     */
    record Unknown(@Nullable Refusal otherwise) implements Answer {}
  }
}
