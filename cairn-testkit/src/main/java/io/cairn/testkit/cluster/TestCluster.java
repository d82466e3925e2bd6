// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.service.ServiceHost;
import io.cairn.testkit.HostSetup;
import io.cairn.testkit.Outage;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.RequestFaults;
import io.cairn.testkit.TestClock;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hosts in the test's own process that name each other as peers, each with a sandbox of its own and
 * all with one clock. A host can be stopped in good order, be cut off from the others, or have its
 * disk full; for hosts that are killed or paused see {@link ProcessCluster}. Used by one thread.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.of(3, builder -> builder.application(new Shop()))) {
 *   cluster.awaitGroup("/orders");
 *   try (Outage cut = cluster.cutOff(0)) {
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class TestCluster implements AutoCloseable {

  private static final Duration GROUP_LIMIT = Duration.ofSeconds(60);

  private final List<Node> nodes = new ArrayList<>();
  private final List<Integer> ports;
  private final TestClock clock = new TestClock();
  private final RequestFaults faults = new RequestFaults();

  private static final class Node {
    private final TestHost.Builder builder;
    private @Nullable TestHost host;
    private boolean running;

    private Node(TestHost.Builder builder) {
      this.builder = builder;
    }

    private void start() {
      if (host == null) {
        host = builder.start();
      } else if (!running) {
        host.start();
      }
      running = true;
    }
  }

  private TestCluster(int size, Consumer<TestHost.Builder> each) {
    ports = Stream.generate(ProcessHost::freePort).limit(size).toList();
    String[] peers = ports.stream().map(port -> "http://127.0.0.1:" + port).toArray(String[]::new);
    for (int i = 0; i < size; i++) {
      int port = ports.get(i);
      String id = nodeId(i);
      TestHost.Builder builder =
          TestHost.builder()
              .clock(clock)
              .faults(faults)
              .arguments(
                  arguments -> {
                    arguments.port = port;
                    arguments.id = id;
                    arguments.peerNodes = peers.clone();
                  });
      each.accept(builder);
      nodes.add(new Node(builder));
    }
  }

  /**
   * Starts hosts, at the same moment.
   *
   * @param size how many
   * @param each says what each of them is
   */
  public static TestCluster of(int size, Consumer<TestHost.Builder> each) {
    TestCluster cluster = new TestCluster(size, each);
    try {
      CompletableFuture.allOf(
              cluster.nodes.stream()
                  .map(node -> CompletableFuture.runAsync(node::start, TestCluster::atOnce))
                  .toArray(CompletableFuture[]::new))
          .join();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** On few processors the common pool would have a host wait for one that waits for it. */
  private static void atOnce(Runnable start) {
    Thread.ofPlatform().name("start of a host").start(start);
  }

  /** Starts hosts with default settings, at the same moment. */
  public static TestCluster start(int size, HostSetup setup) {
    return start(size, setup, arguments -> {});
  }

  /**
   * Starts hosts, at the same moment.
   *
   * @param size how many
   * @param setup starts the services of each
   * @param settings changes each one's arguments before each start
   */
  public static TestCluster start(
      int size, HostSetup setup, Consumer<ServiceHost.Arguments> settings) {
    return of(size, builder -> builder.arguments(settings).services(setup));
  }

  private static String nodeId(int node) {
    return "node-" + node;
  }

  /** How many hosts there are, be they running or not. */
  public int size() {
    return nodes.size();
  }

  /** A host that runs. */
  public TestHost host(int node) {
    Node found = nodes.get(node);
    if (found.host == null || !found.running) {
      throw new IllegalStateException(nodeId(node) + " is stopped");
    }
    return found.host;
  }

  /** The last warnings and errors that this process has logged since the hosts were made. */
  public String logged() {
    return nodes.stream()
        .map(node -> node.host)
        .filter(Objects::nonNull)
        .map(TestHost::logged)
        .findFirst()
        .orElse("");
  }

  /** All hosts that run, for the clients of a load. */
  public List<URI> targets() {
    return running().stream().map(node -> host(node).uri()).toList();
  }

  /** The time of all hosts, which the test moves. */
  public TestClock clock() {
    return clock;
  }

  /** What goes wrong with requests, whichever host gets them. */
  public RequestFaults faults() {
    return faults;
  }

  /**
   * Cuts hosts off from the others, though not from each other; clients reach all of them. Closing
   * it lets all hosts reach each other again.
   */
  public Outage cutOff(int... side) {
    Set<Integer> cut = Arrays.stream(side).mapToObj(ports::get).collect(Collectors.toSet());
    reach((own, peer) -> ports.indexOf(peer) < 0 || cut.contains(own) == cut.contains(peer));
    return () -> reach((own, peer) -> true);
  }

  private void reach(BiPredicate<Integer, Integer> open) {
    for (int node : running()) {
      int own = ports.get(node);
      host(node).reach(peer -> open.test(own, peer.getPort()));
    }
  }

  /** Has the disk of a host be full; see {@link TestHost#fillDisk}. */
  public Outage fillDisk(int node) {
    return host(node).fillDisk();
  }

  /** Stops a host in good order. Closing it starts the host again. */
  public Outage stopped(int node) {
    stop(node);
    return () -> restart(node);
  }

  /** Stops a host in good order; it keeps its data and port. */
  public void stop(int node) {
    host(node).stop();
    nodes.get(node).running = false;
  }

  /** Starts a host that was stopped. */
  public void restart(int node) {
    nodes.get(node).start();
  }

  /** As the other form, within a minute. */
  public void awaitGroup(String factory) {
    awaitGroup(factory, GROUP_LIMIT);
  }

  /**
   * Waits until all running hosts say that they are one group, as far as they say anything about
   * it, and reach the owners of a factory's children.
   *
   * @throws AssertionError if that does not come; the message holds what the hosts said
   */
  public void awaitGroup(String factory, Duration limit) {
    Set<String> expected =
        running().stream().map(TestCluster::nodeId).collect(Collectors.toCollection(TreeSet::new));
    List<URI> uris = running().stream().map(node -> host(node).uri()).toList();
    try {
      TestContext.waitFor(
          limit,
          () ->
              uris.stream()
                  .allMatch(
                      uri ->
                          (!GroupProbe.speaksOfGroup(uri)
                                  || GroupProbe.availableNodes(uri).equals(expected))
                              && GroupProbe.reachesOwners(uri, factory)),
          "one group");
    } catch (AssertionError e) {
      String views =
          uris.stream()
              .map(uri -> uri + " sees " + GroupProbe.availableNodes(uri))
              .collect(Collectors.joining("\n"));
      throw new AssertionError(e.getMessage() + "\n" + views, e);
    }
  }

  private List<Integer> running() {
    List<Integer> running = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).running) {
        running.add(i);
      }
    }
    return running;
  }

  /** Stops all hosts and removes their data; those after one that throws too. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (Node node : nodes) {
      try {
        if (node.host != null) {
          node.host.close();
        }
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
