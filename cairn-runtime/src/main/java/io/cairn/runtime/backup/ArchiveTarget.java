// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.runtime.backup.BackupException.Reason;
import io.cairn.store.disk.StoreMarker;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a backup as one ZIP archive, to a file or to another machine. */
final class ArchiveTarget implements BackupTarget {
  private static final int BUFFER = 64 * 1024;

  private final Output output;
  private final ZipOutputStream zip;
  private boolean finished;

  /** Where the bytes of the archive go. */
  interface Output {
    String place();

    long usableBytes() throws IOException;

    OutputStream stream();

    /** Makes what was written, and closed, the archive. */
    void publish() throws IOException;

    void discard() throws IOException;
  }

  ArchiveTarget(Output output) {
    this.output = output;
    this.zip = new ZipOutputStream(new BufferedOutputStream(output.stream(), BUFFER));
    zip.setLevel(Deflater.BEST_SPEED); // documents are compressed already
  }

  /**
   * An archive in a file, which bears its name when it is whole.
   *
   * @throws BackupException if there is something of that name
   */
  static ArchiveTarget file(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path parent = absolute.getParent();
    if (Files.exists(absolute) || parent == null) {
      throw new BackupException(
          Reason.CONFLICT, "There is a file %s already. Name another one".formatted(file));
    }
    Files.createDirectories(parent);
    Path part = parent.resolve(absolute.getFileName() + ".part");
    return new ArchiveTarget(new FileOutput(absolute, part, Files.newOutputStream(part)));
  }

  private record FileOutput(Path file, Path part, OutputStream stream) implements Output {
    @Override
    public String place() {
      return file.toString();
    }

    @Override
    public long usableBytes() throws IOException {
      return Files.getFileStore(part).getUsableSpace();
    }

    @Override
    public void publish() throws IOException {
      StoreMarker.sync(part, StandardOpenOption.WRITE);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      Path parent = file.getParent();
      if (parent != null) {
        StoreMarker.sync(parent, StandardOpenOption.READ);
      }
    }

    @Override
    public void discard() throws IOException {
      try {
        stream.close();
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }

  @Override
  public String place() {
    return output.place();
  }

  @Override
  public long usableBytes() throws IOException {
    return output.usableBytes();
  }

  @Override
  public OutputStream create(String path) throws IOException {
    zip.putNextEntry(new ZipEntry(path));
    return new FilterOutputStream(zip) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        zip.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        zip.closeEntry();
      }
    };
  }

  @Override
  public void finish(byte[] manifest) throws IOException {
    try (OutputStream out = create(BackupManifest.FILE)) {
      out.write(manifest);
    }
    zip.close();
    output.publish();
    finished = true;
  }

  @Override
  public void abandon() throws IOException {
    if (!finished) {
      output.discard();
    }
  }
}
