// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.nodes;

import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hosts as child processes. Each is told to stop when its standard input ends, and that is a pipe
 * from this process: none outlives it, however it ends.
 */
public final class LocalNodes {
  /** A host takes at most a third of this to finish what is under way. */
  private static final long STOP_SECONDS = 60;

  private static final int SIGNAL = 128;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private record Node(String label, Process process, Thread pump) {}

  private final JavaCommand java;
  private final MergedOutput output;
  private final PrintStream notes;

  // Guarded by this.
  private final List<Node> nodes = new ArrayList<>();
  private boolean stopping;
  private int code = HostExit.STOPPED;

  /**
   * Starts nothing yet.
   *
   * @param java runs a host
   * @param out takes what the hosts write, a line at a time, marked with their labels
   * @param coloured whether the marks have colours
   * @param notes takes what is to be said about the hosts
   */
  public LocalNodes(JavaCommand java, PrintStream out, boolean coloured, PrintStream notes) {
    this.java = java;
    this.output = new MergedOutput(out, coloured);
    this.notes = notes;
  }

  /**
   * Runs the hosts until each has ended. A signal to this process stops them all.
   *
   * @return 0, or the code of the first that failed, one of {@link HostExit}'s numbers
   */
  public int run(List<NodePlan> plans) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
    try {
      startAll(plans);
    } catch (IOException e) {
      notes.println("cairn: cannot start a process: " + e.getMessage());
      record(HostExit.FAILED);
      stopAll();
    }
    List<Node> started;
    synchronized (this) {
      started = List.copyOf(nodes);
    }
    List<Thread> watches = new ArrayList<>();
    for (Node node : started) {
      watches.add(Thread.ofVirtual().start(() -> await(node)));
    }
    for (Thread watch : watches) {
      watch.join();
    }
    return code();
  }

  private void startAll(List<NodePlan> plans) throws IOException {
    notes.println(
        "cairn: starting %d hosts, on ports %s to %s; Ctrl-C stops them all"
            .formatted(plans.size(), plans.getFirst().label(), plans.getLast().label()));
    for (NodePlan plan : plans) {
      synchronized (this) {
        if (stopping) {
          return;
        }
        Process process = java.start(plan, plans.size());
        int number = nodes.size();
        Thread pump =
            Thread.ofPlatform()
                .daemon()
                .name("cairn-output-" + plan.label())
                .start(() -> output.copy(process.getInputStream(), plan.label(), number));
        nodes.add(new Node(plan.label(), process, pump));
      }
    }
  }

  private void await(Node node) {
    try {
      int ended = node.process().waitFor();
      node.pump().join();
      ended(node, ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** May be told of the same end twice. */
  private synchronized void ended(Node node, int ended) {
    if (stopping && (ended == SIGNAL + SIGTERM || ended == SIGNAL + SIGINT)) {
      return; // The signal came before the host could make an orderly end of it.
    }
    record(ended);
    if (!stopping) {
      long left = nodes.stream().filter(other -> other.process().isAlive()).count();
      notes.println(
          "cairn: the host on port %s ended with exit code %d; %s"
              .formatted(node.label(), ended, left == 0 ? "none is left" : "the others go on"));
    }
  }

  private synchronized void record(int ended) {
    if (code == HostExit.STOPPED && ended != HostExit.STOPPED) {
      code = ended > 0 && ended <= HostExit.LOG_FAILED ? ended : HostExit.FAILED;
    }
  }

  private synchronized int code() {
    return code;
  }

  /** What a signal runs; the exit code of the JVM would name the signal. */
  private void stop() {
    stopAll();
    Runtime.getRuntime().halt(code());
  }

  private void stopAll() {
    List<Node> running;
    synchronized (this) {
      stopping = true;
      running = List.copyOf(nodes);
    }
    // Not Process.destroy, which would close the pipe that the last lines come through.
    running.forEach(node -> node.process().toHandle().destroy());
    try {
      CompletableFuture.allOf(
              running.stream()
                  .map(node -> node.process().onExit())
                  .toArray(CompletableFuture<?>[]::new))
          .get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      // Those that are left are killed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.forEach(this::end);
  }

  private void end(Node node) {
    try {
      if (node.process().isAlive()) {
        notes.println("cairn: the host on port " + node.label() + " did not stop, and is killed");
        node.process().destroyForcibly();
        record(HostExit.FAILED);
      } else {
        ended(node, node.process().exitValue());
      }
      node.pump().join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
