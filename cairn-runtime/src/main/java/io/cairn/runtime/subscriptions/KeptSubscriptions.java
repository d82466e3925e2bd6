// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.cluster.NotLeaderException;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionId;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.stateful.CommitListener;
import io.cairn.runtime.utility.SubscriberSet;
import io.cairn.runtime.utility.SubscriptionRequests;
import io.cairn.runtime.utility.SubscriptionTargets;
import io.cairn.runtime.utility.Subscriptions;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions to documents with a history, and to their factories. Each is stored in the
 * partition of its publisher. Who owns that partition tells the subscribers; who begins to own it
 * goes on where the last owner was. Thread-safe.
 */
public final class KeptSubscriptions implements SubscriberSet.Kept, CommitListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeptSubscriptions.class);

  /** How many may subscribe to one service. */
  static final int MAX_OF_PUBLISHER = 1_000;

  /** How many subscriptions this node takes, beside those that it inherits. */
  static final int MAX_OF_NODE = 50_000;

  private static final long WRITE_PAUSE_MILLIS = 1_000;
  private static final long LAST_WRITES_SECONDS = 2;
  private static final long ANSWER_SECONDS = 20;
  private static final int MAX_CIRCLES = 1_000;

  private final SubscriptionHost around;
  private final SubscriberStore store;
  private final Causes causes = new Causes();
  private final Map<String, KeptDelivery> deliveries = new ConcurrentHashMap<>();
  private final Map<String, Set<KeptDelivery>> byPublisher = new ConcurrentHashMap<>();
  private final Map<PartitionId, Loaded> loads = new ConcurrentHashMap<>();
  private final Set<String> circles = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** The subscriptions of a partition that were read when this node began to own it. */
  private record Loaded(long tenure, CompletableFuture<Void> done) {}

  /** Tells nobody yet. */
  public KeptSubscriptions(SubscriptionHost around) {
    this.around = around;
    this.store = new SubscriberStore(around.self(), around.clock(), around.documents().forms());
  }

  /** How many subscriptions this node tells of changes. */
  public int count() {
    return deliveries.size();
  }

  // ---- what the subscribers of a service are asked

  @Override
  public @Nullable SubscriberSet of(Service publisher) {
    String link = publisher.getSelfLink();
    if (link == null
        || !(publisher instanceof FactoryService || publisher instanceof StatefulService)) {
      return null;
    }
    DocumentStorage documents = around.documentsOf().apply(link);
    return documents instanceof PartitionedStorage stored
        ? new KeptSet(this, stored, link, publisher instanceof FactoryService)
        : null;
  }

  /** Completes when this node knows the subscriptions of what it owns around a link. */
  CompletableFuture<Void> known(PartitionedStorage documents, String link) {
    Partition partition = documents.partition(link);
    if (partition == null || documents.tenure(partition) == DocumentStorage.NO_TENURE) {
      return CompletableFuture.failedFuture(new NotLeaderException("of " + link, null));
    }
    return loaded(documents, partition);
  }

  /** Those who are told of a service now. */
  List<KeptDelivery> tellingOf(String publisher) {
    return List.copyOf(byPublisher.getOrDefault(publisher, Set.of()));
  }

  /** Stores a subscription and begins to tell. Blocks. Returns whether there was room. */
  boolean add(PartitionedStorage documents, KeptSubscriber wanted) {
    String publisher = wanted.publisherLink;
    URI reference = Objects.requireNonNull(wanted.reference);
    String link = SubscriberStore.linkOf(publisher, reference);
    boolean isNew = !deliveries.containsKey(link);
    if (isNew
        && (deliveries.size() >= MAX_OF_NODE
            || byPublisher.getOrDefault(publisher, Set.of()).size() >= MAX_OF_PUBLISHER)) {
      return false;
    }
    long tenure = documents.tenure(publisher);
    KeptSubscriber stored =
        store.write(
            documents,
            link,
            before -> before == null ? begun(documents, wanted) : renewed(before, wanted));
    KeptDelivery present = begin(documents, tenure, Objects.requireNonNull(stored));
    if (present != null) {
      present.renew(stored);
    }
    return true;
  }

  /** Everything that is committed behind this is told. */
  private KeptSubscriber begun(PartitionedStorage documents, KeptSubscriber wanted) {
    KeptSubscriber begun = wanted.copy();
    Long before;
    Long after = versionOf(documents, wanted);
    do {
      before = after;
      begun.position =
          around.watches().position(documents, wanted.publisherLink, wanted.ofChildren);
      after = versionOf(documents, wanted);
    } while (!Objects.equals(before, after));
    begun.toldVersion = after;
    return begun;
  }

  private static @Nullable Long versionOf(PartitionedStorage documents, KeptSubscriber wanted) {
    DocumentVersion latest = wanted.ofChildren ? null : documents.latest(wanted.publisherLink);
    return latest == null ? null : latest.version();
  }

  private static KeptSubscriber renewed(KeptSubscriber before, KeptSubscriber wanted) {
    KeptSubscriber.copyTerms(wanted, before);
    before.replayDue = wanted.replayDue;
    before.documentAuthPrincipalLink = wanted.documentAuthPrincipalLink;
    before.notificationCount = wanted.notificationCount;
    before.failedNotificationCount = null;
    before.initialFailedNotificationTimeMicros = null;
    return before;
  }

  /** Ends a subscription without a word. Blocks. Returns whether there was one. */
  boolean remove(PartitionedStorage documents, String publisher, URI reference) {
    String link = SubscriberStore.linkOf(publisher, reference);
    KeptDelivery present = deliveries.get(link);
    if (present != null) {
      present.end();
      left(present);
    }
    return store.remove(documents, link);
  }

  // ---- who tells

  /** Looks what this node owns now, and whose time is over. */
  public void sweep() {
    if (closed) {
      return;
    }
    for (PartitionedStorage documents : around.documents().all()) {
      for (Partition partition : documents.partitions()) {
        if (documents.tenure(partition) != DocumentStorage.NO_TENURE
            && partition.machine() instanceof PartitionMachine) {
          var _ = loaded(documents, partition);
        }
      }
    }
    long now = nowMicros();
    for (KeptDelivery delivery : deliveries.values()) {
      if (!delivery.isOwned()) {
        delivery.end();
      } else if (delivery.isOver(now)) {
        delivery.drop(true);
      }
    }
  }

  private CompletableFuture<Void> loaded(PartitionedStorage documents, Partition partition) {
    long tenure = documents.tenure(partition);
    Loaded known = loads.get(partition.id());
    if (known != null && known.tenure() == tenure) {
      return known.done();
    }
    return loads
        .compute(
            partition.id(),
            (id, before) ->
                before == null || before.tenure() != tenure
                    ? loading(documents, partition, tenure)
                    : before)
        .done();
  }

  private Loaded loading(PartitionedStorage documents, Partition partition, long tenure) {
    Loaded begun = new Loaded(tenure, new CompletableFuture<>());
    around.handlers().execute(() -> load(documents, partition, begun));
    return begun;
  }

  private void load(PartitionedStorage documents, Partition partition, Loaded loaded) {
    try {
      if (partition.machine() instanceof PartitionMachine machine) {
        store.readAll(
            machine.store(),
            stored -> {
              var _ = begin(documents, loaded.tenure(), stored);
            });
      }
      loaded.done().complete(null);
    } catch (RuntimeException e) {
      if (!closed) {
        log.warn(
            "The subscriptions in {} could not be read: the next look tries again",
            partition.id(),
            e);
      }
      loads.remove(partition.id(), loaded);
      loaded.done().completeExceptionally(e);
    }
  }

  /** Begins to tell, unless somebody here does already; returns who does. */
  private @Nullable KeptDelivery begin(
      PartitionedStorage documents, long tenure, KeptSubscriber stored) {
    KeptDelivery fresh = new KeptDelivery(this, documents, tenure, stored);
    KeptDelivery present =
        deliveries.compute(
            fresh.link(), (link, before) -> before == null || !before.isTelling() ? fresh : before);
    if (present != fresh) {
      return present;
    }
    var _ =
        byPublisher.compute(
            fresh.publisher(),
            (link, before) -> {
              Set<KeptDelivery> all = before == null ? ConcurrentHashMap.newKeySet() : before;
              all.removeIf(other -> other.link().equals(fresh.link()));
              all.add(fresh);
              return all;
            });
    if (closed) {
      fresh.end();
    }
    around.handlers().execute(fresh);
    return null;
  }

  /** A delivery tells nobody any more. */
  void left(KeptDelivery delivery) {
    deliveries.remove(delivery.link(), delivery);
    byPublisher.computeIfPresent(
        delivery.publisher(),
        (link, all) -> {
          all.remove(delivery);
          return all.isEmpty() ? null : all;
        });
  }

  /** A subscription is over. */
  void forget(KeptDelivery delivery, PartitionedStorage documents, boolean farewell) {
    left(delivery);
    around
        .handlers()
        .execute(
            () -> {
              try {
                store.remove(documents, delivery.link());
              } catch (RuntimeException e) {
                // Whoever owns it next finds that it is over, too.
                log.debug("The subscription {} stays stored for now", delivery.link(), e);
              }
              if (farewell) {
                delivery.sayGoodbye();
              }
            });
  }

  @Override
  public void proposing(DocumentVersion next, Operation op) {
    if (byPublisher.containsKey(next.link())) {
      causes.remember(next, op);
    }
  }

  @Override
  public void committed(Change change, Operation op) {
    // The log tells.
  }

  /** Tells nobody any more, and writes how far each subscriber has come, if that is quick. */
  @Override
  public void close() {
    closed = true;
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (KeptDelivery delivery : List.copyOf(deliveries.values())) {
      delivery.end();
      writes.add(CompletableFuture.runAsync(delivery::write, around.handlers()));
    }
    var _ =
        CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
            .completeOnTimeout(null, LAST_WRITES_SECONDS, TimeUnit.SECONDS)
            .exceptionally(failure -> null)
            .join();
  }

  // ---- what deliveries need

  Watches watches() {
    return around.watches();
  }

  SubscriberStore store() {
    return store;
  }

  Causes causes() {
    return causes;
  }

  long nowMicros() {
    return around.clock().micros();
  }

  long failureWindowMicros() {
    return around.failureWindowMicros();
  }

  Executor handlers() {
    return around.handlers();
  }

  URI uriOf(String link) {
    return UriUtils.buildUri(around.host(), link);
  }

  URI resolved(URI reference) {
    return SubscriptionRequests.resolved(around.host(), reference);
  }

  /** Why nothing may be sent to a target, as things are now; null if something may. */
  @Nullable String refusal(URI target) {
    return around.host().unwrap(SubscriptionTargets.class).refusal(target);
  }

  /** Sends a message of a subscription, on behalf of who has made it. */
  void send(Operation op, KeptSubscriber as, BiConsumer<Operation, @Nullable Throwable> answered) {
    around.host().sendRequest(asOf(op, as).setCompletion(answered::accept));
  }

  private Operation asOf(Operation op, KeptSubscriber as) {
    return op.setExpiration(around.clock().wallMicros().getAsLong() + around.timeoutMicros())
        .setAuthorizationContext(as.subject());
  }

  /** What a GET answers; null if it fails. Blocks. */
  @Nullable Operation get(String link, KeptSubscriber as) {
    CompletableFuture<@Nullable Operation> answer = new CompletableFuture<>();
    around
        .host()
        .sendRequest(
            asOf(Operation.createGet(uriOf(link)).setReferer(uriOf(link)), as)
                .disableFailureLogging(true)
                .setCompletion((done, failure) -> answer.complete(failure == null ? done : null)));
    return answer.completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Says, once for each service, that subscriptions go in a circle through it. */
  void breakCircle(String publisher) {
    if (circles.size() < MAX_CIRCLES && circles.add(publisher)) {
      Subscriptions.warnOfCircle(publisher);
    }
  }

  /** Has the place of a delivery written soon. */
  void planWrite(KeptDelivery delivery) {
    try {
      var _ =
          around
              .timer()
              .schedule(
                  () -> around.handlers().execute(delivery::write),
                  WRITE_PAUSE_MILLIS,
                  TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The place of {} is not written: the host stops", delivery.link());
    }
  }
}
