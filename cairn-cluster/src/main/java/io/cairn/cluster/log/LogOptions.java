// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static io.cairn.net.Ranges.atLeast;
import static io.cairn.net.Ranges.require;

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
    atLeast("segmentBytes", segmentBytes, 64 * 1024);
    require(
        maxPayloadBytes >= 1 && maxPayloadBytes <= segmentBytes / 2,
        "maxPayloadBytes",
        "1 to half of segmentBytes");
    atLeast("indexMargin", indexMargin, 0);
  }
}
