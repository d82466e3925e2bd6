// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.network;

import io.cairn.testkit.network.Command.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network for a number of nodes, made of Linux network namespaces: one for each node, one for the
 * clients, and a hub that routes between them and drops what it is told to. Nothing of it can be
 * seen from outside; everything goes with {@link #close}, and what a test that crashed has left
 * goes when the next lab is made. Needs root and the command {@code ip}; see {@link
 * #whyImpossible}. Used by one thread.
 *
 * <p>Packets are dropped silently by routing rules of the hub, so that connections stay open and
 * wait, as they do when a cable is pulled. {@code tc netem} delays and loses packets, where the
 * kernel has it.
 */
public final class NetworkLab implements AutoCloseable {

  private static final String PREFIX = "cairnlab";
  private static final String SUBNET = "10.231.";
  private static final AtomicInteger LABS = new AtomicInteger();

  private final String name;
  private final int nodes;
  private final String hub;
  private final Set<String> rules = new LinkedHashSet<>();
  private final Set<Integer> shaped = new LinkedHashSet<>();
  private final List<Relay> relays = new ArrayList<>();
  private final NamespaceSockets clients;

  /**
   * Makes a network.
   *
   * @param nodes how many nodes it has, 200 at most
   * @throws IllegalStateException if it cannot be made
   */
  public NetworkLab(int nodes) {
    removeLeftovers();
    this.nodes = nodes;
    this.name = PREFIX + "-" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet();
    this.hub = name + "-hub";
    try {
      Command.run("ip netns add " + hub);
      Command.run("ip netns exec " + hub + " sysctl -qw net.ipv4.ip_forward=1");
      for (int i = 0; i <= nodes; i++) {
        connect(i);
      }
      this.clients = new NamespaceSockets(namespace(nodes));
    } catch (IOException e) {
      removeNamespaces();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      removeNamespaces();
      throw e;
    }
  }

  /** Why no lab can be made on this machine; empty if one can. For the assumption of a test. */
  public static Optional<String> whyImpossible() {
    Outcome made = Command.attempt("ip netns add " + PREFIX + "-probe");
    Outcome ruled =
        made.succeeded()
            ? Command.attempt(
                "ip -n " + PREFIX + "-probe rule add from 10.0.0.1 to 10.0.0.2 blackhole")
            : made;
    var _ = Command.attempt("ip netns del " + PREFIX + "-probe");
    return ruled.succeeded()
        ? Optional.empty()
        : Optional.of("network namespaces need root, ip and routing rules: " + ruled.output());
  }

  private void connect(int index) {
    String space = namespace(index);
    Command.run("ip netns add " + space);
    Command.run(
        "ip link add eth0 netns %s type veth peer name n%d netns %s".formatted(space, index, hub));
    Command.run("ip -n %s addr add %s.1/30 dev n%d".formatted(hub, subnet(index), index));
    Command.run("ip -n %s link set n%d up".formatted(hub, index));
    Command.run("ip -n %s addr add %s/30 dev eth0".formatted(space, address(index)));
    Command.run("ip -n %s link set eth0 up".formatted(space));
    Command.run("ip -n %s link set lo up".formatted(space));
    Command.run("ip -n %s route add default via %s.1".formatted(space, subnet(index)));
  }

  /** The namespace of a node, or of the clients behind the last of them. */
  String namespace(int index) {
    return name + "-" + index;
  }

  private static String subnet(int index) {
    return SUBNET + (index + 1);
  }

  /** The address of a node in this network. */
  public String address(int node) {
    return subnet(node) + ".2";
  }

  /** The words to put before a command that is to run at a node. */
  public List<String> at(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  /** An address by which the clients of this process reach a port of a node. */
  public URI reach(int node, int port) {
    try {
      Relay relay = new Relay(new InetSocketAddress(address(node), port), clients);
      relays.add(relay);
      return relay.uri();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets no packet through between some nodes and some others, in both directions. */
  public void partition(Set<Integer> some, Set<Integer> others) {
    for (int one : some) {
      for (int other : others) {
        oneWayLoss(one, other);
        oneWayLoss(other, one);
      }
    }
  }

  /** Cuts a node off from all other nodes; clients reach it still. */
  public void isolate(int node) {
    Set<Integer> others = new LinkedHashSet<>();
    for (int i = 0; i < nodes; i++) {
      if (i != node) {
        others.add(i);
      }
    }
    partition(Set.of(node), others);
  }

  /** Drops all packets from one node to another; those the other way arrive. */
  public void oneWayLoss(int from, int to) {
    String rule = "from %s to %s blackhole".formatted(address(from), address(to));
    if (rules.add(rule)) {
      Command.run("ip -n " + hub + " rule add " + rule);
    }
  }

  /** Whether packets can be delayed and lost at random here. */
  public static boolean canDelay() {
    String probe = PREFIX + "-delay";
    try {
      return Command.attempt("ip netns add " + probe).succeeded()
          && Command.attempt("ip netns exec " + probe + " tc qdisc add dev lo root netem delay 1ms")
              .succeeded();
    } finally {
      var _ = Command.attempt("ip netns del " + probe);
    }
  }

  /**
   * Delays all packets to a node.
   *
   * @throws UnsupportedOperationException if the kernel has no netem
   */
  public void delay(int node, int millis, int jitterMillis) {
    shape(node, "netem delay %dms %dms".formatted(millis, jitterMillis));
  }

  private void shape(int node, String discipline) {
    Outcome outcome =
        Command.attempt(
            "ip netns exec %s tc qdisc replace dev n%d root %s".formatted(hub, node, discipline));
    if (!outcome.succeeded()) {
      throw new UnsupportedOperationException(discipline + ": " + outcome.output());
    }
    shaped.add(node);
  }

  /** Lets everything through again, at once. */
  public void heal() {
    for (String rule : rules) {
      Command.run("ip -n " + hub + " rule del " + rule);
    }
    rules.clear();
    for (int node : shaped) {
      Command.run("ip netns exec %s tc qdisc del dev n%d root".formatted(hub, node));
    }
    shaped.clear();
  }

  /** Removes the network; processes that still run in it lose it. */
  @Override
  public void close() {
    relays.forEach(Relay::close);
    clients.close();
    removeNamespaces();
  }

  private void removeNamespaces() {
    var _ = Command.attempt("ip netns del " + hub);
    for (int i = 0; i <= nodes; i++) {
      var _ = Command.attempt("ip netns del " + namespace(i));
    }
  }

  /** Removes the networks of processes that are gone, by the process id in their names. */
  private static void removeLeftovers() {
    for (String line : Command.run("ip netns list").split("\n", -1)) {
      String space = line.split(" ", -1)[0];
      String[] parts = space.split("-", -1);
      if (parts.length == 4
          && parts[0].equals(PREFIX)
          && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
        endProcesses(space);
        var _ = Command.attempt("ip netns del " + space);
      }
    }
  }

  private static void endProcesses(String space) {
    for (String pid : Command.attempt("ip netns pids " + space).output().split("\\s+", -1)) {
      if (pid.matches("\\d+")) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
