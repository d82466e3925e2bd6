// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.schema.IncompatibleSchemaException;
import io.cairn.service.backup.BackupArguments;
import io.cairn.service.security.SecurityArguments;
import io.cairn.service.uri.UtilitySuffixes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One process on one port, and the services in it. Life: {@link #initialize}, {@link #start}, start
 * services, {@link #stop}. This class is the face that authors see; the work is done by the {@link
 * HostRuntime} on the class path.
 *
 * <p>Thread-safe, except that it is initialized and started by one thread.
 */
public non-sealed class ServiceHost extends HostRequests implements UtilitySuffixes {

  /** The settings of a host, as its command line names them. */
  public static class Arguments {
    /** The HTTP port; 0 picks a free one, -1 disables it. */
    public int port = DEFAULT_PORT;

    /** The HTTPS port; 0 picks a free one, -1 disables it. */
    public int securePort = PORT_VALUE_LISTENER_DISABLED;

    /** Whether clients present certificates: NONE, WANT or NEED. */
    public String sslClientAuthMode = "NONE";

    /** The private key, PKCS#8 in PEM form. */
    public @Nullable Path keyFile;

    /** What the private key is encrypted with. */
    public @Nullable String keyPassphrase;

    /** The certificate chain in PEM form. */
    public @Nullable Path certificateFile;

    /** Certificates of authorities that clients' certificates are checked against. */
    public @Nullable Path caFile;

    /** Where the data of all hosts of this machine live; the port is appended. */
    public @Nullable Path sandbox;

    /** The address to listen on. */
    public String bindAddress = LOOPBACK_ADDRESS;

    /** The URI under which others reach this host, if not the address it listens on. */
    public @Nullable String publicUri;

    /** Further names of a host on a loopback address, and sites whose pages may write. */
    public String[] allowedHosts = {};

    /** Whether others than this machine may have the host stop. */
    public boolean remoteStop;

    /** Further hosts that notifications may go to: {@code host}, {@code host:port}, {@code *}. */
    public String[] subscriptionHosts = {};

    /** How long a subscriber must have failed before its subscription ends, in microseconds. */
    public long subscriptionFailureTimeoutMicros = TimeUnit.MINUTES.toMicros(10);

    /** The name of this node; made up at the first start and kept with the data. */
    public @Nullable String id;

    /** A tag that says where this node is. */
    public @Nullable String location;

    /** URIs of the hosts to form a group with, with or without a path; its own is skipped. */
    public String[] peerNodes = {};

    /** A port for peers alone, beside those that serve clients; 0 picks a free one, -1 has none. */
    public int peerPort = PORT_VALUE_LISTENER_DISABLED;

    /** What peers prove to know before they are believed; never shown. */
    public @Nullable String clusterSecret;

    /** Whether peers of other machines are believed without a secret and without a certificate. */
    public boolean insecurePeers;

    /** How many members must see each other before the group serves; a majority always must. */
    public int membershipQuorum = 1;

    /** How long a fresh host looks for its peers' group before it makes one, in microseconds. */
    public long startupPeriodMicros = TimeUnit.SECONDS.toMicros(5);

    /** How fast the timers of consensus run: 6 sends heartbeats every 167 ms, 1 every second. */
    public int clockFactor = 6;

    /** After how long the copies of a partition are compared again; 0 never compares them. */
    public long copyCheckIntervalMicros = TimeUnit.HOURS.toMicros(1);

    /** How much each replica reads in a second, at most, while its copy is compared. */
    public long copyCheckBytesPerSecond = 32L << 20;

    /** How long a factory whose class has changed may look at stored documents before it starts. */
    public long schemaCheckLimitMicros = TimeUnit.MINUTES.toMicros(1);

    /** After how long a dead node is removed from its groups, in microseconds. */
    public long nodeRemovalDelayMicros = TimeUnit.HOURS.toMicros(1);

    /** Free bytes below which updates are refused; 0: a twentieth of the disk, 4 to 512 MiB. */
    public long diskReserveBytes;

    /** How many partitions the documents are spread over; fixed when the data are made. */
    public int partitions = 8;

    /** What this node says about itself to the others, beside its address. */
    public Map<String, String> nodeProperties = Map.of();

    /** Whether attributes are kept on disk, so that they outlast a restart of all nodes at once. */
    public boolean persistentAttributes;

    /** The class of an application that hears what happens in the cluster; it is instantiated. */
    public @Nullable String clusterApplicationClass;

    /** The name of the executor that calls that application. */
    public @Nullable String clusterApplicationStage;

    /** How long a request may take, in microseconds. */
    public long operationTimeoutMicros = TimeUnit.SECONDS.toMicros(60);

    /** How long a query may take that does not say when its task expires, in microseconds. */
    public long queryTimeLimitMicros = TimeUnit.SECONDS.toMicros(60);

    /** How many values patterns of a query may look at that begin with a wildcard. */
    public long queryScanLimit = 1_000_000;

    /** The interval of services that set none, in microseconds. */
    public long maintenanceIntervalMicros = TimeUnit.SECONDS.toMicros(1);

    /** How long an idle service stays in memory, in microseconds. */
    public long serviceCacheClearDelayMicros = TimeUnit.SECONDS.toMicros(60);

    /** How many idle services stay in memory at most; 0 derives it from the heap. */
    public long maximumIdleServices;

    /** The largest request body, in bytes; at most 64 MiB: a node hands no more to another. */
    public int requestPayloadSizeLimit = 64 << 20;

    /**
     * Memory that the bodies of all requests under way may hold together, in bytes: at least one of
     * the largest; 0 derives it from the heap.
     */
    public long requestBodyBudget;

    /** Connections of clients at a time; fewer if the process may not have so many files open. */
    public int maxConnections = 20_000;

    /** Event streams of clients at a time. */
    public int maxEventStreams = 10_000;

    /** Node groups of this host beyond which clients can make no more. */
    public int maxNodeGroups = 64;

    /** Node selectors of this host beyond which clients can make no more. */
    public int maxNodeSelectors = 64;

    /** Whether a DELETE of what is not there is answered with 200, as in Xenon, instead of 404. */
    public boolean missingDeleteSucceeds;

    /** The largest answer, in bytes; at most 64 MiB. */
    public int responsePayloadSizeLimit = 64 << 20;

    /** Whether the host backs its group up by itself, now and then. */
    public boolean isAutoBackupEnabled;

    /** Where such backups go; {@code auto-backup} among the host's data if nothing is said. */
    public @Nullable Path autoBackupDirectory;

    /** How backups are made. */
    public BackupArguments backups = new BackupArguments();

    /** Who may use the host, and who is its first administrator. */
    public SecurityArguments security = new SecurityArguments();
  }

  public static final int DEFAULT_PORT = 8000;
  public static final int PORT_VALUE_LISTENER_DISABLED = -1;
  public static final String LOOPBACK_ADDRESS = "127.0.0.1";

  private Arguments arguments = new Arguments();
  private UnaryOperator<Arguments> completion = UnaryOperator.identity();
  private volatile @Nullable HostRuntime runtime;
  private volatile Runnable stopHandler = this::stop;

  /** A plain host, initialized and not yet started. */
  public static ServiceHost create(Arguments arguments) {
    return new ServiceHost().take(arguments);
  }

  /** A plain host that is not started, with what {@link #initialize(String[])} reads. */
  public static ServiceHost create(String... args) {
    return create(args, new Arguments());
  }

  /** As the other form, with settings that the command line does not name. */
  public static ServiceHost create(String[] args, Arguments arguments) {
    ServiceHost host = new ServiceHost();
    UnaryOperator<Arguments> read = HostRuntime.ArgumentsReader.get().read(args, arguments);
    host.take(arguments);
    host.completion = read;
    return host;
  }

  /**
   * A plain host that listens.
   *
   * @throws java.net.BindException if the port is taken
   * @throws IOException if the data are in use by another process, damaged, or unreadable
   */
  public static ServiceHost open(Arguments arguments) throws IOException {
    ServiceHost host = create(arguments);
    host.openAndListen();
    return host;
  }

  /** As the other form, without settings of the application. */
  public ServiceHost initialize(String[] args) throws Throwable {
    return initialize(args, new Arguments());
  }

  /**
   * Reads settings into the public fields of {@code args}, which may be of a subclass with settings
   * of the application: from command line arguments ({@code --name=value}), system properties
   * ({@code -Dcairn.name}), the environment ({@code CAIRN_NAME}) and a settings file ({@code
   * --config}). A field that nothing is said about keeps its value.
   *
   * @throws IllegalArgumentException that says all that is malformed or unknown
   * @throws IllegalStateException if the runtime is not on the class path
   */
  protected ServiceHost initialize(String[] values, Arguments args) throws Throwable {
    UnaryOperator<Arguments> read = HostRuntime.ArgumentsReader.get().read(values, args);
    initialize(args);
    completion = read;
    return this;
  }

  /** Takes over settings; nothing is opened yet. Declared so widely for those who override it. */
  public ServiceHost initialize(Arguments arguments) throws Throwable {
    return take(arguments);
  }

  private ServiceHost take(Arguments settings) {
    if (isStarted()) {
      throw new IllegalStateException("the host has been started");
    }
    arguments = settings;
    completion = UnaryOperator.identity();
    return this;
  }

  /**
   * Opens the data and listens; again, if the host was stopped.
   *
   * <p>Declared so widely for those who override it to start their services too.
   *
   * @return this
   * @throws java.net.BindException if the port is taken
   * @throws IOException if the data are in use by another process, damaged, or unreadable
   */
  public ServiceHost start() throws Throwable {
    openAndListen();
    return this;
  }

  private void openAndListen() throws IOException {
    if (isStarted()) {
      throw new IllegalStateException("the host has been started");
    }
    HostRuntime opened = HostRuntime.Provider.get().open(this, completion.apply(arguments));
    runtime = opened;
    opened.listen();
    opened.startCoreServices();
  }

  /**
   * Starts the services that every host has. Every started host has them; this is there for code
   * that says so.
   */
  public void startDefaultCoreServicesSynchronously() {
    runtime().startCoreServices();
  }

  /** As the other form; the host joins its peers when it starts, whatever is asked for here. */
  public void startDefaultCoreServicesSynchronously(boolean joinsPeers) {
    startDefaultCoreServicesSynchronously();
  }

  /**
   * Says that all services are started that this host starts by itself. Until then it is not ready,
   * and answers 503 for what it does not know: it may be about to start that, or a peer may have
   * created it. A host that never says so is taken to be done once it has started nothing for
   * fifteen seconds, or for three if it has no peers.
   */
  public void startupCompleted() {
    runtime().startupCompleted();
  }

  /** Answers what is under way, stops all services, and closes the data. */
  public void stop() {
    HostRuntime current = runtime;
    if (current != null) {
      current.close();
    }
  }

  /**
   * Says what happens when a client asks the host to stop; without that, it merely stops.
   *
   * @param handler runs on a thread of its own
   */
  public void setStopHandler(Runnable handler) {
    stopHandler = handler;
  }

  /** Has the host stop soon, on another thread. */
  public final void requestStop() {
    Thread.ofPlatform().name("cairn-stop").start(stopHandler);
  }

  /** Whether the host is started and not stopped. */
  public boolean isStarted() {
    HostRuntime current = runtime;
    return current != null && !current.isClosed();
  }

  /** Whether the host has begun to stop. */
  public boolean isStopping() {
    HostRuntime current = runtime;
    return current != null && current.isClosed();
  }

  @Override
  final Arguments arguments() {
    return arguments;
  }

  @Override
  final HostRuntime runtime() {
    HostRuntime current = runtime;
    if (current == null) {
      throw new IllegalStateException("the host has not been started");
    }
    return current;
  }

  /**
   * A part of the runtime that has a face of its own for applications, like {@code
   * io.cairn.cluster.application.Cluster}: nodes, health, events, messages between applications,
   * and the attributes that all nodes share.
   *
   * @throws IllegalStateException before the start
   * @throws IllegalArgumentException if the runtime has no such part
   */
  public <T> T unwrap(Class<T> type) {
    return runtime().unwrap(type);
  }

  // Services

  /** Starts a factory at the {@code FACTORY_LINK} of its children's class. */
  public ServiceHost startFactory(Service child) {
    FactoryService factory = FactoryService.create(child.getClass(), child.getStateType());
    return startFactory(child.getClass(), () -> factory);
  }

  /** Starts a factory at the {@code FACTORY_LINK} of its children's class. */
  public ServiceHost startFactory(
      Class<? extends Service> childType, Supplier<FactoryService> factory) {
    return startFactory(factory, UriUtils.buildFactoryUri(this, childType).getPath());
  }

  /** Starts a factory at a path. */
  public ServiceHost startFactory(Supplier<FactoryService> factory, String path) {
    startAndAwait(factory.get(), path);
    return this;
  }

  /** Starts a factory whose children are updated by a POST to their link. */
  public ServiceHost startIdempotentFactory(Class<? extends Service> childType) {
    FactoryService factory = FactoryService.createIdempotent(childType);
    if (factory == null) {
      throw new IllegalArgumentException(childType.getName() + " cannot be constructed");
    }
    return startFactory(childType, () -> factory);
  }

  /** As the other form, by an example of the children. */
  public ServiceHost startIdempotentFactory(Service child) {
    return startIdempotentFactory(child.getClass());
  }

  /** Starts a collection of documents at its path. Returns when it answers. */
  public ServiceHost start(DocumentService<?> documents) {
    startAndAwait(new RecordService.Factory<>(documents.ready()), documents.path());
    return this;
  }

  /** Starts a service without a document at the link that it has. Returns when it answers. */
  public ServiceHost start(StatelessService service) {
    startAndAwait(service, service.getSelfLink());
    return this;
  }

  /** Has a handler answer one verb at a path. Returns when it does. */
  public ServiceHost endpoint(String path, Service.Action action, Endpoint handler) {
    if (runtime().find(UriUtils.normalizeUriPath(path))
        instanceof Endpoint.EndpointService present) {
      present.add(action, handler);
      return this;
    }
    Endpoint.EndpointService endpoint = new Endpoint.EndpointService();
    endpoint.add(action, handler);
    startAndAwait(endpoint, path);
    return this;
  }

  /**
   * Starts a service at its link, if it has been given one, else at the {@code SELF_LINK} of its
   * class; a factory whose class has none at the {@code FACTORY_LINK} of its children's class.
   */
  public ServiceHost startService(Service service) {
    return startService(Operation.createPost(this, UriUtils.linkOf(service)), service);
  }

  /**
   * Starts a service at the path of an operation, which completes when the service is available.
   *
   * @param post carries the initial state of a stateful service, if any
   */
  public ServiceHost startService(Operation post, Service service) {
    runtime().start(post, service);
    return this;
  }

  /** Starts a service at a path. Returns when it is available. */
  public final void startAndAwait(Service service, String path) {
    startAndAwait(service, path, null);
  }

  /**
   * Starts a service at a path with an initial state, if it needs one, and returns when it is
   * available.
   *
   * @throws IncompatibleSchemaException if stored documents do not fit the class of a factory
   * @throws IllegalStateException if it could not be started, or the thread was interrupted
   */
  public final void startAndAwait(Service service, String path, @Nullable Object initialState) {
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    Operation post = Operation.createPost(UriUtils.buildUri(this, path));
    if (initialState != null) {
      post.setBodyNoCloning(initialState);
    }
    post.setCompletion(
        (op, failure) -> {
          failed.set(failure);
          started.countDown();
        });
    startService(post, service);
    try {
      started.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting " + path, e);
    }
    if (failed.get() instanceof IncompatibleSchemaException refused) {
      throw refused;
    }
    if (failed.get() != null) {
      throw new IllegalStateException("Could not start " + path, failed.get());
    }
  }

  /** Starts services as {@link #startService(Service)} does; returns when all are available. */
  public void startServicesSynchronously(Service... services) {
    for (Service service : services) {
      startAndAwait(service, UriUtils.linkOf(service));
    }
  }

  /** The same as {@link #startServicesSynchronously}. */
  public void startFactoryServicesSynchronously(Service... factories) {
    startServicesSynchronously(factories);
  }

  /** Stops a service without deleting its document. */
  public void stopService(Service service) {
    runtime().stop(service);
  }
}
