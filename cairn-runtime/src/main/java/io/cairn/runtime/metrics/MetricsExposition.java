// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metrics of a host, of its JVM and of its applications as Prometheus reads them.
 * Nothing is made before somebody asks. Thread-safe.
 */
public final class MetricsExposition implements AutoCloseable {
  /** Meters that applications may have; further ones count nothing. */
  static final int MOST_METERS = 2_000;

  /** What promtool finds fault with: their names say what is not so. */
  private static final List<String> UNUSUAL = List.of("system.cpu.count", "process.cpu.time");

  private static final double NANOS = 1e9;
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OWN = "cairn";

  private final List<MetricSource> sources;
  private @Nullable Opened opened;

  /**
   * What exists once somebody has asked.
   *
   * @param collections hears of the JVM's garbage collections
   */
  private record Opened(
      PrometheusRegistry all, PrometheusMeterRegistry meters, JvmGcMetrics collections) {}

  /**
   * What is answered.
   *
   * @param type its content type
   */
  public record Page(String type, String body) {}

  /** Shows what the sources know. */
  public MetricsExposition(List<MetricSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Where applications register meters of their own. */
  public MeterRegistry meters() {
    return opened().meters();
  }

  private synchronized Opened opened() {
    Opened present = opened;
    if (present == null) {
      present = open();
      opened = present;
    }
    return present;
  }

  private Opened open() {
    PrometheusRegistry all = new PrometheusRegistry();
    PrometheusMeterRegistry meters =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, all, Clock.SYSTEM);
    JvmGcMetrics collections = new JvmGcMetrics();
    UNUSUAL.forEach(name -> meters.config().meterFilter(MeterFilter.denyNameStartsWith(name)));
    meters.config().meterFilter(MeterFilter.denyNameStartsWith(OWN));
    meters.config().meterFilter(MeterFilter.maximumAllowableMetrics(MOST_METERS));
    List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            collections)
        .forEach(binder -> binder.bindTo(meters));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
      FunctionCounter.builder("process.cpu", machine, any -> any.getProcessCpuTime() / NANOS)
          .baseUnit("seconds")
          .description("Processor time that the process has used")
          .register(meters);
    }
    MultiCollector host = this::collect;
    all.register(host);
    return new Opened(all, meters, collections);
  }

  private MetricSnapshots collect() {
    MetricSamples samples = new MetricSamples();
    sources.forEach(source -> source.addTo(samples));
    return samples.snapshots();
  }

  /**
   * Writes everything.
   *
   * @param accept what whoever asks understands: the text format of Prometheus unless it names
   *     OpenMetrics; null for nothing in particular
   */
  public Page page(@Nullable String accept) {
    ExpositionFormatWriter writer =
        accept != null && accept.toLowerCase(Locale.ROOT).contains(OPEN_METRICS)
            ? OpenMetricsTextFormatWriter.create()
            : PrometheusTextFormatWriter.create();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      writer.write(body, opened().all().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing here can fail to be written to
    }
    return new Page(writer.getContentType(), body.toString(StandardCharsets.UTF_8));
  }

  @Override
  public synchronized void close() {
    Opened present = opened;
    if (present != null) {
      present.collections().close();
      present.meters().close();
    }
  }
}
