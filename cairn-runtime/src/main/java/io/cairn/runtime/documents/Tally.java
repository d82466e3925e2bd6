// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a replica holds, and says whether it may hold more. Thread-safe; nothing here blocks.
 */
public interface Tally extends ChangeTap {

  /**
   * Takes up a change that is about to be proposed.
   *
   * @return what to do once its outcome is known, and it is applied if it ever is; null for nothing
   * @throws RuntimeException that says why it must not be proposed
   */
  @Nullable Runnable admit(DocumentCommand command);

  /** Has a change proposed if it may be; else fails with what {@link #admit} says. */
  default CompletionStage<CommandOutcome> letIn(
      DocumentCommand command, Supplier<CompletionStage<CommandOutcome>> proposing) {
    Runnable settled;
    try {
      settled = admit(command);
    } catch (RuntimeException refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
    if (settled == null) {
      return proposing.get();
    }
    CompletionStage<CommandOutcome> proposed;
    try {
      proposed = proposing.get();
    } catch (RuntimeException e) {
      settled.run();
      throw e;
    }
    return proposed.whenComplete((outcome, failure) -> settled.run());
  }
}
