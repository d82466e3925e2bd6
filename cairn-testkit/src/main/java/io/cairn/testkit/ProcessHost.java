// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.application.Application;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A host in a process of its own, which can be killed, paused and started again on the same data
 * and port. The process runs the class path of the test. Used by one thread, except for {@link
 * #kill}, which any thread may call.
 */
public final class ProcessHost implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int LINES_KEPT = 200;

  /** A process that lives for seconds does not earn back what the second compiler and G1 cost. */
  private static final List<String> SHORT_LIFE =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final String LOOPBACK = "127.0.0.1";
  private static final int FIRST_PORT = 12_000;
  private static final int LAST_PORT = 32_000;
  private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

  private final Path sandbox;
  private final int port;
  private final List<String> command = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private String address = LOOPBACK;
  private @Nullable Path log;
  private final Deque<String> output = new ArrayDeque<>();
  private @Nullable Process process;

  /**
   * Describes a host; {@link #start} starts it.
   *
   * @param setup starts its services; has a public constructor without arguments
   * @param sandbox the data's directory, which the caller owns
   * @param jvmOptions for its Java machine, such as {@code -Xmx256m}; they follow those for a short
   *     life, {@code -XX:TieredStopAtLevel=1 -XX:+UseSerialGC}
   */
  public ProcessHost(Class<? extends HostSetup> setup, Path sandbox, String... jvmOptions) {
    this("--setup=" + setup.getName(), sandbox, jvmOptions);
  }

  /**
   * Describes a host that runs an application and the core services; settings are arguments.
   *
   * @param application has a public constructor without arguments
   */
  public static ProcessHost ofApplication(
      Class<? extends Application> application, Path sandbox, String... jvmOptions) {
    return new ProcessHost("--application=" + application.getName(), sandbox, jvmOptions);
  }

  private ProcessHost(String services, Path sandbox, String... jvmOptions) {
    this.sandbox = sandbox;
    this.port = freePort();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"));
    command.addAll(SHORT_LIFE);
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(HostProcess.class.getName());
    command.add("--port=" + port);
    command.add("--sandbox=" + sandbox);
    command.add(services);
  }

  /** Adds an argument of {@link HostProcess}, from the next start on. */
  public ProcessHost withArgument(String argument) {
    command.add(argument);
    return this;
  }

  /**
   * Puts the process under another's care.
   *
   * @param prefix a command that replaces itself by the one that follows it
   */
  public ProcessHost preceded(List<String> prefix) {
    command.addAll(0, prefix);
    return this;
  }

  /**
   * Puts the process somewhere else, such as into a network namespace.
   *
   * @param prefix a command that replaces itself by the one that follows it
   * @param newAddress the address to listen on there
   */
  public ProcessHost placed(List<String> prefix, String newAddress) {
    preceded(prefix);
    address = newAddress;
    return withArgument("--bindAddress=" + address)
        .withArgument("--publicUri=" + uri())
        .withArgument("--insecureClients=true");
  }

  /** Sets variables of the process's environment, from the next start on. */
  public ProcessHost withEnvironment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Has everything that the process says appended to a file, over all its starts. */
  public ProcessHost logged(Path file) {
    log = file;
    return this;
  }

  /**
   * Returns a port that nobody has, below those that the system gives to connections: such a one
   * may be gone when the host starts. No two callers of a test run get the same.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (!GIVEN_PORTS.add(port)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        GIVEN_PORTS.remove(port); // Somebody else has it.
      }
    }
  }

  /**
   * Starts the process and waits until its services answer.
   *
   * @throws IllegalStateException if it ends instead; the message holds what it said
   */
  public ProcessHost start() {
    if (isAlive()) {
      throw new IllegalStateException("the process runs");
    }
    CountDownLatch listening = new CountDownLatch(1);
    Process started;
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      started = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = started;
    synchronized (output) {
      output.clear();
    }
    Thread.ofVirtual().name("process-host-output").start(() -> read(started, listening));
    boolean said = await(listening);
    if (!said || !isAlive()) {
      started.destroyForcibly();
      throw new IllegalStateException("The host did not start:\n" + output());
    }
    return this;
  }

  private static boolean await(CountDownLatch listening) {
    try {
      return listening.await(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void read(Process from, CountDownLatch listening) {
    try (BufferedReader lines = from.inputReader();
        Writer file = openLog()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          if (output.size() == LINES_KEPT) {
            output.removeFirst();
          }
          output.addLast(line);
        }
        file.write(line + "\n");
        file.flush();
        if (line.startsWith(HostProcess.LISTENING)) {
          listening.countDown();
        }
      }
    } catch (IOException e) {
      synchronized (output) {
        output.addLast("(output ended: " + e.getMessage() + ")");
      }
    } finally {
      var _ = from.onExit().thenRun(listening::countDown);
    }
  }

  private Writer openLog() throws IOException {
    return log == null
        ? Writer.nullWriter()
        : Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The last lines that the process wrote. */
  public String output() {
    synchronized (output) {
      return String.join("\n", output);
    }
  }

  /** Where the host listens; the same after each start. */
  public URI uri() {
    return URI.create("http://" + address + ":" + port);
  }

  /** The directory that was given; the host keeps its data in one of its port's name below. */
  public Path sandbox() {
    return sandbox;
  }

  /** The id of the process. */
  public long pid() {
    return running().pid();
  }

  /** Whether the process runs, be it paused. */
  public boolean isAlive() {
    Process current = process;
    return current != null && current.isAlive();
  }

  /** Ends the process by SIGKILL, at whatever it is doing, and waits until it is gone. */
  public void kill() {
    Process current = running();
    current.destroyForcibly();
    awaitExit(current);
  }

  /** Stops the process by SIGTERM, as an operator does, and waits until it is gone. */
  public void terminate() {
    Process current = running();
    current.destroy();
    awaitExit(current);
  }

  /** Stops the process's clock by SIGSTOP; the sockets stay open. */
  public void pause() {
    signal("STOP");
  }

  /** Lets a paused process go on. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process sent =
          new ProcessBuilder(
                  new File("/bin/kill").exists() ? "/bin/kill" : "kill",
                  "-" + name,
                  Long.toString(pid()))
              .start();
      awaitExit(sent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process running() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException("the process was never started");
    }
    return current;
  }

  private static void awaitExit(Process ending) {
    try {
      if (!ending.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("process " + ending.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Kills the process if it runs. */
  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
