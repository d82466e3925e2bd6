// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.service.state.ServiceStats.ServiceStat;
import java.net.URI;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * What a host dispatches requests to. Authors extend {@link StatefulService} or {@link
 * StatelessService}; only the runtime implements this directly. Each handler must complete or fail
 * its operation exactly once, on any thread, at any time before the operation expires.
 */
public interface Service extends ServiceRequestSender {

  /**
   * The largest document, in bytes of JSON, when neither the kind nor the author says otherwise.
   */
  int MAX_SERIALIZED_SIZE_BYTES = 64 * 1024;

  /** How many operations may wait for a service before further ones are refused. */
  int OPERATION_QUEUE_DEFAULT_LIMIT = 10_000;

  /** How many synchronization requests may wait for a service. */
  int SYNCH_QUEUE_DEFAULT_LIMIT = 100;

  /** The shortest maintenance interval, in microseconds. */
  long MIN_MAINTENANCE_INTERVAL_MICROS = 1_000;

  /** What {@link #STAT_NAME_AVAILABLE} and its kind are when they are true. */
  double STAT_VALUE_TRUE = 1.0;

  double STAT_VALUE_FALSE = 0.0;

  // Names of statistics that the runtime keeps for each instrumented service.
  String STAT_NAME_REQUEST_COUNT = "requestCount";
  String STAT_NAME_OPERATION_DURATION = "operationDuration";
  String STAT_NAME_OPERATION_QUEUEING_LATENCY = "operationQueueingLatencyMicros";
  String STAT_NAME_SERVICE_HANDLER_LATENCY = "operationHandlerProcessingLatencyMicros";
  String STAT_NAME_FAILURE_COUNT = "failureCount";
  String STAT_NAME_STATE_PERSIST_LATENCY = "statePersistLatencyMicros";
  String STAT_NAME_CREATE_COUNT = "createCount";
  String STAT_NAME_AVAILABLE = "isAvailable";
  String STAT_NAME_MAINTENANCE_COUNT = "maintenanceCount";
  String STAT_NAME_MAINTENANCE_DURATION = "maintenanceDuration";
  String STAT_NAME_MAINTENANCE_COMPLETION_DELAYED_COUNT = "maintenanceCompletionDelayedCount";
  String STAT_NAME_NODE_GROUP_CHANGE_MAINTENANCE_COUNT = "maintenanceForNodeGroupChangeCount";
  String STAT_NAME_DOCUMENT_OWNER_TOGGLE_ON_MAINT_COUNT = "maintenanceDocumentOwnerToggleOnCount";
  String STAT_NAME_DOCUMENT_OWNER_TOGGLE_OFF_MAINT_COUNT = "maintenanceDocumentOwnerToggleOffCount";
  String STAT_NAME_VERSION_CONFLICT_COUNT = "stateVersionConflictCount";
  String STAT_NAME_VERSION_IN_CONFLICT = "stateVersionInConflict";
  String STAT_NAME_REQUEST_FAILURE_QUEUE_LIMIT_EXCEEDED_COUNT =
      "requestFailureQueueLimitExceededCount";
  // Of the predecessor's synchronization, which replication by a log has no use for: never set.
  String STAT_NAME_CHILD_SYNCH_FAILURE_COUNT = "childSynchFailureCount";
  String STAT_NAME_NODE_GROUP_SYNCH_DELAYED_COUNT = "maintenanceForNodeGroupDelayedCount";
  String STAT_NAME_SYNCH_TASK_RETRY_COUNT = "synchTaskRetryCount";
  String STAT_NAME_PRE_AVAILABLE_OP_COUNT = "preAvailableReceivedOperationCount";
  String STAT_NAME_SERVICE_HOST_MAINTENANCE_COUNT = "hostMaintenanceCount";
  String STAT_NAME_REQUEST_OUT_OF_ORDER_COUNT = "requestOutOfOrderCount";
  String STAT_NAME_SUFFIX_PER_DAY = "PerDay";
  String STAT_NAME_SUFFIX_PER_HOUR = "PerHour";

  /** The verbs. */
  enum Action {
    GET,
    POST,
    PATCH,
    PUT,
    DELETE,
    OPTIONS
  }

  /** What a service asks of the runtime, or (the last group) what the runtime notes about it. */
  enum ServiceOption {
    /** Keep statistics for each action and accept the service's own. */
    INSTRUMENTATION,
    /** Call {@link Service#handleMaintenance} at intervals. */
    PERIODIC_MAINTENANCE,
    /** Index every version of the state durably. */
    PERSISTENCE,
    /** Send every update to the peers that the node selector names. */
    REPLICATION,
    /** Run the handlers on one node only, the owner, and route every request there. */
    OWNER_SELECTION,
    /** Refuse an update whose body does not carry the current version. */
    STRICT_UPDATE_CHECKING,
    /** Serve files at the {@code /ui} suffix. */
    HTML_USER_INTERFACE,
    /** Run updates in parallel; the author does the locking. */
    CONCURRENT_UPDATE_HANDLING,
    /** Run a GET beside an active update. */
    CONCURRENT_GET_HANDLING,
    /** On a factory: a POST to an existing child becomes a PUT. */
    IDEMPOTENT_POST,
    /** Without effect: every persisted service is loaded on demand. */
    ON_DEMAND_LOAD,
    /** The state never changes after creation; needs {@link #PERSISTENCE}. */
    IMMUTABLE,
    /** Serve waiting operations last in, first out. */
    LIFO_QUEUE,
    /** Answer every path below the own link, longest prefix first. */
    URI_NAMESPACE_OWNER,
    /** Part of the runtime: stopped last. */
    CORE,
    /** Lives at a reserved suffix of another service. */
    UTILITY,
    /** Creates and lists children. */
    FACTORY,
    /** Was created by a factory. */
    FACTORY_ITEM,
    /** This node owns the document now. */
    DOCUMENT_OWNER,
    /** Part of a transaction that is not finished. */
    TRANSACTION_PENDING,
    /** Keeps no state. */
    STATELESS,
    /** Means nothing; fills a place where an option is demanded. */
    NONE;

    /** Whether it may be switched on and off while the service runs. */
    public boolean isSwitchable() {
      return switch (this) {
        case HTML_USER_INTERFACE,
            DOCUMENT_OWNER,
            PERIODIC_MAINTENANCE,
            INSTRUMENTATION,
            TRANSACTION_PENDING ->
            true;
        default -> false;
      };
    }
  }

  /**
   * How far a service has come. It only moves forward, except that a stopped one may start again.
   */
  enum ProcessingStage {
    CREATED,
    INITIALIZING,
    LOADING_INITIAL_STATE,
    SYNCHRONIZING,
    EXECUTING_CREATE_HANDLER,
    EXECUTING_START_HANDLER,
    INDEXING_INITIAL_STATE,
    REPLICATE_STATE,
    AVAILABLE,
    STOPPED
  }

  /** The steps of one request within a stateful service. */
  enum OperationProcessingStage {
    LOADING_STATE,
    PROCESSING_FILTERS,
    EXECUTING_SERVICE_HANDLER
  }

  /** The id that a link ends with: the part behind its last slash. */
  static String getId(String link) {
    return UriUtils.getLastPathSegment(link);
  }

  // ---- life cycle

  /** Runs once in the life of a document, on its owner, before {@link #handleStart}. */
  void handleCreate(Operation createOp);

  /** Runs each time the service starts on the owner; the operation's body is the initial state. */
  void handleStart(Operation startOp);

  /** Runs when the service leaves memory: idle, host stop, or after {@link #handleDelete}. */
  void handleStop(Operation stopOp);

  /** Runs for a DELETE, before {@link #handleStop}. */
  void handleDelete(Operation deleteOp);

  // ---- requests

  /** Takes an operation from the host: loads state, runs filters, calls the verb's handler. */
  void handleRequest(Operation op);

  /** As {@link #handleRequest(Operation)}, entering at a later stage. */
  void handleRequest(Operation op, OperationProcessingStage stage);

  /** Serves {@code /config}. */
  void handleConfigurationRequest(Operation request);

  /** Runs maintenance; the body is a {@link ServiceMaintenanceRequest}. */
  void handleMaintenance(Operation maintenanceOp);

  /** Decides whether the subject may do this; completes or fails the operation. */
  void authorizeRequest(Operation op);

  /** Takes the operation if it has to wait; false lets it run now. */
  boolean queueRequest(Operation op);

  /** The state that belongs to {@code op}; null before a state exists. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the signature authors' services call
  <T extends ServiceDocument> @Nullable T getState(Operation op);

  /** Makes {@code newState} the state that {@code op} leaves behind when it completes. */
  void setState(Operation op, ServiceDocument newState);

  // ---- identity and configuration

  ServiceHost getHost();

  /** Called by the host when the service is attached. */
  void setHost(ServiceHost host);

  /** The link; null before start. */
  @Nullable String getSelfLink();

  void setSelfLink(String path);

  /** The local URI of the link. */
  URI getUri();

  ProcessingStage getProcessingStage();

  /**
   * Moves the service on.
   *
   * @throws IllegalArgumentException if that would be backwards
   */
  void setProcessingStage(ProcessingStage stage);

  /** A copy of the options. */
  EnumSet<ServiceOption> getOptions();

  boolean hasOption(ServiceOption option);

  /**
   * Sets or clears an option.
   *
   * @throws IllegalStateException if the service has started and this option is then fixed
   */
  void toggleOption(ServiceOption option, boolean enable);

  /** The class of the state. */
  Class<? extends ServiceDocument> getStateType();

  /** An example of the state with the description of its fields. */
  ServiceDocument getDocumentTemplate();

  /** The filters in front of the handlers, or null. */
  @Nullable OperationProcessingChain getOperationProcessingChain();

  void setOperationProcessingChain(OperationProcessingChain chain);

  /** The service that answers at the suffix {@code uriPath}. */
  @Nullable Service getUtilityService(String uriPath);

  /** Microseconds between two maintenances; 0 means the host's interval. */
  long getMaintenanceIntervalMicros();

  void setMaintenanceIntervalMicros(long micros);

  /** Microseconds after which an idle service leaves memory; 0 means the host's delay. */
  long getCacheClearDelayMicros();

  void setCacheClearDelayMicros(long micros);

  /** Link of the node selector; null means the default. */
  @Nullable String getPeerNodeSelectorPath();

  void setPeerNodeSelectorPath(String link);

  /** Link of the index that keeps this service's documents. */
  String getDocumentIndexPath();

  void setDocumentIndexPath(String link);

  // ---- statistics

  /** Sets a statistic; does nothing without {@link ServiceOption#INSTRUMENTATION}. */
  void setStat(String name, double newValue);

  void setStat(ServiceStat stat, double newValue);

  /** Adds to a statistic; does nothing without {@link ServiceOption#INSTRUMENTATION}. */
  void adjustStat(String name, double delta);

  void adjustStat(ServiceStat stat, double delta);

  /** The statistic, made if absent; null without {@link ServiceOption#INSTRUMENTATION}. */
  @Nullable ServiceStat getStat(String name);
}
