// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Table;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Introduces this node to seeds that are no members: it sends a table with nothing but itself, and
 * whoever is there answers with all that it knows. Runs in the protocol's thread.
 */
final class Greeter {

  private final LibraryTransport transport;
  private final MemberTable table;
  private final Seeds seeds;
  private final RandomGenerator random;
  private final int roundsInCompany;
  private int round;

  Greeter(
      LibraryTransport transport,
      MemberTable table,
      Seeds seeds,
      RandomGenerator random,
      MembershipSettings settings) {
    this.transport = transport;
    this.table = table;
    this.seeds = seeds;
    this.random = random;
    long ratio = settings.syncInterval().toMillis() / settings.seedInterval().toMillis();
    this.roundsInCompany = Math.toIntExact(Math.max(1, ratio));
  }

  /** Greets each time while this node is alone or in doubt about a member, and less often otherwise. */
  void round() {
    if (table.others().isEmpty() || !table.doubtful().isEmpty() || round % roundsInCompany == 0) {
      greet();
    }
    round++;
  }

  void greet() {
    Set<URI> present =
        table.others().stream().map(ClusterMember::address).collect(Collectors.toCollection(HashSet::new));
    table.doubtful().forEach(present::remove);
    Table greeting = new Table(false, null, List.of(table.ownClaim()));
    seeds.choose(present, random).forEach(seed -> transport.transmit(seed, greeting));
  }
}
