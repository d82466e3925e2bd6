// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import io.cairn.cluster.DiskWaits;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Obstacle;
import io.cairn.net.peer.PeerClockSkew;
import io.cairn.net.peer.PeerRefusal;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.runtime.checkup.CheckupState.Check;
import io.cairn.runtime.checkup.CheckupState.Finding;
import io.cairn.runtime.checkup.CheckupState.Verdict;
import io.cairn.runtime.documents.DiskRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at all that can be the matter with a node. Safe for all threads. */
public final class Checkup {

  /** A disk is slow if it keeps the log waiting in more than one of so many cases, */
  private static final int SLOW_SHARE = 4;

  /** and in so many at least. */
  private static final int FEWEST_SLOW = 5;

  private static final long LONG_WAIT_MILLIS = 1_000;

  private final Sources sources;

  /**
   * Where to look.
   *
   * @param node the node's id
   * @param version the version of Cairn; null if it is not known
   * @param nowMicros the time of day, microseconds since 1970
   * @param group what the node can do for its default group
   * @param host what else keeps the host from serving, a sentence each
   * @param peers how it gets on with the others
   * @param machine what it runs on
   */
  public record Sources(
      String node,
      @Nullable String version,
      LongSupplier nowMicros,
      Supplier<Condition> group,
      Supplier<List<String>> host,
      Peers peers,
      Machine machine) {}

  /**
   * How a node gets on with the others.
   *
   * @param troubles whom it cannot talk with
   * @param refusals whom it has not let in
   * @param skews whose clock differs from its own
   */
  public record Peers(
      Supplier<List<PeerTrouble>> troubles,
      Supplier<List<PeerRefusal>> refusals,
      Supplier<List<PeerClockSkew>> skews) {}

  /**
   * What a node runs on.
   *
   * @param room how much room its disk has
   * @param waits how quick its disk is
   * @param files how many files it may open
   * @param certificate what is wrong with its certificate, while something is
   */
  public record Machine(
      DiskRoom room,
      Supplier<DiskWaits> waits,
      Supplier<FileUse> files,
      Supplier<Optional<String>> certificate) {}

  /** Looks there. */
  public Checkup(Sources sources) {
    this.sources = sources;
  }

  /** Looks at everything. */
  public CheckupState look() {
    List<Obstacle> obstacles = sources.group().get().obstacles();
    List<PeerTrouble> troubles = sources.peers().troubles().get();
    List<PeerRefusal> refusals = sources.peers().refusals().get();
    return CheckupState.of(
        sources.node(),
        sources.version(),
        sources.nowMicros().getAsLong(),
        List.of(
            quorum(obstacles),
            check(
                "partitions",
                "every partition has a leader",
                Verdict.FAILED,
                findings(texts(obstacles, Obstacle.Kind.LEADER), Advice.LEADER)),
            check(
                "copies",
                "the copies here are open and current",
                Verdict.WARNING,
                findings(texts(obstacles, Obstacle.Kind.COPY), Advice.COPY)),
            peers(troubles, refusals),
            identity(obstacles, troubles, refusals),
            check(
                "clock",
                "the clocks of the nodes agree within two seconds",
                Verdict.WARNING,
                findings(
                    sources.peers().skews().get().stream().map(PeerClockSkew::text).toList(),
                    Advice.CLOCK)),
            room(),
            pace(),
            files(),
            check(
                "certificate",
                "the host's certificate, if it has one, is valid for a while yet",
                Verdict.WARNING,
                findings(
                    sources.machine().certificate().get().stream().toList(), Advice.CERTIFICATE)),
            check(
                "services",
                "the host's services are started",
                Verdict.FAILED,
                findings(services(obstacles), Advice.SERVICES))));
  }

  private static Check quorum(List<Obstacle> obstacles) {
    List<Finding> all = findings(texts(obstacles, Obstacle.Kind.QUORUM), Advice.QUORUM);
    all.addAll(findings(texts(obstacles, Obstacle.Kind.GROUP), Advice.GROUP));
    return check("quorum", "enough members of the group live", Verdict.FAILED, all);
  }

  private static Check peers(List<PeerTrouble> troubles, List<PeerRefusal> refusals) {
    List<Finding> all = new ArrayList<>();
    boolean refused = false;
    for (PeerTrouble trouble : troubles) {
      if (trouble.kind() != PeerTrouble.Kind.CLAIMED) {
        refused |= trouble.isRefusal();
        all.add(new Finding(text(trouble), Advice.of(trouble.kind())));
      }
    }
    for (PeerRefusal refusal : refusals) {
      if (refusal.kind() != PeerTrouble.Kind.CLAIMED) {
        refused = true;
        all.add(
            new Finding(
                "The peer at %s was refused: %s".formatted(refusal.visitor(), refusal.reason()),
                Advice.of(refusal.kind())));
      }
    }
    return check(
        "peers",
        "this node has connections with all others",
        refused ? Verdict.FAILED : Verdict.WARNING,
        all);
  }

  private static String text(PeerTrouble trouble) {
    String over = trouble.over() == null ? "" : ". What is for it goes over node " + trouble.over();
    return "There is no connection with the peer at %s: %s%s"
        .formatted(trouble.address(), trouble.reason(), over);
  }

  private static Check identity(
      List<Obstacle> obstacles, List<PeerTrouble> troubles, List<PeerRefusal> refusals) {
    List<String> texts = new ArrayList<>(texts(obstacles, Obstacle.Kind.IDENTITY));
    troubles.stream()
        .filter(trouble -> trouble.kind() == PeerTrouble.Kind.CLAIMED)
        .map(
            trouble ->
                "The peer at %s does not take this node in: %s"
                    .formatted(trouble.address(), trouble.reason()))
        .forEach(texts::add);
    refusals.stream()
        .filter(refusal -> refusal.kind() == PeerTrouble.Kind.CLAIMED)
        .map(
            refusal ->
                "%s came and was not taken in: %s".formatted(refusal.visitor(), refusal.reason()))
        .forEach(texts::add);
    return check(
        "identity",
        "each node has an id and an address of its own",
        Verdict.FAILED,
        findings(texts, Advice.of(PeerTrouble.Kind.CLAIMED)));
  }

  private Check room() {
    DiskRoom room = sources.machine().room();
    String shortage = room.shortageHere();
    String text = shortage == null ? room.scarcityHere() : shortage;
    return check(
        "disk room",
        "the disk has room",
        shortage == null ? Verdict.WARNING : Verdict.FAILED,
        findings(text == null ? List.of() : List.of(text), Advice.ROOM));
  }

  private Check pace() {
    DiskWaits waits = sources.machine().waits().get();
    boolean slow =
        waits.longest().toMillis() >= LONG_WAIT_MILLIS
            || (waits.slow() >= FEWEST_SLOW && waits.slow() * SLOW_SHARE > waits.waits());
    String text =
        "The log waited for its disk %d times in the last two minutes, %d times for more than 20 ms, the longest time for %d ms"
            .formatted(waits.waits(), waits.slow(), waits.longest().toMillis());
    return check(
        "disk speed",
        "the disk keeps no update waiting",
        Verdict.WARNING,
        findings(slow ? List.of(text) : List.of(), Advice.PACE));
  }

  private Check files() {
    String concern = sources.machine().files().get().concern();
    return check(
        "open files",
        "the process may open files enough",
        Verdict.WARNING,
        findings(concern == null ? List.of() : List.of(concern), Advice.FILES));
  }

  private List<String> services(List<Obstacle> obstacles) {
    List<String> known = obstacles.stream().map(Obstacle::text).toList();
    String shortage = sources.machine().room().shortageHere();
    return sources.host().get().stream()
        .filter(text -> !known.contains(text) && !text.equals(shortage))
        .toList();
  }

  private static List<String> texts(List<Obstacle> obstacles, Obstacle.Kind kind) {
    return obstacles.stream()
        .filter(obstacle -> obstacle.kind() == kind)
        .map(Obstacle::text)
        .toList();
  }

  private static Check check(String name, String about, Verdict worst, List<Finding> findings) {
    return new Check(name, about, findings.isEmpty() ? Verdict.OK : worst, List.copyOf(findings));
  }

  private static List<Finding> findings(List<String> texts, String advice) {
    List<Finding> all = new ArrayList<>();
    texts.forEach(text -> all.add(new Finding(text, advice)));
    return all;
  }
}
