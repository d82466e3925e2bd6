// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import io.cairn.runtime.security.AuthenticationGate;
import io.cairn.runtime.security.AuthenticationGate.Answer;
import io.cairn.runtime.security.Authenticator.Credentials;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.failure.Refusal;
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
            .thenAccept(
                answer -> {
                  switch (answer) {
                    case Answer.Known(var who) -> onward.go(who, null);
                    case Answer.Refused(var why) -> refuse.accept(why);
                    case Answer.Unknown(var otherwise) ->
                        byHost(guard, credentials, otherwise, onward);
                  }
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

  private static void byHost(
      Guard guard, Credentials credentials, @Nullable Refusal otherwise, Onward onward) {
    SubjectContext who;
    try {
      who = guard.authenticate(credentials);
    } catch (Refusal unproved) {
      onward.go(GUEST, otherwise == null ? unproved : otherwise);
      return;
    }
    onward.go(who == null ? GUEST : who, null);
  }
}
