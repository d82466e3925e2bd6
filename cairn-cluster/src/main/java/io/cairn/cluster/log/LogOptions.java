// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

/**
 * Sizes of the log.
 *
 * @param segmentBytes size of a segment file
 * @param maxPayloadBytes the largest payload of one record
 * @param indexMargin entries below a snapshot whose places are still remembered
 */
public record LogOptions(int segmentBytes, int maxPayloadBytes, int indexMargin) {

  /** Checks the sizes. */
  public LogOptions {
    if (segmentBytes < 64 * 1024) {
      throw new IllegalArgumentException("segmentBytes must be at least 65536");
    }
    if (maxPayloadBytes < 1 || maxPayloadBytes > segmentBytes / 2) {
      throw new IllegalArgumentException("maxPayloadBytes must be 1 to half of segmentBytes");
    }
    if (indexMargin < 0) {
      throw new IllegalArgumentException("indexMargin must not be negative");
    }
  }
}
