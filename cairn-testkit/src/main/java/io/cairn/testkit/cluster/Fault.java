// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import java.util.Set;

/** What happens to a cluster for a while. */
public sealed interface Fault {

  /** SIGKILL; the node starts again afterwards. */
  record Kill(int node) implements Fault {}

  /** SIGKILL of every node at once; all start again afterwards. */
  record KillAll() implements Fault {}

  /** SIGSTOP; the node goes on afterwards. */
  record Pause(int node) implements Fault {}

  /** A stop in good order; the node starts again afterwards. */
  record Restart(int node) implements Fault {}

  /** No packets between these nodes and the others; clients reach both sides. */
  record Partition(Set<Integer> side) implements Fault {}

  /** No packets in one direction. */
  record OneWay(int from, int to) implements Fault {}

  /** The time of day steps by so many seconds, and back afterwards; the node goes on. */
  record ClockStep(int node, long seconds) implements Fault {}

  /** Something else fills the node's disk; there is room again afterwards. */
  record FullDisk(int node) implements Fault {}

  /** SIGKILL, and bytes of an index file are overwritten; the node starts again afterwards. */
  record DamagedFile(int node) implements Fault {}

  /** The node's disk is set back to what it was when the fault began, while the node is down. */
  record RolledBackDisk(int node) implements Fault {}
}
