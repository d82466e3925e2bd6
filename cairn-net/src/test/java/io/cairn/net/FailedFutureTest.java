// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailedFutureTest {
  @Test
  void causeIsWhatWasThrownFirstHoweverOftenItWasWrapped() {
    IOException first = new IOException("no", new IllegalStateException("its own cause"));
    assertThat(FailedFuture.cause(first)).isSameAs(first);
    Throwable wrapped = new ExecutionException(new CompletionException(first));
    assertThat(FailedFuture.cause(wrapped)).isSameAs(first);
    CompletableFuture<Object> failed = CompletableFuture.failedFuture(first).thenApply(any -> any);
    assertThat(FailedFuture.cause(failed.handle((_, failure) -> failure).join())).isSameAs(first);
    CompletionException empty = new CompletionException("no cause", null);
    assertThat(FailedFuture.cause(empty)).isSameAs(empty);
  }
}
