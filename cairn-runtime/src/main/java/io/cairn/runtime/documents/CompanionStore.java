// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.NotLeaderException;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.FailedFuture;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.Service.Action;
import io.cairn.store.index.DocumentVersion;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes companions of one kind, each in the partition of the document that it is beside,
 * on the node that owns them. Blocks. Thread-safe: what is written of one companion is written one
 * after the other.
 *
 * @param <T> the companion; its class has a public constructor without arguments
 */
public final class CompanionStore<T extends ServiceDocument> {

  private static final int STRIPES = 64;
  private static final long PATIENCE_SECONDS = 20;
  private static final int ATTEMPTS = 3;

  private final Class<T> type;
  private final String kind;
  private final String self;
  private final HostClock clock;
  private final Object[] stripes = new Object[STRIPES];

  /**
   * Prepares for companions of a kind, of which the last version alone is of interest.
   *
   * @param self this node
   */
  public CompanionStore(
      Class<T> type, String kind, String self, HostClock clock, StoredForms forms) {
    this.type = type;
    this.kind = kind;
    this.self = self;
    this.clock = clock;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Object();
    }
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(type);
    description.versionRetentionLimit = 2;
    description.versionRetentionFloor = 1;
    forms.learn(kind, description);
  }

  /** What a version says. */
  public T parsed(DocumentVersion version) {
    return DocumentJson.standard().fromJson(version.json(), type);
  }

  /** A companion as this node has it; null if it is not there. */
  public @Nullable T read(DocumentStorage documents, String link) {
    return stateOf(documents.latest(link));
  }

  private @Nullable T stateOf(@Nullable DocumentVersion version) {
    return version == null || version.isTombstone() ? null : parsed(version);
  }

  /**
   * Writes a companion.
   *
   * @param change makes it of what is stored, or of null; null to leave it as it is
   * @return what is stored now; null if nothing was and is
   * @throws CompletionException with the exception of {@code io.cairn.cluster} that says why it
   *     could not be, or may not have been, written
   */
  public @Nullable T write(
      DocumentStorage documents, String link, UnaryOperator<@Nullable T> change) {
    synchronized (stripes[Math.floorMod(link.hashCode(), STRIPES)]) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        DocumentVersion present = documents.latest(link);
        T after = change.apply(stateOf(present));
        if (after == null) {
          return stateOf(present);
        }
        DocumentVersion next = versionOf(link, after, present);
        long expected = present == null ? DocumentCommand.ABSENT : present.version();
        if (commit(documents, new DocumentCommand.Write(next, expected))) {
          return after;
        }
      }
      throw new CompletionException(new NotLeaderException("of " + link, null));
    }
  }

  private DocumentVersion versionOf(String link, T state, @Nullable DocumentVersion present) {
    if (present != null) {
      clock.changes().observe(present.updateTimeMicros());
    }
    Action action = present == null ? Action.POST : Action.PUT;
    state.documentSelfLink = link;
    state.documentKind = kind;
    state.documentVersion = present == null ? 0 : present.version() + 1;
    state.documentUpdateTimeMicros = clock.changes().now();
    state.documentUpdateAction = action.name();
    state.documentOwner = self;
    long epoch = present == null ? 0 : present.epoch();
    // Its end is for whoever keeps it to see to: the store is not told of the time.
    return new DocumentVersion(
        link,
        kind,
        state.documentVersion,
        epoch,
        state.documentUpdateTimeMicros,
        action.name(),
        0,
        DocumentJson.standard().toBytes(state));
  }

  /**
   * Removes a companion.
   *
   * @return whether there was one
   */
  public boolean remove(DocumentStorage documents, String link) {
    synchronized (stripes[Math.floorMod(link.hashCode(), STRIPES)]) {
      if (documents.latest(link) == null) {
        return false;
      }
      commit(documents, new DocumentCommand.Purge(link, DocumentCommand.ANY));
      return true;
    }
  }

  /** Returns whether the change was made; it is not if another one came first. */
  private static boolean commit(DocumentStorage documents, DocumentCommand command) {
    try {
      return !(documents
              .commit(command)
              .toCompletableFuture()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          instanceof CommandOutcome.Conflict);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new CompletionException(FailedFuture.cause(e));
    }
  }
}
