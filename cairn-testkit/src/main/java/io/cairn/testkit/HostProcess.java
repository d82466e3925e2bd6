// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The main class of a {@link ProcessHost}: a host with the services that a {@link HostSetup}
 * starts. Says {@code listening on} and its address once everything answers, and stops at SIGTERM.
 */
public final class HostProcess {

  static final String LISTENING = "listening on ";
  private static final int PARENT_DIED = 3;

  private HostProcess() {}

  /**
   * Runs until the process ends.
   *
   * @param args {@code --setup} (the class of the setup), and optionally {@code --idleDelayMicros},
   *     and the settings of a host
   */
  public static void main(String[] args) throws Exception {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    HostSetup setup = host -> {};
    List<String> others = new ArrayList<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String value = arg.substring(equals + 1);
      switch (arg.substring(0, equals)) {
        case "--setup" -> setup = make(value);
        case "--idleDelayMicros" -> arguments.serviceCacheClearDelayMicros = Long.parseLong(value);
        case "--maximumIdleServices" -> arguments.maximumIdleServices = Long.parseLong(value);
        default -> others.add(arg);
      }
    }
    Thread.ofPlatform().daemon().name("parent-watch").start(HostProcess::endWithParent);
    ServiceHost prepared = new ServiceHost().initialize(others.toArray(String[]::new), arguments);
    ServiceHost host = start(prepared, setup);
    Runtime.getRuntime().addShutdownHook(new Thread(host::stop));
    System.out.println(LISTENING + host.getUri());
    Thread.currentThread().join();
  }

  /** The parent holds the other end of the standard input; it closes when the parent dies. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody says anything.
      }
    } catch (IOException e) {
      System.err.println("the parent cannot be watched any more: " + e.getMessage());
    }
    Runtime.getRuntime().halt(PARENT_DIED);
  }

  /** Ends the process where the host does not start; its threads would keep it alive. */
  private static ServiceHost start(ServiceHost host, HostSetup setup) {
    try {
      host.start();
      setup.startServices(host);
      host.startupCompleted();
      return host;
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
      throw new IllegalStateException("not reached", e);
    }
  }

  private static HostSetup make(String name) throws ReflectiveOperationException {
    return Class.forName(name).asSubclass(HostSetup.class).getDeclaredConstructor().newInstance();
  }
}
