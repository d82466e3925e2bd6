// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import io.cairn.net.peer.PeerTrouble;

/** What to do about what a checkup finds. */
final class Advice {

  static final String QUORUM =
      "Start those nodes again: until then nothing can be written, nor read consistently. If their"
          + " disks are lost for good: ./cairn recover on a node that is left";
  static final String GROUP =
      "Wait. If it stays, see the log of this node, and ./cairn cluster at another one";
  static final String LEADER =
      "An election takes a second. If this stays, start the voting members that are missing, and see"
          + " whether those that live reach each other";
  static final String COPY =
      "Wait while the copy is being filled. If this stays, look at the load, the disk and the"
          + " connection of this node and of the leader; /core/cluster/copies shows each copy";
  static final String CLOCK =
      "If two of three nodes name the third one, the clock of the third one is wrong";
  static final String ROOM = "Free space on that disk or enlarge it; nothing needs a restart";
  static final String PACE =
      "Each update waits for an fsync of a majority. See what else writes to that disk; use one"
          + " whose fsync takes single milliseconds";
  static final String FILES =
      "Raise the limit (ulimit -n, or LimitNOFILE of systemd) to 65536 and start the host again";
  static final String CERTIFICATE = "Replace the file; it is read again by itself";
  static final String SERVICES = "docs/operations.md lists these messages with what to do";

  private Advice() {}

  static String of(PeerTrouble.Kind kind) {
    return switch (kind) {
      case UNREACHABLE ->
          "Start the host there. If it runs, see that it listens at that address (bindAddress,"
              + " publicUri, peerPort) and that no firewall is between. If it is gone for good:"
              + " ./cairn member remove, or ./cairn replace";
      case REFUSED ->
          "This does not go away by waiting: clusterSecret, authorities (caFile) and the version of"
              + " Cairn are to be the same on all hosts";
      case CLAIMED ->
          "Give one of the two another --id, or correct the publicUri of the one that came later";
    };
  }
}
