// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.ReplicationNode;
import io.cairn.document.HybridClock;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.net.peer.PeerChannels;
import io.cairn.runtime.cluster.ClusterServices;
import io.cairn.runtime.dispatch.AvailabilityQueue;
import io.cairn.runtime.dispatch.ChangePublisher;
import io.cairn.runtime.dispatch.ChildResumption;
import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.Expiry;
import io.cairn.runtime.dispatch.ForwardedOperations;
import io.cairn.runtime.dispatch.InFlightOperations;
import io.cairn.runtime.dispatch.NotificationTargets;
import io.cairn.runtime.dispatch.OperationSender;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.dispatch.ServiceStarter;
import io.cairn.runtime.dispatch.Startup;
import io.cairn.runtime.dispatch.StopHandlers;
import io.cairn.runtime.documents.ChildDocuments;
import io.cairn.runtime.documents.DocumentHome;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.documents.PartitionedDocuments;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.runtime.nodes.GroupChangeWatch;
import io.cairn.runtime.nodes.HostNodes;
import io.cairn.runtime.nodes.OwnershipWatch;
import io.cairn.runtime.nodes.SelectorCalls;
import io.cairn.runtime.nodes.SelectorRequests;
import io.cairn.runtime.query.ContinuousQueries;
import io.cairn.runtime.query.CostlyWork;
import io.cairn.runtime.query.FactoryListing;
import io.cairn.runtime.query.QueryEngine;
import io.cairn.runtime.query.QueryPages;
import io.cairn.runtime.rest.HostListeners;
import io.cairn.runtime.rest.HttpGateway;
import io.cairn.runtime.rest.NotificationTrail;
import io.cairn.runtime.rest.RemoteSender;
import io.cairn.runtime.rest.StartingHandler;
import io.cairn.runtime.routing.ForwardedCalls;
import io.cairn.runtime.routing.NodeRouter;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.runtime.utility.SubscriptionTargets;
import io.cairn.service.FactoryService;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.state.ServiceHostState;
import io.cairn.store.DocumentVersion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running host and the order in which they come and go. The only place that knows all
 * of them; each can be made and tested alone. Thread-safe once opened.
 */
public final class HostParts implements HostRuntime {

  private static final Logger log = LoggerFactory.getLogger(HostParts.class);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(10);
  private static final long SWEEP_MILLIS = 250;
  private static final int MAX_WAITING_FOR_AVAILABILITY = 10_000;

  private final ServiceHost host;
  private final ServiceHost.Arguments arguments;
  private final Path sandbox;
  private final HybridClock clock;
  private final LongSupplier wallMicros = HostParts::wallMicros;
  private final HostCluster cluster;
  private final ReplicationNode node;
  private final DocumentHome home;
  private final ExecutorService handlers;
  private final ExecutorService elsewhere;
  private final ScheduledExecutorService timer;
  private final ServiceRegistry registry;
  private final AvailabilityQueue availability = new AvailabilityQueue(MAX_WAITING_FOR_AVAILABILITY);
  private final InFlightOperations inFlight = new InFlightOperations();
  private final ChangePublisher publisher;
  private final StatefulServices stateful;
  private final Dispatcher dispatcher;
  private final MaintenanceScheduler maintenance;
  private final ServiceStarter starter;
  private final QueryPages pages = new QueryPages();
  private final QueryEngine queries;
  private final ContinuousQueries continuous;
  private final FactoryListing listing;
  private final HostListeners listeners;
  private final OperationSender sender;
  private final NotificationTrail trail;
  private final RemoteSender remote;
  private final ForwardedCalls forwarded;
  private final NodeRouter nodeRouter;
  private final Expiry expiry;
  private final OwnershipWatch ownership;
  private final SubscriptionTargets subscriptionTargets;
  private final HostNodes nodes;
  private final SelectorCalls calls;
  private final Startup startup;
  private final IdSequence ids;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HostParts(
      ServiceHost host,
      ServiceHost.Arguments arguments,
      Path sandbox,
      HybridClock clock,
      ExecutorService handlers,
      HostCluster cluster,
      HostListeners listeners) {
    this.host = host;
    this.arguments = arguments;
    this.sandbox = sandbox;
    this.clock = clock;
    this.cluster = cluster;
    this.node = cluster.node();
    this.registry = new ServiceRegistry(node.nodeId());
    this.home = cluster.home();
    this.ids = new IdSequence(node.nodeId(), clock);
    this.handlers = handlers;
    this.forwarded = new ForwardedCalls(cluster.peers(), cluster::clientAddress);
    this.nodeRouter =
        new NodeRouter(forwarded, node.nodeId(), this::track, handlers, wallMicros);
    this.elsewhere =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("cairn-changes").factory());
    this.timer = newTimer();
    this.publisher = new ChangePublisher(availability);
    this.stateful =
        new StatefulServices(
            host,
            node.nodeId(),
            new StatefulServices.Time(clock, wallMicros, this::limit),
            handlers,
            publisher,
            new StatefulServices.Bounds(
                Duration.of(arguments.serviceCacheClearDelayMicros, ChronoUnit.MICROS),
                maximumIdle(arguments)));
    cluster.changes().listen(version -> stateful.changedElsewhere(version.link()));
    OwnerRouter router = new OwnerRouter(forwarded, timer, handlers, wallMicros);
    this.startup =
        new Startup(
            this::isShared,
            link -> home.living(link, wallMicros.getAsLong()) != null,
            System::nanoTime);
    this.dispatcher =
        new Dispatcher(registry, stateful, availability, handlers, router, startup);
    this.maintenance =
        new MaintenanceScheduler(timer, handlers, () -> arguments.maintenanceIntervalMicros);
    this.starter = new ServiceStarter(host, registry, stateful, availability, home, router, startup);
    this.queries =
        new QueryEngine(
            pages,
            new QueryEngine.Environment(
                node.nodeId(),
                this::nextId,
                wallMicros,
                arguments.responsePayloadSizeLimit / 2,
                link -> home.knownLiving(link, wallMicros.getAsLong())),
            CostlyWork.of(Runtime.getRuntime().availableProcessors(), handlers));
    if (arguments.missingDeleteSucceeds) {
      dispatcher.forgiveMissingDeletes();
    }
    this.continuous = new ContinuousQueries(node.nodeId(), wallMicros, elsewhere);
    cluster.changes().listen(this::changedElsewhere);
    publisher.add(continuous);
    this.listing = new FactoryListing(
            queries, stateful, this::toNode, new ChildDocuments(cluster.peers())::all);
    this.listeners = listeners;
    this.trail = new NotificationTrail(node.nodeId());
    this.remote = new RemoteSender(wallMicros, timer, arguments, listeners.tls(), trail);
    this.sender =
        new OperationSender(
            dispatcher,
            inFlight,
            listeners::isOwn,
            remote::send,
            () -> wallMicros.getAsLong() + arguments.operationTimeoutMicros);
    this.expiry = new Expiry(home, stateful, dispatcher, clock);
    this.nodes =
        new HostNodes(
            host,
            arguments,
            cluster.groups(),
            cluster.selectors(),
            routes(router),
            listeners::isOwn,
            new GroupChangeWatch(node.nodeId(), cluster.selectors(), registry, maintenance));
    this.subscriptionTargets =
        new SubscriptionTargets(
            new SubscriptionTargets.Surroundings(
                listeners::isOwn,
                cluster::memberAddresses,
                new NotificationTargets(registry)::mayBeNamed,
                listeners.isClosed()),
            List.of(arguments.subscriptionHosts));
    this.calls = new SelectorCalls(host, nodes, sender);
    this.ownership =
        new OwnershipWatch(
            node.nodeId(),
            cluster.selectors(),
            registry,
            stateful,
            new ChildResumption(host, stateful));
  }

  private void changedElsewhere(DocumentVersion version) {
    ServiceDocumentDescription description =
        continuous.isIdle() || version.kind() == null ? null : home.description(version.kind());
    if (description != null) {
      continuous.changedElsewhere(version, description);
    }
  }

  private SelectorRequests.Routes routes(OwnerRouter owners) {
    return new SelectorRequests.Routes(owners, nodeRouter, wallMicros);
  }

  /** Takes up an operation that this node got in another's stead, and has it expire. */
  private void track(Operation op) {
    op.nestCompletion(
        (done, failure) -> {
          inFlight.remove(op);
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure, op.getBodyRaw());
          }
        });
    inFlight.add(op);
    dispatcher.dispatch(op);
  }

  private boolean isShared() {
    return arguments.peerNodes.length > 0 || home.isSpread();
  }

  /** Forgets what is planned when it is shut down, and does not interrupt what is being done. */
  private static ScheduledExecutorService newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("cairn-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    return timer;
  }

  /**
   * Binds the ports, then opens the data.
   *
   * @throws java.net.BindException if a port is taken
   * @throws IOException if the data are in use, damaged, or unreadable
   */
  static HostParts open(
      ServiceHost host, ServiceHost.Arguments arguments)
      throws IOException {
    HybridClock clock = new HybridClock(HostParts::wallMicros);
    Path sandbox = Sandbox.directory(arguments);
    Sandbox.open(sandbox);
    HostListeners listeners = new HostListeners(arguments);
    PeerChannels peers = PeerConnections.of(arguments, listeners.tls());
    ExecutorService handlers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cairn-handler-", 0).factory());
    try {
      listeners.bind(peers.endpoint());
      HostCluster cluster =
          HostCluster.open(
              new HostCluster.Setup(
                  arguments, sandbox, clock, peers::agreedMicros, handlers, ClusterArguments.applications(arguments)),
              new HostCluster.Network(
                  peers, listeners.peerUri(), listeners.publicUri(), listeners.concerns()));
      return new HostParts(host, arguments, sandbox, clock, handlers, cluster, listeners);
    } catch (IOException | RuntimeException e) {
      listeners.close();
      peers.close();
      handlers.shutdown();
      throw e;
    }
  }

  /** Microseconds since 1970. */
  private static long wallMicros() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }

  /** An idle service weighs about 2 KiB with its document; an eighth of the heap is theirs. */
  private static long maximumIdle(ServiceHost.Arguments arguments) {
    return arguments.maximumIdleServices > 0
        ? arguments.maximumIdleServices
        : Math.max(1_000, Runtime.getRuntime().maxMemory() / 8 / 2048);
  }

  /** Has an operation of the runtime's own fail after the time that requests may take. */
  private void limit(Operation op) {
    op.setExpiration(wallMicros.getAsLong() + arguments.operationTimeoutMicros);
    op.nestCompletion(
        (done, failure) -> {
          inFlight.remove(op);
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure);
          }
        });
    inFlight.add(op);
  }

  /**
   * Begins to sweep, looks for the other nodes of the group, and serves: what is about the cluster
   * while it looks for them, all else afterwards.
   */
  @Override
  public void listen() throws IOException {
    HttpGateway gateway =
        new HttpGateway(
            dispatcher,
            stateful,
            inFlight,
            wallMicros,
            new HttpGateway.Settings(
                listeners.uri(),
                arguments.operationTimeoutMicros,
                arguments.responsePayloadSizeLimit,
                new HttpGateway.Names(
                    listeners.isClosed(),
                    arguments.bindAddress,
                    listeners.publicUri(),
                    List.of(arguments.allowedHosts)),
                trail::incoming));
    node.onFatal(
        failure -> log.error("The log has failed, this host can no longer write", failure));
    var _ =
        timer.scheduleWithFixedDelay(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    try {
      cluster.connect(
          new ForwardedOperations(
              dispatcher,
              inFlight,
              new ForwardedOperations.Host(listeners.uri(), wallMicros, listeners::admitBody, trail::passedOn),
              cluster.replicas()));
      cluster.live().connect(this::obstacles);
      ClusterServices.of(
              new ClusterServices.View(cluster.live().cluster(), cluster.live()::defaultGroup),
              cluster.copies().copies(),
              wallMicros)
          .forEach((path, service) -> host.startAndAwait(service, path));
      listeners.serve(StartingHandler.joining(gateway));
      cluster.join(Duration.of(arguments.startupPeriodMicros, ChronoUnit.MICROS));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new InterruptedIOException("interrupted while the host looked for its group");
    }
    startup.listening();
    listeners.serve(gateway);
  }

  /** What keeps this host from serving, apart from its default group. */
  private List<String> obstacles() {
    if (closed.get()) {
      return List.of("this host is stopping");
    }
    Set<String> all = new LinkedHashSet<>(startup.obstacles());
    String shortage = cluster.shortage();
    if (shortage != null) {
      all.add(shortage);
    }
    registry
        .stoppedByRequest()
        .forEach(link -> all.add("service " + registry.stoppedSentence(link)));
    List<String> known = cluster.live().defaultGroup().condition().reasons();
    for (ServiceRegistry.Entry entry : registry.all()) {
      if (entry instanceof ServiceRegistry.Factory factory) {
        if (!factory.service().isAvailable()) {
          all.add("factory %s says that it is not available".formatted(factory.link()));
        }
        factory.service().obstacles().stream()
            .filter(reason -> !known.contains(reason))
            .forEach(reason -> all.add("factory %s: %s".formatted(factory.link(), reason)));
      }
    }
    return List.copyOf(all);
  }

  private void sweep() {
    try {
      long now = wallMicros.getAsLong();
      inFlight.sweep(now);
      forwarded.sweep();
      availability.expire(now);
      pages.expire(now);
      ownership.sweep();
      nodes.sweep();
      cluster.selectors().sweep();
      cluster.lookAtDisk();
      expiry.sweep();
    } catch (RuntimeException e) {
      log.warn("A sweep failed, the next one tries again", e);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    cluster.leave(HANDOVER_LIMIT);
    listeners.drain(DRAIN_LIMIT);
    StopHandlers.run(registry, stateful, DRAIN_LIMIT);
    stopTimer();
    cluster.disconnect();
    listeners.close();
    remote.close();
    pages.close();
    cluster.close();
    elsewhere.shutdown();
    handlers.shutdown();
  }

  /** An interrupt would close the files of a store that the sweep is just reading. */
  private void stopTimer() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The timer is still busy after {}", DRAIN_LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onFatal(Consumer<Throwable> listener) {
    node.onFatal(listener);
  }

  @Override
  public void startCoreServices() {
    CoreServices.start(host, this);
  }

  @Override
  public void startupCompleted() {
    startup.complete();
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public String id() {
    return node.nodeId();
  }

  @Override
  public String nextId() {
    return ids.next();
  }

  @Override
  public URI uri() {
    return listeners.uri();
  }

  @Override
  public URI publicUri() {
    return listeners.publicUri();
  }

  @Override
  public URI storage() {
    return sandbox.toUri();
  }

  @Override
  public ServiceHostState state() {
    return HostStates.of(host, this, arguments);
  }

  @Override
  public void start(Operation post, Service service) {
    starter.start(post, service);
  }

  @Override
  public void stop(Service service) {
    starter.stop(service);
  }

  @Override
  public @Nullable Service find(String path) {
    return switch (registry.find(path)) {
      case ServiceRegistry.Stateless stateless -> stateless.service();
      case ServiceRegistry.Factory factory -> factory.service();
      case null, default -> null;
    };
  }

  @Override
  public boolean isAvailable(String path) {
    return starter.isAvailable(path);
  }

  @Override
  public void whenAvailable(Operation.CompletionHandler handler, String... paths) {
    starter.whenAvailable(handler, paths);
  }

  @Override
  public void maintenanceChanged(Service service) {
    maintenance.changed(service);
  }

  @Override
  public ServiceDocumentDescription describe(StatefulService service) {
    ServiceType type = dispatcher.typeOf(service.getSelfLink());
    if (type == null) {
      throw new IllegalStateException(service.getSelfLink() + " is not started on this host");
    }
    return type.model().description();
  }

  @Override
  public void listChildren(FactoryService factory, Operation request) {
    if (registry.find(factory.getSelfLink()) instanceof ServiceRegistry.Factory started) {
      listing.list(factory, started.children(), request);
    } else {
      Operation.failServiceNotFound(request);
    }
  }

  @Override
  public List<String> obstacles(FactoryService factory) {
    return registry.find(factory.getSelfLink()) instanceof ServiceRegistry.Factory started
            && started.children().documents() instanceof PartitionedDocuments documents
        ? documents.obstacles()
        : List.of();
  }

  @Override
  public void send(Operation op) {
    sender.send(op);
  }

  @Override
  public void dispatch(Operation op) {
    dispatcher.dispatch(op);
  }

  @Override
  public void selectOwner(@Nullable String selector, String key, Operation op) {
    calls.owner(selector, key, op);
  }

  @Override
  public void broadcast(
      @Nullable String selector, @Nullable String key, boolean excludesThisHost, Operation op) {
    calls.toAll(selector, key, excludesThisHost, op);
  }

  @Override
  public void forward(@Nullable String selector, @Nullable String key, Operation op) {
    calls.toOwner(selector, key, op);
  }

  @Override
  public void tellMembers(String selector) {
    nodes.tellMembers(selector);
  }

  @Override
  public boolean reachesMembers(String groupLink) {
    return nodes.isAvailable(groupLink);
  }

  @Override
  public ExecutorService handlers() {
    return handlers;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return timer.schedule(task, delay, unit);
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Stream.of(cluster.live().cluster(), nodes, subscriptionTargets, cluster.room(), this)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("A host has no " + type.getName()));
  }

  boolean remoteStop() {
    return arguments.remoteStop;
  }

  Path sandbox() {
    return sandbox;
  }

  int port() {
    return listeners.port();
  }

  HybridClock clock() {
    return clock;
  }

  public ServiceRegistry registry() {
    return registry;
  }

  StatefulServices stateful() {
    return stateful;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  public MaintenanceScheduler maintenance() {
    return maintenance;
  }

  ContinuousQueries continuous() {
    return continuous;
  }

  QueryEngine queries() {
    return queries;
  }

  public NodeSelectors selectors() {
    return cluster.selectors();
  }

  DocumentHome home() {
    return home;
  }

  HostNodes nodes() {
    return nodes;
  }

  InFlightOperations inFlight() {
    return inFlight;
  }

  /** Has an operation done by a certain node. */
  void toNode(String nodeId, Operation op) {
    if (nodeId.equals(id()) || cluster.groups().addressOf(nodeId) != null) {
      nodeRouter.send(nodeId, op);
    } else {
      Operation.fail(
          op,
          Operation.STATUS_CODE_NOT_FOUND,
          ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND,
          new IllegalStateException(
              "There is no node %s in this group, or no more. Run the query again"
                  .formatted(nodeId)));
    }
  }
}
