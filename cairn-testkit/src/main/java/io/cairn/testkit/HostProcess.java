// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.application.Application;
import io.cairn.launch.HostLauncher;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.settings.EffectiveConfiguration;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.ProcessSurroundings;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

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
   * @param args {@code --setup} (the class of the setup) or {@code --application} (that of an
   *     application, which gets all other arguments as its settings and the host's), and optionally
   *     {@code --idleDelayMicros}, and the settings of a host
   */
  public static void main(String[] args) throws Exception {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    HostSetup setup = host -> {};
    Application application = null;
    List<String> others = new ArrayList<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String value = arg.substring(equals + 1);
      switch (arg.substring(0, equals)) {
        case "--setup" -> setup = make(value, HostSetup.class);
        case "--application" -> application = make(value, Application.class);
        case "--idleDelayMicros" -> arguments.serviceCacheClearDelayMicros = Long.parseLong(value);
        case "--maximumIdleServices" -> arguments.maximumIdleServices = Long.parseLong(value);
        default -> others.add(arg);
      }
    }
    Thread.ofPlatform().daemon().name("parent-watch").start(HostProcess::endWithParent);
    ServiceHost host =
        application == null
            ? start(ServiceHost.create(others.toArray(String[]::new), arguments), setup)
            : start(application, others);
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
      Runtime.getRuntime().addShutdownHook(new Thread(host::stop));
      return host;
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
      throw new IllegalStateException("not reached", e);
    }
  }

  /** Starts a host as its launcher does, but without a look at the environment. */
  private static ServiceHost start(Application application, List<String> settings) {
    try {
      DeclaredApplication declared = DeclaredApplication.of(List.of(application));
      HostConfiguration configuration =
          EffectiveConfiguration.read(
                  SpecArgument.NONE,
                  settings,
                  ProcessSurroundings.of(new Properties(), Map.of()),
                  declared.settings())
              .configuration();
      declared.settingsAreRead();
      ServiceHost host = HostLauncher.open(configuration, declared);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    declared.stop(host);
                    host.stop();
                  }));
      return host;
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
      throw new IllegalStateException("not reached", e);
    }
  }

  private static <T> T make(String name, Class<T> type) throws ReflectiveOperationException {
    return Class.forName(name).asSubclass(type).getDeclaredConstructor().newInstance();
  }
}
