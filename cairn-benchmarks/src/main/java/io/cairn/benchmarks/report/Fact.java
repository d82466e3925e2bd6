// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.report;

import java.util.List;

/**
 * Something that is measured once, or a few times with the same meaning.
 *
 * @param subject what belongs together in a table
 * @param system whose it is
 * @param name what it is
 * @param unit of the values
 * @param values each time
 */
public record Fact(String subject, String system, String name, String unit, List<Double> values) {}
