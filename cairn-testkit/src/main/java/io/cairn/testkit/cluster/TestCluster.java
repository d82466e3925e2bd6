// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.service.ServiceHost;
import io.cairn.testkit.HostSetup;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hosts in the test's own process that name each other as peers, each with a sandbox of its own.
 * For crashes and faults of the network see {@link ProcessCluster}; here a host can only be stopped
 * in good order. Used by one thread.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.start(3, h -> h.startFactory(new NoteService()))) {
 *   cluster.awaitGroup("/notes", Duration.ofSeconds(30));
 *   cluster.stop(0);
 * }
 * }</pre>
 */
public final class TestCluster implements AutoCloseable {

  private final List<Node> nodes = new ArrayList<>();

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

  private TestCluster(int size, HostSetup setup, Consumer<ServiceHost.Arguments> settings) {
    List<Integer> ports = Stream.generate(ProcessHost::freePort).limit(size).toList();
    String[] peers = ports.stream().map(port -> "http://127.0.0.1:" + port).toArray(String[]::new);
    for (int i = 0; i < size; i++) {
      int port = ports.get(i);
      String id = nodeId(i);
      nodes.add(
          new Node(
              TestHost.builder()
                  .arguments(
                      arguments -> {
                        arguments.port = port;
                        arguments.id = id;
                        arguments.peerNodes = peers.clone();
                        settings.accept(arguments);
                      })
                  .services(setup)));
    }
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
    TestCluster cluster = new TestCluster(size, setup, settings);
    try {
      CompletableFuture.allOf(
              cluster.nodes.stream()
                  .map(node -> CompletableFuture.runAsync(node::start))
                  .toArray(CompletableFuture[]::new))
          .join();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
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

  /** All hosts that run, for the clients of a load. */
  public List<URI> targets() {
    return running().stream().map(node -> host(node).uri()).toList();
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

  /** Stops all hosts and removes their data. */
  @Override
  public void close() {
    for (Node node : nodes) {
      if (node.host != null) {
        node.host.close();
      }
    }
  }
}
