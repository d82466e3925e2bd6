// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.time.Duration;

/**
 * How the log's disk has kept those waiting who need to know that something is on it, in the last
 * one to two minutes.
 *
 * @param waits how often it was waited for; 0 if nothing was written
 * @param slow how many of these took longer than 20 milliseconds
 * @param longest the longest one, which may still go on
 */
public record DiskWaits(long waits, long slow, Duration longest) {}
