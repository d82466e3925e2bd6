// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.cluster.DiskFullException;
import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import io.cairn.cluster.group.partition.Partition;
import io.cairn.cluster.group.partition.PartitionSet;
import io.cairn.cluster.log.DiskFileSystem;
import io.cairn.store.StorePool;
import io.cairn.store.disk.StoreRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that nobody meets the end of the disk: below a reserve of free space updates are
 * refused, so that what was accepted can be finished, votes be kept and space be given back. Below
 * half of it this node takes no more of what other nodes have accepted either. Thread-safe.
 */
public final class DiskRoom implements StoreRoom {

  private static final Logger log = LoggerFactory.getLogger(DiskRoom.class);

  private static final long LEAST_RESERVE = 4L << 20;
  private static final long LARGEST_RESERVE = 512L << 20;

  /** Without a setting the reserve is this share of the disk. */
  private static final int RESERVE_SHARE = 20;

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long MIB = 1L << 20;

  private final Path directory;
  private final long total;
  private final LongSupplier usable;
  private final LongSupplier nanos;
  private volatile long reserveSetting;
  private final AtomicLong inFlight = new AtomicLong();
  private volatile @Nullable StorePool stores;
  private volatile Predicate<String> fullNodes = node -> false;
  private final AtomicLong looked;
  private volatile long free;
  private volatile long toCome;
  private volatile boolean full;

  /**
   * Watches a disk.
   *
   * @param directory what lies on it
   * @param disk how many bytes it could take now, and has in all
   * @param reserve below how many free bytes updates are refused; 0 derives it from the disk's size
   * @param nanos a clock that only goes forward
   */
  DiskRoom(Path directory, Disk disk, long reserve, LongSupplier nanos) {
    this.directory = directory;
    this.total = disk.total();
    this.usable = disk.usable();
    this.nanos = nanos;
    this.reserveSetting = reserve;
    looked = new AtomicLong(nanos.getAsLong());
    look();
  }

  /**
   * A disk.
   *
   * @param total its size in bytes
   * @param usable how many bytes it could take now
   */
  record Disk(long total, LongSupplier usable) {}

  /** Watches the disk that a directory lies on; see the constructor. */
  public static DiskRoom of(Path directory, long reserve, LongSupplier nanos) {
    return new DiskRoom(
        directory,
        new Disk(directory.toFile().getTotalSpace(), directory.toFile()::getUsableSpace),
        reserve,
        nanos);
  }

  /**
   * Says what else counts.
   *
   * @param pool its stores hold bytes that will still be written, and give space back when they
   *     commit
   * @param self this node
   * @param isFullElsewhere whether another node has said that its disk is nearly full
   */
  public void connect(@Nullable StorePool pool, String self, Predicate<String> isFullElsewhere) {
    stores = pool;
    fullNodes = node -> node.equals(self) ? isFull() : isFullElsewhere.test(node);
  }

  /** Sets below how many free bytes updates are refused; 0 derives it from the disk's size. */
  public void reserve(long bytes) {
    reserveSetting = bytes;
  }

  private long reserve() {
    long asked = reserveSetting;
    return asked > 0 ? asked : Math.clamp(total / RESERVE_SHARE, LEAST_RESERVE, LARGEST_RESERVE);
  }

  private void look() {
    free = usable.getAsLong();
    StorePool pool = stores;
    toCome = inFlight.get() + (pool == null ? 0 : pool.uncommittedBytes());
    boolean isFull = free - toCome < reserve();
    if (isFull && pool != null) {
      pool.relieve();
    }
    if (isFull != full) {
      full = isFull;
      tell(isFull);
    }
  }

  private void tell(boolean isFull) {
    if (isFull) {
      log.warn(
          "{}. Updates are refused with 507 until there is room, reads go on. {}",
          shortage(),
          remedy());
    } else {
      log.info("The disk of {} has room again: updates are accepted", directory);
    }
  }

  private String shortage() {
    return "The disk of %s has %d MB free, of which %d MB are kept and %d MB are still to be written"
        .formatted(directory, free / MIB, reserve() / MIB, toCome / MIB);
  }

  private static String remedy() {
    return "Free space on it or enlarge it (the reserve is the setting diskReserve)";
  }

  /** One thread looks at the disk, now and then; others go on with what it saw. */
  private void lookAgain() {
    long before = looked.get();
    long now = nanos.getAsLong();
    if (now - before > LOOK_NANOS && looked.compareAndSet(before, now)) {
      look();
    }
  }

  /** Whether this node's disk is so full that updates are refused. */
  public boolean isFull() {
    lookAgain();
    return full;
  }

  /** Says that this node's disk is full; null if it is not. */
  public @Nullable String shortageHere() {
    return isFull() ? shortageSentence() : null;
  }

  /** Says that less than twice the reserve is free; null if more is, or updates are refused. */
  public @Nullable String scarcityHere() {
    lookAgain();
    return full || free - toCome >= 2 * reserve()
        ? null
        : "The disk of %s has %d MB free. Below %d MB this node takes no updates"
            .formatted(directory, free / MIB, reserve() / MIB);
  }

  private String shortageSentence() {
    return shortage() + ": this node takes no updates. " + remedy();
  }

  /** The size of the disk. */
  public long total() {
    return total;
  }

  /** Whether this node can take what other nodes have accepted. */
  public boolean takesEntries() {
    lookAgain();
    return free >= reserve() / 2;
  }

  /** Takes up an update of so many bytes; {@link #settled} follows when it has an outcome. */
  void accepted(int bytes) {
    inFlight.addAndGet(bytes);
  }

  void settled(int bytes) {
    inFlight.addAndGet(-bytes);
  }

  /** Returns why a group takes no updates; null if it does. */
  public @Nullable DiskFullException refusal(ReplicaSet group) {
    if (isFull()) {
      return new DiskFullException(shortageSentence());
    }
    String shortage = shortageOf(group);
    return shortage == null ? null : new DiskFullException(shortage);
  }

  /**
   * Says why a group takes no updates for want of room on the disks of a majority; null if it does.
   */
  private @Nullable String shortageOf(ReplicaSet group) {
    int voters = 0;
    List<String> fullOnes = List.of(); // with each update: nothing is made unless a disk is full
    for (Member member : group.members()) {
      if (member.voter()) {
        voters++;
        if (fullNodes.test(member.nodeId())) {
          fullOnes = fullOnes.isEmpty() ? new ArrayList<>() : fullOnes;
          fullOnes.add(member.nodeId());
        }
      }
    }
    if (fullOnes.isEmpty() || fullOnes.size() <= (voters - 1) / 2) {
      return null;
    }
    return group.members().size() == 1
        ? shortageSentence()
        : "The disks of %s are nearly full, so that a majority of %s takes no updates. %s"
            .formatted(
                String.join(", ", fullOnes), group.id(), "Free space on them or enlarge them");
  }

  /** Returns why what some partitions keep cannot be updated by anybody; null if it can. */
  public @Nullable String unavailability(@Nullable PartitionSet partitions) {
    if (partitions == null) {
      return null;
    }
    for (Partition partition : partitions.partitions()) {
      ReplicaSet group = partition.replica();
      String shortage = group == null ? null : shortageOf(group);
      if (shortage != null) {
        return shortage;
      }
    }
    return null;
  }

  @Override
  public long free() {
    lookAgain();
    return free;
  }

  @Override
  public boolean isShortage(Path file, IOException failure) {
    return DiskFileSystem.isShortage(file, failure);
  }
}
