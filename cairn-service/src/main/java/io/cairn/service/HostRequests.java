// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.client.ServiceCalls;
import io.cairn.service.client.Transport;
import io.cairn.service.logging.LogSource;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeSelectorService;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What services ask of the host that they run on: whether others are available, messages and
 * subscriptions, the nodes of a group, threads. Thread-safe.
 */
abstract sealed class HostRequests extends LogSource implements ServiceRequestSender
    permits ServiceHost {

  public static final int PORT_VALUE_HTTP_DEFAULT = 8000;
  public static final String LOCAL_HOST = "127.0.0.1";
  public static final String DEFAULT_BIND_ADDRESS = LOCAL_HOST;
  public static final String ALL_INTERFACES = "0.0.0.0";
  public static final String ROOT_PATH = "";

  private @Nullable Thread shutdownHook;

  private HostRuntime.@Nullable Surroundings surroundings;

  HostRequests() {}

  /** This object as its one subclass. */
  private ServiceHost self() {
    return (ServiceHost) this;
  }

  abstract HostRuntime runtime();

  /** The settings; changed only before the start. */
  abstract ServiceHost.Arguments arguments();

  @Override
  protected String logPrefix() {
    return "";
  }

  // Settings, before the start

  private ServiceHost change(Consumer<ServiceHost.Arguments> setting) {
    if (self().isStarted()) {
      throw new IllegalStateException("Settings are changed before the start of the host");
    }
    setting.accept(arguments());
    return self();
  }

  /** Sets the HTTP port: 0 picks a free one, -1 disables it. Settings change before the start. */
  public ServiceHost setPort(int port) {
    return change(settings -> settings.port = port);
  }

  /** Sets the HTTPS port: 0 picks a free one, -1 disables it. */
  public ServiceHost setSecurePort(int port) {
    return change(settings -> settings.securePort = port);
  }

  /** Sets the address to listen on. */
  public ServiceHost setBindAddress(String address) {
    return change(settings -> settings.bindAddress = address);
  }

  /** Sets the URI under which others reach this host. */
  public ServiceHost setPublicUri(URI uri) {
    return change(settings -> settings.publicUri = uri.toString());
  }

  /** Sets the file of the certificate chain, in PEM form. */
  public ServiceHost setCertificateFileReference(URI file) {
    return change(settings -> settings.certificateFile = Path.of(file));
  }

  /** Sets the file of the private key, PKCS#8 in PEM form. */
  public ServiceHost setPrivateKeyFileReference(URI file) {
    return change(settings -> settings.keyFile = Path.of(file));
  }

  /** Sets what the private key is encrypted with. */
  public ServiceHost setPrivateKeyPassphrase(String passphrase) {
    return change(settings -> settings.keyPassphrase = passphrase);
  }

  /** Sets the interval of services that set none, in microseconds. */
  public ServiceHost setMaintenanceIntervalMicros(long micros) {
    return change(settings -> settings.maintenanceIntervalMicros = micros);
  }

  /** Sets how long a request may take, in microseconds. */
  public ServiceHost setOperationTimeOutMicros(long micros) {
    return change(settings -> settings.operationTimeoutMicros = micros);
  }

  /** Sets how long an idle service stays in memory, in microseconds. */
  public ServiceHost setServiceCacheClearDelayMicros(long micros) {
    return change(settings -> settings.serviceCacheClearDelayMicros = micros);
  }

  /** Sets the largest request body, in bytes. */
  public void setRequestPayloadSizeLimit(int bytes) {
    change(settings -> settings.requestPayloadSizeLimit = bytes);
  }

  /** Sets the largest answer, in bytes. */
  public void setResponsePayloadSizeLimit(int bytes) {
    change(settings -> settings.responsePayloadSizeLimit = bytes);
  }

  /** Sets a tag that says where this node is. */
  public void setLocation(@Nullable String location) {
    change(settings -> settings.location = location);
  }

  public @Nullable String getLocation() {
    return arguments().location;
  }

  public long getServiceCacheClearDelayMicros() {
    return arguments().serviceCacheClearDelayMicros;
  }

  /** The hosts that the settings name as peers. */
  public List<URI> getInitialPeerHosts() {
    return Arrays.stream(arguments().peerNodes).map(URI::create).toList();
  }

  /** False: there is no authorization yet, so everybody may do everything. */
  public boolean isAuthorizationEnabled() {
    return false;
  }

  /**
   * Leaves authorization off.
   *
   * @throws UnsupportedOperationException if it is to be on: there is none yet, and none is
   *     pretended
   */
  public void setAuthorizationEnabled(boolean enable) {
    if (enable) {
      throw new UnsupportedOperationException(
          "Cairn has no authorization yet: protect the host by its network instead");
    }
  }

  // The process

  /**
   * Registers who is told, once, when this host can no longer write because its log has failed
   * (disk full or broken). What was acknowledged is safe; the process should end. Told at once if
   * that has happened already.
   */
  public void onFatal(Consumer<Throwable> listener) {
    runtime().onFatal(listener);
  }

  /** Has the host stop when the process is told to end. */
  public void registerRuntimeShutdownHook() {
    if (shutdownHook == null) {
      Thread hook = new Thread(self()::stop, "cairn-shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      shutdownHook = hook;
    }
  }

  /** Undoes {@link #registerRuntimeShutdownHook}; false if there was nothing to undo. */
  public boolean unregisterRuntimeShutdownHook() {
    Thread hook = shutdownHook;
    shutdownHook = null;
    return hook != null && Runtime.getRuntime().removeShutdownHook(hook);
  }

  // Identity

  /** The name of this node. */
  public String getId() {
    return runtime().id();
  }

  /** A new id, unique on this host and increasing with time. */
  public String nextUUID() {
    return runtime().nextId();
  }

  /** The HTTPS port, or -1. */
  public int getSecurePort() {
    return runtime().state().httpsPort;
  }

  /** Where this host listens for HTTPS; null if it does not. */
  public @Nullable URI getSecureUri() {
    int port = getSecurePort();
    return port < 0 ? null : UriUtils.buildUri("https", arguments().bindAddress, port, "", null);
  }

  /** As {@link ServiceHost#getPublicUri}, as text. */
  public String getPublicUriAsString() {
    return self().getPublicUri().toString();
  }

  /** The host of the address under which others reach this host. */
  public String getPreferredAddress() {
    return self().getPublicUri().getHost();
  }

  public URI getManagementServiceUri() {
    return UriUtils.buildUri(self(), ServiceUriPaths.CORE_MANAGEMENT);
  }

  public long getOperationTimeoutMicros() {
    return arguments().operationTimeoutMicros;
  }

  public long getMaintenanceIntervalMicros() {
    return arguments().maintenanceIntervalMicros;
  }

  // What an operation or a service is

  /** Whether an operation creates a document, on the node that owns it. */
  public static boolean isServiceCreate(Operation op) {
    return op.getAction() == Service.Action.POST
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_CREATED);
  }

  /** Whether an operation stops a service and keeps its document. */
  public static boolean isServiceStop(Operation op) {
    return op.getAction() == Service.Action.DELETE
        && op.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);
  }

  /** Whether an operation deletes a document. */
  public static boolean isServiceDeleteAndStop(Operation op) {
    return op.getAction() == Service.Action.DELETE && !isServiceStop(op);
  }

  // Time

  /**
   * The time that documents expire by and maintenance runs by. It is the machine's, unless a test
   * moves it; so services take the time from here rather than from {@link Instant#now()}.
   */
  public Instant now() {
    return Instant.EPOCH.plus(runtime().nowMicros(), ChronoUnit.MICROS);
  }

  /** Has the host live in surroundings that a test controls. Called before the start. */
  public void surround(HostRuntime.Surroundings given) {
    surroundings = given;
  }

  /** What {@link #surround} was given; null on any host that serves in earnest. */
  public HostRuntime.@Nullable Surroundings surroundings() {
    return surroundings;
  }

  // Availability

  /** How far the service at a path has come; null if there is none in memory. */
  public Service.@Nullable ProcessingStage getServiceStage(String path) {
    Service found = runtime().find(path);
    if (found != null) {
      return found.getProcessingStage();
    }
    return runtime().isAvailable(path) ? Service.ProcessingStage.AVAILABLE : null;
  }

  /** Completes an operation as soon as the services at all paths are available. */
  public void registerForServiceAvailability(Operation op, String... paths) {
    registerForServiceAvailability(
        (ignored, failure) -> {
          if (failure == null) {
            op.complete();
          } else {
            op.fail(failure);
          }
        },
        paths);
  }

  /** Plans a service's maintenance anew, after its options or interval changed. */
  public void maintenanceChanged(Service service) {
    runtime().maintenanceChanged(service);
  }

  /** Whether a service is started at a path, or its document is in memory. */
  public boolean checkServiceAvailable(String path) {
    return runtime().isAvailable(path);
  }

  /** Runs a handler as soon as the services at all paths are available. */
  public void registerForServiceAvailability(Operation.CompletionHandler handler, String... paths) {
    runtime().whenAvailable(handler, paths);
  }

  /**
   * As the plain form; with {@code checkReplica} it is enough that the service is available on some
   * node of its group.
   */
  public void registerForServiceAvailability(
      Operation.CompletionHandler handler, boolean checkReplica, String... paths) {
    registerForServiceAvailability(
        handler, ServiceUriPaths.DEFAULT_NODE_SELECTOR, checkReplica, paths);
  }

  /** As the other form, of the nodes of a certain selector. */
  public void registerForServiceAvailability(
      Operation.CompletionHandler handler,
      String selectorPath,
      boolean checkReplica,
      String... paths) {
    if (!checkReplica) {
      registerForServiceAvailability(handler, paths);
      return;
    }
    for (String path : paths) {
      Operation told = Operation.createGet(UriUtils.buildUri(self(), path));
      told.setReferer(self().getUri()).setCompletion(handler);
      NodeGroupUtils.registerForReplicatedServiceAvailability(self(), told, path, selectorPath);
    }
  }

  // Subscriptions

  /** As the form with terms, without limit, expiration or replay. */
  public URI startSubscriptionService(Operation subscribe, Consumer<Operation> handler) {
    return startSubscriptionService(subscribe, handler, ServiceSubscriber.create(false));
  }

  /**
   * Has a handler told of a service's changes.
   *
   * @param subscribe names the publisher; completes when the subscription holds
   * @param handler completes each notification, which lets the next one come
   * @return where notifications go; needed to stop
   */
  public URI startSubscriptionService(
      Operation subscribe, Consumer<Operation> handler, ServiceSubscriber subscriber) {
    return new SubscriptionStarter(self()).start(subscribe, handler, subscriber);
  }

  /** As the other form, with a service of one's own as the receiver. */
  public URI startSubscriptionService(
      Operation subscribe, Service receiver, ServiceSubscriber subscriber) {
    return new SubscriptionStarter(self()).start(subscribe, receiver, subscriber);
  }

  /** As the plain form, renewed whenever the publisher has forgotten it. */
  public URI startReliableSubscriptionService(Operation subscribe, Consumer<Operation> handler) {
    ServiceSubscriber subscriber = ServiceSubscriber.create(true);
    return startSubscriptionService(
        subscribe, ReliableSubscriptionService.create(subscribe, subscriber, handler), subscriber);
  }

  /** Ends a subscription and stops its receiver. */
  public void stopSubscriptionService(Operation unsubscribe, URI receiver) {
    new SubscriptionStarter(self()).stop(unsubscribe, receiver);
  }

  // Authorization

  /** Has the calling thread act on behalf of a subject from now on. */
  protected void setAuthorizationContext(@Nullable AuthorizationContext context) {
    OperationContext.setAuthorizationContext(context);
  }

  /** The subject that stands for the host itself. */
  protected AuthorizationContext getSystemAuthorizationContext() {
    return AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_SYSTEM_USER);
  }

  /** The subject that stands for callers who have not said who they are. */
  protected AuthorizationContext getGuestAuthorizationContext() {
    return AuthorizationContext.ofSubject(ServiceUriPaths.CORE_AUTHZ_GUEST_USER);
  }

  // Messages

  /** Sends an operation: in this process if it is for this host, over HTTP otherwise. */
  @Override
  public void sendRequest(Operation op) {
    runtime().send(op);
  }

  /** Takes an operation to the service in this process that its path names. */
  public boolean handleRequest(Operation op) {
    runtime().dispatch(op);
    return true;
  }

  /**
   * Calls services with records as types, from outside a handler; a handler asks its {@link
   * Request}, so that its calls end in time. A call may take as long as requests may take here.
   */
  public ServiceCalls client() {
    return new ServiceCalls(
        new HostTransport(self(), self().getUri()),
        () -> Utils.fromNowMicrosUtc(self().getOperationTimeoutMicros()));
  }

  /** Calls services on behalf of a request, until that expires. */
  ServiceCalls client(Operation cause) {
    long end = cause.getExpirationMicrosUtc();
    return end == 0
        ? client()
        : new ServiceCalls(
            new HostTransport(self(), cause.getUri()),
            () -> Math.min(end, Utils.fromNowMicrosUtc(self().getOperationTimeoutMicros())));
  }

  /** Sends calls as operations. */
  private record HostTransport(ServiceHost host, URI referer) implements Transport {
    @Override
    public CompletableFuture<Reply> send(Outgoing request) {
      CompletableFuture<Reply> result = new CompletableFuture<>();
      try {
        URI target =
            request.target().startsWith("/")
                ? UriUtils.buildUri(host, request.target())
                : URI.create(request.target());
        Operation op =
            Operation.create(Service.Action.valueOf(request.verb()), target)
                .setReferer(referer)
                .setExpiration(request.deadlineMicros())
                .setBody(request.body());
        request.headers().forEach((name, value) -> addHeader(op, name, value));
        op.setCompletion((done, failure) -> result.complete(new HostReply(done)));
        host.sendRequest(op);
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
      return result;
    }

    private static void addHeader(Operation op, String name, String value) {
      if (name.equals(Operation.CONTENT_TYPE_HEADER)) {
        op.setContentType(value);
      } else {
        op.addRequestHeader(name, value);
      }
    }

    @Override
    public void later(long millis, Runnable task) {
      var _ = host.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  private record HostReply(Operation op) implements Transport.Reply {
    @Override
    public int status() {
      return op.getStatusCode();
    }

    @Override
    public @Nullable String header(String name) {
      return op.getResponseHeader(name);
    }

    @Override
    public boolean hasBody() {
      return op.hasBody();
    }

    @Override
    public <T> T body(Class<T> type) {
      return op.getBody(type);
    }

    @Override
    public @Nullable ServiceErrorResponse error() {
      return op.getErrorResponseBody();
    }
  }

  // Nodes

  /**
   * Answers who owns a key: {@code op} completes with a {@link
   * NodeSelectorService.SelectOwnerResponse}. As with the following, a selector that does not exist
   * fails the operation with 404; null means the default one.
   */
  public void selectOwner(@Nullable String selectorPath, String key, Operation op) {
    runtime().nodes().selectOwner(selectorPath, key, op);
  }

  /**
   * Sends a request to all nodes, this one excluded or not. It completes with a {@link
   * NodeGroupBroadcastResponse}, whatever each of them answered.
   */
  public void broadcastRequest(
      @Nullable String selectorPath, boolean excludeThisHost, Operation request) {
    broadcastRequest(selectorPath, null, excludeThisHost, request);
  }

  /**
   * As the other form; with a replication factor only to the nodes that keep what the key names.
   */
  public void broadcastRequest(
      @Nullable String selectorPath,
      @Nullable String selectionKey,
      boolean excludeThisHost,
      Operation request) {
    runtime().nodes().broadcast(selectorPath, selectionKey, excludeThisHost, request);
  }

  /** Has this host join the group that others are in; what fails is logged. */
  public void joinPeers(List<URI> peers, String nodeGroupPath) {
    for (URI peer : peers) {
      sendRequest(
          Operation.createPost(self(), nodeGroupPath)
              .setReferer(self().getUri())
              .setBody(JoinPeerRequest.create(UriUtils.buildUri(peer, nodeGroupPath), null)));
    }
  }

  /** Sends a request to the node that owns its path, and answers what that node answers. */
  public void forwardRequest(@Nullable String selectorPath, Operation request) {
    forwardRequest(selectorPath, null, request);
  }

  /** As the other form, to the owner of a key. */
  public void forwardRequest(
      @Nullable String selectorPath, @Nullable String selectionKey, Operation request) {
    runtime().nodes().forward(selectorPath, selectionKey, request);
  }

  /** Tells a selector's factories and services without state about its nodes, as after a change. */
  public void scheduleNodeGroupChangeMaintenance(String selectorPath) {
    runtime().nodes().tellMembers(selectorPath);
  }

  /**
   * Asks all nodes of the default selector whether a service is available.
   *
   * @see NodeGroupUtils#checkServiceAvailability
   */
  public void checkReplicatedServiceAvailable(
      Operation.CompletionHandler handler, String servicePath) {
    checkReplicatedServiceAvailable(handler, servicePath, ServiceUriPaths.DEFAULT_NODE_SELECTOR);
  }

  /** As the other form, of a certain selector. */
  public void checkReplicatedServiceAvailable(
      Operation.CompletionHandler handler, String servicePath, String selectorPath) {
    NodeGroupUtils.checkServiceAvailability(handler, self(), servicePath, selectorPath);
  }

  // Threads

  /** Runs a task on a thread of its own, in the caller's operation context. */
  public void run(Runnable task) {
    OperationContext context = OperationContext.getOperationContext();
    runtime().handlers().execute(() -> OperationContext.run(context, task));
  }

  /** Runs a task by an executor, in the caller's operation context. */
  public void run(ExecutorService executor, Runnable task) {
    OperationContext context = OperationContext.getOperationContext();
    executor.execute(() -> OperationContext.run(context, task));
  }

  /** Runs a task after a delay, in the caller's operation context. */
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    OperationContext context = OperationContext.getOperationContext();
    HostRuntime current = runtime();
    return current.schedule(
        () -> current.handlers().execute(() -> OperationContext.run(context, task)), delay, unit);
  }

  /** As {@link #schedule}; the runtime's own work has threads of its own anyway. */
  public ScheduledFuture<?> scheduleCore(Runnable task, long delay, TimeUnit unit) {
    return schedule(task, delay, unit);
  }

  /** An executor with a number of threads for a service's own use; the service shuts it down. */
  public ExecutorService allocateExecutor(Service service, int threadCount) {
    return Executors.newFixedThreadPool(
        threadCount, Thread.ofPlatform().daemon().name(service.getSelfLink() + "-", 0).factory());
  }

  /** An executor for a service's own use; the service shuts it down. */
  public ExecutorService allocateExecutor(Service service) {
    return Executors.newThreadPerTaskExecutor(
        Thread.ofVirtual().name(service.getSelfLink() + "-", 0).factory());
  }
}
