// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.document.ServiceDocumentDescription;
import io.cairn.net.HttpHandler;
import io.cairn.runtime.audit.Audit;
import io.cairn.runtime.dispatch.AvailabilityQueue;
import io.cairn.runtime.dispatch.ChangePublisher;
import io.cairn.runtime.dispatch.Dispatcher;
import io.cairn.runtime.dispatch.Expiry;
import io.cairn.runtime.dispatch.InFlightOperations;
import io.cairn.runtime.dispatch.MemoryDocuments;
import io.cairn.runtime.dispatch.NotificationTargets;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.dispatch.ServiceStarter;
import io.cairn.runtime.dispatch.Startup;
import io.cairn.runtime.dispatch.StopHandlers;
import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.runtime.model.HostSettings;
import io.cairn.runtime.rest.CorsRules;
import io.cairn.runtime.rest.HostListeners;
import io.cairn.runtime.rest.HttpGateway;
import io.cairn.runtime.rest.NotificationTrail;
import io.cairn.runtime.rest.RequestTurns;
import io.cairn.runtime.routing.ForwardedCalls;
import io.cairn.runtime.routing.OwnerRouter;
import io.cairn.runtime.schema.SchemaCheck;
import io.cairn.runtime.schema.SchemaMemory;
import io.cairn.runtime.schema.SchemaRewriteService;
import io.cairn.runtime.schema.SchemasService;
import io.cairn.runtime.security.Guard;
import io.cairn.runtime.socket.WebSockets;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.runtime.tracing.OperationTracing;
import io.cairn.runtime.tracing.RequestLog;
import io.cairn.runtime.utility.SubscriptionTargets;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.uri.ServiceUriPaths;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The services of a host, and what takes operations to them. Thread-safe. */
final class HostServices {

  private static final int MAX_WAITING_FOR_AVAILABILITY = 10_000;

  private final AvailabilityQueue availability =
      new AvailabilityQueue(MAX_WAITING_FOR_AVAILABILITY);
  private final InFlightOperations inFlight = new InFlightOperations();
  private final Guard guard = new Guard();
  private final HostSettings settings;
  private final HostThreads threads;
  private final ServiceRegistry registry;
  private final ChangePublisher publisher;
  private final StatefulServices stateful;
  private final OwnerRouter owners;
  private final Startup startup;
  private final Dispatcher dispatcher;
  private final MaintenanceScheduler maintenance;
  private final ServiceStarter starter;
  private final Expiry expiry;
  private final SchemaMemory schemas;
  private final MemoryDocuments memory;
  private final RequestLog requestLog;
  private final OperationTracing tracing;
  private final HostAccounts accounts;
  private final HostQuotas quotas;
  private final Audit audit;

  HostServices(
      ServiceHost host,
      HostSettings settings,
      HostThreads threads,
      HostCluster cluster,
      ForwardedCalls forwarded) {
    this.settings = settings;
    this.threads = threads;
    String nodeId = cluster.node().nodeId();
    DocumentDirectory documents = cluster.documents();
    this.schemas = cluster.schemas();
    this.registry = new ServiceRegistry(nodeId);
    this.publisher = new ChangePublisher(availability);
    this.stateful =
        new StatefulServices(
            host,
            nodeId,
            new StatefulServices.Time(threads.clock(), this::limit),
            threads.handlers(),
            publisher,
            new StatefulServices.Bounds(
                Duration.of(settings.serviceCacheClearDelayMicros(), ChronoUnit.MICROS),
                maximumIdle(settings)),
            guard);
    cluster.changes().listen(version -> stateful.changedByOthers(version.link()));
    this.owners =
        new OwnerRouter(
            forwarded, threads.timer(), threads.handlers(), threads.machine().wallMicros());
    cluster.groups().onLeaderChange(owners::ownerChanged);
    this.startup =
        new Startup(
            () -> !settings.peerNodes().isEmpty() || documents.isSpread(),
            link -> documents.living(link, threads.clock().micros()) != null,
            threads.machine().nanoTime());
    this.dispatcher =
        new Dispatcher(
            registry, stateful, availability, threads.handlers(), owners, startup, guard);
    dispatcher.surroundedBy(host.surroundings());
    if (settings.missingDeleteSucceeds()) {
      dispatcher.forgiveMissingDeletes();
    }
    this.maintenance =
        new MaintenanceScheduler(
            threads.timer(),
            threads.handlers(),
            settings::maintenanceIntervalMicros,
            threads.machine());
    this.starter =
        new ServiceStarter(
            host,
            registry,
            stateful,
            availability,
            new ServiceStarter.Documents(
                documents,
                new SchemaCheck(schemas, threads.clock(), settings.schemaCheckLimitMicros())),
            owners,
            startup);
    this.requestLog = new RequestLog(threads.machine().nanoTime());
    this.tracing = new OperationTracing(threads.machine().nanoTime());
    inFlight.observe(requestLog);
    inFlight.observe(tracing);
    this.accounts = new HostAccounts(host, settings, cluster, threads, guard);
    this.quotas = new HostQuotas(host, settings, cluster, threads, guard, accounts.view());
    publisher.add((change, op) -> accounts.committed(change));
    accounts.engage(guard);
    SecurityArguments security = settings.security();
    this.audit =
        new Audit(
            host,
            nodeId,
            security.audit,
            security.audit.extent(security.isAuthorizationEnabled),
            threads.clock(),
            accounts);
    this.memory = new MemoryDocuments(host, registry, stateful);
    this.expiry = new Expiry(documents, stateful, dispatcher, threads.clock());
  }

  /** An idle service weighs about 2 KiB with its document; an eighth of the heap is theirs. */
  private static long maximumIdle(HostSettings settings) {
    return settings.maximumIdleServices() > 0
        ? settings.maximumIdleServices()
        : Math.max(1_000, Runtime.getRuntime().maxMemory() / 8 / 2048);
  }

  /** Starts those of accounts, and those that show and change the form of documents. */
  void startServices(ServiceHost host) {
    accounts.start(host);
    audit.start();
    host.startAndAwait(new SchemasService(schemas), ServiceUriPaths.CORE_SCHEMAS);
    host.startAndAwait(
        SchemaRewriteService.createFactory(
            link ->
                registry.find(link) instanceof ServiceRegistry.Factory factory
                    && factory.children().documents() instanceof PartitionedStorage),
        ServiceUriPaths.CORE_SCHEMA_REWRITES);
  }

  /** Where the documents of a service, or those below a factory, are; null if there are none. */
  @Nullable DocumentStorage documentsOf(String link) {
    if (registry.find(link) instanceof ServiceRegistry.Factory factory) {
      return factory.children().documents();
    }
    ServiceType type = dispatcher.typeOf(link);
    return type == null ? null : type.documents();
  }

  /** Where notifications may be sent. */
  SubscriptionTargets subscriptionTargets(HostListeners listeners, HostCluster cluster) {
    return new SubscriptionTargets(
        new SubscriptionTargets.Surroundings(
            listeners::isOwn,
            cluster::memberAddresses,
            new NotificationTargets(registry)::mayBeNamed,
            listeners.isClosed()),
        settings.subscriptionHosts());
  }

  /** What turns requests of HTTP into operations. */
  HttpHandler gateway(HostListeners listeners, WebSockets sockets, NotificationTrail trail) {
    HttpGateway gateway = newGateway(listeners, sockets, trail);
    return requestLog.before(gateway);
  }

  private HttpGateway newGateway(
      HostListeners listeners, WebSockets sockets, NotificationTrail trail) {
    return new HttpGateway(
        dispatcher,
        owners,
        inFlight,
        guard,
        new HttpGateway.Aside(
            sockets,
            tracing::isOn,
            new RequestTurns(quotas.intake(), quotas.shares()),
            quotas::openStream,
            audit.trail()),
        threads.machine().wallMicros(),
        new HttpGateway.Settings(
            listeners.uri(),
            settings.operationTimeoutMicros(),
            settings.responsePayloadSizeLimit(),
            new HttpGateway.Names(
                listeners.isClosed(),
                settings.bindAddress(),
                listeners.publicUri(),
                settings.allowedHosts(),
                CorsRules.of(settings.security().browsers)),
            trail::incoming));
  }

  /** Returns when an operation expires that is sent now and does not say so itself. */
  long usualExpiration() {
    return threads.machine().micros() + settings.operationTimeoutMicros();
  }

  /** Has an operation of the runtime's own fail after the time that requests may take. */
  private void limit(Operation op) {
    op.setExpiration(usualExpiration());
    inFlight.watch(op);
  }

  /** Takes up an operation that this node got in another's stead, and has it expire. */
  void track(Operation op) {
    inFlight.watch(op);
    dispatcher.dispatch(op);
  }

  /** Returns what keeps services from being available, apart from what the default group says. */
  List<String> obstacles(List<String> known) {
    List<String> all = new ArrayList<>();
    String administrator = accounts.obstacle();
    if (administrator != null) {
      all.add(administrator);
    }
    registry
        .stoppedByRequest()
        .forEach(link -> all.add("service " + registry.stoppedSentence(link)));
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
    return all;
  }

  /** Ends what has waited for too long. */
  void expire(long now) {
    inFlight.sweep(now);
    if (guard.isOn()) {
      inFlight.recheck(dispatcher::refusal);
    }
    availability.expire(now);
    accounts.sweep();
    quotas.sweep();
  }

  /** Runs the stop handlers, once all requests are answered; waits for them no longer than said. */
  void stop(Duration limit) {
    memory.stopping();
    StopHandlers.run(registry, stateful, limit);
    accounts.close();
    audit.close();
  }

  Audit audit() {
    return audit;
  }

  HostAccounts accounts() {
    return accounts;
  }

  HostQuotas quotas() {
    return quotas;
  }

  Guard guard() {
    return guard;
  }

  MemoryDocuments memory() {
    return memory;
  }

  ServiceRegistry registry() {
    return registry;
  }

  RequestLog requestLog() {
    return requestLog;
  }

  OperationTracing tracing() {
    return tracing;
  }

  InFlightOperations inFlight() {
    return inFlight;
  }

  ChangePublisher publisher() {
    return publisher;
  }

  StatefulServices stateful() {
    return stateful;
  }

  OwnerRouter owners() {
    return owners;
  }

  Startup startup() {
    return startup;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  MaintenanceScheduler maintenance() {
    return maintenance;
  }

  ServiceStarter starter() {
    return starter;
  }

  Expiry expiry() {
    return expiry;
  }

  /** The service without document at a path; null if there is none. */
  @Nullable Service find(String path) {
    return switch (registry.find(path)) {
      case ServiceRegistry.Stateless stateless -> stateless.service();
      case ServiceRegistry.Factory factory -> factory.service();
      case null, default -> null;
    };
  }

  /** What the kind of a service's documents is like. */
  ServiceDocumentDescription describe(StatefulService service) {
    ServiceType type = dispatcher.typeOf(service.getSelfLink());
    if (type == null) {
      throw new IllegalStateException(service.getSelfLink() + " is not started on this host");
    }
    return type.model().description();
  }

  /** What keeps this node from serving all documents of a factory, a sentence each. */
  List<String> obstaclesOf(FactoryService factory) {
    return registry.find(factory.getSelfLink()) instanceof ServiceRegistry.Factory started
            && started.children().documents() instanceof PartitionedStorage documents
        ? documents.obstacles()
        : List.of();
  }

  /** What others than the host itself may ask for. */
  Stream<Object> parts() {
    return Stream.of(
        registry,
        startup(),
        guard,
        dispatcher,
        memory(),
        accounts.secrets(),
        accounts.view(),
        accounts.authenticator(),
        accounts.authorization(),
        accounts.authorizer(),
        quotas.meter());
  }
}
