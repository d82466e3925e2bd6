// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.net.FailedFuture;
import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.runtime.security.AuthenticationGate.Answer;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who has sent a request on a host whose application authenticates them, too. */
final class GatedRequest {

  /** Goes on with a request, on any thread. */
  @FunctionalInterface
  interface Onward {
    /**
     * Goes on.
     *
     * @param unproved what the credentials are answered with, unless the authentication service
     *     gives another answer; null if who has sent it is known, or said nothing
     */
    void go(SubjectContext who, @Nullable Refusal unproved);
  }

  private static final Logger log = LoggerFactory.getLogger(GatedRequest.class);
  private static final SubjectContext GUEST = SubjectContext.of(Subject.GUEST);

  private GatedRequest() {}

  /** Asks the service first, and then what the host knows. Does not block. */
  static void identify(
      Guard guard,
      AuthenticationGate gate,
      Credentials credentials,
      Onward onward,
      Consumer<Refusal> refuse) {
    var _ =
        gate.verify(credentials)
            .thenCompose(
                answer ->
                    switch (answer) {
                      case Answer.Known(var who) -> done(() -> onward.go(who, null));
                      case Answer.Refused(var why) -> done(() -> refuse.accept(why));
                      case Answer.Unknown(var otherwise) ->
                          byHost(guard, credentials, otherwise, onward);
                    })
            .exceptionally(
                defect -> {
                  log.error("A request was not done", defect);
                  refuse.accept(
                      new Refusal(
                          Operation.STATUS_CODE_INTERNAL_ERROR,
                          "The request failed unexpectedly: the log of the host has the reason"));
                  return null;
                });
  }

  private static CompletableFuture<Void> done(Runnable code) {
    code.run();
    return CompletableFuture.completedFuture(null);
  }

  /** A signature that is seen for the first time is not looked at on this thread. */
  private static CompletableFuture<Void> byHost(
      Guard guard, Credentials credentials, @Nullable Refusal otherwise, Onward onward) {
    SubjectContext known;
    try {
      known = guard.recognize(credentials);
    } catch (Refusal unproved) {
      return done(() -> onward.go(GUEST, otherwise == null ? unproved : otherwise));
    }
    if (known != null) {
      return done(() -> onward.go(known, null));
    }
    return guard
        .prove(credentials)
        .handle(
            (who, failure) -> {
              if (failure == null) {
                onward.go(who, null);
              } else if (FailedFuture.cause(failure) instanceof Refusal unproved) {
                onward.go(GUEST, otherwise == null ? unproved : otherwise);
              } else {
                throw new CompletionException(FailedFuture.cause(failure));
              }
              return null;
            });
  }
}
