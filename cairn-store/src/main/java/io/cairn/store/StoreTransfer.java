// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.disk.StoreException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What brings another replica of a partition up to date, as a stream of bytes: what changed since
 * the log index that it holds, or the files of a whole commit. Holds a reader or the files until it
 * is closed. Used by one thread.
 */
public final class StoreTransfer implements AutoCloseable {
  /** So few changes are always less than files. */
  private static final int FEW_CHANGES = 1_000;

  /** Indexing a change costs the receiver several times what a byte of a file costs both. */
  private static final double MAX_SHARE = 0.25;

  /** What is transferred. */
  public enum Kind {
    /** The changes since the receiver's index. */
    CHANGES,
    /** All files of a commit. */
    FILES
  }

  private final TransferContent content;

  private StoreTransfer(TransferContent content) {
    this.content = content;
  }

  /** The cheaper of both. */
  static StoreTransfer since(PartitionRuntime runtime, long receiversIndex) {
    StoreChanges changes = StoreChanges.since(runtime, receiversIndex);
    if (changes != null) {
      if (changes.count() <= FEW_CHANGES || changes.share() <= MAX_SHARE) {
        return changes(changes);
      }
      changes.close();
    }
    return files(runtime.snapshot());
  }

  /** A transfer of changes, which it closes. */
  static StoreTransfer changes(StoreChanges changes) {
    return new StoreTransfer(new TransferContent.Changes(changes));
  }

  /** A transfer of a snapshot, which it closes. */
  static StoreTransfer files(StoreSnapshot snapshot) {
    return snapshot(snapshot, SnapshotTable.none());
  }

  /**
   * A transfer of a snapshot for a {@link SnapshotStream}, whose reader has some files already.
   * Closes the snapshot when it is closed, or fails.
   *
   * @param known what the reader has
   */
  public static StoreTransfer snapshot(StoreSnapshot snapshot, SnapshotTable known) {
    try {
      return new StoreTransfer(new TransferContent.Files(snapshot, known));
    } catch (IOException e) {
      snapshot.close();
      throw new StoreException("describing the files of a snapshot failed: " + e, e);
    }
  }

  /** What is transferred. */
  public Kind kind() {
    return content.header().kind();
  }

  /** The log index that the receiver must hold at least; 0 for files. */
  public long from() {
    return content.header().from();
  }

  /** The log index that the receiver holds once it has installed the transfer. */
  public long upTo() {
    return content.header().upTo();
  }

  /** About how many bytes the stream has. */
  public long estimatedBytes() {
    return content.estimatedBytes();
  }

  /**
   * The bytes, encoded as they are read, in bounded memory. To be read once, by one thread; a
   * failure of this store is an {@link IOException} or a {@link StoreException}. Closing it closes
   * the transfer.
   */
  public InputStream stream() {
    return new CheckedBlocks.Encoder(content) {
      @Override
      public void close() {
        StoreTransfer.this.close();
      }
    };
  }

  /** Writes the bytes of {@link #stream()}; returns how many. */
  public long write(OutputStream target) throws IOException {
    return stream().transferTo(target);
  }

  /** Lets the reader or the files go. Idempotent. */
  @Override
  public void close() {
    content.close();
  }

  /**
   * What a stream begins with.
   *
   * @param kind what follows
   * @param from the log index that the receiver must hold at least
   * @param upTo the log index that the receiver holds afterwards
   * @param count how many changes or files follow
   */
  record Header(Kind kind, long from, long upTo, long count) {
    private static final int MAGIC = 0x43_52_4E_54;
    private static final byte FORMAT = 1;

    void write(DataOutput target) throws IOException {
      target.writeInt(MAGIC);
      target.writeByte(FORMAT);
      target.writeBoolean(kind == Kind.FILES);
      target.writeLong(from);
      target.writeLong(upTo);
      target.writeLong(count);
    }

    static Header read(DataInput source) throws IOException {
      int magic = source.readInt();
      byte format = source.readByte();
      if (magic != MAGIC) {
        throw new IOException("this is no transfer of a document store");
      }
      if (format != FORMAT) {
        throw new IOException(
            ("the transfer has format %d, and this Cairn reads format %d: run the same version of"
                    + " Cairn on all nodes")
                .formatted(format, FORMAT));
      }
      Kind kind = source.readBoolean() ? Kind.FILES : Kind.CHANGES;
      return new Header(kind, source.readLong(), source.readLong(), source.readLong());
    }
  }
}
