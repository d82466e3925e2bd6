// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.peers;

import io.cairn.store.disk.SnapshotFile;
import io.cairn.store.disk.SnapshotTable;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.time.Duration;

/** What nodes ask of each other, as bytes: the first one says what it is. */
public final class PeerRequests {

  /** An operation to be done by the owner of its target. */
  public static final byte OPERATION = 1;

  /** A command to be proposed by the leader of a group. */
  public static final byte PROPOSAL = 2;

  /** What a replica's documents come to, as a check of the log has asked. */
  public static final byte DIGEST = 3;

  /** What a replica lacks that holds everything up to an index. */
  public static final byte TRANSFER = 4;

  /** What a query finds in replicas of a node. */
  public static final byte SEARCH = 5;

  /** What changed in a partition behind a log index, and how it stands now. */
  public static final byte CHANGES = 7;

  /** The current documents of a partition that match a filter. */
  public static final byte CURRENT = 8;

  /** The files of a replica that holds everything acknowledged until then. */
  public static final byte SNAPSHOT = 6;

  /** What tenants have stored in a replica. */
  public static final byte TENANTS = 9;

  private static final int MAX_FILES = 100_000;

  /** How long a download may pause before it is given up. */
  public static final Duration DOWNLOAD_PAUSE = Duration.ofSeconds(30);

  private PeerRequests() {}

  /** The request that has a node propose a command to a group it leads. */
  public static byte[] proposal(String group, byte[] command) {
    return new WireWriter().u8(PROPOSAL).text(group).raw(command).take();
  }

  /** The request for a replica's digest: what a check with that id has come to. */
  public static byte[] digest(String group, long id) {
    return new WireWriter().u8(DIGEST).text(group).i64(id).take();
  }

  /** The request for what a replica lacks that holds everything up to an index. */
  public static byte[] transferRequest(String group, long index) {
    return new WireWriter().u8(TRANSFER).text(group).i64(index).take();
  }

  /**
   * The request for a snapshot of a replica.
   *
   * @param known the files that are not wanted
   */
  public static byte[] snapshotRequest(String group, SnapshotTable known) {
    return new WireWriter()
        .u8(SNAPSHOT)
        .text(group)
        .text(known.storeId())
        .items(
            known.files(),
            (out, file) -> out.text(file.name()).i64(file.length()).i64(file.checksum()))
        .take();
  }

  /** Reads the files that {@link #snapshotRequest} does not want, after the group. */
  public static SnapshotTable knownFiles(WireReader in) {
    String storeId = in.text();
    return new SnapshotTable(
        storeId,
        0,
        in.items(MAX_FILES, file -> new SnapshotFile(file.text(), file.i64(), file.i64())));
  }
}
