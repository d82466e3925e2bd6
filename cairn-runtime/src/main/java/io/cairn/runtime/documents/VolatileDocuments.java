// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Documents of services without persistence: each lives in its instance and nowhere else, so there
 * is nothing to look up and every change is committed at once.
 */
public final class VolatileDocuments implements Documents {

  @Override
  public @Nullable DocumentVersion latest(String link) {
    return null;
  }

  @Override
  public @Nullable DocumentVersion version(String link, long version) {
    return null;
  }

  @Override
  public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
    return CompletableFuture.completedFuture(CommandOutcome.APPLIED);
  }

  @Override
  public boolean isDurable() {
    return false;
  }

  @Override
  public long tenure(String link) {
    return 0;
  }

  @Override
  public @Nullable String owner(String link) {
    return null;
  }

  @Override
  public @Nullable String self() {
    return null;
  }

  @Override
  public boolean isSpread() {
    return false;
  }
}
