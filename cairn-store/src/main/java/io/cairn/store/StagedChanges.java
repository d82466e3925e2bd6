// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.PendingWrites.Write;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.StoredForm;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.BytesRef;

/** Reads received changes back, as writes in the order of the log. Used by one thread. */
final class StagedChanges implements Closeable {
  private static final int MAX_BATCH = 2_000;
  private static final long MAX_BATCH_BYTES = 4L << 20;

  private final DataInputStream in;
  private long left;
  private long lastIndex = -1;
  private int sequence;

  private StagedChanges(DataInputStream in, long count) {
    this.in = in;
    this.left = count;
  }

  static StagedChanges open(StagedTransfer staged) throws IOException {
    Path file = staged.directory().resolve(TransferReceiver.CHANGES);
    return new StagedChanges(
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16)),
        staged.count());
  }

  /** Decodes everything once, so that nothing is found wrong half-way through an installation. */
  static void requireReadable(StagedTransfer staged) throws IOException {
    try (StagedChanges changes = open(staged)) {
      if (!changes.nextBatch(Long.MAX_VALUE).isEmpty() || changes.in.read() >= 0) {
        throw new IOException("the transfer is damaged: it goes on after its last change");
      }
    }
  }

  /** The next writes whose log index is above one that is held already; empty at the end. */
  List<Write> nextBatch(long held) throws IOException {
    List<Write> batch = new ArrayList<>();
    long bytes = 0;
    while (left > 0 && batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES) {
      Write write = read();
      if (write.logIndex() > held) {
        batch.add(write);
        bytes += write.weight();
      }
    }
    return batch;
  }

  private Write read() throws IOException {
    left--;
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("the transfer is damaged: a change has " + length + " bytes");
    }
    long keptFrom = in.readLong();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the staged changes end early");
    }
    StoredForm.Entry entry = StoredForm.decode(new BytesRef(bytes));
    sequence = entry.logIndex() == lastIndex ? sequence + 1 : 0;
    lastIndex = entry.logIndex();
    DocumentVersion document = entry.document();
    return entry.role() == StoredForm.Role.PURGE
        ? Write.purge(lastIndex, sequence, document.link())
        : new Write(lastIndex, sequence, document.link(), document, entry.isMerged(), keptFrom);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
