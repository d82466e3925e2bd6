// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.peers.Peers;
import io.cairn.runtime.quotas.StoredSums.Use;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What tenants have stored in the partitions that this node has no replica of: asked of those who
 * have one, once a second while somebody wants to know. Thread-safe.
 */
public final class ElsewhereUse {

  /** The answer of a node that does not know. */
  static final byte[] UNKNOWN = new WireWriter().flag(false).take();

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_TENANTS = StoredSums.MOST_TENANTS;
  private static final int MOST_WANTED = 1_000;

  private final String self;
  private final Peers peers;
  private final Supplier<List<Partition>> partitions;
  private final LongSupplier nanoTime;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();

  // Guarded by this.
  private final Set<String> wanted = new LinkedHashSet<>();
  private CompletableFuture<Void> asked = new CompletableFuture<>();
  private boolean hasAsked;
  private long askedNanos;

  /** What was answered about a partition. */
  private record Heard(Set<String> tenants, Map<String, Use> uses) {}

  /**
   * What is asked.
   *
   * @param partition the name of its replica set
   */
  record Question(String partition, List<String> tenants) {
    byte[] bytes() {
      return new WireWriter().u8(PeerRequests.TENANTS).text(partition).texts(tenants).take();
    }

    /** Reads what is behind the kind of the request. */
    static Question read(WireReader in) {
      return new Question(in.text(), in.texts());
    }
  }

  /**
   * Asks nobody yet.
   *
   * @param self this node
   * @param partitions all that this node knows of
   * @param nanoTime only goes forward
   */
  public ElsewhereUse(
      String self, Peers peers, Supplier<List<Partition>> partitions, LongSupplier nanoTime) {
    this.self = self;
    this.peers = peers;
    this.partitions = partitions;
    this.nanoTime = nanoTime;
  }

  static byte[] answer(Question question, Function<String, @Nullable Use> known) {
    List<String> uses = new ArrayList<>();
    for (String tenant : question.tenants()) {
      Use use = known.apply(tenant);
      if (use != null) {
        uses.add(tenant);
      }
    }
    return new WireWriter()
        .flag(true)
        .items(
            uses,
            (out, tenant) -> {
              Use use = known.apply(tenant);
              Use sent = use == null ? Use.NOTHING : use;
              out.text(tenant).i64(sent.documents()).i64(sent.bytes());
            })
        .take();
  }

  /** Has a tenant be asked about too, from now on. */
  synchronized void want(String tenant) {
    if (wanted.add(tenant)) {
      hasAsked = false;
      if (wanted.size() > MOST_WANTED) {
        wanted.remove(wanted.iterator().next());
      }
    }
  }

  /** Completes when the next question has been answered, or was not. */
  synchronized CompletableFuture<Void> asked() {
    return asked;
  }

  /** What a tenant has in a partition, as was heard last; null if that was not. */
  @Nullable Use of(String partition, String tenant) {
    Heard last = heard.get(partition);
    return last == null || !last.tenants().contains(tenant)
        ? null
        : last.uses().getOrDefault(tenant, Use.NOTHING);
  }

  /** Asks, if it is time to and there is anybody to ask. */
  void look(Set<String> limited) {
    List<Partition> missing =
        partitions.get().stream().filter(partition -> partition.machine() == null).toList();
    if (missing.isEmpty()) {
      return;
    }
    List<String> tenants;
    CompletableFuture<Void> mine;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (hasAsked && now - askedNanos < INTERVAL_NANOS) {
        return;
      }
      hasAsked = true;
      askedNanos = now;
      Set<String> all = new LinkedHashSet<>(limited);
      all.addAll(wanted);
      tenants = all.stream().limit(MOST_TENANTS).toList();
      mine = asked;
      asked = new CompletableFuture<>();
    }
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (Partition partition : missing) {
      answers.add(ask(partition, tenants));
    }
    var _ =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> mine.complete(null));
  }

  private CompletableFuture<?> ask(Partition partition, List<String> tenants) {
    String name = partition.id().groupName();
    String node =
        PartitionedStorage.readers(partition).stream()
            .filter(reader -> !reader.equals(self))
            .findFirst()
            .orElse(null);
    if (node == null) {
      keep(name, tenants);
      return CompletableFuture.completedFuture(null);
    }
    return peers
        .request(node, new Question(name, tenants).bytes(), PATIENCE)
        .thenAccept(answer -> take(name, tenants, answer))
        .exceptionally(
            failure -> {
              keep(name, tenants);
              return null;
            })
        .toCompletableFuture();
  }

  /**
   * What was heard before stands, and of what was not heard nothing is there: who keeps documents
   * alone and cannot be reached keeps nobody from going on.
   */
  private void keep(String partition, List<String> tenants) {
    heard.compute(
        partition,
        (any, before) -> new Heard(Set.copyOf(tenants), before == null ? Map.of() : before.uses()));
  }

  private void take(String partition, List<String> tenants, byte[] answer) {
    WireReader in = new WireReader(answer);
    if (!in.flag()) {
      return;
    }
    Map<String, Use> uses = new HashMap<>();
    in.items(MOST_TENANTS, item -> Map.entry(item.text(), new Use(item.i64(), item.i64())))
        .forEach(each -> uses.put(each.getKey(), each.getValue()));
    if (in.hasMore()) {
      throw new MalformedException("it goes on behind its end");
    }
    heard.put(partition, new Heard(Set.copyOf(tenants), Map.copyOf(uses)));
  }
}
