// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.NoteService.Note;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.RequestRouter;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UtilityServiceTest {
  private static final String NOTE = NoteService.FACTORY_LINK + "/one";
  private static final String CONFIG_KIND =
      "\"kind\":\"com:vmware:xenon:common:ServiceConfigUpdateRequest\"";

  @TempDir Path sandbox;
  private ServiceHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Answers GET only, and takes notifications. */
  private static final class Mute extends StatelessService {
    @Override
    public void handleGet(Operation get) {
      get.setBody("{}").complete();
    }
  }

  @BeforeEach
  void start() throws Exception {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.partitions = 1;
    arguments.maintenanceIntervalMicros = 50_000;
    host = ServiceHost.open(arguments);
    host.startupCompleted();
    host.startFactory(NoteService.class, () -> FactoryService.create(NoteService.class));
    send("POST", NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"one\",\"text\":\"a\"}");
  }

  @AfterEach
  void stop() {
    host.stop();
  }

  private void start(String path, Service service) throws Exception {
    CompletableFuture<Boolean> started = new CompletableFuture<>();
    host.startService(
        Operation.createPost(host, path)
            .setCompletion((done, failure) -> started.complete(failure == null)),
        service);
    assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();
  }

  private HttpResponse<String> send(String verb, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(host.getUri().resolve(path))
            .method(verb, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private int status(String verb, String path, String body) throws Exception {
    return send(verb, path, body).statusCode();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Utils.fromJson(answer.body(), JsonNode.class);
  }

  private JsonNode stat(String name) throws Exception {
    return get(NOTE + "/stats").get("entries").get(name);
  }

  // ---- statistics

  @Test
  void requestsAreCountedByVerb() throws Exception {
    status("PATCH", NOTE, "{\"text\":\"b\"}");
    status("PATCH", NOTE, "{\"text\":\"c\"}");
    assertThat(status("PATCH", NOTE, "{}")).isEqualTo(400);
    assertThat(stat("PATCHrequestCount").get("latestValue").asDouble()).isEqualTo(3);
    assertThat(stat("PATCHfailureCount").get("latestValue").asDouble()).isEqualTo(1);
    JsonNode bins = stat("PATCHoperationDuration").get("logHistogram").get("bins");
    assertThat(bins.size()).isEqualTo(15);
  }

  @Test
  void theVerbsOfStatsSetAddAndReplace() throws Exception {
    String stats = NOTE + "/stats";
    assertThat(status("PATCH", stats, "{\"name\":\"k\",\"latestValue\":1}")).isEqualTo(400);
    assertThat(status("POST", stats, "{\"name\":\"k\",\"latestValue\":100}")).isEqualTo(200);
    assertThat(status("POST", stats, "{\"name\":\"k\",\"latestValue\":200,\"unit\":\"u\"}"))
        .isEqualTo(200);
    assertThat(stat("k").get("latestValue").asDouble()).isEqualTo(200);
    assertThat(stat("k").get("accumulatedValue").asDouble()).isEqualTo(300);
    assertThat(stat("k").get("version").asLong()).isEqualTo(2);
    assertThat(status("PATCH", stats, "{\"name\":\"k\",\"latestValue\":25}")).isEqualTo(200);
    assertThat(stat("k").get("latestValue").asDouble()).isEqualTo(225);
    assertThat(stat("k").get("version").asLong()).isEqualTo(3);
    assertThat(stat("k").get("unit").asString()).isEqualTo("u");
    assertThat(status("PUT", stats, "{\"name\":\"k\",\"latestValue\":7}")).isEqualTo(200);
    assertThat(stat("k").get("version").asLong()).isEqualTo(1);
    String all =
        "{\"kind\":\"com:vmware:xenon:common:ServiceStats\",\"entries\":"
            + "{\"z\":{\"name\":\"z\",\"latestValue\":4}}}";
    assertThat(status("PUT", stats, all)).isEqualTo(200);
    assertThat(get(stats).get("entries").propertyNames()).containsExactly("z");
  }

  @Test
  void aTimeSeriesSentByAClientIsKept() throws Exception {
    String series =
        "{\"name\":\"kPerHour\",\"latestValue\":3,\"timeSeriesStats\":{\"numBins\":2,"
            + "\"binDurationMillis\":1000,\"aggregationType\":[\"AVG\",\"MAX\"]}}";
    assertThat(status("POST", NOTE + "/stats", series)).isEqualTo(200);
    JsonNode kept = stat("kPerHour").get("timeSeriesStats");
    assertThat(kept.get("bins").size()).isEqualTo(1);
    JsonNode bin = kept.get("bins").iterator().next();
    assertThat(bin.get("max").asDouble()).isEqualTo(3);
    assertThat(bin.get("min")).isNull();
    String broken = "{\"name\":\"x\",\"latestValue\":3,\"timeSeriesStats\":{\"numBins\":0}}";
    assertThat(status("POST", NOTE + "/stats", broken)).isEqualTo(400);
  }

  @Test
  void statsAreFiltered() throws Exception {
    status("POST", NOTE + "/stats", "{\"name\":\"aPerDay\",\"latestValue\":100}");
    status("POST", NOTE + "/stats", "{\"name\":\"bPerDay\",\"latestValue\":2000}");
    JsonNode found =
        get(NOTE + "/stats?$filter=name%20eq%20*PerDay%20and%20latestValue%20ge%201000.0");
    assertThat(found.get("entries").propertyNames()).containsExactly("bPerDay");
    assertThat(status("GET", NOTE + "/stats?$filter=name%20is%20x", null)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,/stats",
    "PUT,/config",
    "POST,/config",
    "DELETE,/config",
    "PUT,/subscriptions",
    "PATCH,/subscriptions",
    "POST,/template",
    "DELETE,/available",
    "OPTIONS,/stats"
  })
  void otherVerbsAreRefusedNotCrashed(String verb, String suffix) throws Exception {
    assertThat(status(verb, NOTE + suffix, "{}")).isEqualTo(405);
  }

  // ---- configuration

  @Test
  void theConfigurationOfAServiceIsShown() throws Exception {
    JsonNode config = get(NOTE + "/config");
    assertThat(config.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:common:ServiceConfiguration");
    assertThat(config.get("operationQueueLimit").asInt()).isEqualTo(10_000);
    assertThat(config.get("versionRetentionLimit").asLong()).isEqualTo(1000);
    assertThat(config.get("version").asLong()).isZero();
    assertThat(config.get("options").toString()).contains("PERSISTENCE", "INSTRUMENTATION");
  }

  @Test
  void theConfigurationOfAFactoryNamesTheOptionsOfItsChildren() throws Exception {
    JsonNode config = get(NoteService.FACTORY_LINK + "/config");
    assertThat(config.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:common:FactoryService:FactoryServiceConfiguration");
    assertThat(config.get("childOptions").toString()).contains("PERSISTENCE");
  }

  @Test
  void aPatchChangesTheConfiguration() throws Exception {
    String change =
        "{"
            + CONFIG_KIND
            + ",\"addOptions\":[\"PERIODIC_MAINTENANCE\"],\"removeOptions\":[\"INSTRUMENTATION\"],"
            + "\"operationQueueLimit\":7,\"versionRetentionLimit\":20,\"epoch\":3,"
            + "\"maintenanceIntervalMicros\":5000000,"
            + "\"peerNodeSelectorPath\":\"/core/node-selectors/default-3x\"}";
    assertThat(status("PATCH", NOTE + "/config", change)).isEqualTo(200);
    JsonNode config = get(NOTE + "/config");
    assertThat(config.get("options").toString())
        .contains("PERIODIC_MAINTENANCE")
        .doesNotContain("INSTRUMENTATION");
    assertThat(config.get("operationQueueLimit").asInt()).isEqualTo(7);
    assertThat(config.get("versionRetentionLimit").asLong()).isEqualTo(20);
    assertThat(config.get("versionRetentionFloor").asLong()).isEqualTo(10);
    assertThat(config.get("epoch").asLong()).isEqualTo(3);
    assertThat(config.get("maintenanceIntervalMicros").asLong()).isEqualTo(5_000_000);
    assertThat(config.get("peerNodeSelectorPath").asString()).endsWith("default-3x");
    send("POST", NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"two\"}");
    JsonNode other = get(NoteService.FACTORY_LINK + "/two/config");
    assertThat(other.get("versionRetentionLimit").asLong()).isEqualTo(20);
    assertThat(other.get("operationQueueLimit").asInt()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "\"addOptions\":[\"PERSISTENCE\"]",
        "\"removeOptions\":[\"REPLICATION\"],\"epoch\":9",
        "\"epoch\":0",
        "\"operationQueueLimit\":0",
        "\"addOptions\":[\"INSTRUMENTATION\"],\"removeOptions\":[\"INSTRUMENTATION\"]",
        "\"peerNodeSelectorPath\":\"nowhere\"",
        "\"versionRetentionLimit\":2,\"versionRetentionFloor\":3",
        "\"unknown\":1",
      })
  void aRefusedPatchChangesNothing(String fields) throws Exception {
    String before = get(NOTE + "/config").toString();
    assertThat(status("PATCH", NOTE + "/config", "{" + CONFIG_KIND + "," + fields + "}"))
        .isEqualTo(400);
    assertThat(get(NOTE + "/config").toString()).isEqualTo(before);
    assertThat(status("PATCH", NOTE + "/config", "{" + fields + "}")).isEqualTo(400);
    assertThat(status("PATCH", NOTE + "/config", null)).isEqualTo(400);
  }

  // ---- availability, template, others

  @Test
  void availabilityIsAnsweredAndSet() throws Exception {
    String available = NOTE + "/available";
    assertThat(status("GET", available, null)).isEqualTo(200);
    assertThat(status("POST", available, "{\"name\":\"isAvailable\",\"latestValue\":0}"))
        .isEqualTo(200);
    assertThat(status("GET", available, null)).isEqualTo(503);
    assertThat(status("PATCH", available, "{\"name\":\"isAvailable\",\"latestValue\":1}"))
        .isEqualTo(200);
    assertThat(status("GET", available, null)).isEqualTo(200);
    assertThat(status("PUT", available, "{\"name\":\"other\",\"latestValue\":1}")).isEqualTo(400);
    assertThat(status("PUT", available, null)).isEqualTo(400);
  }

  @Test
  void theTemplateShowsExamplesAndDescribesTheFields() throws Exception {
    JsonNode template = get(NOTE + "/template");
    assertThat(template.get("text").asString()).isEqualTo("example string");
    assertThat(template.get("parentLink").asString()).isEqualTo("some/service");
    assertThat(template.get("source").asString()).isEqualTo("http://localhost:1234/some/service");
    assertThat(template.get("priority").asInt()).isEqualTo(5);
    JsonNode description = template.get("documentDescription");
    assertThat(description.get("propertyDescriptions").get("text").get("typeName").asString())
        .isEqualTo("STRING");
    assertThat(description.get("serviceCapabilities").toString()).contains("PERSISTENCE");
  }

  @Test
  void theTemplateOfAFactoryIsAListingWithOneChild() throws Exception {
    JsonNode template = get(NoteService.FACTORY_LINK + "/template");
    JsonNode child = template.get("documents").get(NoteService.FACTORY_LINK + "/child-template");
    assertThat(child.get("text").asString()).isEqualTo("example string");
  }

  @Test
  void theTemplateNamesTheRoutes() throws Exception {
    RequestRouter router = new RequestRouter();
    router.register(
        Service.Action.PATCH,
        new RequestRouter.RequestUriMatcher("action=.*"),
        Operation::complete,
        "acts");
    Mute routed = new Mute();
    routed.setOperationProcessingChain(OperationProcessingChain.create(router));
    start("/test/routed", routed);
    JsonNode routes =
        get("/test/routed/template").get("documentDescription").get("serviceRequestRoutes");
    JsonNode route = routes.get("PATCH").get(0);
    assertThat(route.get("description").asString()).isEqualTo("acts");
    assertThat(route.get("condition").asString()).isEqualTo("?action=.*");
  }

  @Test
  void aServiceWithoutPagesSaysSo() throws Exception {
    assertThat(status("GET", NOTE + "/ui", null)).isEqualTo(404);
  }

  // ---- subscriptions

  private static String patch(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private URI subscribe(String publisher, List<Operation> received, ServiceSubscriber terms)
      throws Exception {
    CompletableFuture<Operation> subscribed = new CompletableFuture<>();
    Operation op =
        Operation.createPost(host, publisher)
            .setCompletion(
                (done, failure) -> {
                  if (failure == null) {
                    subscribed.complete(done);
                  } else {
                    subscribed.completeExceptionally(failure);
                  }
                });
    URI target =
        host.startSubscriptionService(
            op,
            notification -> {
              received.add(notification.clone());
              notification.complete();
            },
            terms);
    subscribed.get(20, TimeUnit.SECONDS);
    return target;
  }

  private static List<String> texts(List<Operation> received) {
    return received.stream().map(op -> op.getBody(Note.class).text).toList();
  }

  @Test
  void subscribersAreToldInOrder() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    URI target = subscribe(NOTE, received, ServiceSubscriber.create(true));
    for (int i = 0; i < 20; i++) {
      status("PATCH", NOTE, patch("t" + i));
    }
    await().until(() -> received.size() == 21);
    assertThat(texts(received)).startsWith("a", "t0", "t1").endsWith("t19");
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.PUT);
    assertThat(received.get(1).getAction()).isEqualTo(Service.Action.PATCH);
    JsonNode shown = get(NOTE + "/subscriptions").get("subscribers").get(target.toString());
    assertThat(shown.get("notificationCount").asLong()).isEqualTo(20);
  }

  @Test
  void aStoppedSubscriptionIsGoneOnBothSides() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    URI target = subscribe(NOTE, received, ServiceSubscriber.create(false));
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    host.stopSubscriptionService(
        Operation.createDelete(host, NOTE)
            .setCompletion((done, failure) -> stopped.complete(failure == null)),
        target);
    assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(get(NOTE + "/subscriptions").get("subscribers").size()).isZero();
    assertThat(status("GET", target.getPath(), null)).isEqualTo(404);
  }

  @Test
  void aFactoryTellsOfEachNewChild() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    subscribe(NoteService.FACTORY_LINK, received, ServiceSubscriber.create(false));
    send("POST", NoteService.FACTORY_LINK, patch("child"));
    await().until(() -> received.size() == 1);
    assertThat(texts(received)).containsExactly("child");
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.POST);
  }

  @Test
  void aDeletionIsTold() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    subscribe(NOTE, received, ServiceSubscriber.create(false));
    assertThat(status("DELETE", NOTE, null)).isEqualTo(200);
    await().until(() -> received.size() == 1);
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.DELETE);
    assertThat(texts(received)).containsExactly("a");
  }

  @Test
  void expiredSubscribersAreSweptAlthoughNothingIsPublished() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    ServiceSubscriber terms = ServiceSubscriber.create(false);
    terms.documentExpirationTimeMicros = Utils.fromNowMicrosUtc(300_000);
    URI target = subscribe(NOTE, received, terms);
    await().until(() -> get(NOTE + "/subscriptions").get("subscribers").isEmpty());
    await().until(() -> status("GET", target.getPath(), null) == 404);
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{}",
        "{\"reference\":\"ftp://example.com/x\"}",
        "{\"reference\":\"http:///nohost\"}",
        "{\"reference\":\"/x\",\"notificationLimit\":0}",
        "{\"reference\":\"/test/notes/one\"}",
        "{\"reference\":\"/test//notes/./one/?x\"}",
        "{\"reference\":\"http://localhost:PORT/test/notes/one?x\"}",
        "{\"reference\":\"http://user@127.0.0.1:PORT/test/notes/%6fne\"}",
        "##",
      })
  void aSubscriptionThatCannotWorkIsRefused(String body) throws Exception {
    String own = body.replace("PORT", Integer.toString(host.getPort()));
    assertThat(status("POST", NOTE + "/subscriptions", own.isEmpty() ? null : own)).isEqualTo(400);
  }

  @Test
  void notificationsReachSubscribersOnly() throws Exception {
    host.startDefaultCoreServicesSynchronously();
    for (String target :
        List.of(
            "/core/management",
            "/core/node-groups",
            "/core/query-tasks",
            NoteService.FACTORY_LINK,
            NOTE + "/subscriptions",
            "http://169.254.169.254/latest",
            "http://example.com/hook")) {
      HttpResponse<String> answer =
          send("POST", NOTE + "/subscriptions", "{\"reference\":\"" + target + "\"}");
      assertThat(answer.statusCode()).as(target).isEqualTo(403);
      assertThat(answer.body()).as(target).contains("Notifications are not sent");
    }
    for (String pragma : List.of("xn-nt-ended", "xn-nt")) {
      for (String path : List.of(NOTE, NoteService.FACTORY_LINK, "/core/management")) {
        assertThat(send("DELETE", path, null, "pragma", pragma).statusCode())
            .as(pragma + " to " + path)
            .isEqualTo(403);
        assertThat(status("GET", path, null)).as(path).isEqualTo(200);
      }
    }
  }

  @Test
  void documentsThatSubscribeToEachOtherComeToRest() throws Exception {
    String two = NoteService.FACTORY_LINK + "/two";
    send("POST", NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"two\",\"text\":\"b\"}");
    assertThat(status("POST", NOTE + "/subscriptions", "{\"reference\":\"" + two + "?x\"}"))
        .isEqualTo(200);
    assertThat(status("POST", two + "/subscriptions", "{\"reference\":\"" + NOTE + "?x\"}"))
        .isEqualTo(200);
    for (int round = 1; round <= 2; round++) {
      status("PATCH", NOTE, patch("t" + round));
      long first = 5L * round;
      long second = 4L * round;
      await().until(() -> get(NOTE).get("documentVersion").asLong() >= first);
      assertThat(get(NOTE).get("documentVersion").asLong()).isEqualTo(first);
      assertThat(get(two).get("documentVersion").asLong()).isEqualTo(second);
    }
  }

  @Test
  void aForgottenReliableSubscriptionIsRenewed() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
    URI target =
        host.startReliableSubscriptionService(
            Operation.createPost(host, NOTE)
                .setCompletion((done, failure) -> subscribed.complete(failure == null)),
            notification -> {
              received.add(notification.clone());
              notification.complete();
            });
    assertThat(subscribed.get(20, TimeUnit.SECONDS)).isTrue();
    await().until(() -> received.size() == 1);
    String forget = "{\"reference\":\"" + target + "\"}";
    assertThat(status("DELETE", NOTE + "/subscriptions", forget)).isEqualTo(200);
    await().until(() -> received.size() == 2);
    assertThat(texts(received)).containsExactly("a", "a");
    Operation renewed = received.getLast();
    assertThat(renewed.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isTrue();
  }

  @Test
  void clientCannotHideItsChangeBehindAChainOfNotifications() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
    host.startSubscriptionService(
        Operation.createPost(host, NOTE)
            .setReferer(host.getUri())
            .setCompletion((done, failure) -> subscribed.complete(failure == null)),
        notification -> {
          received.add(notification.clone());
          notification.complete();
        });
    assertThat(subscribed.get(20, TimeUnit.SECONDS)).isTrue();

    for (String depth : List.of("8", "99", host.getId() + ":8:" + "0".repeat(32))) {
      String change = "{\"text\":\"" + depth + "\"}";
      HttpResponse<String> changed =
          send("PATCH", NOTE, change, "pragma", "xn-nt", "x-cairn-notification-depth", depth);
      assertThat(changed.statusCode()).isEqualTo(200);
      await().until(() -> texts(received).contains(depth));
    }
  }

  @Test
  void aServiceWithoutADocumentHasNoRetention() throws Exception {
    start("/test/mute", new Mute());
    assertThat(get("/test/mute/config").get("options").toString()).contains("STATELESS");
    String limit = "{" + CONFIG_KIND + ",\"versionRetentionLimit\":5}";
    assertThat(status("PATCH", "/test/mute/config", limit)).isEqualTo(400);
    assertThat(status("GET", "/test/mute/available", null)).isEqualTo(200);
  }
}
