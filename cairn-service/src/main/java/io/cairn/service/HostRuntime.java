// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.service.http.ServerSentEvent;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.security.Rfc7519Claims;
import io.cairn.service.security.Signer;
import io.cairn.service.security.Verifier;
import io.cairn.service.state.ServiceHostState;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What carries a {@link ServiceHost}: storage, replication, HTTP, threads. Applications do not call
 * it; they use the host. The runtime on the class path is found by {@link ServiceLoader}.
 * Thread-safe.
 */
public interface HostRuntime {

  /** Makes runtimes; one is found on the class path. */
  interface Provider {

    /**
     * Returns the one on the class path; null if there is none, as in tests of a service's logic
     * alone.
     */
    static @Nullable Provider find() {
      return Found.PROVIDER;
    }

    /**
     * Returns the one on the class path.
     *
     * @throws IllegalStateException if there is none
     */
    static Provider get() {
      Provider found = find();
      if (found == null) {
        throw missing();
      }
      return found;
    }

    private static IllegalStateException missing() {
      return new IllegalStateException(
          "No runtime is on the class path: add the dependency io.cairn:cairn-runtime");
    }

    /**
     * Binds the ports, then opens the data.
     *
     * @throws java.net.BindException if a port is taken
     * @throws IOException if the data are in use, damaged, or unreadable
     */
    HostRuntime open(ServiceHost host, ServiceHost.Arguments arguments) throws IOException;

    /**
     * Makes what answers at the suffixes of a service, which may be still without link and host.
     */
    UtilityService utilityOf(Service service);

    /** Returns the HTTP status of a failure of the runtime's own; 0 if it is none. */
    int statusOf(Throwable failure);

    /**
     * Logs a defect, as seldom as others must be kept from filling the log with it.
     *
     * @param reference the same for the same defect
     */
    void logDefect(String reference, String message, Throwable failure);

    /** Keeps the provider that was found first. */
    final class Found {
      private static final @Nullable Provider PROVIDER =
          ServiceLoader.load(Provider.class, Provider.class.getClassLoader())
              .findFirst()
              .orElse(null);

      private Found() {}
    }
  }

  /**
   * What a test puts in the place of the machine's time and in the way of requests; a host that was
   * not given any has neither. Thread-safe.
   *
   * @see ServiceHost#surround
   */
  interface Surroundings {

    /**
     * How far the host's time is ahead of the machine's, in microseconds; never less than before.
     */
    long aheadMicros();

    /** Makes the host's timer, which follows that time. */
    ScheduledThreadPoolExecutor newTimer(ThreadFactory threads);

    /** Whether the way to another node is open. */
    boolean reaches(URI peer);

    /** Whether {@link #handle} wants to see the requests to a path. */
    boolean concerns(String path);

    /**
     * Has its way with a request.
     *
     * @param onward does the request as usual
     */
    void handle(Operation op, Consumer<Operation> onward);
  }

  /** Reads settings as {@code cairn start} does; one is found on the class path. */
  interface ArgumentsReader {

    /**
     * Returns the one on the class path.
     *
     * @throws IllegalStateException if there is none
     */
    static ArgumentsReader get() {
      return ServiceLoader.load(ArgumentsReader.class, ArgumentsReader.class.getClassLoader())
          .findFirst()
          .orElseThrow(Provider::missing);
    }

    /**
     * Reads the settings of a host from arguments ({@code --name=value}), system properties, the
     * environment and a settings file into the public fields of {@code target}, which may have more
     * fields than those of a host; those that nothing is said about keep their values.
     *
     * @return adds what was read and has no field in {@code target}; applied when the host opens
     * @throws IllegalArgumentException that says all that is wrong
     */
    UnaryOperator<ServiceHost.Arguments> read(String[] values, ServiceHost.Arguments target);
  }

  // Life

  /** Looks for the other nodes of the group, and serves. */
  void listen() throws IOException;

  /** Starts the services that every host has, once. */
  void startCoreServices();

  /** Learns that the host has started what it starts by itself. */
  void startupCompleted();

  /** Tells once when the log has failed, at once if it has. */
  void onFatal(Consumer<Throwable> listener);

  /** Stops everything, in the order that lets what is under way finish. */
  void close();

  boolean isClosed();

  // Identity

  String id();

  String nextId();

  /** Microseconds since 1970, by the time that documents expire by. */
  long nowMicros();

  URI uri();

  URI publicUri();

  /** Where the data are. */
  URI storage();

  ServiceHostState state();

  // Services

  /** Whether a service class has a handler of its author's, named as its method is. */
  static boolean isOverridden(Class<? extends AbstractService> type, String handler) {
    try {
      Class<?> declaring = type.getMethod(handler, Operation.class).getDeclaringClass();
      return declaring != StatefulService.class
          && declaring != StatelessService.class
          && declaring != AbstractService.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(handler + " is not a method of a service", e);
    }
  }

  /**
   * Starts a service at the path of an operation, which completes when the service is available.
   */
  void start(Operation post, Service service);

  /** Stops a service without deleting its document. */
  void stop(Service service);

  /** Returns the service without a document that was started at a path; null if there is none. */
  @Nullable Service find(String path);

  /** Returns whether a service is started at a path, or its document is in memory. */
  boolean isAvailable(String path);

  /** Runs a handler as soon as the services at all paths are available. */
  void whenAvailable(Operation.CompletionHandler handler, String... paths);

  /** Plans a service's maintenance anew. */
  void maintenanceChanged(Service service);

  /** Returns the description of a service's documents, as its class declares it. */
  ServiceDocumentDescription describe(StatefulService service);

  /** Answers a GET of a factory, or the DELETE of a page of its listing. */
  void listChildren(FactoryService factory, Operation request);

  /** Returns what keeps this node from serving a factory's children. */
  List<String> obstacles(FactoryService factory);

  // Messages

  /** Sends an operation: in this process if it is for this host, over HTTP otherwise. */
  void send(Operation op);

  /** Takes an operation to the service in this process that its path names. */
  void dispatch(Operation op);

  /** Asks the nodes of the host's groups. */
  Nodes nodes();

  /** The nodes of a host's groups, this one among them. A selector that is null is the default. */
  interface Nodes {

    /** Answers who owns a key. */
    void selectOwner(@Nullable String selector, String key, Operation op);

    /** Sends a request to all nodes, this one excluded or not. */
    void broadcast(
        @Nullable String selector, @Nullable String key, boolean excludesThisHost, Operation op);

    /** Sends a request to the owner of a key; of the request's path if that is null. */
    void forward(@Nullable String selector, @Nullable String key, Operation op);

    /** Tells the services of a selector about its nodes, as after a change. */
    void tellMembers(String selector);

    /** Returns whether requests to the members of a group find them, as this node sees it. */
    boolean reachesMembers(String groupLink);
  }

  /** Says who may do what here, and who somebody is. */
  Authorization authorization();

  /** Who may do what on a host, and what tokens prove. Thread-safe. */
  interface Authorization {

    /** Completes an operation if roles allow it to be done by a service; fails it if not. */
    void authorize(Service service, Operation op);

    /**
     * Whether who has sent an operation may do that to a document; if there is none, to what is at
     * the link of a service.
     */
    boolean allows(Service service, @Nullable ServiceDocument document, Operation op);

    /** Signs claims; see {@link Signer#sign}. */
    String sign(Rfc7519Claims claims) throws GeneralSecurityException;

    /** What a token says that is believed here. */
    Claims verify(String token) throws Verifier.TokenException;

    /** Whose token one is; null if it proves nothing here. */
    @Nullable AuthorizationContext contextOf(String token);

    /** Has the token of a context go along with the answer to an operation. */
    void handOut(Operation op, AuthorizationContext context);

    /** Forgets what the authentication service has said of tokens of a user. */
    void forget(String userLink);
  }

  /**
   * Where the server-sent events of one operation go: the transport that brought the request sets
   * it with {@link Operation#setEventStreamSink}. Called by one thread at a time. The transport
   * completes the operation when the client goes.
   */
  interface EventStreamSink {

    /** Sends status and headers of {@code op}; the body follows as events. */
    void sendHeaders(Operation op);

    /**
     * Sends status and headers of {@code op}, and returns what takes the body; the end of {@code
     * op} ends it.
     */
    default OutputStream sendBody(Operation op) {
      throw new IllegalStateException("this transport streams events only");
    }

    /**
     * Sends one event; afterwards runs its completion callback, with the failure if there was one.
     */
    void send(ServerSentEvent event);

    /**
     * Sends one event if there is room for it; see {@link Operation#offerServerSentEvent}. A stream
     * that has ended has no room.
     */
    default boolean offer(ServerSentEvent event, Runnable whenRoom) {
      send(event);
      return true;
    }
  }

  // Threads

  /** Returns what runs each task on a thread of its own. */
  Executor handlers();

  /** Runs a short task after a delay. */
  ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit);

  /**
   * Returns a part of the runtime that is meant for applications.
   *
   * @throws IllegalArgumentException if it has none of that type
   */
  <T> T unwrap(Class<T> type);
}
