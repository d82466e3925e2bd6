// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** What nodes ask of each other, as bytes: the first one says what it is. */
public final class PeerRequests {

  /** An operation to be done by the owner of its target. */
  public static final byte OPERATION = 1;

  /** A command to be proposed by the leader of a group. */
  public static final byte PROPOSAL = 2;

  /** What a replica's documents come to, as a check of the log has asked. */
  public static final byte DIGEST = 3;

  /** How long a download may pause before it is given up. */
  public static final Duration DOWNLOAD_PAUSE = Duration.ofSeconds(30);

  /** The first word of a request for children; one for a transfer begins with a number. */
  public static final String CHILDREN = "children";

  private PeerRequests() {}

  /** The request that has a node propose a command to a group it leads. */
  public static byte[] proposal(String group, byte[] command) {
    byte[] name = group.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[2 + name.length + command.length];
    payload[0] = PROPOSAL;
    payload[1] = (byte) name.length;
    System.arraycopy(name, 0, payload, 2, name.length);
    System.arraycopy(command, 0, payload, 2 + name.length, command.length);
    return payload;
  }

  /** The request for a replica's digest: what a check with that id has come to. */
  public static byte[] digest(String group, long id) {
    byte[] payload = proposal(group, ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    payload[0] = DIGEST;
    return payload;
  }

  /** The request for what a replica lacks that holds everything up to an index. */
  public static byte[] transferRequest(String group, long index) {
    return (index + " " + group).getBytes(StandardCharsets.UTF_8);
  }

  /** The request for the children of a path in partitions that a node owns. */
  public static byte[] childrenRequest(String parent, List<String> groups) {
    return (CHILDREN + ' ' + parent + ' ' + String.join(" ", groups))
        .getBytes(StandardCharsets.UTF_8);
  }
}
