// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.host.ServiceHost;
import java.nio.file.Path;

/**
 * The main class of a {@link ProcessHost}: a host with the services that a {@link HostSetup} starts.
 * Says {@code listening on} and its address once everything answers, and stops at SIGTERM.
 */
public final class HostProcess {

  static final String LISTENING = "listening on ";

  private HostProcess() {}

  /**
   * Runs until the process ends.
   *
   * @param args {@code --port}, {@code --sandbox}, {@code --setup} (the class of the setup), and
   *     optionally {@code --idleDelayMicros}, {@code --maximumIdleServices}
   */
  public static void main(String[] args) throws Exception {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    HostSetup setup = host -> {};
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String value = arg.substring(equals + 1);
      switch (arg.substring(0, equals)) {
        case "--port" -> arguments.port = Integer.parseInt(value);
        case "--sandbox" -> arguments.sandbox = Path.of(value);
        case "--setup" -> setup = make(value);
        case "--idleDelayMicros" -> arguments.serviceCacheClearDelayMicros = Long.parseLong(value);
        case "--maximumIdleServices" -> arguments.maximumIdleServices = Long.parseLong(value);
        default -> throw new IllegalArgumentException("unknown argument " + arg);
      }
    }
    ServiceHost host = start(arguments, setup);
    Runtime.getRuntime().addShutdownHook(new Thread(host::stop));
    System.out.println(LISTENING + host.getUri());
    Thread.currentThread().join();
  }

  /** Ends the process where the host does not start; its threads would keep it alive. */
  private static ServiceHost start(ServiceHost.Arguments arguments, HostSetup setup) {
    try {
      ServiceHost host = ServiceHost.create(arguments).start();
      setup.startServices(host);
      return host;
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
      throw new IllegalStateException("not reached", e);
    }
  }

  private static HostSetup make(String name) throws ReflectiveOperationException {
    return Class.forName(name)
        .asSubclass(HostSetup.class)
        .getDeclaredConstructor()
        .newInstance();
  }
}
