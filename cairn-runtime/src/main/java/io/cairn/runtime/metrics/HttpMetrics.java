// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.net.HttpTraffic;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What clients do on a host's ports. Thread-safe. */
public final class HttpMetrics implements MetricSource {
  private final Supplier<HttpTraffic> traffic;
  private final Supplier<Optional<Instant>> certificateEnd;

  /** Shows the traffic of a server, and when its certificate ends. */
  public HttpMetrics(Supplier<HttpTraffic> traffic, Supplier<Optional<Instant>> certificateEnd) {
    this.traffic = traffic;
    this.certificateEnd = certificateEnd;
  }

  @Override
  public void addTo(MetricSamples samples) {
    HttpTraffic now = traffic.get();
    samples.add(HostMetric.HTTP_CONNECTIONS, now.connections());
    samples.add(HostMetric.HTTP_REFUSED, now.refusedConnections());
    for (int at = 0; at < now.answers().size(); at++) {
      samples.add(HostMetric.HTTP_ANSWERS, now.answers().get(at), (at + 1) + "xx");
    }
    samples.add(HostMetric.HTTP_EVENT_STREAMS, now.eventStreams());
    samples.add(HostMetric.HTTP_BODY_BYTES, now.heldBodyBytes());
    samples.add(HostMetric.HTTP_UNREAD_BYTES, now.unreadAnswerBytes());
    certificateEnd
        .get()
        .ifPresent(end -> samples.add(HostMetric.CERTIFICATE_END, end.getEpochSecond()));
  }
}
