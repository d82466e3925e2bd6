// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.HostFixture;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsServiceTest {

  private static final String TEXT = "text/plain; version=0.0.4";
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `([a-z0-9_]+)` \\| (gauge|counter|histogram|summary) \\|([^|]*)\\| ([^|]+) \\|");

  @TempDir private static Path sandbox;
  private static HostFixture host;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(sandbox, started -> started.startFactory(new ExampleService()))
            .awaitAvailable();
    ExampleServiceState one = new ExampleServiceState();
    one.documentSelfLink = "one";
    one.name = "one";
    assertThat(host.post(ExampleService.FACTORY_LINK, one).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static HostFixture.Answer scrape(String accept) {
    return host.send("GET", MetricsService.SELF_LINK, null, "accept", accept);
  }

  private static ExpositionText metrics() {
    return ExpositionText.read(scrape("*/*").body());
  }

  private static double requests(String verb, String outcome) {
    return metrics()
        .value(
            "cairn_requests_total",
            "factory=\"%s\",outcome=\"%s\",verb=\"%s\""
                .formatted(ExampleService.FACTORY_LINK, outcome, verb));
  }

  @Test
  void requestsAreCountedByFactoryVerbAndOutcome() {
    String link = ExampleService.FACTORY_LINK + "/one";
    host.get(link);
    double reads = requests("GET", "ok");
    for (int i = 0; i < 10; i++) {
      assertThat(host.get(link).status()).isEqualTo(200);
    }
    assertThat(requests("GET", "ok") - reads).isEqualTo(10);
    assertThat(requests("POST", "ok")).isPositive();
    double refused = requests("GET", "client_error");
    assertThat(host.get(ExampleService.FACTORY_LINK + "/none").status()).isEqualTo(404);
    assertThat(requests("GET", "client_error") - refused).isEqualTo(1);
    host.patch(link, "{\"name\":\"two\"}");
    double patches = requests("PATCH", "ok");
    host.patch(link, "{\"name\":\"three\"}");
    assertThat(requests("PATCH", "ok") - patches).isEqualTo(1);
    host.get(ExampleService.FACTORY_LINK);
    assertThat(requests(io.cairn.runtime.model.RequestMeter.LIST, "ok")).isPositive();
  }

  @Test
  void whatIsWrittenIsSeenInTheLogAndTheIndex() {
    ExpositionText before = metrics();
    host.patch(ExampleService.FACTORY_LINK + "/one", "{\"counter\":7}");
    host.get(ExampleService.FACTORY_LINK + "?$filter=name%20eq%20'one'");
    ExpositionText after = metrics();
    for (String risen :
        Set.of(
            "cairn_log_appended_bytes_total",
            "cairn_log_flush_duration_seconds_count",
            "cairn_index_refreshes_total",
            "cairn_query_duration_seconds_count")) {
      assertThat(after.value(risen, "")).as(risen).isGreaterThan(before.value(risen, ""));
    }
    assertThat(after.value("cairn_index_documents", "")).isPositive();
    assertThat(after.value("cairn_index_bytes", "")).isPositive();
    assertThat(after.value("cairn_http_connections", "")).isPositive();
    assertThat(after.value("cairn_host_ready", "")).isEqualTo(1);
    assertThat(after.value("cairn_group_members", "group=\"default\",status=\"AVAILABLE\""))
        .isEqualTo(1);
  }

  @Test
  void openMetricsAreSentToThoseWhoAskForThem() {
    HostFixture.Answer text = scrape("*/*");
    assertThat(text.response().headers().firstValue("content-type").orElseThrow()).startsWith(TEXT);
    HostFixture.Answer open =
        scrape("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2");
    assertThat(open.response().headers().firstValue("content-type").orElseThrow())
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(open.body()).endsWith("# EOF\n");
    assertThat(host.post(MetricsService.SELF_LINK, "{}").status()).isEqualTo(405);
  }

  @Test
  void metersOfTheApplicationAreShownAndCannotPassForOurs() {
    MeterRegistry meters = host.host().unwrap(MeterRegistry.class);
    Counter.builder("orders.shipped")
        .description("Orders that have left")
        .tag("region", "north")
        .register(meters)
        .increment(3);
    meters.counter("cairn.host.ready").increment();
    assertThat(metrics().value("orders_shipped_total", "region=\"north\"")).isEqualTo(3);
    assertThat(metrics().value("cairn_host_ready", "")).isEqualTo(1);
  }

  /** No label is a link of a document, a user or an address. */
  @Test
  void metricsHaveTheLabelsThatTheyAreDeclaredWith() {
    ExpositionText metrics = metrics();
    for (HostMetric metric : HostMetric.values()) {
      if (metrics.types().containsKey(metric.title())) {
        assertThat(metrics.types()).containsEntry(metric.title(), metric.type().label());
        assertThat(metrics.labels(metric.title()))
            .as(metric.title())
            .isEqualTo(new TreeSet<>(metric.labels()));
      }
    }
    assertThat(scrape("*/*").body()).doesNotContain("/one\"", "127.0.0.1");
  }

  @Test
  void theTableOfTheDocsIsWhatAHostExposes() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Map<String, String> unconditional = new TreeMap<>();
    Matcher row = ROW.matcher(Files.readString(DOCS.resolve("metrics.md")));
    while (row.find()) {
      String labels =
          Stream.of(row.group(3).split(",", -1))
              .map(label -> label.replace("`", "").strip())
              .filter(label -> !label.isEmpty())
              .sorted()
              .collect(Collectors.joining(","));
      documented.put(row.group(1), row.group(2) + " " + labels);
      if (!row.group(4).contains("(if ")) {
        unconditional.put(row.group(1), row.group(2) + " " + labels);
      }
    }
    Map<String, String> declared = new TreeMap<>();
    for (HostMetric metric : HostMetric.values()) {
      declared.put(
          metric.title(),
          metric.type().label() + " " + String.join(",", new TreeSet<>(metric.labels())));
    }
    ExpositionText exposed = metrics();
    Map<String, String> shown = new TreeMap<>();
    exposed
        .types()
        .forEach(
            (name, type) -> shown.put(name, type + " " + String.join(",", exposed.labels(name))));
    shown.remove("orders_shipped_total");
    assertThat(documented).as("the docs lack something declared").containsAllEntriesOf(declared);
    assertThat(documented).as("the docs lack something exposed").containsAllEntriesOf(shown);
    assertThat(shown).as("what the docs promise").containsAllEntriesOf(unconditional);
  }

  @Test
  void rulesAndDashboardNameOnlyMetricsThatExist() throws IOException {
    Set<String> known = new TreeSet<>();
    metrics().types().keySet().forEach(known::add);
    for (HostMetric metric : HostMetric.values()) {
      known.add(metric.title());
    }
    Pattern name = Pattern.compile("\\b(?:cairn|jvm|process|system)_[a-z0-9_]+\\b");
    for (String file : Set.of("alerts.yml", "dashboard.json")) {
      Matcher named = name.matcher(Files.readString(DOCS.resolve("monitoring").resolve(file)));
      int found = 0;
      while (named.find()) {
        String family = named.group().replaceAll("_(bucket|sum|count)$", "");
        assertThat(known.contains(family) || known.contains(named.group()))
            .as(file + " names " + named.group())
            .isTrue();
        found++;
      }
      assertThat(found).as(file).isGreaterThan(10);
    }
  }

  /**
   * Where {@code promtool} is not installed, {@link ExpositionText} alone reads what is exposed.
   */
  @Test
  void promtoolAcceptsMetricsAndRules() throws Exception {
    if (!isInstalled()) {
      return;
    }
    assertThat(promtool(scrape("*/*").body(), "check", "metrics")).isEmpty();
    assertThat(promtool("", "check", "rules", DOCS.resolve("monitoring/alerts.yml").toString()))
        .contains("SUCCESS");
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("promtool", "--version").start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static String promtool(String input, String... arguments) throws Exception {
    Process tool =
        new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .start();
    try (OutputStream in = tool.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(tool.exitValue()).as(said).isZero();
    return said;
  }
}
