// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.service.logging.LogSource;
import io.cairn.service.state.RequestRateInfo;
import io.cairn.service.state.RequestRates;
import io.cairn.service.state.ServiceHostState;
import io.cairn.service.uri.ServiceUriPaths;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a host is: its settings, which change only before its start, its process, its names and
 * addresses, its time. Thread-safe.
 */
abstract sealed class HostProperties extends LogSource permits HostRequests {

  public static final int PORT_VALUE_HTTP_DEFAULT = 8000;
  public static final String LOCAL_HOST = "127.0.0.1";
  public static final String DEFAULT_BIND_ADDRESS = LOCAL_HOST;
  public static final String ALL_INTERFACES = "0.0.0.0";
  public static final String ROOT_PATH = "";

  private final RequestRates requestRates = new RequestRates();
  private @Nullable Thread shutdownHook;

  private HostRuntime.@Nullable Surroundings surroundings;

  HostProperties() {}

  /** This object as its one subclass. */
  final ServiceHost self() {
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

  /** Whether clients have to say who they are, and may do what roles allow. */
  public boolean isAuthorizationEnabled() {
    return arguments().security.isAuthorizationEnabled;
  }

  /** Says whether clients have to say who they are; before the host starts. */
  public void setAuthorizationEnabled(boolean enable) {
    change(settings -> settings.security.isAuthorizationEnabled = enable);
  }

  /**
   * Limits how many requests of a user this host does in a second; others get 429. May change while
   * the host runs.
   *
   * @param subject the link of the user's document; without authorization everybody is {@code
   *     /core/authz/guest-user}
   * @throws IllegalArgumentException if the limit is not more than 0
   */
  public ServiceHost setRequestRateLimit(String subject, double requestsPerSecond) {
    RequestRateInfo wanted = new RequestRateInfo();
    wanted.limit = requestsPerSecond;
    return setRequestRateLimit(subject, wanted);
  }

  /**
   * As the other form.
   *
   * @throws IllegalArgumentException if what is wanted means nothing
   */
  public ServiceHost setRequestRateLimit(String subject, RequestRateInfo wanted) {
    requestRates.set(subject, wanted);
    return self();
  }

  /** The limit of a user and how many requests it has sent lately; null if it has none. */
  public @Nullable RequestRateInfo getRequestRateLimit(String subject) {
    return requestRates.get(subject);
  }

  /** The limits of all users that have one of their own. */
  public final RequestRates requestRates() {
    return requestRates;
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

  /** Where this host listens. */
  public URI getUri() {
    return runtime().uri();
  }

  /** Where others reach this host. */
  public URI getPublicUri() {
    return runtime().publicUri();
  }

  /** The port that HTTP listens on, or -1. */
  public int getPort() {
    return runtime().uri().getPort();
  }

  /** Where this host keeps its data. */
  public URI getStorageSandbox() {
    return runtime().storage();
  }

  /** The settings and condition of this host; holds no secrets. */
  public ServiceHostState getState() {
    return runtime().state();
  }

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
}
