// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.store.disk.SnapshotFile;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Writes a file of a snapshot, and checks on the way that its bytes are what the store wrote once:
 * all but the last eight have the checksum that those eight are. Used by one thread.
 */
final class CheckedFile extends OutputStream {
  private static final int OWN_CHECKSUM = Long.BYTES;

  private final OutputStream out;
  private final SnapshotFile file;
  private final Passed passed;
  private final Consumer<String> whole;
  private final MessageDigest digest = Sha256.digest();
  private final CRC32 checksum = new CRC32();
  private long written;

  /** Told of bytes that were written. */
  @FunctionalInterface
  interface Passed {
    void passed(long bytes) throws IOException;
  }

  /**
   * Writes to a stream, which it closes.
   *
   * @param file what is expected; a checksum of 0 expects nothing
   * @param whole told the file's SHA-256 when it was written, and was right
   */
  CheckedFile(OutputStream out, SnapshotFile file, Passed passed, Consumer<String> whole) {
    this.out = out;
    this.file = file;
    this.passed = passed;
    this.whole = whole;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    digest.update(bytes, offset, length);
    long summed = Math.clamp(file.length() - OWN_CHECKSUM - written, 0, length);
    checksum.update(bytes, offset, (int) summed);
    written += length;
    passed.passed(length);
  }

  @Override
  public void close() throws IOException {
    out.close();
    if (written == file.length()) {
      if (file.checksum() != 0 && file.checksum() != checksum.getValue()) {
        throw new IOException(
            "The file %s of the store is damaged on the node that it was read from. With peers, that copy will be rebuilt (docs/operations.md): make the backup afterwards"
                .formatted(file.name()));
      }
      whole.accept(HexFormat.of().formatHex(digest.digest()));
    }
  }
}
