// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import io.cairn.testkit.HostSetup;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.network.NetworkLab;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hosts in processes of their own that name each other as peers. They can be killed, paused,
 * stopped and started again one by one, and cut off from each other if they were put into a {@link
 * NetworkLab}. None outlives the cluster, nor the process that made it. Used by one thread.
 *
 * <pre>{@code
 * try (ProcessCluster cluster =
 *     ProcessCluster.of(3, NoteService.Setup.class, directory).build().start()) {
 *   cluster.awaitGroup("/notes", Duration.ofSeconds(30));
 *   cluster.kill9(cluster.ownerOf("/notes/one"));
 * }
 * }</pre>
 */
public final class ProcessCluster implements AutoCloseable {

  private static final Duration OWNER_LIMIT = Duration.ofSeconds(20);

  private final List<ProcessHost> hosts = new ArrayList<>();
  private final List<URI> uris = new ArrayList<>();
  private final Set<Integer> paused = new TreeSet<>();
  private final List<NodeDisk> disks = new ArrayList<>();
  private final List<NodeClock> clocks = new ArrayList<>();
  private final boolean hasOwnDisks;
  private final boolean hasOwnClocks;

  private ProcessCluster(Builder builder) {
    this.hasOwnDisks = builder.diskMebibytes > 0;
    this.hasOwnClocks = builder.clockLibrary != null;
    for (int i = 0; i < builder.nodes; i++) {
      ProcessHost host =
          new ProcessHost(
                  builder.setup,
                  builder.directory.resolve(nodeId(i)),
                  builder.jvmOptions.toArray(String[]::new))
              .logged(builder.directory.resolve(nodeId(i) + ".log"))
              .withArgument("--id=" + nodeId(i));
      disks.add(new NodeDisk(builder.directory.resolve(nodeId(i))));
      clocks.add(new NodeClock(builder.directory.resolve(nodeId(i) + ".clock")));
      if (builder.clockLibrary != null) {
        host.withEnvironment(clocks.getLast().environment(builder.clockLibrary));
      }
      if (builder.descriptors > 0) {
        host.preceded(List.of("prlimit", "--nofile=" + builder.descriptors));
      }
      if (builder.lab != null) {
        host.placed(builder.lab.at(i), builder.lab.address(i));
        uris.add(builder.lab.reach(i, host.uri().getPort()));
      } else {
        uris.add(host.uri());
      }
      builder.arguments.forEach(host::withArgument);
      hosts.add(host);
    }
    String peers = hosts.stream().map(h -> h.uri().toString()).collect(Collectors.joining(","));
    hosts.forEach(host -> host.withArgument("--peerNodes=" + peers));
    if (hasOwnDisks) {
      disks.forEach(disk -> mount(disk, builder.diskMebibytes));
    }
  }

  private static void mount(NodeDisk disk, int mebibytes) {
    if (!disk.mount(mebibytes)) {
      throw new IllegalStateException("no file system can be mounted at " + disk.directory());
    }
  }

  /** The disk of a node. */
  NodeDisk disk(int node) {
    return disks.get(node);
  }

  /** The disk of a node, which others may fill. */
  NodeDisk ownDisk(int node) {
    if (!hasOwnDisks) {
      throw new IllegalArgumentException("the nodes have no disks of their own");
    }
    return disks.get(node);
  }

  /** The clock of a node, which may step. */
  NodeClock ownClock(int node) {
    if (!hasOwnClocks) {
      throw new IllegalArgumentException("the nodes have no clocks of their own");
    }
    return clocks.get(node);
  }

  /** Describes a cluster whose data and logs go below a directory of the caller's. */
  public static Builder of(int nodes, Class<? extends HostSetup> setup, Path directory) {
    return new Builder(nodes, setup, directory);
  }

  private static String nodeId(int node) {
    return "node-" + node;
  }

  /** Starts all nodes that do not run, at the same moment, and waits until each answers. */
  public ProcessCluster start() {
    List<CompletableFuture<ProcessHost>> starting =
        hosts.stream()
            .filter(host -> !host.isAlive())
            .map(host -> CompletableFuture.supplyAsync(host::start))
            .toList();
    try {
      starting.forEach(CompletableFuture::join);
    } catch (RuntimeException e) {
      starting.forEach(host -> host.exceptionally(_ -> null).join());
      throw new IllegalStateException("The nodes did not start: " + e.getMessage() + logs(), e);
    }
    return this;
  }

  /** How many nodes there are, be they running or not. */
  public int size() {
    return hosts.size();
  }

  /** Where the test reaches a node; the same after each start. */
  public URI uri(int node) {
    return uris.get(node);
  }

  /** The process of a node. */
  public ProcessHost host(int node) {
    return hosts.get(node);
  }

  /** All nodes, for the clients of a load. */
  public List<URI> targets() {
    return List.copyOf(uris);
  }

  /** Ends a node by SIGKILL. */
  public void kill9(int node) {
    paused.remove(node);
    hosts.get(node).kill();
  }

  /** Stops a node's process in its tracks. */
  public void pause(int node) {
    hosts.get(node).pause();
    paused.add(node);
  }

  /** Lets a paused node go on. */
  public void resume(int node) {
    hosts.get(node).resume();
    paused.remove(node);
  }

  /** Stops a node as an operator does. */
  public void stop(int node) {
    hosts.get(node).terminate();
  }

  /** Starts a node that was stopped or killed, on its data, and waits until it answers. */
  public void restart(int node) {
    hosts.get(node).start();
  }

  /** Lets paused nodes go on and starts those that do not run. */
  public void restore() {
    List.copyOf(paused).forEach(this::resume);
    start();
  }

  /**
   * Waits until all running nodes say that they are one group, as far as they say anything about
   * it, and reach the owners of a factory's children.
   *
   * @throws AssertionError if that does not come; the message holds what the nodes said
   */
  public void awaitGroup(String factory, Duration limit) {
    try {
      TestContext.waitFor(limit, () -> isOneGroup(factory), "one group");
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + views() + logs(), e);
    }
  }

  private boolean isOneGroup(String factory) {
    Set<String> expected = new TreeSet<>();
    List<Integer> running = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).isAlive() && !paused.contains(i)) {
        expected.add(nodeId(i));
        running.add(i);
      }
    }
    return running.stream()
        .map(uris::get)
        .allMatch(
            uri ->
                (!GroupProbe.speaksOfGroup(uri) || GroupProbe.availableNodes(uri).equals(expected))
                    && GroupProbe.reachesOwners(uri, factory));
  }

  private String views() {
    StringBuilder views = new StringBuilder();
    for (int i = 0; i < hosts.size(); i++) {
      String view =
          hosts.get(i).isAlive() ? GroupProbe.availableNodes(uris.get(i)).toString() : "is down";
      views.append(nodeId(i)).append(" sees ").append(view).append('\n');
    }
    return views.toString();
  }

  /**
   * Which node owns a document.
   *
   * @throws AssertionError if no node tells
   */
  public int ownerOf(String document) {
    int[] owner = {-1};
    TestContext.waitFor(
        OWNER_LIMIT, () -> (owner[0] = askOwner(document)) >= 0, "the owner of " + document);
    return owner[0];
  }

  private int askOwner(String document) {
    for (int i = 0; i < hosts.size(); i++) {
      if (hosts.get(i).isAlive() && !paused.contains(i)) {
        String owner = GroupProbe.owner(uris.get(i), document);
        for (int node = 0; node < hosts.size(); node++) {
          if (nodeId(node).equals(owner)) {
            return node;
          }
        }
      }
    }
    return -1;
  }

  /** The last lines that each node said. */
  public String logs() {
    StringBuilder logs = new StringBuilder();
    for (int i = 0; i < hosts.size(); i++) {
      logs.append("\n--- ").append(nodeId(i)).append('\n').append(hosts.get(i).output());
    }
    return logs.toString();
  }

  /** Kills all nodes. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (ProcessHost host : hosts) {
      try {
        host.close();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (hasOwnDisks) {
      disks.forEach(NodeDisk::unmount);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Settings of a cluster to come. */
  public static final class Builder {
    private final int nodes;
    private final Class<? extends HostSetup> setup;
    private final Path directory;
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx256m"));
    private final List<String> arguments = new ArrayList<>();
    private @Nullable NetworkLab lab;
    private @Nullable Path clockLibrary;
    private int diskMebibytes;
    private int descriptors;

    private Builder(int nodes, Class<? extends HostSetup> setup, Path directory) {
      this.nodes = nodes;
      this.setup = setup;
      this.directory = directory;
    }

    /** Adds an option of each node's Java machine; a later one overrides an earlier. */
    public Builder jvmOption(String option) {
      jvmOptions.add(option);
      return this;
    }

    /** Adds an argument of each node, such as {@code --membershipQuorum=2}. */
    public Builder argument(String argument) {
      arguments.add(argument);
      return this;
    }

    /** Puts the nodes into a network of the caller's; they share a secret then, as peers must. */
    public Builder in(NetworkLab network) {
      lab = network;
      return argument("--clusterSecret=secret of the lab");
    }

    /** Gives each node a clock that can step, if the machine has libfaketime. */
    public Builder withOwnClocks() {
      clockLibrary = NodeClock.library().orElse(null);
      return this;
    }

    /** Gives each node a disk of its own, in memory; takes the right to mount one. */
    public Builder withOwnDisks(int mebibytes) {
      diskMebibytes = mebibytes;
      return this;
    }

    /** Lets each node have no more files and connections than this open at once. */
    public Builder withDescriptors(int most) {
      descriptors = most;
      return this;
    }

    /** Makes the cluster; nothing is started. */
    public ProcessCluster build() {
      return new ProcessCluster(this);
    }
  }
}
