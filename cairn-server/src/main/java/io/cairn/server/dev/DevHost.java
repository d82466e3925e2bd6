// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import io.cairn.application.Application;
import io.cairn.launch.HostLauncher;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.settings.ApplicationSettings;
import io.cairn.launch.settings.ConfigurationException;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.runtime.dispatch.MemoryDocuments;
import io.cairn.runtime.dispatch.MemoryDocuments.Restored;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.dispatch.Startup;
import io.cairn.service.ServiceHost;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The host at one address, which runs one application after the other, or says why it runs none. To
 * replace an application, the whole host stops and starts again on the same data and ports: that
 * takes a tenth of a second, and nothing of the old one is left. Documents that live in memory are
 * handed on. Used by one thread.
 */
final class DevHost implements AutoCloseable {

  /** Reads settings anew for each application. */
  interface SettingsReader {

    /** Gives the host's, and gives the application its own. */
    HostConfiguration read(ApplicationSettings application) throws ConfigurationException;

    /** Gives the host's while it is not known what the application's are. */
    HostConfiguration readHostsOnly() throws ConfigurationException;
  }

  /** Ties each host to the end of the process. */
  interface Tie {

    /** The host is about to start; the task is to be done before it stops with the process. */
    void starting(ServiceHost host, Runnable beforeStop);

    /** The host has started. */
    void started();
  }

  /**
   * What runs now.
   *
   * @param schemas of its documents, by path
   * @param restored how many documents were handed on in memory
   * @param left how many there are for which there is no place now; they are kept for the next
   */
  record Running(SortedMap<String, ServedDocuments> schemas, int restored, int left) {}

  private final SettingsReader settings;
  private final Tie tie;
  private @Nullable ServiceHost host;
  private @Nullable DeclaredApplication application;
  private @Nullable HostConfiguration known;
  private int port;
  private int securePort;
  private int peerPort;
  private List<DocumentVersion> inMemory = List.of();

  DevHost(SettingsReader settings, Tie tie) {
    this.settings = settings;
    this.tie = tie;
  }

  /**
   * Replaces what runs by applications. If they cannot even be declared, what runs goes on.
   *
   * @throws ConfigurationException if their settings cannot be used
   * @throws ApplicationException if they cannot be started
   * @throws IOException if the data or a port cannot be used
   */
  Running serve(List<Application> applications)
      throws ConfigurationException, ApplicationException, IOException {
    DeclaredApplication declared = DeclaredApplication.of(applications);
    HostConfiguration configuration = settings.read(declared.settings());
    declared.settingsAreRead();
    stop();
    AtomicReference<Restored> became = new AtomicReference<>(new Restored(List.of(), inMemory));
    // Before the application's own start: it finds its documents, and need not make them again.
    ServiceHost fresh =
        start(configuration, declared, memory -> became.set(memory.restore(inMemory)));
    application = declared;
    known = configuration;
    fresh.unwrap(MemoryDocuments.class).keepAtStop();
    Restored restored = Objects.requireNonNull(became.get());
    inMemory = restored.left();
    return new Running(
        ServedDocuments.of(fresh.unwrap(ServiceRegistry.class)),
        restored.done().size(),
        restored.left().size());
  }

  /**
   * Stops the application, and has all paths but the core's answer why it does not run.
   *
   * @throws ConfigurationException if the host's settings cannot be used
   * @throws IOException if the data or a port cannot be used
   */
  void fail(String why) throws ConfigurationException, IOException {
    ServiceHost present = host;
    if (present == null || application != null) {
      HostConfiguration last = known;
      HostConfiguration configuration = last == null ? settings.readHostsOnly() : last;
      stop();
      try {
        present = start(configuration, DeclaredApplication.of(List.of()), memory -> {});
      } catch (ApplicationException e) {
        throw new IllegalStateException("nothing was to be started", e);
      }
      known = configuration;
    }
    present.unwrap(Startup.class).failed(why);
  }

  private ServiceHost start(
      HostConfiguration configuration,
      DeclaredApplication declared,
      Consumer<MemoryDocuments> servicesStarted)
      throws ApplicationException, IOException {
    ServiceHost.Arguments arguments = configuration.host();
    choosePorts(arguments);
    ServiceHost fresh = ServiceHost.create(arguments);
    tie.starting(fresh, () -> declared.stop(fresh));
    HostLauncher.start(
        fresh, declared, () -> servicesStarted.accept(fresh.unwrap(MemoryDocuments.class)));
    host = fresh;
    port = arguments.port;
    securePort = arguments.securePort;
    peerPort = arguments.peerPort;
    tie.started();
    return fresh;
  }

  /** Free ports are chosen once: clients go on with them, and the data are named by one. */
  private void choosePorts(ServiceHost.Arguments arguments) throws IOException {
    InetAddress address = InetAddress.getByName(arguments.bindAddress);
    arguments.port = chosen(arguments.port, port, address);
    arguments.securePort = chosen(arguments.securePort, securePort, address);
    arguments.peerPort = chosen(arguments.peerPort, peerPort, address);
  }

  private static int chosen(int wanted, int before, InetAddress address) throws IOException {
    if (wanted != 0 || before > 0) {
      return wanted == 0 ? before : wanted;
    }
    try (ServerSocket free = new ServerSocket(0, 1, address)) {
      return free.getLocalPort();
    }
  }

  /** Returns the host that runs; null if none does. */
  @Nullable ServiceHost host() {
    return host;
  }

  private void stop() {
    ServiceHost present = host;
    if (present == null) {
      return;
    }
    DeclaredApplication running = application;
    if (running != null) {
      running.stop(present);
    }
    MemoryDocuments memory = present.unwrap(MemoryDocuments.class);
    present.stop();
    inMemory = newest(memory.kept(), inMemory);
    host = null;
    application = null;
  }

  /** One of each document, the first of those with the highest version. */
  private static List<DocumentVersion> newest(
      List<DocumentVersion> some, List<DocumentVersion> others) {
    return List.copyOf(
        Stream.concat(some.stream(), others.stream())
            .collect(
                Collectors.toMap(
                    DocumentVersion::link,
                    Function.identity(),
                    BinaryOperator.maxBy(Comparator.comparingLong(DocumentVersion::version)),
                    LinkedHashMap::new))
            .values());
  }

  @Override
  public void close() {
    stop();
  }
}
