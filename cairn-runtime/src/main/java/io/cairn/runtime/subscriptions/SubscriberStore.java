// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.cluster.NotLeaderException;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.FailedFuture;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.CompanionLinks;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.Service.Action;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.StandingMatches;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the documents of subscriptions, each in the partition of its publisher. Blocks.
 * Thread-safe: what is written of one subscription is written one after the other.
 */
final class SubscriberStore {

  private static final int STRIPES = 64;
  private static final long PATIENCE_SECONDS = 20;
  private static final int ATTEMPTS = 3;

  private final String self;
  private final HostClock clock;
  private final Object[] stripes = new Object[STRIPES];

  SubscriberStore(String self, HostClock clock, StoredForms forms) {
    this.self = self;
    this.clock = clock;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Object();
    }
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(KeptSubscriber.class);
    // How far it has come is of no interest later.
    description.versionRetentionLimit = 2;
    description.versionRetentionFloor = 1;
    forms.learn(KeptSubscriber.KIND, description);
  }

  /** Where a subscription is stored. */
  static String linkOf(String publisher, URI reference) {
    return CompanionLinks.of(publisher, reference.toString());
  }

  /** The subscriptions in a store, those of all publishers whose documents are there. */
  void readAll(DocumentStore store, Consumer<KeptSubscriber> each) {
    QuerySpecification wanted = new QuerySpecification();
    wanted.query =
        new Query()
            .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
            .setTermMatchValue(KeptSubscriber.KIND);
    try (StandingMatches found = StandingMatches.of(store, wanted, null)) {
      for (DocumentVersion next = found.next(); next != null; next = found.next()) {
        if (!next.isTombstone()) {
          each.accept(parsed(next));
        }
      }
    }
  }

  private static KeptSubscriber parsed(DocumentVersion version) {
    return DocumentJson.standard().fromJson(version.json(), KeptSubscriber.class);
  }

  /**
   * Writes a subscription.
   *
   * @param change makes it of what is stored, or of null; null to leave it as it is
   * @return what is stored now; null if nothing was and is
   * @throws CompletionException with the exception of {@code io.cairn.cluster} that says why it
   *     could not be, or may not have been, written
   */
  @Nullable KeptSubscriber write(
      PartitionedStorage documents, String link, UnaryOperator<@Nullable KeptSubscriber> change) {
    synchronized (stripes[Math.floorMod(link.hashCode(), STRIPES)]) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        DocumentVersion present = documents.latest(link);
        KeptSubscriber before = present == null || present.isTombstone() ? null : parsed(present);
        KeptSubscriber after = change.apply(before == null ? null : before.copy());
        if (after == null) {
          return before;
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

  private DocumentVersion versionOf(
      String link, KeptSubscriber state, @Nullable DocumentVersion present) {
    if (present != null) {
      clock.changes().observe(present.updateTimeMicros());
    }
    Action action = present == null ? Action.POST : Action.PUT;
    state.documentSelfLink = link;
    state.documentKind = KeptSubscriber.KIND;
    state.documentVersion = present == null ? 0 : present.version() + 1;
    state.documentUpdateTimeMicros = clock.changes().now();
    state.documentUpdateAction = action.name();
    state.documentOwner = self;
    long epoch = present == null ? 0 : present.epoch();
    // Its end is the owner's to see to, who says goodbye: the store is not told of the time.
    return new DocumentVersion(
        link,
        KeptSubscriber.KIND,
        state.documentVersion,
        epoch,
        state.documentUpdateTimeMicros,
        action.name(),
        0,
        DocumentJson.standard().toBytes(state));
  }

  /**
   * Removes a subscription.
   *
   * @return whether there was one
   */
  boolean remove(PartitionedStorage documents, String link) {
    synchronized (stripes[Math.floorMod(link.hashCode(), STRIPES)]) {
      if (documents.latest(link) == null) {
        return false;
      }
      commit(documents, new DocumentCommand.Purge(link, DocumentCommand.ANY));
      return true;
    }
  }

  /** Returns whether the change was made; it is not if another one came first. */
  private static boolean commit(PartitionedStorage documents, DocumentCommand command) {
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

  /**
   * Whether a target is a receiver that a host has made for one subscription, or what a client
   * serves over a WebSocket: one that has gone does not come back.
   */
  static boolean isReceiver(URI target) {
    String path = UriUtils.normalizeUriPath(String.valueOf(target.getPath()));
    return path.startsWith(ServiceUriPaths.CORE_CALLBACKS + '/')
        || path.startsWith(ServiceUriPaths.WEB_SOCKET_SERVICE_PREFIX + '/');
  }
}
