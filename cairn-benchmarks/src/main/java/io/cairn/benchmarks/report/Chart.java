// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

/**
 * A drawing.
 *
 * @param file its name
 * @param title what it shows
 * @param svg the drawing
 */
public record Chart(String file, String title, String svg) {}
