// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.measure.ProcessUsage;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, on one core if that is asked for. Stops with this process. */
public final class ServerProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);

  private final Process process;
  private final Thread reaper;

  private ServerProcess(Process process) {
    this.process = process;
    this.reaper = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /**
   * Starts a main class with the arguments of Cairn's virtual machines.
   *
   * @param launch how, and where the output goes
   * @param port where it will listen
   * @param command main class and arguments
   * @param log the name of the file for its output
   */
  static ServerProcess java(
      Launch launch, String classPath, int port, List<String> command, String log)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(launch.pinned());
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(launch.jvm());
    line.addAll(List.of("-cp", classPath));
    line.addAll(command);
    return start(port, line, launch.sandbox().resolve(log), true);
  }

  /**
   * Starts a program.
   *
   * @param port where it will listen
   * @param line program and arguments
   * @param output where its output goes, behind what is there
   * @param await whether to wait until it listens; some do only when others are there
   */
  public static ServerProcess start(int port, List<String> line, Path output, boolean await)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("CAIRN_JAVA_HOME", System.getProperty("java.home"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    ServerProcess server = new ServerProcess(builder.start());
    if (await) {
      server.awaitPort(port, output);
    }
    return server;
  }

  private void awaitPort(int port, Path output) throws IOException, InterruptedException {
    boolean settled =
        new Stopwatch()
            .await(START, Duration.ofMillis(2), () -> isListening(port) || !process.isAlive());
    if (!settled || !process.isAlive()) {
      close();
      throw new IOException("The server did not start; see " + output);
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** The id of the process. */
  public long pid() {
    return process.pid();
  }

  /**
   * Processor time that the process has used so far, in microseconds, without that of its compiler
   * threads; 0 where that is not told.
   */
  public long cpuMicros() throws IOException {
    return ProcessUsage.of(List.of(pid())).cpuMicros();
  }

  /** Ends it as a crash would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(reaper);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The machine is shutting down, and the hook runs anyway.
      process.destroyForcibly();
    }
  }
}
