// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.HttpHandler;
import io.cairn.net.peer.PeerStream;
import io.cairn.net.peer.channel.PeerChannels;
import io.cairn.runtime.cluster.ClusterServices;
import io.cairn.runtime.dispatch.ChildResumption;
import io.cairn.runtime.dispatch.ForwardedOperations;
import io.cairn.runtime.dispatch.OperationSender;
import io.cairn.runtime.dispatch.RootNamespaceService;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.nodes.GroupChangeWatch;
import io.cairn.runtime.nodes.HostNodes;
import io.cairn.runtime.nodes.OwnershipWatch;
import io.cairn.runtime.nodes.SelectorCalls;
import io.cairn.runtime.nodes.SelectorRequests;
import io.cairn.runtime.openapi.ApiDocuments;
import io.cairn.runtime.rest.HostListeners;
import io.cairn.runtime.rest.NotificationTrail;
import io.cairn.runtime.rest.RemoteSender;
import io.cairn.runtime.rest.StartingHandler;
import io.cairn.runtime.routing.ForwardedCalls;
import io.cairn.runtime.routing.NodeRouter;
import io.cairn.runtime.security.ExposedHostException;
import io.cairn.runtime.socket.WebSockets;
import io.cairn.runtime.utility.SubscriptionTargets;
import io.cairn.service.FactoryService;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatefulService;
import io.cairn.service.state.ServiceHostState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running host: builds its parts in order, starts them, and stops them in the reverse.
 * Thread-safe once opened.
 */
final class HostParts implements HostRuntime {

  private static final Logger log = LoggerFactory.getLogger(HostParts.class);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(10);

  private final ServiceHost host;
  private final HostSettings settings;
  private final Path sandbox;
  private final HostThreads threads;
  private final HostListeners listeners;
  private final HostCluster cluster;
  private final LiveCluster live;
  private final IdSequence ids;
  private final ForwardedCalls forwarded;
  private final HostServices services;
  private final NodeRouter nodeRouter;
  private final HostQueries queries;
  private final NotificationTrail trail;
  private final RemoteSender remote;
  private final OperationSender sender;
  private final HostNodes hostNodes;
  private final SelectorCalls calls;
  private final OwnershipWatch ownership;
  private final HostSweep sweeps;
  private final SubscriptionTargets subscriptionTargets;
  private final WebSockets sockets;
  private final ApiDocuments api;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean coreStarted = new AtomicBoolean();

  private HostParts(
      ServiceHost host,
      HostThreads threads,
      HostListeners listeners,
      HostCluster.Setup setup,
      HostCluster.Network network)
      throws IOException {
    this.host = host;
    this.sockets = new WebSockets(host);
    this.settings = setup.settings();
    this.sandbox = setup.sandbox();
    this.threads = threads;
    this.listeners = listeners;
    this.cluster = HostCluster.open(setup, network);
    String nodeId = cluster.node().nodeId();
    this.ids = new IdSequence(nodeId, threads.clock().changes());
    this.forwarded =
        new ForwardedCalls(cluster.peers(), cluster::clientAddress, threads.machine().wallMicros());
    this.services = new HostServices(host, settings, threads, cluster, forwarded);
    services.requestLog().write(setup.cluster().requests());
    this.nodeRouter = new NodeRouter(forwarded, nodeId, services::track, threads.handlers());
    this.queries = new HostQueries(settings, threads, cluster, services, ids, this::toNode, host);
    this.api = new ApiDocuments(new HostApi(host, services));
    this.trail = new NotificationTrail(nodeId);
    this.remote =
        new RemoteSender(
            threads.machine().wallMicros(),
            threads.timer(),
            settings,
            listeners.tls(),
            trail,
            target -> listeners.isOwn(target) || cluster.isMember(target));
    this.sender =
        new OperationSender(
            services.dispatcher(),
            services.inFlight(),
            listeners::isOwn,
            remote::send,
            services::usualExpiration,
            services.audit().trail()::answered);
    this.hostNodes =
        new HostNodes(
            host,
            settings,
            new HostNodes.Known(cluster.groups(), cluster.selectors(), listeners::isOwn),
            new SelectorRequests.Routes(services.owners(), nodeRouter, threads.machine()),
            new GroupChangeWatch(
                nodeId, cluster.selectors(), services.registry(), services.maintenance()),
            services.audit()::seen);
    this.calls = new SelectorCalls(host, hostNodes, sender);
    this.ownership =
        new OwnershipWatch(
            nodeId,
            cluster.selectors(),
            services.registry(),
            services.stateful(),
            new ChildResumption(host, services.stateful()));
    this.sweeps = new HostSweep(threads.timer(), this::sweep, services.inFlight());
    this.subscriptionTargets = services.subscriptionTargets(listeners, cluster);
    try {
      this.live = new LiveCluster(setup, network, cluster, this::obstacles);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    network
        .peers()
        .handle(
            PeerStream.FORWARD,
            new ForwardedOperations(
                services.dispatcher(),
                services.inFlight(),
                new ForwardedOperations.Host(
                    listeners.uri(),
                    threads.machine().wallMicros(),
                    listeners::admitBody,
                    trail::passedOn,
                    services.quotas().stored()::answer),
                cluster.replicas(),
                queries.watches().requests(),
                queries.forOthers()));
  }

  /**
   * Binds the ports, then opens the data.
   *
   * @throws java.net.BindException if a port is taken
   * @throws IOException if the data are in use, damaged, or unreadable
   */
  static HostParts open(ServiceHost host, ServiceHost.Arguments arguments) throws IOException {
    ExposedHostException.check(arguments);
    HostSettings settings = HostSettings.of(arguments);
    Path sandbox = Sandbox.directory(arguments);
    Sandbox.open(sandbox);
    HostListeners listeners = new HostListeners(settings);
    HostThreads threads = HostThreads.start(host.surroundings());
    PeerChannels peers = PeerConnections.of(settings, threads, listeners, host.surroundings());
    try {
      listeners.bind(peers.endpoint());
      return new HostParts(
          host,
          threads,
          listeners,
          new HostCluster.Setup(settings, ClusterArguments.settled(arguments), sandbox, threads),
          new HostCluster.Network(
              peers, listeners.peerUri(), listeners.publicUri(), listeners.concerns()));
    } catch (IOException | RuntimeException e) {
      listeners.close();
      peers.close();
      threads.stop();
      throw e;
    }
  }

  /**
   * Begins to sweep, looks for the other nodes of the group, and serves: what is about the cluster
   * while it looks for them, all else afterwards.
   */
  @Override
  public void listen() throws IOException {
    HttpHandler gateway = services.gateway(listeners, sockets, trail);
    onFatal(failure -> log.error("The log has failed, this host can no longer write", failure));
    sweeps.start(cluster.groups());
    services.accounts().view().onChange(sweeps::stir); // streams may end
    try {
      services.audit().open(sandbox);
      live.start();
      cluster.connect();
      ClusterServices.of(
              new ClusterServices.View(live.cluster(), live::defaultGroup),
              cluster.copies().copies(),
              live.checkup(threads.machine().wallMicros())::look,
              threads.machine().wallMicros())
          .forEach((path, service) -> host.startAndAwait(service, path));
      listeners.serve(StartingHandler.joining(gateway));
      cluster.join(Duration.of(settings.startupPeriodMicros(), ChronoUnit.MICROS));
      live.startupCompleted();
      cluster.copies().start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new InterruptedIOException("interrupted while the host looked for its group");
    }
    services.startup().listening();
    listeners.serve(gateway);
  }

  /** What keeps this host from serving, apart from its default group. */
  private List<String> obstacles() {
    if (closed.get()) {
      return List.of("this host is stopping");
    }
    Set<String> all = new LinkedHashSet<>(services.startup().obstacles());
    String shortage = cluster.shortage();
    if (shortage != null) {
      all.add(shortage);
    }
    all.addAll(services.obstacles(live.defaultGroup().condition().reasons()));
    return List.copyOf(all);
  }

  private void sweep() {
    try {
      services.expire(threads.machine().micros());
      forwarded.sweep();
      queries.expire(threads.clock().micros());
      sockets.recheck();
      ownership.sweep();
      hostNodes.sweep();
      cluster.sweep();
      services.expiry().sweep();
    } catch (RuntimeException e) {
      log.warn("A sweep failed, the next one tries again", e);
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    services.audit().stopping();
    sockets.close();
    queries.subscriptions().close();
    cluster.leave(HANDOVER_LIMIT);
    live.stop();
    queries.watches().close();
    listeners.drain(DRAIN_LIMIT);
    services.stop(DRAIN_LIMIT);
    threads.stopTimer(DRAIN_LIMIT);
    cluster.disconnect();
    listeners.close();
    remote.close();
    queries.close();
    live.close();
    cluster.close();
    threads.stop();
  }

  @Override
  public void onFatal(Consumer<Throwable> listener) {
    cluster.node().onFatal(listener);
  }

  @Override
  public void startCoreServices() {
    if (coreStarted.getAndSet(true)) {
      return;
    }
    host.startAndAwait(
        new ServiceHostManagementService(
            settings.remoteStop(),
            queries.engine()::pagedCount,
            cluster.backups(),
            new ManagementRequests(host, services, cluster.copies().copies())),
        ServiceHostManagementService.SELF_LINK);
    HostMetrics.start(host, services, queries, cluster, live.cluster(), listeners);
    cluster.backups().start(host);
    host.startAndAwait(new RootNamespaceService(), RootNamespaceService.SELF_LINK);
    hostNodes.start();
    queries.startServices(host);
    services.startServices(host);
    sockets.start();
    HostBulk.start(host, services, queries, sender);
    HostApi.start(host, api);
  }

  @Override
  public void startupCompleted() {
    services.startup().complete();
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public String id() {
    return cluster.node().nodeId();
  }

  @Override
  public String nextId() {
    return ids.next();
  }

  @Override
  public long nowMicros() {
    return threads.clock().micros();
  }

  @Override
  public URI uri() {
    return listeners.uri();
  }

  /** The HTTPS port that it listens on; -1 if it listens on none. */
  int securePort() {
    return listeners.securePort();
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
    return HostStates.of(this, settings, sandbox);
  }

  @Override
  public void start(Operation post, Service service) {
    services.starter().start(post, service);
  }

  @Override
  public void stop(Service service) {
    services.starter().stop(service);
  }

  @Override
  public @Nullable Service find(String path) {
    return services.find(path);
  }

  @Override
  public boolean isAvailable(String path) {
    return services.starter().isAvailable(path);
  }

  @Override
  public void whenAvailable(Operation.CompletionHandler handler, String... paths) {
    services.starter().whenAvailable(handler, paths);
  }

  @Override
  public void maintenanceChanged(Service service) {
    services.maintenance().changed(service);
  }

  @Override
  public ServiceDocumentDescription describe(StatefulService service) {
    return services.describe(service);
  }

  @Override
  public void listChildren(FactoryService factory, Operation request) {
    if (services.registry().find(factory.getSelfLink())
        instanceof ServiceRegistry.Factory started) {
      queries.listing().list(factory, started.children(), request);
    } else {
      Operation.failServiceNotFound(request);
    }
  }

  @Override
  public List<String> obstacles(FactoryService factory) {
    return services.obstaclesOf(factory);
  }

  @Override
  public void send(Operation op) {
    sender.send(op);
  }

  @Override
  public void dispatch(Operation op) {
    services.dispatcher().dispatch(op);
  }

  @Override
  public Nodes nodes() {
    return calls;
  }

  @Override
  public Authorization authorization() {
    return services.accounts().authorization();
  }

  @Override
  public ExecutorService handlers() {
    return threads.handlers();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return threads.timer().schedule(task, delay, unit);
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    Stream<Object> own =
        Stream.of(
            live.cluster(),
            api,
            subscriptionTargets,
            queries.subscriptions(),
            cluster.room(),
            cluster.channels(),
            threads.clock(),
            this);
    return Stream.concat(own, services.parts())
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .or(() -> HostMetrics.meters(services, type))
        .orElseThrow(() -> new IllegalArgumentException("A host has no " + type.getName()));
  }

  HostThreads threads() {
    return threads;
  }

  HostServices services() {
    return services;
  }

  HostQueries queries() {
    return queries;
  }

  HostCluster cluster() {
    return cluster;
  }

  /** Sends an operation to a certain node. */
  private void toNode(String nodeId, Operation op) {
    if (nodeId.equals(id()) || cluster.groups().addressOf(nodeId) != null) {
      nodeRouter.send(nodeId, op);
    } else {
      StandardRefusal.NOT_FOUND.answer(
          op,
          "There is no node %s in this group, or no more. Run the query again".formatted(nodeId));
    }
  }
}
