// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static io.cairn.cluster.attributes.AttributesSimulation.require;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What was accepted and confirmed, and so must be or may be there in the end. */
final class Ledger {

  private final MemberNetwork network;

  /** All entries that were ever accepted, by key. */
  private final Map<EntryKey, Set<AttributeEntry>> issued = new HashMap<>();

  /** Accepted entries that nothing can have lost. */
  private final Map<EntryKey, AttributeEntry> safe = new HashMap<>();

  /** Who may have written what nobody knows. */
  private final Set<String> unknown = new HashSet<>();

  private final Map<String, List<CompletableFuture<Confirmation>>> confirmations = new HashMap<>();

  private final List<CompletableFuture<Void>> checks = new ArrayList<>();
  private boolean isLossy;
  private int accepted;

  Ledger(MemberNetwork network) {
    this.network = network;
  }

  int accepted() {
    return accepted;
  }

  void changed(SimulatedMember member, String set, AttributeChange change) {
    accepted++;
    List<AttributeEntry> own =
        member.entries().values().stream()
            .filter(entry -> entry.key().set().equals(set))
            .filter(entry -> entry.version().nodeId().equals(member.id()))
            .filter(this::issue)
            .toList();
    // What was written when the power was cut may have come back with the restart.
    long latest = own.stream().mapToLong(entry -> entry.version().micros()).max().orElse(0);
    List<AttributeEntry> entries =
        own.stream().filter(entry -> entry.version().micros() == latest).toList();
    if (member.isPersistent()) {
      entries.forEach(this::keep);
    }
    if (entries.isEmpty()) {
      // To the bit what the node made at the same time before a restart; already followed.
      return;
    }
    confirmations.computeIfAbsent(member.id(), id -> new ArrayList<>()).add(change.confirmed());
    follow(entries, change);
  }

  private boolean issue(AttributeEntry entry) {
    return issued.computeIfAbsent(entry.key(), key -> new HashSet<>()).add(entry);
  }

  private void keep(AttributeEntry entry) {
    safe.merge(entry.key(), entry, (a, b) -> a.isLaterThan(b) ? a : b);
  }

  private void follow(List<AttributeEntry> entries, AttributeChange change) {
    Map<String, String> launches = new TreeMap<>();
    network.members().forEach((id, member) -> launches.put(id, member.launchId()));
    checks.add(change.confirmed().thenAccept(result -> confirmed(entries, launches, result)));
  }

  private void confirmed(
      List<AttributeEntry> entries, Map<String, String> launches, Confirmation result) {
    for (String id : result.confirmed()) {
      SimulatedMember member = network.members().get(id);
      if (member.isUp() && member.launchId().equals(launches.get(id))) {
        Map<EntryKey, AttributeEntry> there = member.entries();
        entries.forEach(entry -> confirmed(member, entry, there.get(entry.key())));
      }
      if (member.isPersistent()) {
        entries.forEach(this::keep);
      }
    }
  }

  private static void confirmed(
      SimulatedMember member, AttributeEntry entry, @Nullable AttributeEntry present) {
    boolean isForgotten = present == null && member.attributes().figures().get("purged") > 0;
    require(
        isForgotten || (present != null && !entry.isLaterThan(present)),
        member.id() + " confirmed " + entry + " and has " + present);
  }

  void crashed(SimulatedMember member) {
    isLossy |= !member.isPersistent();
    confirmations.remove(member.id());
  }

  void outcomesUnknown(SimulatedMember member) {
    unknown.add(member.id());
  }

  /** From now on nothing is lost: what anybody has stays. */
  void calm(List<SimulatedMember> members) {
    members.forEach(member -> member.entries().values().forEach(this::keep));
  }

  void verify(Map<EntryKey, AttributeEntry> finally_, boolean forgets) {
    confirmations.forEach(
        (id, futures) ->
            futures.forEach(
                future -> require(future.isDone(), "a change of " + id + " is never confirmed")));
    checks.stream()
        .filter(check -> check.isCompletedExceptionally() && !wasCancelled(check))
        .forEach(CompletableFuture::join);
    safe.forEach((key, entry) -> verify(key, entry, finally_.get(key), forgets));
    finally_.forEach(
        (key, entry) ->
            require(
                unknown.contains(entry.version().nodeId())
                    || issued.getOrDefault(key, Set.of()).contains(entry),
                "nobody has made " + entry));
    if (!isLossy && unknown.isEmpty()) {
      issued.forEach((key, entries) -> verifyLatest(entries, finally_.get(key)));
    }
  }

  private static boolean wasCancelled(CompletableFuture<Void> check) {
    return check.exceptionNow() instanceof CancellationException;
  }

  private void verify(
      EntryKey key, AttributeEntry least, @Nullable AttributeEntry present, boolean forgets) {
    if (present != null) {
      require(!least.isLaterThan(present), least + " was lost to " + present);
      return;
    }
    boolean wasRemoved =
        issued.getOrDefault(key, Set.of()).stream()
            .anyMatch(entry -> !entry.isLive() && !least.isLaterThan(entry));
    require(forgets && (wasRemoved || !unknown.isEmpty()), least + " was lost");
  }

  private static void verifyLatest(Set<AttributeEntry> entries, @Nullable AttributeEntry present) {
    AttributeEntry latest =
        entries.stream().reduce((a, b) -> a.isLaterThan(b) ? a : b).orElseThrow();
    require(
        latest.equals(present) || (present == null && !latest.isLive()),
        "the latest is " + latest + ", and there is " + present);
  }
}
