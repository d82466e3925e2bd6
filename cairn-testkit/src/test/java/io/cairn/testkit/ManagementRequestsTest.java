// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.service.examples.ExampleService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What a host notes, logs and compares when its management service is asked to. */
class ManagementRequestsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String MANAGEMENT = "/core/management";
  private static final String INDEX = "/core/operation-index";
  private static final String TRACING = "ConfigureOperationTracingRequest";
  private static final String LOGGING = "ConfigureInboundRequestLogging";
  private static final String SYNCHRONIZATION = "SynchronizeWithPeersRequest";

  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.cairn.runtime.tracing");

  private static final ListAppender<ILoggingEvent> LINES = new ListAppender<>();

  private static TestHost host;

  @BeforeAll
  static void start() {
    LINES.start();
    LOGGER.addAppender(LINES);
    LOGGER.setLevel(Level.INFO);
    host = TestHost.start(starting -> starting.startFactory(new ExampleService()));
  }

  @AfterAll
  static void close() {
    host.close();
    LOGGER.detachAppender(LINES);
    LOGGER.setLevel(null);
  }

  private static String logged() {
    return List.copyOf(LINES.list).stream()
        .map(ILoggingEvent::getFormattedMessage)
        .collect(Collectors.joining("\n"));
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(ask(TRACING, "\"enable\":\"STOP\"").status()).isEqualTo(200);
    assertThat(ask(LOGGING, "\"loggingInfo\":{\"enabled\":false}").status()).isEqualTo(200);
  }

  private static Answer ask(String kind, String fields, String... headers) throws IOException {
    String separator = fields.isEmpty() ? "" : ",";
    return host.http()
        .patch(
            MANAGEMENT,
            "{\"kind\":\"com:vmware:xenon:services:common:ServiceHostManagementService:%s\"%s%s}"
                .formatted(kind, separator, fields),
            headers);
  }

  private static String create(String name) throws IOException {
    String link = EXAMPLES + "/" + name;
    String body = "{\"name\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(name, link);
    assertThat(host.http().post(EXAMPLES, body).status()).isEqualTo(200);
    return link;
  }

  private static JsonNode statistics() throws IOException {
    return host.http().get(MANAGEMENT + "/stats").json().get("entries");
  }

  @Test
  void tracedOperationsHaveStatisticsOfTheirPathAndVerb() throws IOException {
    String link = create("counted");
    assertThat(ask(TRACING, "\"enable\":\"START\",\"level\":\"FINE\"").status()).isEqualTo(200);
    assertThat(host.http().get(MANAGEMENT).json().get("operationTracingLevel").asString())
        .isEqualTo("FINE");
    for (int i = 0; i < 3; i++) {
      assertThat(host.http().get(link).status()).isEqualTo(200);
    }
    assertThat(host.http().patch(link, "{\"counter\":1}").status()).isEqualTo(200);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              JsonNode gets = statistics().path(link + ":GET");
              assertThat(gets.path("version").asLong()).isEqualTo(3);
              assertThat(gets.path("timeSeriesStats").path("bins")).isNotEmpty();
              assertThat(statistics().has(link + ":PATCH")).isTrue();
            });
    assertThat(ask(TRACING, "\"enable\":\"STOP\"").status()).isEqualTo(200);
    assertThat(host.http().get(link).status()).isEqualTo(200);
    assertThat(statistics().path(link + ":GET").path("version").asLong()).isEqualTo(3);
  }

  @Test
  void theFinestLevelKeepsOperationsAsDocuments() throws IOException {
    assertThat(ask(TRACING, "").status()).isEqualTo(200);
    String link = create("indexed");
    assertThat(host.http().get(link + "-absent").status()).isEqualTo(404);
    assertThat(host.http().get("/core/auth/nothing").status()).isEqualTo(404);
    assertThat(host.http().post("/core/authn/basic", "{\"password\":\"secret\"}").status())
        .isGreaterThanOrEqualTo(400);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              JsonNode created = traced("action eq 'POST' and path eq '" + EXAMPLES + "'");
              assertThat(created).isNotEmpty();
              JsonNode one = created.iterator().next();
              assertThat(one.get("jsonBody").asString()).contains(link);
              assertThat(one.get("statusCode").asInt()).isEqualTo(200);
              assertThat(one.get("documentExpirationTimeMicros").asLong()).isPositive();
              assertThat(
                      traced("path eq '" + link + "-absent'")
                          .iterator()
                          .next()
                          .get("statusCode")
                          .asInt())
                  .isEqualTo(404);
              assertThat(traced("path eq '/core/authn/basic'")).isNotEmpty();
            });
    String query =
        "{\"taskInfo\":{\"isDirect\":true},\"indexLink\":\"%s\",\"querySpec\":{\"options\":[\"COUNT\"],\"query\":{\"term\":{\"propertyName\":\"path\",\"matchValue\":\"%s-absent\"}}}}"
            .formatted(INDEX, link);
    Answer counted = host.http().post("/core/local-query-tasks", query);
    assertThat(counted.json().at("/results/documentCount").asInt(-1))
        .as(counted.toString())
        .isEqualTo(1);
    assertThat(host.http().post("/core/query-tasks", query).status()).isEqualTo(400);
    assertThat(host.http().get(INDEX + "?expand").text()).doesNotContain("secret");
    assertThat(logged()).contains("POST " + EXAMPLES + " 200");
  }

  private static JsonNode traced(String filter) throws IOException {
    String encoded = filter.replace(" ", "%20").replace("'", "%27");
    return host.http().get(INDEX + "?expand&$filter=" + encoded).json().get("documents");
  }

  @Test
  void requestsAreLoggedWhileThatIsWanted() throws IOException {
    String link = create("logged");
    assertThat(ask(LOGGING, "\"loggingInfo\":{\"enabled\":true}").status()).isEqualTo(200);
    JsonNode shown = host.http().get(MANAGEMENT).json().get("requestLoggingInfo");
    assertThat(shown.get("enabled").asBoolean()).isTrue();
    assertThat(shown.get("skipForwardingRequests").asBoolean()).isTrue();
    assertThat(host.http().get(link + "?secret=1").status()).isLessThan(500);
    assertThat(host.http().get(link + "-nobody").status()).isEqualTo(404);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(logged())
                    .contains("GET " + link + " HTTP_1_1")
                    .contains("GET " + link + "-nobody HTTP_1_1 404 "));
    assertThat(logged()).doesNotContain("secret=1");
    assertThat(ask(LOGGING, "\"loggingInfo\":{\"enabled\":false}").status()).isEqualTo(200);
    assertThat(host.http().get(link + "-later").status()).isEqualTo(404);
    assertThat(logged()).doesNotContain("-later HTTP_1_1");
  }

  @Test
  void synchronizationHasTheCopiesOfASelectorCompared() throws IOException {
    assertThat(
            ask(SYNCHRONIZATION, "\"nodeSelectorPath\":\"/core/node-selectors/default\"").status())
        .isEqualTo(200);
    assertThat(ask(SYNCHRONIZATION, "\"nodeSelectorPath\":\"/core/node-selectors/none\"").status())
        .isEqualTo(400);
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    for (Answer refused :
        List.of(
            ask(TRACING, "\"enable\":\"PERHAPS\""),
            ask(TRACING, "\"level\":\"LOUD\""),
            ask(TRACING, "\"levle\":\"FINE\""),
            ask(LOGGING, ""),
            ask(LOGGING, "\"loggingInfo\":true"),
            ask(LOGGING, "\"loggingInfo\":{\"enabled\":\"what\"}"),
            ask(SYNCHRONIZATION, ""),
            ask("NoSuchRequest", ""))) {
      assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
      assertThat(refused.json().get("message").asString()).isNotEmpty();
    }
    assertThat(ask(TRACING, "", "x-forwarded-for", "10.0.0.1").status()).isEqualTo(403);
    assertThat(host.http().get(MANAGEMENT).json().get("operationTracingLevel").asString())
        .isEqualTo("OFF");
  }
}
