// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.ReplicationException;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.store.StoreDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the copies of the partitions that this node owns, one after the other: an entry of the
 * log has each replica sum up what it holds there, the owner gathers the sums, and another entry
 * tells all of them what that came to. One that differs fails by itself, and is rebuilt.
 *
 * <p>A partition is compared now and then, and soon after a node that holds it has come back or the
 * last comparison found a difference. One thread runs {@link #run}; the rest is thread-safe.
 */
public final class CopyChecks {

  private static final Logger log = LoggerFactory.getLogger(CopyChecks.class);

  private static final String PENDING = "";
  private static final String UNKNOWN = "?";
  private static final String UNREADABLE = "!";
  private static final long POLL_MILLIS = 200;
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long a node may not know of a check that the others know of. */
  private static final long IGNORANCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Settings settings;
  private final Holders holders;
  private final Supplier<List<Partition>> partitions;
  private final Map<String, Compared> done = new ConcurrentHashMap<>();

  /**
   * How often, and how fast.
   *
   * @param intervalNanos after how long a partition is compared again; 0: never
   * @param bytesPerSecond how much each replica reads in a second at most
   */
  public record Settings(long intervalNanos, long bytesPerSecond) {}

  /** What the checks need of other nodes, and of time and chance. */
  public interface Holders {

    /** This node. */
    String self();

    /**
     * Which start of a node is up and has copies that are current, as far as its group knows; null
     * if none is. A node that was away for a moment is another one.
     */
    @Nullable String launch(String node);

    /** Asks a node for {@link #answer}. */
    CompletionStage<byte[]> ask(String node, String group, long id);

    /** A number that no other check has. */
    long newId();

    /** A clock that only goes forwards. */
    long nanos();

    /** Microseconds since 1970. */
    long micros();
  }

  /** The nodes with their starts. */
  private record Compared(long atNanos, Map<String, String> nodes, boolean agreed) {}

  /**
   * Creates the checks.
   *
   * @param partitions those of which this node may hold replicas
   */
  public CopyChecks(Settings settings, Holders holders, Supplier<List<Partition>> partitions) {
    this.settings = settings;
    this.holders = holders;
    this.partitions = partitions;
  }

  /**
   * What a node says of its copy: the digest, or that there is none, none yet, or no reading it.
   */
  public static String answer(@Nullable DocumentPartition partition, long id) {
    CompletableFuture<StoreDigest> digest =
        partition == null ? null : partition.copies().digest(id);
    if (digest == null) {
      return UNKNOWN;
    } else if (!digest.isDone()) {
      return PENDING;
    }
    return digest.handle((found, failure) -> failure == null ? found.text() : UNREADABLE).join();
  }

  /** Compares what is due. Blocks as long as that takes. */
  public void run() throws InterruptedException {
    for (Partition partition : partitions.get()) {
      if (isDue(partition)) {
        compare(partition);
      }
    }
  }

  /** Has everything that this node owns compared soon. */
  public void request() {
    done.clear();
  }

  private static boolean isOwned(Partition partition) {
    ReplicaSet replica = partition.replica();
    return replica != null
        && replica.leadership() != null
        && partition.machine() instanceof DocumentPartition;
  }

  private Map<String, String> available(Partition partition) {
    Map<String, String> nodes = new TreeMap<>();
    for (String holder : partition.holders()) {
      String launch = holder.equals(holders.self()) ? "" : holders.launch(holder);
      if (launch != null) {
        nodes.put(holder, launch);
      }
    }
    return nodes;
  }

  private boolean isDue(Partition partition) {
    if (settings.intervalNanos() == 0 || !isOwned(partition)) {
      return false;
    }
    Compared last = done.get(partition.id().groupName());
    if (last == null) {
      return true;
    }
    long age = holders.nanos() - last.atNanos();
    Map<String, String> now = available(partition);
    if (!last.nodes().entrySet().containsAll(now.entrySet()) && age > POLL_MILLIS) {
      return true;
    }
    // Who is away now is compared once it is back.
    last.nodes().keySet().retainAll(now.keySet());
    return age >= (last.agreed() ? settings.intervalNanos() : SOON_NANOS);
  }

  private void compare(Partition partition) throws InterruptedException {
    String group = partition.id().groupName();
    Map<String, String> nodes = available(partition);
    ReplicaSet replica = partition.replica();
    if (replica == null) {
      return;
    }
    try {
      long id = holders.newId();
      var check = new DocumentCommand.Check(id, settings.bytesPerSecond());
      long index = get(replica.propose(DocumentCommandCodec.encode(check), check)).index();
      Map<String, String> digests = gather(partition, nodes.keySet(), id);
      CopyComparison comparison =
          new CopyComparison(index, holders.micros(), holders.self(), digests);
      var verdict = new DocumentCommand.Verdict(comparison);
      var _ = get(replica.propose(DocumentCommandCodec.encode(verdict), verdict));
      boolean all = digests.keySet().containsAll(nodes.keySet());
      done.put(group, new Compared(holders.nanos(), nodes, comparison.agrees() && all));
    } catch (ExecutionException | TimeoutException e) {
      log.debug("The copies of {} cannot be compared now", group, e);
      done.put(group, new Compared(holders.nanos(), nodes, false));
    } catch (ReplicationException e) {
      log.debug("This node does not lead {} any more", group, e);
    }
  }

  private static <T> T get(CompletableFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(30, TimeUnit.SECONDS);
  }

  /** Asks until each has an answer; one that cannot give one is left out. */
  private Map<String, String> gather(Partition partition, Set<String> nodes, long id)
      throws InterruptedException {
    Map<String, String> digests = new TreeMap<>();
    List<String> waiting = new ArrayList<>(nodes);
    long began = holders.nanos();
    while (!waiting.isEmpty() && isOwned(partition)) {
      for (String node : List.copyOf(waiting)) {
        String answer = ask(partition, node, id);
        boolean ignorant = answer.equals(UNKNOWN) && holders.nanos() - began > IGNORANCE_NANOS;
        if (answer.equals(UNREADABLE) || ignorant || !partition.holders().contains(node)) {
          waiting.remove(node); // it has said so itself, and is rebuilt or fills up
        } else if (!answer.equals(PENDING) && !answer.equals(UNKNOWN)) {
          waiting.remove(node);
          digests.put(node, answer);
        }
      }
      if (!waiting.isEmpty()) {
        Thread.sleep(POLL_MILLIS);
      }
    }
    return digests;
  }

  private String ask(Partition partition, String node, long id) throws InterruptedException {
    if (node.equals(holders.self())) {
      return partition.machine() instanceof DocumentPartition here ? answer(here, id) : UNREADABLE;
    }
    try {
      return new String(
          holders
              .ask(node, partition.id().groupName(), id)
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS),
          StandardCharsets.UTF_8);
    } catch (ExecutionException | TimeoutException | CompletionException e) {
      return UNKNOWN;
    }
  }
}
