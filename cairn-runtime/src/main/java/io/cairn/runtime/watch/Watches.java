// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.cluster.ReplicationException;
import io.cairn.net.peer.PeerException;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.odata.ODataQuery;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.peers.Peers;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.watch.ChangeFeedService.ChangeFeedState;
import io.cairn.runtime.watch.WatchFilter.Scope;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.security.AuthorizationContext;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
  private final Consumer<Operation> dispatch;
  private final Function<ODataQuery, Query> resolve;
  private final PartitionFeeds feeds;
  private final WatchRequests requests;
  private final Guard guard;
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();

  /** What those may read who follow something, as it was when they began. */
  private final Cache<Watch, Grant> grants = Caffeine.newBuilder().weakKeys().build();

  /**
   * Nobody watches yet.
   *
   * @param peers reaches other nodes
   */
  public Watches(
      String self, DocumentDirectory documents, Peers peers, Host host, Threads threads) {
    this.self = self;
    this.documents = documents;
    this.nanoTime = threads.nanoTime();
    this.dispatch = host.dispatch();
    this.resolve = host.resolve();
    this.guard = host.guard();
    this.feeds =
        new PartitionFeeds(
            new PartitionFeeds.Surroundings(
                self,
                peers,
                threads.handlers(),
                threads.timer(),
                documents.forms(),
                new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()))));
    this.requests = new WatchRequests(feeds, host.replicas());
  }

  /**
   * What watches need of their host.
   *
   * @param replicas finds this node's replica of a partition; null if there is none
   * @param dispatch does an operation
   * @param resolve makes a query over all kinds, or throws {@link IllegalArgumentException}
   * @param guard says what whoever watches may read
   */
  public record Host(
      Function<String, WatchRequests.@Nullable Replica> replicas,
      Consumer<Operation> dispatch,
      Function<ODataQuery, Query> resolve,
      Guard guard) {}

  /**
   * What somebody may read.
   *
   * @param visible null for everything
   */
  private record Grant(@Nullable AuthorizationContext who, @Nullable Query visible) {

    /** Whether that is what it may read now. */
    @SuppressWarnings("ReferenceEquality") // spares comparing what they say
    boolean holds(Guard guard) {
      Query now = guard.visible(who);
      return now == visible
          || (now != null
              && visible != null
              && QueryFilter.create(now).equals(QueryFilter.create(visible)));
    }
  }

  /**
   * Ends the feeds of those who may read something else than when they began. Whoever follows one
   * begins it again, with the token that it has, and is refused or hears of what it may read.
   */
  public void recheck() {
    grants
        .asMap()
        .forEach(
            (watch, grant) -> {
              if (!grant.holds(guard)) {
                grants.invalidate(watch);
                watch.end();
              }
            });
  }

  private Grant grant(@Nullable AuthorizationContext who) {
    return new Grant(who, guard.visible(who));
  }

  private void remember(Watch watch, Grant grant) {
    if (guard.isOn()) {
      grants.put(watch, grant);
    }
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
    return isWanted(op, Action.GET);
  }

  /** The same of a request whose body is a query. */
  public static boolean isWantedByPost(Operation op) {
    return isWanted(op, Action.POST);
  }

  private static boolean isWanted(Operation op, Action verb) {
    return op.getAction() == verb && op.hasRequestHeaders() && WatchRequest.isOne(op);
  }

  /** The factory of feeds that have names, which {@link #document} answers. */
  public FactoryService changeFeeds() {
    return ChangeFeedService.createFactory(
        feed -> {
          var _ = subjectOf(feed);
        });
  }

  /** Answers with a feed of one document, or with what a change feed tells of. Does not block. */
  public void document(ServiceType type, String link, Operation get) {
    if (type.model().stateType() == ChangeFeedState.class) {
      changeFeed(link, get);
      return;
    }
    start(get, () -> new Subject(stored(type), WatchFilter.of(Scope.LINK, link, null)));
  }

  /** Answers with a feed of the documents below a factory that its parameters want. */
  public void children(String factory, ServiceType type, Operation get) {
    start(get, () -> new Subject(stored(type), childFilter(factory, type, get)));
  }

  /** Answers with a feed of all documents that a query matches. */
  public void query(ODataQuery query, Operation get) {
    query(() -> resolve.apply(query), false, get);
  }

  /**
   * The same for a query that is not one of OData.
   *
   * @param query makes it, or throws {@link IllegalArgumentException}
   * @param scans whether its patterns may look at any number of values, whatever the URL says
   */
  public void query(Supplier<Query> query, boolean scans, Operation op) {
    start(op, () -> new Subject(documents::searched, WatchFilter.of(query.get()).scanning(scans)));
  }

  private void changeFeed(String link, Operation get) {
    Operation read = Operation.createGet(UriUtils.buildUri(get.getUri(), link));
    read.setReferer(get.getUri())
        .setAuthorizationContext(get.getAuthorizationContext())
        .setExpiration(get.getExpirationMicrosUtc())
        .setCompletion(
            (done, failure) -> {
              if (failure != null) {
                get.setStatusCode(done.getStatusCode()).fail(failure, done.getBodyRaw());
                return;
              }
              ChangeFeedState feed = done.getBody(ChangeFeedState.class);
              start(get, () -> subjectOf(feed), asked -> asked.goingOnFrom(feed.confirmed));
            });
    dispatch.accept(read);
  }

  private Subject subjectOf(ChangeFeedState feed) {
    PartitionedStorage stored =
        documents.ofSelector(ChangeFeedService.selectorOf(feed)) instanceof PartitionedStorage some
            ? some
            : null;
    if (stored == null) {
      throw new IllegalArgumentException("nodeSelectorLink keeps no documents on disk");
    }
    Query wanted =
        feed.filter == null || feed.filter.isBlank()
            ? null
            : resolve.apply(
                ODataQuery.parse(
                    Map.of(ODataQuery.FILTER, feed.filter), ODataQuery.Scope.everything()));
    WatchFilter filter = WatchFilter.of(ChangeFeedService.withoutFeeds(wanted));
    return new Subject(() -> List.of(stored), filter);
  }

  /**
   * Follows one document, or what is directly below a path, for something on this host. Blocks
   * until it is known where to begin.
   *
   * @param children whether what is below the path is meant
   * @param who hears of what it may read
   * @param from the token to go on from; null to begin with the present
   * @param current whether the present matches come first; means nothing with a token
   * @throws TokenOfOthersException if the token has nothing to do with these documents (any more)
   * @throws NotServedException if a partition cannot be reached at the moment
   */
  public Following follow(
      PartitionedStorage stored,
      String path,
      boolean children,
      @Nullable AuthorizationContext who,
      @Nullable String from,
      boolean current,
      ChangeSink sink) {
    WatchRequest request = WatchRequest.ofSubscriber(current, from);
    Grant grant = grant(who);
    WatchFilter filter = filter(path, children).within(grant.visible());
    Watch watch =
        new Watch(request, sources(stored, filter, request), sink, documents.forms(), nanoTime);
    remember(watch, grant);
    return watch;
  }

  /**
   * Follows what a query matches, for something on this host. Blocks until it is known where to
   * begin.
   *
   * @param storages where the documents are; may change as selectors come into use
   * @param scans whether patterns may look at any number of values
   * @param who hears of what it may read
   * @param current whether the present matches come first
   * @throws NotServedException if a partition cannot be reached at the moment
   */
  public Following follow(
      Supplier<List<PartitionedStorage>> storages,
      Query query,
      boolean scans,
      @Nullable AuthorizationContext who,
      boolean current,
      ChangeSink sink) {
    WatchRequest request = WatchRequest.ofQuery(current);
    Grant grant = grant(who);
    WatchFilter filter = WatchFilter.of(query).scanning(scans).within(grant.visible());
    WatchSources sources = new WatchSources(feeds, self, storages, filter);
    sources.begin(request);
    Watch watch = new Watch(request, sources, sink, documents.forms(), nanoTime);
    remember(watch, grant);
    return watch;
  }

  /** A token that goes on behind everything that was acknowledged before. Blocks; see follow. */
  public String position(PartitionedStorage stored, String path, boolean children) {
    return sources(stored, filter(path, children), WatchRequest.ofSubscriber(false, null))
        .token()
        .toString();
  }

  private static WatchFilter filter(String path, boolean children) {
    return WatchFilter.of(children ? Scope.PARENT : Scope.LINK, path, null);
  }

  private WatchSources sources(
      PartitionedStorage stored, WatchFilter filter, WatchRequest request) {
    WatchSources sources = new WatchSources(feeds, self, () -> List.of(stored), filter);
    sources.begin(request);
    return sources;
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
    Query query = ODataQuery.parse(Map.of(ODataQuery.FILTER, filter), scope).specification().query;
    return WatchFilter.of(Scope.PARENT, factory, query);
  }

  private void start(Operation get, Supplier<Subject> subject) {
    start(get, subject, asked -> asked);
  }

  private void start(
      Operation get, Supplier<Subject> subject, UnaryOperator<WatchRequest> changed) {
    Thread.ofVirtual()
        .name("cairn-watch")
        .start(
            () -> {
              try {
                watch(get, changed.apply(WatchRequest.of(get)), subject.get());
              } catch (RuntimeException e) {
                refuse(get, e);
              }
            });
  }

  private void watch(Operation get, WatchRequest request, Subject subject) {
    Grant grant = grant(get.getAuthorizationContext());
    WatchFilter filter =
        subject.filter().scanning(WatchRequest.allowsScans(get)).within(grant.visible());
    WatchSources sources = new WatchSources(feeds, self, subject.storages(), filter);
    sources.begin(request);
    if (filter.scope() == Scope.LINK && request.token() == null && !isThere(sources)) {
      Operation.failServiceNotFound(get);
      return;
    }
    get.setExpiration(Long.MAX_VALUE);
    WatchEvents events = new WatchEvents(get, nanoTime);
    Watch watch = new Watch(request, sources, events, documents.forms(), nanoTime);
    open.add(watch);
    remember(watch, grant);
    get.nestCompletion(
        (done, failure) -> {
          open.remove(watch);
          grants.invalidate(watch);
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
