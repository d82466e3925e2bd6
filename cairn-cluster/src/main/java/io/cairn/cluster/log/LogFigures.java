// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

/**
 * What a log has taken and holds.
 *
 * @param appendedBytes bytes of records that were appended since the start
 * @param segments how many files it has
 * @param segmentBytes what these may hold together; they are reserved on the disk
 */
public record LogFigures(long appendedBytes, int segments, long segmentBytes) {}
