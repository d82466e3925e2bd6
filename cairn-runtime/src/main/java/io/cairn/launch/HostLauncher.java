// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import io.cairn.application.Application;
import io.cairn.application.Launcher;
import io.cairn.launch.application.ApplicationException;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.logging.ProcessLog;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.launch.settings.SpecArgument;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.lang.StackWalker.StackFrame;
import java.util.List;

/** Runs the application of a main class. Found by {@link java.util.ServiceLoader}. */
public final class HostLauncher implements Launcher {

  /** Made by the class path. */
  public HostLauncher() {}

  @Override
  public int launch(String[] args, Application application) {
    ProcessLog.prepare();
    HostProgram program =
        new HostProgram(
            HostProgram.Kind.MAIN,
            mainClass(application),
            List.of(),
            List.of(application),
            application.getClass().getClassLoader());
    Thread.currentThread().setContextClassLoader(program.classes());
    List<String> all = List.of(args);
    List<String> rest = all.subList(Math.min(1, all.size()), all.size());
    return switch (all.isEmpty() ? "" : all.getFirst()) {
      case "start" -> new StartCommand(program, SpecArgument.NONE).run(rest);
      case "node" -> new StartCommand(program, SpecArgument.REQUIRED).run(rest);
      case "config" -> new ConfigCommand(program).run(rest);
      default -> new StartCommand(program, SpecArgument.NONE).run(all);
    };
  }

  /** The class whose {@code main} calls this, however far down the stack. */
  private static String mainClass(Application application) {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getMethodName().equals("main"))
                    .map(StackFrame::getClassName)
                    .reduce((nearer, farther) -> farther))
        .orElseGet(() -> application.getClass().getName());
  }

  /**
   * Starts a host with the core services and an application, ready when this returns.
   *
   * @param application has read its settings
   * @throws IOException if the port is taken, or the data cannot be used
   * @throws ApplicationException if the application cannot be started
   */
  public static ServiceHost open(HostConfiguration configuration, DeclaredApplication application)
      throws IOException, ApplicationException {
    ServiceHost host = ServiceHost.create(configuration.host());
    start(host, application);
    return host;
  }

  /**
   * As {@link #open}, of a host that was created and not started. If that fails, both the
   * application and the host are stopped.
   *
   * @param application has read its settings
   */
  public static void start(ServiceHost host, DeclaredApplication application)
      throws IOException, ApplicationException {
    start(host, application, () -> {});
  }

  /**
   * As {@link #start(ServiceHost, DeclaredApplication)}.
   *
   * @param servicesStarted runs when the application's services have started, before it does what
   *     it wants done at the start
   */
  public static void start(
      ServiceHost host, DeclaredApplication application, Runnable servicesStarted)
      throws IOException, ApplicationException {
    try {
      host.start();
      application.startServices(host);
      servicesStarted.run();
      application.runStartActions(host);
      host.startupCompleted();
    } catch (IOException | ApplicationException | RuntimeException | Error e) {
      stop(host, application);
      throw e;
    } catch (Throwable e) {
      stop(host, application);
      throw new IllegalStateException(e);
    }
  }

  private static void stop(ServiceHost host, DeclaredApplication application) {
    application.stop(host);
    host.stop();
  }
}
