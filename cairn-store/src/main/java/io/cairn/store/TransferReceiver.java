// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import io.cairn.store.StoreTransfer.Header;
import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.store.disk.StoreDirectory;
import io.cairn.store.disk.StoreException;
import io.cairn.store.disk.StoreMarker;
import io.cairn.store.disk.StoreRoom;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** Puts the stream of a transfer on disk and verifies it. */
final class TransferReceiver {
  /** The received changes, as in the stream. */
  static final String CHANGES = "changes";

  private static final int BUFFER = 64 * 1024;

  /** A transfer ends when the disk has less than this: what others need is not its to take. */
  private static final long LEFT_FREE = 2L << 20;

  private final Path staging;
  private final StoreRoom room;

  private TransferReceiver(Path staging, StoreRoom room) {
    this.staging = staging;
    this.room = room;
  }

  /** Receives into a directory, which is removed if that fails. */
  static StagedTransfer receive(InputStream stream, Path staging, StoreRoom room)
      throws IOException {
    StoreDirectory.deleteTree(staging);
    Files.createDirectories(staging);
    try {
      return new TransferReceiver(staging, room).receive(stream);
    } catch (EOFException e) {
      remove(staging, e);
      throw new IOException("the transfer is damaged: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      remove(staging, e);
      throw e;
    }
  }

  private static void remove(Path staging, Exception cause) {
    try {
      StoreDirectory.deleteTree(staging);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private StagedTransfer receive(InputStream stream) throws IOException {
    CheckedBlocks.Decoder decoder = new CheckedBlocks.Decoder(stream);
    DataInputStream in = new DataInputStream(decoder);
    Header header = Header.read(in);
    switch (header.kind()) {
      case CHANGES -> {
        try (OutputStream file = Files.newOutputStream(staging.resolve(CHANGES))) {
          byte[] buffer = new byte[BUFFER];
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            requireRoom();
            file.write(buffer, 0, count);
          }
        }
      }
      case FILES -> receiveFiles(header, in);
    }
    decoder.requireEnd();
    if (header.kind() == StoreTransfer.Kind.FILES) {
      verify(header);
    }
    StagedTransfer staged =
        new StagedTransfer(
            header.kind(),
            header.from(),
            header.upTo(),
            header.count(),
            decoder.received(),
            staging);
    if (staged.kind() == StoreTransfer.Kind.CHANGES) {
      StagedChanges.requireReadable(staged);
    }
    return staged;
  }

  private void receiveFiles(Header header, DataInputStream in) throws IOException {
    SnapshotTable table = SnapshotTable.read(in, header.count());
    StoreMarker marker =
        new StoreMarker(
            StoreMarker.State.READY, table.storeId(), table.createdMicros(), StoreDirectory.INDEX);
    Path index = Files.createDirectories(staging.resolve(StoreDirectory.INDEX));
    for (SnapshotFile file : table.files()) {
      receiveFile(file, index.resolve(file.name()), in);
    }
    StoreMarker.sync(index, StandardOpenOption.READ);
    marker.write(staging);
  }

  private void requireRoom() throws IOException {
    if (room.free() < LEFT_FREE) {
      throw new IOException(
          "there is no room for the transfer on the disk of %s: free space on it or enlarge it"
              .formatted(staging));
    }
  }

  private void receiveFile(SnapshotFile file, Path target, DataInputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long left = file.length(); left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException(file.name() + " lacks " + left + " bytes");
        }
        requireRoom();
        out.write(buffer, 0, count);
        left -= count;
      }
    }
    StoreMarker.sync(target, StandardOpenOption.WRITE);
    try (Directory directory = FSDirectory.open(target.getParent())) {
      StoreDirectory.requireChecksum(directory, file);
    }
  }

  private void verify(Header header) throws IOException {
    StoreMarker marker = StoreMarker.read(staging);
    StoreDirectory files = new StoreDirectory(staging);
    try (Directory index = FSDirectory.open(staging.resolve(StoreDirectory.INDEX))) {
      if (marker == null) {
        throw new IOException("the marker of the transfer vanished");
      }
      files.verify(index, marker, false);
      SegmentInfos commit = SegmentInfos.readLatestCommit(index);
      long held = PartitionIndex.committedIndexOf(commit.getUserData().entrySet());
      if (held != header.upTo()) {
        throw new IOException(
            "the transfer is damaged: it holds log index " + held + ", not " + header.upTo());
      }
    } catch (StoreException e) {
      throw new IOException("the transfer is damaged: " + e.getMessage(), e);
    }
  }
}
