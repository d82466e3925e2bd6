// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.cluster.ReplicationException;
import io.cairn.net.peer.PeerException;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.peers.Peers;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.watch.WatchFilter.Scope;
import io.cairn.runtime.watch.WatchSources.TokenOfOthersException;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.store.disk.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * GETs that are answered with a live feed: of a document, of what is below a factory, of what a
 * query matches. A feed comes from the replicas of this node, and from other nodes where there is
 * none here. Thread-safe.
 */
public final class Watches implements AutoCloseable {

  private final DocumentDirectory documents;
  private final String self;
  private final LongSupplier nanoTime;
  private final PartitionFeeds feeds;
  private final WatchRequests requests;
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();

  /**
   * Nobody watches yet.
   *
   * @param replicas finds this node's replica of a partition; null if there is none
   */
  public Watches(
      String self,
      DocumentDirectory documents,
      Peers peers,
      Function<String, WatchRequests.@Nullable Replica> replicas,
      Threads threads) {
    this.self = self;
    this.documents = documents;
    this.nanoTime = threads.nanoTime();
    this.feeds =
        new PartitionFeeds(
            new PartitionFeeds.Surroundings(
                self,
                peers,
                threads.handlers(),
                threads.timer(),
                documents.forms(),
                new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()))));
    this.requests = new WatchRequests(feeds, replicas);
  }

  /**
   * What watches run on.
   *
   * @param handlers runs each task on a thread of its own, which may block
   */
  public record Threads(
      ExecutorService handlers, ScheduledExecutorService timer, LongSupplier nanoTime) {}

  /** Answers what other nodes ask. */
  public WatchRequests requests() {
    return requests;
  }

  /** How many clients watch. */
  public int count() {
    return open.size();
  }

  /** Whether a request asks for a feed. Costs next to nothing for other requests. */
  public static boolean isWanted(Operation op) {
    return op.getAction() == Action.GET && op.hasRequestHeaders() && WatchRequest.isOne(op);
  }

  /** Answers with a feed of one document. Does not block. */
  public void document(ServiceType type, String link, Operation get) {
    start(get, () -> new Subject(stored(type), WatchFilter.of(Scope.LINK, link, null)));
  }

  /** Answers with a feed of the documents below a factory that its parameters want. */
  public void children(String factory, ServiceType type, Operation get) {
    start(get, () -> new Subject(stored(type), childFilter(factory, type, get)));
  }

  /**
   * Answers with a feed of all documents that a query matches.
   *
   * @param query makes it; may throw {@link IllegalArgumentException}
   */
  public void query(Supplier<Query> query, Operation get) {
    start(get, () -> new Subject(documents::searched, WatchFilter.of(query.get())));
  }

  /** What is watched. */
  private record Subject(Supplier<List<PartitionedStorage>> storages, WatchFilter filter) {}

  private static Supplier<List<PartitionedStorage>> stored(ServiceType type) {
    if (type.documents() instanceof PartitionedStorage stored) {
      return () -> List.of(stored);
    }
    throw new IllegalArgumentException(
        "Documents of %s live in memory only, so that there is no history to follow. Subscribe to the service, or give it the option PERSISTENCE"
            .formatted(type.model().kind()));
  }

  private static WatchFilter childFilter(String factory, ServiceType type, Operation get) {
    Map<String, String> parameters = UriUtils.parseUriQueryParams(get.getUri());
    ODataQuery.requireKnown(parameters.keySet());
    String filter = parameters.get(ODataQuery.FILTER);
    if (filter == null || filter.isBlank()) {
      return WatchFilter.of(Scope.PARENT, factory, null);
    }
    ODataQuery.Scope scope =
        new ODataQuery.Scope(null, type.model().kind(), type.model().description());
    Query query =
        ODataQuery.parse(Map.of(ODataQuery.FILTER, filter), scope).specification().query;
    return WatchFilter.of(Scope.PARENT, factory, query);
  }

  private void start(Operation get, Supplier<Subject> subject) {
    Thread.ofVirtual()
        .name("cairn-watch")
        .start(
            () -> {
              try {
                watch(get, subject.get());
              } catch (RuntimeException e) {
                refuse(get, e);
              }
            });
  }

  private void watch(Operation get, Subject subject) {
    WatchRequest request = WatchRequest.of(get);
    WatchSources sources = new WatchSources(feeds, self, subject.storages(), subject.filter());
    sources.begin(request);
    if (subject.filter().scope() == Scope.LINK && request.token() == null && !isThere(sources)) {
      Operation.failServiceNotFound(get);
      return;
    }
    get.setExpiration(Long.MAX_VALUE);
    WatchEvents events = new WatchEvents(get, nanoTime);
    Watch watch = new Watch(request, sources, events, documents.forms(), nanoTime);
    open.add(watch);
    get.nestCompletion(
        (done, failure) -> {
          open.remove(watch);
          watch.end();
          if (failure == null) {
            done.complete();
          } else {
            done.fail(failure, done.getBodyRaw());
          }
        });
    get.startEventStream();
    watch.run();
    if (open.contains(watch)) {
      get.complete();
    }
  }

  private static boolean isThere(WatchSources sources) {
    try {
      return sources.hasCurrent();
    } catch (IOException e) {
      throw new NotServedException(String.valueOf(e.getMessage()));
    }
  }

  private static void refuse(Operation get, RuntimeException failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    switch (cause) {
      case TokenOfOthersException others -> StandardRefusal.TOKEN_OF_OTHERS.answer(get, others);
      case ReplicationException lost -> StandardRefusal.UNAVAILABLE.answer(get, failure);
      case NotServedException refused -> StandardRefusal.UNAVAILABLE.answer(get, failure);
      case PeerException unreachable -> StandardRefusal.UNAVAILABLE.answer(get, failure);
      case StoreException unreadable -> StandardRefusal.UNAVAILABLE.answer(get, failure);
      case IOException unreachable -> StandardRefusal.UNAVAILABLE.answer(get, failure);
      default -> get.fail(failure);
    }
  }

  /** Ends all feeds: their clients connect again, to other nodes. */
  @Override
  public void close() {
    open.forEach(Watch::end);
    feeds.close();
  }
}
