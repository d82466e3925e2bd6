// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.runtime.documents.DocumentCommandCodec;
import io.cairn.store.index.DocumentVersion;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Current documents as bytes for another node, made as they are read: format, log index, each
 * document behind its length, and a length of 0. For one thread.
 */
final class CurrentStream extends InputStream {

  private static final int FORMAT = 1;

  private final PartitionFeed.Matches matches;
  private ByteArrayInputStream piece;
  private boolean ended;

  CurrentStream(PartitionFeed.Matches matches) {
    this.matches = matches;
    this.piece = new ByteArrayInputStream(new WireWriter().u8(FORMAT).i64(matches.upTo()).take());
  }

  @Override
  public int read() throws IOException {
    return isFilled() ? piece.read() : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    return isFilled() ? piece.read(target, offset, length) : -1;
  }

  private boolean isFilled() throws IOException {
    while (piece.available() == 0) {
      if (ended) {
        return false;
      }
      DocumentVersion next = matches.next();
      WireWriter out = new WireWriter();
      if (next == null) {
        ended = true;
        out.i32(0);
      } else {
        int begin = out.beginPart();
        DocumentCommandCodec.putDocument(out, next);
        out.endPart(begin);
      }
      piece = new ByteArrayInputStream(out.take());
    }
    return true;
  }

  @Override
  public void close() {
    matches.close();
  }

  /** Reads what such a stream begins with: the log index. */
  static long readHead(DataInputStream in) throws IOException {
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException(
          "its version is %d, and this Cairn reads version %d: %s"
              .formatted(format, FORMAT, WireReader.SAME_ON_ALL_NODES));
    }
    return in.readLong();
  }

  /** Reads the next document of such a stream; null at its end. */
  static @Nullable DocumentVersion readNext(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    try {
      return WireReader.read(bytes, DocumentCommandCodec::document);
    } catch (MalformedException e) {
      throw new IOException("a document is damaged: " + e.getMessage(), e);
    }
  }
}
