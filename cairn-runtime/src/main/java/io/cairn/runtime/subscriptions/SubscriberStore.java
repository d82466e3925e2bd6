// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.CompanionLinks;
import io.cairn.runtime.documents.CompanionStore;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.StandingMatches;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the documents of subscriptions, each in the partition of its publisher, as
 * {@link CompanionStore} does. Blocks. Thread-safe.
 */
final class SubscriberStore {

  private final CompanionStore<KeptSubscriber> companions;

  SubscriberStore(String self, HostClock clock, StoredForms forms) {
    this.companions =
        new CompanionStore<>(KeptSubscriber.class, KeptSubscriber.KIND, self, clock, forms);
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
          each.accept(companions.parsed(next));
        }
      }
    }
  }

  /** As {@link CompanionStore#write}. */
  @Nullable KeptSubscriber write(
      PartitionedStorage documents, String link, UnaryOperator<@Nullable KeptSubscriber> change) {
    return companions.write(documents, link, change);
  }

  /** As {@link CompanionStore#remove}. */
  boolean remove(PartitionedStorage documents, String link) {
    return companions.remove(documents, link);
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
