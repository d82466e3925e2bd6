// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

/**
 * Something that knows some of a host's metrics. Asked at each scrape, on a handler's thread, by
 * several at once: it looks at what is counted already, waits for nothing, and takes no lock that a
 * request needs.
 */
public interface MetricSource {
  /** Adds what it knows now. */
  void addTo(MetricSamples samples);
}
