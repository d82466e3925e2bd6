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
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.dispatch.Startup;
import io.cairn.service.ServiceHost;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host of one address that runs one application after the other, or says why it runs none. To
 * replace an application, the whole host stops and starts again on the same data and ports: that
 * takes a tenth of a second, and nothing of the old one is left. Documents that live in memory are
 * handed on. Thread-safe.
 */
final class DevHost implements AutoCloseable {

  /** Reads the settings, those of the application among them. */
  @FunctionalInterface
  interface SettingsReader {
    HostConfiguration read(ApplicationSettings application) throws ConfigurationException;
  }

  /**
   * What runs now.
   *
   * @param schemas of its documents, by path
   * @param restored how many documents were handed on in memory
   * @param left those for which there is no place now; they are handed on to the next
   */
  record Running(
      SortedMap<String, DocumentSchema> schemas, int restored, List<DocumentVersion> left) {}

  private final SettingsReader settings;
  private final Consumer<ServiceHost> tie;
  private @Nullable ServiceHost host;
  private @Nullable DeclaredApplication application;
  private boolean failing;
  private int port;
  private int securePort;
  private int peerPort;
  private List<DocumentVersion> inMemory = List.of();

  /**
   * No host yet.
   *
   * @param settings reads them anew for each application
   * @param tie is given each host before it starts
   */
  DevHost(SettingsReader settings, Consumer<ServiceHost> tie) {
    this.settings = settings;
    this.tie = tie;
  }

  /**
   * Replaces what runs by applications.
   *
   * @throws ConfigurationException if their settings cannot be used
   * @throws ApplicationException if they cannot be started
   * @throws IOException if the data or the port cannot be used
   */
  synchronized Running serve(List<Application> applications)
      throws ConfigurationException, ApplicationException, IOException {
    DeclaredApplication declared = DeclaredApplication.of(applications);
    HostConfiguration configuration = settings.read(declared.settings());
    declared.settingsAreRead();
    stop();
    ServiceHost fresh = create(configuration);
    HostLauncher.start(fresh, declared);
    host = fresh;
    application = declared;
    MemoryDocuments.Restored restored =
        fresh.unwrap(MemoryDocuments.class).restore(inMemory);
    inMemory = restored.left();
    fresh.unwrap(MemoryDocuments.class).keepAtStop();
    return new Running(
        DocumentSchema.of(fresh.unwrap(ServiceRegistry.class)),
        restored.done().size(),
        restored.left());
  }

  /**
   * Stops the application, and has its paths answer why it does not run.
   *
   * @throws ConfigurationException if not even the host's own settings can be used
   * @throws IOException if the data or the port cannot be used
   */
  synchronized void fail(String why) throws ConfigurationException, IOException {
    ServiceHost present = host;
    if (present == null || !failing) {
      HostConfiguration configuration = settings.read(new ApplicationSettings());
      stop();
      present = create(configuration);
      try {
        HostLauncher.start(present, DeclaredApplication.of(List.of()));
      } catch (ApplicationException e) {
        throw new IllegalStateException("nothing to start, and it failed", e);
      }
      host = present;
      failing = true;
    }
    present.unwrap(Startup.class).failed(why);
  }

  private ServiceHost create(HostConfiguration configuration) throws IOException {
    ServiceHost.Arguments arguments = configuration.host();
    InetAddress address = InetAddress.getByName(arguments.bindAddress);
    // A free port is chosen once: the directory of the data is named by it, and clients keep it.
    port = arguments.port == 0 ? chosen(port, address) : arguments.port;
    securePort = arguments.securePort == 0 ? chosen(securePort, address) : arguments.securePort;
    peerPort = arguments.peerPort == 0 ? chosen(peerPort, address) : arguments.peerPort;
    arguments.port = port;
    arguments.securePort = securePort;
    arguments.peerPort = peerPort;
    ServiceHost created = ServiceHost.create(arguments);
    tie.accept(created);
    return created;
  }

  private static int chosen(int before, InetAddress address) throws IOException {
    if (before > 0) {
      return before;
    }
    try (ServerSocket free = new ServerSocket(0, 1, address)) {
      return free.getLocalPort();
    }
  }

  /** The host that runs. */
  synchronized @Nullable ServiceHost host() {
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
    List<DocumentVersion> all = new ArrayList<>(inMemory);
    all.addAll(memory.kept());
    inMemory = Collections.unmodifiableList(all);
    host = null;
    application = null;
    failing = false;
  }

  /** Stops the host in order. */
  @Override
  public synchronized void close() {
    stop();
  }
}
