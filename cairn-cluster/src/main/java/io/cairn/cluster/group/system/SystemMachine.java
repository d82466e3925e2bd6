// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.system;

import io.cairn.cluster.ReplicaDamagedException;
import io.cairn.cluster.StateMachine;
import io.cairn.cluster.group.peers.ControlAnswer;
import io.cairn.cluster.group.state.SystemCommand;
import io.cairn.cluster.group.state.SystemState;
import io.cairn.cluster.group.state.SystemStateCodec;
import io.cairn.cluster.log.DiskFileSystem;
import io.cairn.cluster.log.DurableFile;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica of a group's system partition. The state lives in memory and goes to a file when the
 * log wants to forget entries; until then the log holds it. Commands are applied by one thread; the
 * state may be read by all.
 */
public final class SystemMachine implements StateMachine {

  private static final Logger LOG = LoggerFactory.getLogger(SystemMachine.class);

  private static final long RETRY_MILLIS = 200;
  private static final int FORMAT = 2;

  private final DurableFile file;
  private final Runnable onChange;
  private final AtomicBoolean saving = new AtomicBoolean();
  private final Object fileLock = new Object();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile Function<String, CompletableFuture<ControlAnswer>> copies =
      node -> CompletableFuture.failedFuture(new IllegalStateException("nobody can be asked"));
  private volatile @Nullable Stand fetched;
  private volatile @Nullable Stand stand;
  private volatile long durable;

  /** The state after the entry at an index. */
  private record Stand(long index, @Nullable SystemState state) {}

  private SystemMachine(DurableFile file, Runnable onChange) {
    this.file = file;
    this.onChange = onChange;
  }

  /**
   * Opens a replica's file.
   *
   * @param onChange called after each change, on the group's thread; must be short
   * @throws IOException if the file cannot be read or is damaged
   */
  public static SystemMachine open(Path path, Runnable onChange) throws IOException {
    SystemMachine machine = new SystemMachine(new DurableFile(path), onChange);
    Stand stand = read(machine.file);
    if (stand != null) {
      machine.stand = stand;
      machine.durable = stand.index();
    }
    return machine;
  }

  /** Says how another member is asked for what it has. */
  void fillFrom(Function<String, CompletableFuture<ControlAnswer>> source) {
    copies = source;
  }

  /** Forgets the state, and keeps the damaged file where nobody reads it but the operator. */
  static SystemMachine forRebuild(Path path, Runnable onChange) throws IOException {
    if (Files.exists(path)) {
      Files.move(
          path,
          path.resolveSibling(path.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return empty(path, onChange);
  }

  /** Makes one that has nothing yet. */
  static SystemMachine empty(Path path, Runnable onChange) {
    return new SystemMachine(new DurableFile(path), onChange);
  }

  /**
   * Returns the state with the entry it is of, for a member that has lost it; null if there is
   * none.
   */
  public ControlAnswer.@Nullable State copy() {
    Stand now = stand;
    SystemState state = now == null ? null : now.state();
    return now == null || state == null ? null : new ControlAnswer.State(now.index(), state);
  }

  /** A reference holds all there is; without one, the node is asked for what it has. */
  @Override
  public CompletionStage<Void> prepareInstall(String fromNode, long index, byte[] reference) {
    if (reference.length > 0 || index > 0) {
      return CompletableFuture.completedStage(null);
    }
    return copies
        .apply(fromNode)
        .thenAccept(
            answer -> {
              if (!(answer instanceof ControlAnswer.State copy)) {
                throw new IllegalStateException(fromNode + " answers " + answer);
              }
              fetched = new Stand(copy.index(), copy.state());
            });
  }

  /** Returns the state, or null before the first command was applied. */
  public @Nullable SystemState state() {
    Stand now = stand;
    return now == null ? null : now.state();
  }

  /** Waits until the state has at least that version; returns whether it has. */
  boolean awaitVersion(long version, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      for (SystemState now = state(); now == null || now.version() < version; now = state()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns {@link Boolean#TRUE} if the command took effect. */
  @Override
  public Object apply(long index, byte[] command, @Nullable Object attachment) {
    SystemCommand change = SystemCommand.decode(command);
    SystemState now = state();
    boolean fits = change.expectedVersion() == (now == null ? 0 : now.version());
    put(new Stand(index, fits ? change.next() : now));
    return fits;
  }

  private void put(Stand next) {
    lock.lock();
    try {
      stand = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onChange.run();
  }

  @Override
  public long durableIndex() {
    return durable;
  }

  @Override
  public void makeDurable(long index) {
    if (saving.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("cairn-group-save")
          .start(
              () -> {
                try {
                  save();
                } catch (IOException e) {
                  LOG.warn("The group's state cannot be written to {}: {}", file.path(), e, e);
                } finally {
                  saving.set(false);
                }
              });
    }
  }

  /** Writes the state to its file. */
  public void save() throws IOException {
    synchronized (fileLock) {
      Stand now = stand;
      if (now != null && now.index() > durable) {
        file.writeSealed(FORMAT, encode(now));
        durable = now.index();
      }
    }
  }

  /** Deletes the file, when the replica was removed. */
  void delete() throws IOException {
    synchronized (fileLock) {
      file.delete();
    }
  }

  @Override
  public byte[] snapshotReference(long index) {
    SystemState now = state();
    return now == null ? new byte[0] : SystemStateCodec.encode(now);
  }

  @Override
  public void installReference(long index, byte[] reference) {
    Stand copy = fetched;
    fetched = null;
    Stand next =
        reference.length > 0
            ? new Stand(index, SystemStateCodec.decode(reference))
            : copy != null && index == 0 ? copy : new Stand(index, null);
    put(next);
    boolean told = false;
    while (durable < next.index()) {
      try {
        save(); // the log has nothing from before the reference any more
      } catch (IOException e) {
        if (!DiskFileSystem.isShortage(file.path(), e)) {
          throw failed(e);
        }
        if (!told) {
          told = true;
          LOG.warn("{}; it waits. Free space on that disk or enlarge it", failed(e).getMessage());
        }
        pause(e);
      }
    }
  }

  private UncheckedIOException failed(IOException cause) {
    return new UncheckedIOException(
        "the group's state cannot be written to " + file.path() + ": " + cause.getMessage(), cause);
  }

  private void pause(IOException cause) {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(cause);
    }
  }

  private static byte[] encode(Stand stand) {
    return new WireWriter()
        .i64(stand.index())
        .optional(stand.state(), SystemStateCodec::write)
        .take();
  }

  private static @Nullable Stand read(DurableFile file) throws IOException {
    try {
      byte[] stored = file.readSealed(FORMAT);
      return stored == null
          ? null
          : WireReader.read(
              stored, in -> new Stand(in.index(), in.optional(SystemStateCodec::read)));
    } catch (MalformedException e) {
      throw new ReplicaDamagedException(
          "the group's state in " + file.path() + " is damaged: " + e.getMessage(), e);
    }
  }
}
