// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.StoreTransfer.Header;
import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Reads the stream of a snapshot: what files it has, and the bytes of those that the reader lacks,
 * in bounded memory. A stream that ends early or was changed on its way fails. Used by one thread.
 */
public final class SnapshotStream implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final InputStream stream;
  private final CheckedBlocks.Decoder decoder;
  private final DataInputStream in;
  private final long index;
  private final SnapshotTable table;
  private final List<SnapshotFile> sent;

  /** Takes the bytes of the files, one file after the other. */
  public interface Sink {

    /** Opens the place of a file; closed when all its bytes were written. */
    OutputStream open(SnapshotFile file) throws IOException;
  }

  /**
   * Begins to read.
   *
   * @param stream what {@link StoreTransfer#snapshot} gives
   * @param known what the sender was told that is here already
   * @throws IOException if this is no such stream
   */
  public SnapshotStream(InputStream stream, SnapshotTable known) throws IOException {
    this.stream = stream;
    this.decoder = new CheckedBlocks.Decoder(stream);
    this.in = new DataInputStream(decoder);
    Header header = Header.read(in);
    if (header.kind() != StoreTransfer.Kind.FILES) {
      throw new IOException("this is no snapshot of a document store");
    }
    this.index = header.upTo();
    this.table = SnapshotTable.read(in, header.count());
    this.sent = table.without(known);
  }

  /** The log index that the snapshot holds everything up to. */
  public long index() {
    return index;
  }

  /** All files of the snapshot. */
  public SnapshotTable table() {
    return table;
  }

  /** The files whose bytes the stream has. */
  public List<SnapshotFile> sent() {
    return sent;
  }

  /** Reads all bytes. */
  public void readAll(Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (SnapshotFile file : sent) {
      try (OutputStream out = sink.open(file)) {
        for (long left = file.length(); left > 0; ) {
          int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
          if (count < 0) {
            throw new EOFException(file.name() + " lacks " + left + " bytes");
          }
          out.write(buffer, 0, count);
          left -= count;
        }
      }
    }
    decoder.requireEnd();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
