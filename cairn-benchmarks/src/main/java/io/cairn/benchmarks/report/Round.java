// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

/**
 * One turn of one system, all figures for one operation unless said.
 *
 * @param perSecond the rate of answers with a status below 300
 * @param failures how many other answers there were
 * @param cpuMicros processor time of its processes without compilers, with the work that it put off
 *     to right after the turn
 * @param compilerMicros processor time of compilers
 * @param switches context switches
 * @param packets on its connections; negative if unknown
 * @param bytes of payload on its connections; negative if unknown
 * @param clientMicros processor time of the client
 */
public record Round(
    double perSecond,
    long failures,
    double cpuMicros,
    double compilerMicros,
    double switches,
    double packets,
    double bytes,
    double clientMicros) {}
