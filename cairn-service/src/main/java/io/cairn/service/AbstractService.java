// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.service.ServiceMaintenanceRequest.MaintenanceReason;
import io.cairn.service.logging.ServiceLog;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Signer;
import io.cairn.service.security.Verifier;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stateful and stateless services have in common: identity, options, the way to the host, and
 * logging.
 *
 * <p>Options and configuration are set in the constructor, or at latest before the service is
 * started; after that they are only read, except for those that may be toggled at run time.
 */
public abstract class AbstractService extends ServiceLog implements Service {

  /** The class of the state; set in the constructor, and at latest before the start. */
  protected Class<? extends ServiceDocument> stateType;

  private final EnumSet<ServiceOption> options = EnumSet.noneOf(ServiceOption.class);
  private volatile ProcessingStage stage = ProcessingStage.CREATED;
  private volatile @Nullable ServiceHost host;
  private volatile @Nullable String selfLink;
  private volatile @Nullable UtilityService utility;
  private volatile @Nullable OperationProcessingChain chain;
  private volatile long maintenanceIntervalMicros;
  private volatile long cacheClearDelayMicros;
  private volatile String peerNodeSelectorPath = ServiceUriPaths.DEFAULT_NODE_SELECTOR;
  private volatile String documentIndexPath = ServiceUriPaths.CORE_DOCUMENT_INDEX;

  AbstractService(Class<? extends ServiceDocument> stateType) {
    this.stateType = stateType;
  }

  @Override
  public Class<? extends ServiceDocument> getStateType() {
    return stateType;
  }

  @Override
  public ServiceHost getHost() {
    ServiceHost current = host;
    if (current == null) {
      throw new IllegalStateException(getClass().getName() + " has not been started on a host");
    }
    return current;
  }

  @Override
  public void setHost(ServiceHost serviceHost) {
    this.host = serviceHost;
  }

  @Override
  public String getSelfLink() {
    String link = selfLink;
    if (link == null) {
      throw new IllegalStateException(getClass().getName() + " has no self link yet");
    }
    return link;
  }

  @Override
  public void setSelfLink(String path) {
    this.selfLink = path;
  }

  /** The self link, or null before the service has one. */
  final @Nullable String selfLinkOrNull() {
    return selfLink;
  }

  @Override
  public URI getUri() {
    return UriUtils.buildUri(getHost(), getSelfLink());
  }

  /** The last segment of the self link. */
  protected String getSelfId() {
    return UriUtils.getLastPathSegment(getSelfLink());
  }

  @Override
  public ProcessingStage getProcessingStage() {
    return stage;
  }

  @Override
  public void setProcessingStage(ProcessingStage next) {
    ProcessingStage current = stage;
    boolean restart = current == ProcessingStage.STOPPED;
    if (!restart && next.compareTo(current) < 0) {
      throw new IllegalArgumentException(current + " cannot go back to " + next);
    }
    stage = next;
  }

  @Override
  public EnumSet<ServiceOption> getOptions() {
    synchronized (options) {
      return options.clone();
    }
  }

  @Override
  public boolean hasOption(ServiceOption option) {
    synchronized (options) {
      return options.contains(option);
    }
  }

  @Override
  public void toggleOption(ServiceOption option, boolean enable) {
    if (stage != ProcessingStage.CREATED && !option.isSwitchable()) {
      throw new IllegalStateException(option + " cannot be changed after the service has started");
    }
    synchronized (options) {
      if (enable) {
        options.add(option);
      } else {
        options.remove(option);
      }
      if (option == ServiceOption.PERSISTENCE && enable) {
        options.add(ServiceOption.CONCURRENT_GET_HANDLING);
      }
    }
    ServiceHost current = host;
    if (option == ServiceOption.PERIODIC_MAINTENANCE
        && current != null
        && stage == ProcessingStage.AVAILABLE) {
      current.maintenanceChanged(this);
    }
  }

  @Override
  public long getMaintenanceIntervalMicros() {
    return maintenanceIntervalMicros;
  }

  @Override
  public void setMaintenanceIntervalMicros(long micros) {
    if (micros < 0) {
      throw new IllegalArgumentException("maintenance interval must not be negative: " + micros);
    }
    maintenanceIntervalMicros = micros == 0 ? 0 : Math.max(micros, MIN_MAINTENANCE_INTERVAL_MICROS);
    ServiceHost current = host;
    if (current != null && stage == ProcessingStage.AVAILABLE) {
      current.maintenanceChanged(this);
    }
  }

  @Override
  public long getCacheClearDelayMicros() {
    return cacheClearDelayMicros;
  }

  @Override
  public void setCacheClearDelayMicros(long micros) {
    cacheClearDelayMicros = micros;
  }

  /** Calls the handler of the operation's verb. */
  @Override
  public void handleRequest(Operation op) {
    switch (op.getAction()) {
      case GET -> handleGet(op);
      case POST -> handlePost(op);
      case PUT -> handlePut(op);
      case PATCH -> patch(op);
      case DELETE -> handleDelete(op);
      case OPTIONS -> handleOptions(op);
    }
  }

  @Override
  public void handleRequest(Operation op, OperationProcessingStage stage) {
    handleRequest(op);
  }

  void patch(Operation op) {
    handlePatch(op);
  }

  /** Answers a GET; refused with 405 unless overridden. */
  public void handleGet(Operation get) {
    Operation.failActionNotSupported(get);
  }

  /** Answers a POST; refused with 405 unless overridden. */
  public void handlePost(Operation post) {
    Operation.failActionNotSupported(post);
  }

  /** Answers a PUT; refused with 405 unless overridden. */
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }

  /** Answers a PATCH; refused with 405 unless overridden. */
  public void handlePatch(Operation patch) {
    Operation.failActionNotSupported(patch);
  }

  /** Answers with the template of this service's documents. */
  public void handleOptions(Operation options) {
    options.setBodyNoCloning(getDocumentTemplate()).complete();
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    return DocumentTemplates.template(this);
  }

  /** The subject that stands for the host itself, and may do everything. */
  public final AuthorizationContext getSystemAuthorizationContext() {
    return getHost().getSystemAuthorizationContext();
  }

  /** A context of a subject, without proof: what runs in the process of a host is trusted. */
  public final AuthorizationContext getAuthorizationContextForSubject(String subjectLink) {
    return AuthorizationContext.ofSubject(subjectLink);
  }

  /**
   * Says on whose behalf an operation runs. A context that is to be propagated gives its token to
   * who has sent the operation, with the answer.
   */
  public final void setAuthorizationContext(Operation op, @Nullable AuthorizationContext context) {
    op.setAuthorizationContext(context);
    if (context != null && context.shouldPropagateToClient()) {
      getHost().runtime().authorization().handOut(op, context);
    }
  }

  /** Signs tokens that all hosts of the group believe. */
  public final Signer getTokenSigner() {
    return getHost().getTokenSigner();
  }

  /** Says what tokens say that this host believes. */
  public final Verifier getTokenVerifier() {
    return getHost().getTokenVerifier();
  }

  /** Agrees to every request: roles are asked about the document itself. */
  @Override
  public void authorizeRequest(Operation op) {
    op.complete();
  }

  /** Lets every request run: the host does the queueing. */
  @Override
  public boolean queueRequest(Operation op) {
    return false;
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends ServiceDocument> @Nullable T getState(Operation op) {
    return (T) op.getLinkedState();
  }

  @Override
  public void setState(Operation op, ServiceDocument newState) {
    op.linkState(newState);
  }

  @Override
  public @Nullable OperationProcessingChain getOperationProcessingChain() {
    return chain;
  }

  @Override
  public void setOperationProcessingChain(OperationProcessingChain chain) {
    this.chain = chain;
  }

  @Override
  public String getPeerNodeSelectorPath() {
    return peerNodeSelectorPath;
  }

  @Override
  public void setPeerNodeSelectorPath(String path) {
    this.peerNodeSelectorPath = path;
  }

  @Override
  public String getDocumentIndexPath() {
    return documentIndexPath;
  }

  @Override
  public void setDocumentIndexPath(String path) {
    this.documentIndexPath = path;
  }

  /** The stats, subscriptions and configuration of this instance; made when first asked for. */
  public UtilityService getUtilityService() {
    UtilityService current = utility;
    if (current == null) {
      synchronized (options) {
        current = utility;
        if (current == null) {
          current = HostRuntime.Provider.get().utilityOf(this);
          utility = current;
        }
      }
    }
    return current;
  }

  /**
   * Requests to utility suffixes are answered by {@link #getUtilityService()}, not by a service.
   */
  @Override
  public @Nullable Service getUtilityService(String uriPath) {
    return null;
  }

  /** The utility service if there is one, else null. */
  public @Nullable UtilityService peekUtilityService() {
    return utility;
  }

  @Override
  public void setStat(String name, double value) {
    if (hasOption(ServiceOption.INSTRUMENTATION)) {
      getUtilityService().setStat(name, value);
    }
  }

  @Override
  public void adjustStat(String name, double delta) {
    if (hasOption(ServiceOption.INSTRUMENTATION)) {
      getUtilityService().adjustStat(name, delta);
    }
  }

  @Override
  public ServiceStats.@Nullable ServiceStat getStat(String name) {
    return hasOption(ServiceOption.INSTRUMENTATION) ? getUtilityService().getStat(name) : null;
  }

  @Override
  public void setStat(ServiceStats.ServiceStat stat, double value) {
    if (hasOption(ServiceOption.INSTRUMENTATION)) {
      getUtilityService().setStat(stat, value);
    }
  }

  @Override
  public void adjustStat(ServiceStats.ServiceStat stat, double delta) {
    if (hasOption(ServiceOption.INSTRUMENTATION)) {
      getUtilityService().adjustStat(stat, delta);
    }
  }

  /** Says whether the service answers {@code /available} with success. */
  public void setAvailable(boolean available) {
    getUtilityService().setAvailable(available);
  }

  /** What keeps the service from being available, beside what it was set to, a sentence each. */
  public List<String> obstacles() {
    return List.of();
  }

  /** Whether the service has started and has not been set unavailable. */
  public boolean isAvailable() {
    UtilityService current = utility;
    return stage == ProcessingStage.AVAILABLE && (current == null || current.isAvailable());
  }

  @Override
  public void sendRequest(Operation op) {
    prepare(op);
    getHost().sendRequest(op);
  }

  @Override
  public <T> DeferredResult<T> sendWithDeferredResult(Operation op, Class<T> resultType) {
    prepare(op);
    return getHost().sendWithDeferredResult(op, resultType);
  }

  @Override
  public DeferredResult<Operation> sendWithDeferredResult(Operation op) {
    prepare(op);
    return getHost().sendWithDeferredResult(op);
  }

  private void prepare(Operation op) {
    if (!op.hasReferer()) {
      op.setReferer(getUri());
    }
  }

  @Override
  public void handleCreate(Operation post) {
    post.complete();
  }

  @Override
  public void handleStart(Operation post) {
    post.complete();
  }

  @Override
  public void handleStop(Operation delete) {
    delete.complete();
  }

  @Override
  public void handleMaintenance(Operation op) {
    ServiceMaintenanceRequest request = op.getBody(ServiceMaintenanceRequest.class);
    if (request.reasons.contains(MaintenanceReason.PERIODIC_SCHEDULE)) {
      handlePeriodicMaintenance(op);
    } else if (request.reasons.contains(MaintenanceReason.NODE_GROUP_CHANGE)) {
      handleNodeGroupMaintenance(op);
    } else {
      op.complete();
    }
  }

  /** Called at the maintenance interval, if {@code PERIODIC_MAINTENANCE} is set. */
  public void handlePeriodicMaintenance(Operation op) {
    op.complete();
  }

  /**
   * Called when the members of the service's node group have changed, as {@code
   * docs/programming-model.md} says for each sort of service. What it throws is logged and does no
   * harm.
   */
  public void handleNodeGroupMaintenance(Operation op) {
    op.complete();
  }

  @Override
  public void handleConfigurationRequest(Operation op) {
    getUtilityService().handleConfiguration(op);
  }

  @Override
  protected String logPrefix() {
    return "[" + selfLink + "] ";
  }
}
