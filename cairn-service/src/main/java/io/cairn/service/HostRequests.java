// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.service.client.ServiceCalls;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeSelectorService;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.security.Signer;
import io.cairn.service.security.Verifier;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.List;
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
abstract sealed class HostRequests extends HostProperties implements ServiceRequestSender
    permits ServiceHost {

  private volatile @Nullable StatelessService authenticationService;

  HostRequests() {}

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

  /** A context of a subject, without proof. */
  protected AuthorizationContext getAuthorizationContextForSubject(String subjectLink) {
    return AuthorizationContext.ofSubject(subjectLink);
  }

  /**
   * Has a service of the application say who has sent a request; before the host starts, which
   * starts the service too, at the {@code SELF_LINK} of its class. If authorization is enabled,
   *
   * <ul>
   *   <li>the service gets the token of each request as a POST with the pragma {@code
   *       xn-verify-token}, unless it was asked about that token within the last half minute. It
   *       answers with {@link Claims}, or fails: then the host looks whether it knows the token
   *       itself;
   *   <li>its {@code queueRequest} gets each operation that nobody is known to have sent. True
   *       means that it answers the operation, with a redirection for example.
   * </ul>
   *
   * @throws IllegalArgumentException if the service has a document, or no link
   */
  public ServiceHost setAuthenticationService(Service service) {
    if (self().isStarted()) {
      throw new IllegalStateException("The authentication service is set before the host starts");
    }
    if (!(service instanceof StatelessService stateless)) {
      throw new IllegalArgumentException(
          service.getClass().getName() + " must be a StatelessService to authenticate requests");
    }
    var _ = UriUtils.linkOf(stateless);
    authenticationService = stateless;
    return self();
  }

  /** What {@link #setAuthenticationService} was given; null if nothing. */
  public @Nullable StatelessService authenticationService() {
    return authenticationService;
  }

  /** Where sessions begin: the authentication service, or {@code /core/authn/basic}. */
  public URI getAuthenticationServiceUri() {
    StatelessService own = authenticationService;
    return UriUtils.buildUri(
        self(), own == null ? ServiceUriPaths.CORE_AUTHN_BASIC : UriUtils.linkOf(own));
  }

  /**
   * Whether who has sent an operation may do that to a document, as roles say; if there is none, to
   * what is at the link of a service.
   */
  public boolean isAuthorized(Service service, @Nullable ServiceDocument document, Operation op) {
    return runtime().authorization().allows(service, document, op);
  }

  /** Whose token one is; null if it proves nothing on this host. */
  public @Nullable AuthorizationContext getAuthorizationContext(Service service, String token) {
    return runtime().authorization().contextOf(token);
  }

  /** Has the authentication service be asked again about all tokens of a user. */
  public void clearAuthorizationContext(Service service, String userLink) {
    runtime().authorization().forget(userLink);
  }

  /** Signs tokens that all hosts of the group believe. */
  protected Signer getTokenSigner() {
    return new Signer(claims -> runtime().authorization().sign(claims));
  }

  /** Says what tokens say that this host believes. */
  protected Verifier getTokenVerifier() {
    return new Verifier(token -> runtime().authorization().verify(token));
  }

  /** Changes nothing: what runs in the process of a host is trusted. */
  protected void addPrivilegedService(Class<? extends Service> type) {}

  /** True: what runs in the process of a host is trusted. */
  protected boolean isPrivilegedService(Service service) {
    return true;
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
        new Request.HostTransport(self(), self().getUri()),
        () -> Utils.fromNowMicrosUtc(self().getOperationTimeoutMicros()));
  }

  /** Calls services on behalf of a request, until that expires. */
  ServiceCalls client(Operation cause) {
    long end = cause.getExpirationMicrosUtc();
    return end == 0
        ? client()
        : new ServiceCalls(
            new Request.HostTransport(self(), cause.getUri()),
            () -> Math.min(end, Utils.fromNowMicrosUtc(self().getOperationTimeoutMicros())));
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
