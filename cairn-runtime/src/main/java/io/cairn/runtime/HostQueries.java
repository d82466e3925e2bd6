// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.ReplicaSet;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.runtime.documents.ChildDocuments;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.query.ContinuousQueries;
import io.cairn.runtime.query.CostlyWork;
import io.cairn.runtime.query.DocumentIndexService;
import io.cairn.runtime.query.FactoryListing;
import io.cairn.runtime.query.IndexQueries;
import io.cairn.runtime.query.ODataQueryService;
import io.cairn.runtime.query.QueryEngine;
import io.cairn.runtime.query.QueryPageService;
import io.cairn.runtime.query.QueryPages;
import io.cairn.runtime.query.QueryTaskFactory;
import io.cairn.runtime.query.Searched;
import io.cairn.runtime.subscriptions.KeptSubscriptions;
import io.cairn.runtime.subscriptions.SubscriptionHost;
import io.cairn.runtime.watch.WatchRequests;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.util.function.BiConsumer;
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
  private final KeptSubscriptions subscriptions;

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
    this.toNode = toNode;
    String nodeId = cluster.node().nodeId();
    this.engine =
        new QueryEngine(
            pages,
            new QueryEngine.Environment(
                nodeId,
                ids::next,
                threads.clock(),
                settings.responsePayloadSizeLimit() / 2,
                link -> living(cluster.documents(), link, threads.clock().micros()),
                cluster.documents().forms()),
            CostlyWork.of(Runtime.getRuntime().availableProcessors(), threads.handlers()));
    this.continuous =
        new ContinuousQueries(nodeId, threads.clock().wallMicros(), threads.changes());
    cluster.changes().listen(this::changedByOthers);
    services.publisher().add(continuous);
    this.watches =
        new Watches(
            nodeId,
            cluster.documents(),
            cluster.peers(),
            new Watches.Host(
                name -> replica(cluster, name),
                services.dispatcher()::dispatch,
                query -> IndexQueries.resolved(query, cluster.documents().descriptions())),
            new Watches.Threads(threads.handlers(), threads.timer(), threads.machine().nanoTime()));
    services.dispatcher().watchedBy(watches);
    this.subscriptions =
        new KeptSubscriptions(
            new SubscriptionHost(
                nodeId,
                host,
                cluster.documents(),
                services::documentsOf,
                watches,
                threads.clock(),
                threads.handlers(),
                threads.timer(),
                settings.operationTimeoutMicros(),
                settings.subscriptionFailureTimeoutMicros()));
    services.publisher().add(subscriptions);
    this.listing =
        new FactoryListing(
            engine,
            watches,
            services.stateful(),
            toNode,
            new ChildDocuments(cluster.peers(), threads.machine().nanoTime())::all);
  }

  private static WatchRequests.@Nullable Replica replica(HostCluster cluster, String name) {
    PartitionMachine machine = cluster.replicas().machine(name);
    ReplicaSet group = cluster.replicas().group(name);
    return machine == null || group == null ? null : new WatchRequests.Replica(group, machine);
  }

  private static @Nullable DocumentVersion living(
      DocumentDirectory documents, String link, long nowMicros) {
    DocumentVersion found = documents.knownLiving(link, nowMicros);
    return found == null ? null : documents.forms().present(found);
  }

  private void changedByOthers(DocumentVersion version) {
    ServiceDocumentDescription description =
        continuous.isIdle() || version.kind() == null
            ? null
            : cluster.documents().description(version.kind());
    if (description != null) {
      continuous.changedByOthers(version, description);
    }
  }

  /** Starts the services that answer queries. Returns when they do. */
  void startServices(ServiceHost host) {
    DocumentDirectory documents = cluster.documents();
    Searched searched =
        new Searched(
            documents::current,
            new QueryReach(cluster.selectors(), services.registry())::check,
            documents::isForming,
            documents::ownedStores);
    IndexQueries queries = IndexQueries.consistent(engine, searched, documents.descriptions());
    IndexQueries local =
        IndexQueries.local(
            engine,
            Searched.asItIs(documents::asItIs, documents::ownedStores),
            documents::replicaState,
            documents.descriptions());
    host.startAndAwait(
        new QueryTaskFactory(
            queries,
            continuous,
            post ->
                services
                    .dispatcher()
                    .dispatch(
                        post.setUri(
                            UriUtils.buildUri(host, ServiceUriPaths.CORE_LOCAL_QUERY_TASKS)))),
        ServiceUriPaths.CORE_QUERY_TASKS);
    host.startAndAwait(
        new QueryTaskFactory(local, continuous, null), ServiceUriPaths.CORE_LOCAL_QUERY_TASKS);
    host.startAndAwait(new QueryPageService(engine, toNode), ServiceUriPaths.CORE_QUERY_PAGE);
    host.startAndAwait(
        new QueryPageService(engine, toNode), ServiceUriPaths.CORE_QUERY_PAGE_FORWARDING);
    host.startAndAwait(watches.changeFeeds(), ServiceUriPaths.CORE_CHANGE_FEEDS);
    host.startAndAwait(
        new ODataQueryService(queries, local, watches), ServiceUriPaths.ODATA_QUERIES);
    host.startAndAwait(
        new DocumentIndexService(queries, local, documents), ServiceUriPaths.CORE_DOCUMENT_INDEX);
  }

  QueryEngine engine() {
    return engine;
  }

  /** The clients that watch. */
  Watches watches() {
    return watches;
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
    subscriptions.sweep();
  }

  void close() {
    pages.close();
  }
}
