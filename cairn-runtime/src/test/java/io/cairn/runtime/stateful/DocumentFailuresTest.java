// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.OverloadedException;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.StandardRefusal;
import io.cairn.service.failure.CallFailure;
import io.cairn.store.disk.StoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentFailuresTest {

  /** A client repeats what no handler has seen; by the time of a commit one has. */
  @Test
  void refusalsAtTheCommitDoNotSayThatNothingWasBegun() {
    List<RuntimeException> refusals =
        List.of(
            new NotLeaderException("group", "b"),
            new OverloadedException("full", null),
            new StoreException("broken", null));
    for (RuntimeException refused : refusals) {
      assertThat(DocumentFailures.notCommitted(refused))
          .isEqualTo(new WorkOutcome.Failed(StandardRefusal.NOT_STORED, refused));
    }
    assertThat(isNotBegun(StandardRefusal.NOT_STORED)).isFalse();
    assertThat(isNotBegun(StandardRefusal.UNAVAILABLE)).isTrue();
    assertThat(isNotBegun(StandardRefusal.LIMIT_EXCEEDED)).isTrue();
  }

  private static boolean isNotBegun(StandardRefusal refusal) {
    ServiceErrorResponse error = new ServiceErrorResponse();
    error.setInternalErrorCode(refusal.errorCode());
    return CallFailure.of(refusal.status(), "/x", error, "refused", null).isNotBegun();
  }
}
