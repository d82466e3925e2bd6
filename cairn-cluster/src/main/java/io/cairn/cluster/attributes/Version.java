// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

/**
 * When a change was made, and where. Totally ordered: by time, then by node.
 *
 * @param micros hybrid logical time in microseconds since the Unix epoch
 * @param nodeId the node
 */
record Version(long micros, String nodeId) implements Comparable<Version> {

  /**
   * Beyond this (the year 38,000 or so) no version is believed, so that nobody can bring a clock to
   * where it runs over.
   */
  static final long MAX_MICROS = 1L << 60;

  @Override
  public int compareTo(Version other) {
    int byTime = Long.compare(micros, other.micros);
    return byTime != 0 ? byTime : nodeId.compareTo(other.nodeId);
  }
}
