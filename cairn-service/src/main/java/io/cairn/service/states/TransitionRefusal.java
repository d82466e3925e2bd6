// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.states;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.StateMachineDescription.Transition;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.OperationVocabulary;
import java.util.List;

/**
 * 409: the present state does not lead where the request wants to; the answer says what it does.
 */
public final class TransitionRefusal extends Refusal {
  private static final long serialVersionUID = 1L;

  private final transient List<Transition> allowed;

  TransitionRefusal(String message, List<Transition> allowed) {
    super(OperationVocabulary.STATUS_CODE_CONFLICT, message);
    this.allowed = allowed;
  }

  @Override
  public void addTo(ServiceErrorResponse body) {
    body.allowedTransitions = allowed;
  }
}
