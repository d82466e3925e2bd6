// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import io.cairn.query.odata.RowFilter;
import io.cairn.query.odata.RowFilter.Field;
import io.cairn.service.state.ServiceStats.ServiceStat;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The {@code $filter} of a GET of statistics: over {@code name}, {@code unit} and the numbers. */
final class StatsFilter {
  private static final RowFilter<ServiceStat> ROWS =
      new RowFilter<>(
          Map.of(
              "name", new Field.Text<>(stat -> stat.name),
              "unit", new Field.Text<>(stat -> stat.unit),
              "latestValue", new Field.Numeric<>(stat -> stat.latestValue),
              "accumulatedValue", new Field.Numeric<>(stat -> stat.accumulatedValue),
              "version", new Field.Numeric<>(stat -> stat.version),
              "lastUpdateMicrosUtc", new Field.Numeric<>(stat -> stat.lastUpdateMicrosUtc)));

  private StatsFilter() {}

  /**
   * Reads a filter.
   *
   * @param text the decoded parameter; null lets everything pass
   * @throws IllegalArgumentException if it is not a filter
   */
  static Predicate<ServiceStat> parse(@Nullable String text) {
    return ROWS.parse(text);
  }
}
