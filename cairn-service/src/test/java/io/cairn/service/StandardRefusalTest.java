// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceErrorResponse;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandardRefusalTest {

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Operation op =
      Operation.createPut(URI.create("http://127.0.0.1/a"))
          .setCompletion((done, thrown) -> failure.set(thrown));

  @ParameterizedTest
  @EnumSource
  void answerHasStatusErrorCodeAndSentence(StandardRefusal refusal) {
    refusal.answer(op, "no room");

    ServiceErrorResponse body = op.getBody(ServiceErrorResponse.class);
    assertThat(op.getStatusCode()).isEqualTo(refusal.status());
    assertThat(body.statusCode).isEqualTo(refusal.status());
    assertThat(body.getErrorCode()).isEqualTo(refusal.errorCode());
    assertThat(body.message).isEqualTo("no room");
    assertThat(op.getResponseHeader(Operation.RETRY_AFTER_HEADER))
        .isEqualTo(refusal.retryAfterSeconds());
    assertThat(failure.get()).hasMessage("no room");
  }

  @ParameterizedTest
  @EnumSource
  void whoeverGetsAServerErrorOfTheTableMayAskAgain(StandardRefusal refusal) {
    assertThat(refusal.retryAfterSeconds() != null).isEqualTo(refusal.status() >= 500);
  }

  @Test
  void fullQueueKeepsTheErrorCodeOfWhoeverHasIt() {
    Operation.failLimitExceeded(op, ServiceErrorResponse.ERROR_CODE_UNAVAILABLE, "3 of 3");

    ServiceErrorResponse body = op.getBody(ServiceErrorResponse.class);
    assertThat(op.getStatusCode()).isEqualTo(Operation.STATUS_CODE_UNAVAILABLE);
    assertThat(op.getResponseHeader(Operation.RETRY_AFTER_HEADER)).isEqualTo("1");
    assertThat(body.getErrorCode()).isEqualTo(ServiceErrorResponse.ERROR_CODE_UNAVAILABLE);
    assertThat(body.message).isEqualTo("Limit exceeded: 3 of 3");
  }
}
