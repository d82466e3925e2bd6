// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.HostRuntime.EventStreamSink;
import io.cairn.service.Operation.OperationOption;
import io.cairn.service.http.ServerSentEvent;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an operation travels: who called, over which connection, marked with what, and the events
 * that follow its headers.
 */
abstract class OperationTransport extends OperationMessage {
  private @Nullable SocketAddress caller;

  OperationTransport() {}

  /** Where the client's end of its connection is; null if the request began on this host. */
  public @Nullable SocketAddress getCaller() {
    return caller;
  }

  /** Called by the transport. */
  public Operation setCaller(@Nullable SocketAddress address) {
    this.caller = address;
    return self();
  }

  /** How often a remote send is repeated after a failure of the connection. */
  public int getRetryCount() {
    return presentExtras().retryCount;
  }

  /** Sets how often a remote send is repeated; between 0 and {@link Short#MAX_VALUE}. */
  public Operation setRetryCount(int count) {
    if (count < 0 || count > Short.MAX_VALUE) {
      throw new IllegalArgumentException("retryCount must be between 0 and " + Short.MAX_VALUE);
    }
    extras().retryCount = count;
    return self();
  }

  // ---- options

  public Operation setConnectionSharing(boolean enable) {
    return toggleOption(OperationOption.CONNECTION_SHARING, enable);
  }

  public boolean isConnectionSharing() {
    return hasOption(OperationOption.CONNECTION_SHARING);
  }

  /** Names the pool of connections to use; null means the default one. */
  public Operation setConnectionTag(@Nullable String tag) {
    extras().connectionTag = tag;
    return self();
  }

  public @Nullable String getConnectionTag() {
    return presentExtras().connectionTag;
  }

  public Operation setKeepAlive(boolean enable) {
    return toggleOption(OperationOption.KEEP_ALIVE, enable);
  }

  public boolean isKeepAlive() {
    return hasOption(OperationOption.KEEP_ALIVE);
  }

  /** Sends this through the network even if the target is in this process. */
  public Operation forceRemote() {
    return toggleOption(OperationOption.REMOTE, true);
  }

  public boolean isRemote() {
    return hasOption(OperationOption.REMOTE);
  }

  public Operation disableFailureLogging(boolean disable) {
    return toggleOption(OperationOption.FAILURE_LOGGING_DISABLED, disable);
  }

  public boolean isFailureLoggingDisabled() {
    return hasOption(OperationOption.FAILURE_LOGGING_DISABLED);
  }

  public Operation setReplicationDisabled(boolean disable) {
    return toggleOption(OperationOption.REPLICATION_DISABLED, disable);
  }

  public boolean isReplicationDisabled() {
    return hasOption(OperationOption.REPLICATION_DISABLED);
  }

  public Operation setNotificationDisabled(boolean disable) {
    return toggleOption(OperationOption.NOTIFICATION_DISABLED, disable);
  }

  public boolean isNotificationDisabled() {
    return hasOption(OperationOption.NOTIFICATION_DISABLED);
  }

  public Operation setTargetReplicated(boolean replicated) {
    return toggleOption(OperationOption.REPLICATED_TARGET, replicated);
  }

  public boolean isTargetReplicated() {
    return hasOption(OperationOption.REPLICATED_TARGET);
  }

  public Operation setFromReplication(boolean fromReplication) {
    return toggleOption(OperationOption.REPLICATED, fromReplication);
  }

  public boolean isFromReplication() {
    return hasOption(OperationOption.REPLICATED);
  }

  public boolean isForwarded() {
    return hasOption(OperationOption.FORWARDED) || hasPragmaDirective(PRAGMA_DIRECTIVE_FORWARDED);
  }

  public boolean isForwardingDisabled() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_NO_FORWARDING);
  }

  public boolean isNotification() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_NOTIFICATION);
  }

  /** Whether a publisher says with this that a subscription has ended; means nothing to others. */
  public boolean isEndOfSubscription() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SUBSCRIPTION_ENDED);
  }

  public boolean isSynchronize() {
    return isSynchronizeOwner() || isSynchronizePeer();
  }

  public boolean isSynchronizeOwner() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SYNCH_OWNER);
  }

  public boolean isSynchronizePeer() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SYNCH_PEER);
  }

  /** Whether this is the second, committing phase of a replicated update. */
  public boolean isCommit() {
    return REPLICATION_PHASE_COMMIT.equals(getRequestHeaderAsIs(REPLICATION_PHASE_HEADER));
  }

  // ---- transport security

  /** Who the client's certificate says it is; null without client certificate. */
  public @Nullable Principal getPeerPrincipal() {
    return presentExtras().peerPrincipal;
  }

  /** The client's certificates, its own first; null without. */
  public X509Certificate @Nullable [] getPeerCertificateChain() {
    X509Certificate[] chain = presentExtras().peerCertificateChain;
    return chain == null ? null : chain.clone();
  }

  /** Called by the transport that verified them. */
  public Operation setPeerCertificates(Principal principal, X509Certificate[] chain) {
    extras().peerPrincipal = principal;
    extras().peerCertificateChain = chain.clone();
    return self();
  }

  // ---- server-sent events

  /** Answers with a stream of events: sets the content type and sends status and headers. */
  public void startEventStream() {
    setContentType(MEDIA_TYPE_TEXT_EVENT_STREAM);
    sendHeaders();
  }

  /** Sends status and headers now, ahead of the body. */
  public void sendHeaders() {
    eventSink().sendHeaders(self());
  }

  /** Sends one event of the stream begun by {@link #startEventStream()}. */
  public void sendServerSentEvent(ServerSentEvent event) {
    eventSink().send(event);
  }

  /**
   * Sends one event of the stream begun by {@link #startEventStream()}, unless the client reads too
   * slowly.
   *
   * @param whenRoom run once, by any thread, when it may be tried again; not if it was sent
   * @return whether it is on its way
   */
  public boolean offerServerSentEvent(ServerSentEvent event, Runnable whenRoom) {
    return eventSink().offer(event, whenRoom);
  }

  /**
   * Sends status and headers, and returns what takes the body: writing to it waits while the client
   * does not read. {@link Operation#complete()} ends the answer, a failure breaks it off. From then
   * on the operation does not expire while bytes move.
   */
  public OutputStream startBody() {
    return eventSink().sendBody(self());
  }

  /** Whether the answer can be a stream: its receiver is a client of this host. */
  public boolean canStream() {
    return sink() != null;
  }

  /** Called by the transport, before the handler runs. */
  public Operation setEventStreamSink(EventStreamSink sink) {
    extras().eventSink = sink;
    return self();
  }

  private EventStreamSink eventSink() {
    EventStreamSink sink = sink();
    if (sink == null) {
      throw new IllegalStateException("this operation's transport has no event streams");
    }
    return sink;
  }

  private @Nullable EventStreamSink sink() {
    EventStreamSink set = presentExtras().eventSink;
    return set == null && abandonment() instanceof EventStreamSink transport ? transport : set;
  }

  /** What tells that the client has gone; a transport that has streams is its own teller. */
  abstract @Nullable BooleanSupplier abandonment();

  /** On the sending side: runs when status and headers of the answer have arrived. */
  public Operation setHeadersReceivedHandler(@Nullable Consumer<Operation> handler) {
    extras().headersReceivedHandler = handler;
    return self();
  }

  public @Nullable Consumer<Operation> getHeadersReceivedHandler() {
    return presentExtras().headersReceivedHandler;
  }

  /** Runs {@code handler} before the one already set. */
  public Operation nestHeadersReceivedHandler(Consumer<Operation> handler) {
    Consumer<Operation> present = getHeadersReceivedHandler();
    return setHeadersReceivedHandler(present == null ? handler : handler.andThen(present));
  }

  /** On the sending side: runs for each event that arrives. */
  public Operation setServerSentEventHandler(@Nullable Consumer<ServerSentEvent> handler) {
    extras().eventHandler = handler;
    return self();
  }

  public @Nullable Consumer<ServerSentEvent> getServerSentEventHandler() {
    return presentExtras().eventHandler;
  }

  /** Runs {@code handler} before the one already set. */
  public Operation nestServerSentEventHandler(Consumer<ServerSentEvent> handler) {
    Consumer<ServerSentEvent> present = getServerSentEventHandler();
    return setServerSentEventHandler(present == null ? handler : handler.andThen(present));
  }
}
