// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.client.ServiceCalls;
import io.cairn.service.nodes.NodeGroupBroadcastResponse;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeSelectorService;
import io.cairn.service.security.AuthorizationContext;
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
