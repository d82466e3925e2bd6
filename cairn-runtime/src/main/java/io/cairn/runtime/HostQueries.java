// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.NodeStatus;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.query.ContinuousQueries;
import io.cairn.runtime.query.DocumentIndexService;
import io.cairn.runtime.query.FactoryListing;
import io.cairn.runtime.query.GraphQueryService;
import io.cairn.runtime.query.IndexKindsService;
import io.cairn.runtime.query.IndexQueries;
import io.cairn.runtime.query.ODataQueryService;
import io.cairn.runtime.query.QueryEngine;
import io.cairn.runtime.query.QueryPageService;
import io.cairn.runtime.query.QueryPages;
import io.cairn.runtime.query.QueryTaskFactory;
import io.cairn.runtime.query.Searched;
import io.cairn.runtime.query.Visible;
import io.cairn.runtime.query.elsewhere.OtherNodes;
import io.cairn.runtime.query.elsewhere.PeerSearches;
import io.cairn.runtime.query.limits.CostlyWork;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.subscriptions.KeptSubscriptions;
import io.cairn.runtime.subscriptions.SubscriptionHost;
import io.cairn.runtime.watch.WatchRequests;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The queries of a host, and the services that answer them. Thread-safe. */
final class HostQueries {

  private final QueryPages pages = new QueryPages();
  private final HostCluster cluster;
  private final HostServices services;
  private final BiConsumer<String, Operation> toNode;
  private final QueryEngine engine;
  private final ContinuousQueries continuous;
  private final FactoryListing listing;
  private final Watches watches;
  private final PeerSearches forOthers;
  private final QueryReach reach;
  private final Searched searched;
  private final KeptSubscriptions subscriptions;

  /** Looks whether the index was committed; nothing until its service is there. */
  private volatile Runnable tellOfCommits = () -> {};

  /** By the very query of one revision of what somebody may do; names may come to mean more. */
  private final Cache<Query, Visible> visible =
      Caffeine.newBuilder().weakKeys().expireAfterWrite(Duration.ofSeconds(1)).build();

  /**
   * Prepares queries over the documents of a cluster.
   *
   * @param ids names what they make
   * @param toNode sends an operation to a certain node
   * @param host sends notifications, once it has started
   */
  HostQueries(
      HostSettings settings,
      HostThreads threads,
      HostCluster cluster,
      HostServices services,
      IdSequence ids,
      BiConsumer<String, Operation> toNode,
      ServiceHost host) {
    this.cluster = cluster;
    this.services = services;
    this.toNode = (node, op) -> toKeeper(cluster, node, op, toNode);
    String nodeId = cluster.node().nodeId();
    DocumentDirectory documents = cluster.documents();
    this.forOthers =
        new PeerSearches(
            cluster.replicas()::current, documents.forms(), threads.handlers(), threads.clock());
    OtherNodes others =
        new OtherNodes(cluster.peers(), nodeId, forOthers, ids::next, threads.clock());
    this.reach = new QueryReach(cluster.selectors(), services.registry());
    this.searched =
        new Searched(
            specification -> documents.spread(reach.of(specification)),
            documents::isForming,
            others,
            documents::ownedStores);
    this.engine =
        new QueryEngine(
            pages,
            new QueryEngine.Environment(
                nodeId,
                ids::next,
                threads.clock(),
                settings.queryTimeLimitMicros(),
                settings.responsePayloadSizeLimit() / 2,
                link -> living(documents, link, threads.clock().micros()),
                documents.forms(),
                this::visible),
            CostlyWork.of(
                Runtime.getRuntime().availableProcessors(),
                threads.handlers(),
                services.quotas().parties()));
    this.continuous = new ContinuousQueries(nodeId, threads.clock(), threads.changes());
    cluster.changes().listen(this::changedByOthers);
    services.publisher().add(continuous);
    this.watches =
        new Watches(
            nodeId,
            documents,
            cluster.peers(),
            new Watches.Host(
                name -> replica(cluster, name),
                services.dispatcher()::dispatch,
                query -> IndexQueries.resolved(query, documents.descriptions()),
                services.guard()),
            new Watches.Threads(threads.handlers(), threads.timer(), threads.machine().nanoTime()));
    services.dispatcher().watchedBy(watches);
    this.subscriptions =
        new KeptSubscriptions(
            new SubscriptionHost(
                nodeId,
                host,
                documents,
                services::documentsOf,
                watches,
                threads.clock(),
                threads.handlers(),
                threads.timer(),
                settings.operationTimeoutMicros(),
                settings.subscriptionFailureTimeoutMicros()));
    services.publisher().add(subscriptions);
    this.listing = new FactoryListing(engine, watches, services.stateful(), this.toNode, others);
  }

  /** Has a node answer that keeps a page; a node that has died has lost its pages. */
  private static void toKeeper(
      HostCluster cluster, String node, Operation op, BiConsumer<String, Operation> toNode) {
    boolean dead =
        cluster.groups().all().stream()
            .map(group -> group.view().nodes().get(node))
            .anyMatch(seen -> seen != null && seen.status() == NodeStatus.UNAVAILABLE);
    if (dead) {
      StandardRefusal.NOT_FOUND.answer(
          op,
          "Node %s, which kept this page in its memory, has died or cannot be reached. Run the query again"
              .formatted(node));
    } else {
      toNode.accept(node, op);
    }
  }

  private @Nullable Visible visible(@Nullable AuthorizationContext who) {
    Guard guard = services.guard();
    Query query = guard.isOn() ? guard.visible(who) : null;
    return query == null
        ? null
        : visible.get(query, any -> new Visible(any, cluster.documents().descriptions()));
  }

  private static WatchRequests.@Nullable Replica replica(HostCluster cluster, String name) {
    PartitionMachine machine = cluster.replicas().machine(name);
    ReplicaSet group = cluster.replicas().group(name);
    return machine == null || group == null ? null : new WatchRequests.Replica(group, machine);
  }

  private @Nullable DocumentVersion living(
      DocumentDirectory documents, String link, long nowMicros) {
    if (documents.mayBeElsewhere(link)) {
      DocumentVersion found = queries().find(link, null);
      return found == null || found.isTombstone() ? null : found;
    }
    DocumentVersion found = documents.knownLiving(link, nowMicros);
    return found == null ? null : documents.forms().present(found);
  }

  private IndexQueries queries() {
    return IndexQueries.consistent(
        engine, searched, this::followed, cluster.documents().descriptions());
  }

  private @Nullable Supplier<List<PartitionedStorage>> followed(QuerySpecification specification) {
    Predicate<DocumentStorage> among = reach.of(specification);
    return reach.isSeen(among)
        ? null
        : () -> cluster.documents().searched().stream().filter(among).toList();
  }

  private void changedByOthers(DocumentVersion version) {
    ServiceDocumentDescription description =
        continuous.isIdle() || version.kind() == null || DocumentVersion.isHidden(version.link())
            ? null
            : cluster.documents().description(version.kind());
    if (description != null) {
      continuous.changedByOthers(version, description);
    }
  }

  /** Starts the services that answer queries. Returns when they do. */
  void startServices(ServiceHost host) {
    DocumentDirectory documents = cluster.documents();
    IndexQueries queries = queries();
    IndexQueries local =
        IndexQueries.local(
                engine,
                Searched.asItIs(documents::asItIs, documents::ownedStores),
                documents::replicaState,
                documents.descriptions())
            .with(services.stateful()::volatileDocuments);
    host.startAndAwait(
        new QueryTaskFactory(
            queries,
            continuous,
            watches,
            post ->
                services
                    .dispatcher()
                    .dispatch(
                        post.setUri(
                            UriUtils.buildUri(host, ServiceUriPaths.CORE_LOCAL_QUERY_TASKS)))),
        ServiceUriPaths.CORE_QUERY_TASKS);
    host.startAndAwait(
        new QueryTaskFactory(local, continuous, watches, null),
        ServiceUriPaths.CORE_LOCAL_QUERY_TASKS);
    host.startAndAwait(new QueryPageService(engine, toNode), ServiceUriPaths.CORE_QUERY_PAGE);
    host.startAndAwait(
        new QueryPageService(engine, toNode), ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING);
    host.startAndAwait(watches.changeFeeds(), ServiceUriPaths.CORE_CHANGE_FEEDS);
    host.startAndAwait(
        GraphQueryService.createFactory(queries), ServiceUriPaths.CORE_GRAPH_QUERIES);
    host.startAndAwait(
        new ODataQueryService(queries, local, watches, toNode), ServiceUriPaths.ODATA_QUERIES);
    DocumentIndexService index = new DocumentIndexService(queries, local, documents);
    host.startAndAwait(index, ServiceUriPaths.CORE_DOCUMENT_INDEX);
    tellOfCommits = index::tellOfCommits;
    host.startAndAwait(
        new IndexKindsService(queries, local, documents),
        ServiceUriPaths.CORE_DOCUMENT_INDEX_KINDS);
  }

  QueryEngine engine() {
    return engine;
  }

  /** The clients that watch. */
  Watches watches() {
    return watches;
  }

  /** Searches for other nodes. */
  PeerSearches forOthers() {
    return forOthers;
  }

  /** The subscriptions to documents. */
  KeptSubscriptions subscriptions() {
    return subscriptions;
  }

  FactoryListing listing() {
    return listing;
  }

  /** Forgets pages whose time is over, and looks after subscriptions. */
  void expire(long now) {
    pages.expire(now);
    forOthers.expire(now);
    subscriptions.sweep();
    tellOfCommits.run();
    if (services.guard().isOn()) {
      watches.recheck();
      continuous.recheck();
    }
  }

  void close() {
    continuous.close();
    pages.close();
    forOthers.close();
  }
}
