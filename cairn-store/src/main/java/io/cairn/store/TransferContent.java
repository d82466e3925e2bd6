// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.StoreTransfer.Header;
import io.cairn.store.StoreTransfer.Kind;
import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.disk.StoreException;
import io.cairn.store.index.StoredForm;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** What the stream of a transfer is made of, piece by piece. Used by one thread. */
sealed interface TransferContent extends CheckedBlocks.Source, AutoCloseable {

  Header header();

  long estimatedBytes();

  @Override
  void close();

  /** A change: length of the entry (4 bytes), lowest version kept (8 bytes), encoded entry. */
  final class Changes implements TransferContent {
    private final StoreChanges changes;
    private final Header header;
    private boolean begun;

    Changes(StoreChanges changes) {
      this.changes = changes;
      this.header = new Header(Kind.CHANGES, changes.from(), changes.upTo(), changes.count());
    }

    @Override
    public Header header() {
      return header;
    }

    @Override
    public long estimatedBytes() {
      return changes.estimatedBytes();
    }

    @Override
    public boolean next(DataOutputStream target) throws IOException {
      if (!begun) {
        begun = true;
        header.write(target);
      } else if (changes.hasNext()) {
        write(changes.next(), target);
      } else {
        return false;
      }
      return true;
    }

    private static void write(StoreChange change, DataOutputStream target) throws IOException {
      StoredForm.Entry entry =
          switch (change) {
            case StoreChange.Purge purge ->
                StoredForm.Entry.purge(purge.logIndex(), 0, purge.link());
            case StoreChange.Version version ->
                new StoredForm.Entry(
                    version.logIndex(),
                    0,
                    version.merged() ? StoredForm.Role.MERGED : StoredForm.Role.VERSION,
                    version.document());
          };
      BytesRef bytes = StoredForm.encode(entry);
      target.writeInt(bytes.length);
      target.writeLong(
          change instanceof StoreChange.Version version ? version.keptFrom() : Long.MIN_VALUE);
      target.write(bytes.bytes, bytes.offset, bytes.length);
    }

    @Override
    public void close() {
      changes.close();
    }
  }

  /** The store's id and age; name, length and checksum of each file; then their bytes. */
  final class Files implements TransferContent {
    private static final int CHUNK = 32 * 1024;

    private final StoreSnapshot snapshot;
    private final SnapshotTable table;
    private final List<SnapshotFile> files;
    private final Header header;
    private int at = -1;
    private @Nullable InputStream open;
    private long left;

    /**
     * The content of a snapshot.
     *
     * @param known what the receiver has already: it is named, and not sent
     */
    Files(StoreSnapshot snapshot, SnapshotTable known) throws IOException {
      this.snapshot = snapshot;
      this.table = snapshot.table();
      this.files = table.without(known);
      this.header = new Header(Kind.FILES, 0, snapshot.index(), table.files().size());
    }

    @Override
    public Header header() {
      return header;
    }

    @Override
    public long estimatedBytes() {
      return files.stream().mapToLong(SnapshotFile::length).sum();
    }

    @Override
    public boolean next(DataOutputStream target) throws IOException {
      if (at < 0) {
        at = 0;
        writeTable(target);
        return true;
      }
      while (left == 0) {
        closeFile();
        if (at == files.size()) {
          return false;
        }
        SnapshotFile file = files.get(at++);
        open = snapshot.open(file.name());
        left = file.length();
      }
      writeChunk(target);
      return true;
    }

    private void writeTable(DataOutputStream target) throws IOException {
      header.write(target);
      table.write(target);
    }

    private void writeChunk(DataOutputStream target) throws IOException {
      InputStream file = open;
      byte[] chunk = file == null ? new byte[0] : file.readNBytes((int) Math.min(CHUNK, left));
      if (chunk.length == 0) {
        throw new IOException("a file of the snapshot is shorter than it was");
      }
      target.write(chunk);
      left -= chunk.length;
    }

    private void closeFile() throws IOException {
      InputStream file = open;
      open = null;
      if (file != null) {
        file.close();
      }
    }

    @Override
    public void close() {
      try {
        closeFile();
      } catch (IOException e) {
        throw new StoreException("closing a file of a snapshot failed: " + e, e);
      } finally {
        snapshot.close();
      }
    }
  }
}
