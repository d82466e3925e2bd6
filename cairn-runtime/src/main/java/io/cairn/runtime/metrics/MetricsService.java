// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import io.micrometer.core.instrument.MeterRegistry;

/** Answers a GET with the metrics of this host, in the formats that Prometheus reads. */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class MetricsService extends StatelessService {
  public static final String SELF_LINK = ServiceUriPaths.CORE_METRICS;

  private final MetricsExposition metrics;

  /** A service that shows these metrics. */
  public MetricsService(MetricsExposition metrics) {
    this.metrics = metrics;
    toggleOption(ServiceOption.CORE, true);
  }

  /** Where applications register meters of their own. */
  public MeterRegistry meters() {
    return metrics.meters();
  }

  @Override
  public void handleStop(Operation stop) {
    metrics.close();
    stop.complete();
  }

  @Override
  public void handleGet(Operation get) {
    MetricsExposition.Page page = metrics.page(get.getRequestHeader("accept"));
    get.setBodyNoCloning(page.body()).setContentType(page.type()).complete();
  }
}
