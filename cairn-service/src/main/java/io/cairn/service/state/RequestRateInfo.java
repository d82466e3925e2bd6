// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** How many requests of one user a host does in a second, and what becomes of the others. */
public class RequestRateInfo {

  /** What becomes of a request beyond the limit. */
  public enum Option {
    /** It is refused with 429 and {@code Retry-After}. */
    FAIL,
    /** It waits for its turn, and is refused only if too many wait already. */
    PAUSE_PROCESSING
  }

  /** Requests in a second, more than 0. */
  public double limit;

  /** One of them; {@code FAIL} if nothing is said. */
  public @Nullable EnumSet<Option> options;

  /** How many have come lately, summed up by the second. */
  public @Nullable TimeSeriesStats timeSeries;
}
