// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.stateful;

import io.cairn.host.FactoryService;
import io.cairn.host.Service.ServiceOption;
import io.cairn.host.StatefulService;
import io.cairn.host.UtilityService;
import io.cairn.host.documents.Documents;
import io.cairn.host.model.ServiceModel;
import io.cairn.store.DocumentVersion;
import org.jspecify.annotations.Nullable;

/**
 * One document in use: its committed state, its mailbox and, once something needed it, the author's
 * object. State and service are changed only by the work that is alone with the instance; readers
 * see the last committed state at any time.
 */
final class StatefulInstance {

  private final String link;
  private final ServiceModel model;
  private final Documents documents;
  private final @Nullable FactoryService factory;
  private final Mailbox mailbox;
  private volatile @Nullable StatefulService service;
  private volatile @Nullable DocumentVersion state;
  private volatile boolean loaded;

  StatefulInstance(
      String link, ServiceModel model, Documents documents, @Nullable FactoryService factory) {
    this.link = link;
    this.model = model;
    this.documents = documents;
    this.factory = factory;
    this.mailbox = new Mailbox(this::queueLimit, model.lastInFirstOut());
  }

  /** The running service's limit, which configuration may have changed, else that of its class. */
  private int queueLimit() {
    StatefulService running = service;
    return running == null ? model.operationQueueLimit() : running.getOperationQueueLimit();
  }

  String link() {
    return link;
  }

  ServiceModel model() {
    return model;
  }

  Documents documents() {
    return documents;
  }

  @Nullable FactoryService factory() {
    return factory;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /** The started service, or null while only the state is known. */
  @Nullable StatefulService service() {
    return service;
  }

  void started(StatefulService started) {
    service = started;
  }

  void stopped() {
    service = null;
  }

  boolean isLoaded() {
    return loaded;
  }

  /** The last committed state, tombstones included; null if there is none or it is not loaded. */
  @Nullable DocumentVersion state() {
    return state;
  }

  /** Reads the state from the store unless it is known. */
  @Nullable DocumentVersion load() {
    if (!loaded) {
      state = documents.latest(link);
      loaded = true;
    }
    return state;
  }

  void committed(@Nullable DocumentVersion version) {
    state = version;
    loaded = true;
  }

  /** Forgets what is known, because a change had an unknown outcome. */
  void forgetState() {
    if (documents.isDurable()) {
      loaded = false;
      state = null;
    }
  }

  /** Whether a document exists now: not deleted, not expired. */
  boolean isAlive(long nowMicros) {
    DocumentVersion current = state;
    return current != null && isAlive(current, nowMicros);
  }

  static boolean isAlive(DocumentVersion version, long nowMicros) {
    return !version.isTombstone() && !version.isExpiredAt(nowMicros);
  }

  /** Whether the object must stay although nothing asks for it. */
  boolean isResident() {
    StatefulService running = service;
    if (running == null) {
      return false;
    }
    if (!documents.isDurable() || factory == null) {
      return true;
    }
    UtilityService utility = running.peekUtilityService();
    return !running.mayIdle()
        || running.hasOption(ServiceOption.PERIODIC_MAINTENANCE)
        || running.hasOption(ServiceOption.TRANSACTION_PENDING)
        || (utility != null && utility.hasSubscribers());
  }

  /** Whether keeping the object for a while saves work. */
  boolean isWorthKeeping() {
    return service != null;
  }
}
