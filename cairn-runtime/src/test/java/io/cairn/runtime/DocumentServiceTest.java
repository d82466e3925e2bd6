// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.DocumentService;
import io.cairn.service.Operation;
import io.cairn.service.Request;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import io.cairn.service.failure.Refusal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DocumentServiceTest {
  private static final String PLANTS = "/test/plants";
  private static final String FERN = PLANTS + "/fern";
  private static final String MERGE = "application/merge-patch+json";
  private static final String PATCH = "application/json-patch+json";

  /** The state. */
  @DocumentKind("test:Plant")
  record Plant(
      @PropertyOptions(indexing = PropertyIndexingOption.SORT) String name,
      long height,
      List<String> colours) {
    Plant {
      if (height < 0) {
        throw new IllegalArgumentException("height must not be negative");
      }
      colours = colours == null ? List.of() : List.copyOf(colours);
    }

    Plant withHeight(long next) {
      return new Plant(name, next, colours);
    }
  }

  /** A request. */
  record Grow(long by) {}

  /** A request. */
  record Cut(long to) {}

  /** A collection that declares everything in its constructor. */
  private static final class Plants extends DocumentService<Plant> {
    Plants() {
      super(Plant.class);
      persistent().replicated().replaceable().patchable().at(PLANTS);
      onCreate(
          (request, plant) ->
              plant.name() == null
                  ? new Plant("nameless", plant.height(), plant.colours())
                  : plant);
      onChange(this::keepName);
      onDelete(this::refuseTall);
      on(Grow.class, (request, plant, grow) -> plant.withHeight(plant.height() + grow.by()));
      on(Cut.class, this::cut);
    }

    private Plant keepName(Request request, Plant present, Plant next) {
      if (!present.name().equals(next.name())) {
        throw new IllegalArgumentException("name cannot be changed");
      }
      return next;
    }

    private void refuseTall(Request request, Plant plant) {
      if (plant.height() > 100) {
        throw Refusal.forbidden("too tall to be felled");
      }
    }

    private Plant cut(Request request, Plant plant, Cut cut) {
      if (cut.to() > plant.height()) {
        throw Refusal.conflict("shorter already");
      }
      return plant.withHeight(cut.to());
    }
  }

  @TempDir Path sandbox;
  private ServiceHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox.resolve("data");
    arguments.partitions = 1;
    host = ServiceHost.create(arguments).start();
    host.start(new Plants());
  }

  @AfterEach
  void stop() {
    host.stop();
  }

  private HttpResponse<String> send(String verb, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(host.getUri().resolve(path))
            .method(verb, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length == 0) {
      request.header("Content-Type", "application/json");
    } else {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> plantFern() throws Exception {
    return send(
        "POST",
        PLANTS,
        "{\"documentSelfLink\":\"fern\",\"name\":\"fern\",\"height\":10,\"colours\":[\"green\"]}");
  }

  private static JsonNode json(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Utils.fromJson(answer.body(), JsonNode.class);
  }

  private JsonNode fern() throws Exception {
    return json(send("GET", FERN, null), 200);
  }

  private static void refused(HttpResponse<String> answer, int status, String message) {
    assertThat(json(answer, status).get("message").asString()).contains(message);
  }

  @Test
  void aRecordIsStoredWithTheFieldsOfADocument() throws Exception {
    HttpResponse<String> created = plantFern();
    JsonNode fern = json(created, 200);
    assertThat(created.headers().firstValue("Location")).hasValue(FERN);
    assertThat(created.headers().firstValue("ETag")).isPresent();
    assertThat(fern).isEqualTo(fern());
    assertThat(fern.get("name").asString()).isEqualTo("fern");
    assertThat(fern.get("height").asLong()).isEqualTo(10);
    assertThat(fern.get("colours").get(0).asString()).isEqualTo("green");
    assertThat(fern.get("documentKind").asString()).isEqualTo("test:Plant");
    assertThat(fern.get("documentSelfLink").asString()).isEqualTo(FERN);
    assertThat(fern.get("documentVersion").asLong()).isZero();
    assertThat(fern.get("documentSignature").asString()).hasSize(40);
  }

  @Test
  void recordsSurviveARestart() throws Throwable {
    plantFern();
    host.stop();
    start();
    assertThat(fern().get("height").asLong()).isEqualTo(10);
    json(send("POST", FERN, "{\"kind\":\"Grow\",\"by\":1}"), 200);
    assertThat(fern().get("height").asLong()).isEqualTo(11);
  }

  @Test
  void theCreateHandlerCompletesWhatIsStored() throws Exception {
    JsonNode created = json(send("POST", PLANTS, "{\"height\":3}"), 200);
    assertThat(created.get("name").asString()).isEqualTo("nameless");
    assertThat(json(send("POST", PLANTS, null), 200).get("height").asLong()).isZero();
  }

  @Test
  void whatTheConstructorRefusesIsTheClientsMistake() throws Exception {
    refused(send("POST", PLANTS, "{\"height\":-1}"), 400, "height must not be negative");
    refused(send("POST", PLANTS, "{\"height\":\"tall\"}"), 400, "height");
    plantFern();
    refused(send("PATCH", FERN, "{\"height\":-1}"), 400, "height must not be negative");
    assertThat(fern().get("documentVersion").asLong()).isZero();
  }

  @Test
  void requestsAreHandledByTheirKind() throws Exception {
    plantFern();
    JsonNode grown = json(send("POST", FERN, "{\"kind\":\"Grow\",\"by\":5}"), 200);
    assertThat(grown.get("height").asLong()).isEqualTo(15);
    assertThat(grown.get("documentVersion").asLong()).isEqualTo(1);
    String kind = Utils.buildKind(Cut.class);
    JsonNode cut = json(send("PATCH", FERN, "{\"kind\":\"" + kind + "\",\"to\":2}"), 200);
    assertThat(cut.get("height").asLong()).isEqualTo(2);
    assertThat(fern()).isEqualTo(cut);
  }

  @Test
  void aRefusalHasItsStatusAndStoresNothing() throws Exception {
    plantFern();
    refused(send("POST", FERN, "{\"kind\":\"Cut\",\"to\":50}"), 409, "shorter already");
    refused(send("POST", FERN, "{\"kind\":\"Paint\"}"), 400, "Grow, Cut");
    refused(send("POST", FERN, "{\"by\":1}"), 400, "kind is required");
    assertThat(fern().get("documentVersion").asLong()).isZero();
  }

  @Test
  void aPatchIsAMergePatch() throws Exception {
    plantFern();
    JsonNode merged = json(send("PATCH", FERN, "{\"height\":12,\"colours\":null}"), 200);
    assertThat(merged.get("height").asLong()).isEqualTo(12);
    assertThat(merged.get("colours").size()).isZero();
    JsonNode same = json(send("PATCH", FERN, "{\"height\":13}", "Content-Type", MERGE), 200);
    assertThat(same.get("height").asLong()).isEqualTo(13);
    refused(send("PATCH", FERN, "{\"name\":\"oak\"}"), 400, "name cannot be changed");
  }

  @Test
  void aJsonPatchIsAppliedInOrder() throws Exception {
    plantFern();
    String add =
        "[{\"op\":\"test\",\"path\":\"/height\",\"value\":10},"
            + "{\"op\":\"add\",\"path\":\"/colours/-\",\"value\":\"brown\"}]";
    JsonNode patched = json(send("PATCH", FERN, add, "Content-Type", PATCH), 200);
    assertThat(patched.get("colours").get(1).asString()).isEqualTo("brown");
    String wrong = "[{\"op\":\"test\",\"path\":\"/height\",\"value\":99}]";
    assertThat(send("PATCH", FERN, wrong, "Content-Type", PATCH).statusCode()).isEqualTo(409);
  }

  @Test
  void aReplacementIsJudgedAndUnknownFieldsAreRefused() throws Exception {
    plantFern();
    refused(
        send("PUT", FERN, "{\"name\":\"fern\",\"heigth\":1}"),
        400,
        "unknown field: heigth; did you mean height?");
    JsonNode replaced = json(send("PUT", FERN, "{\"name\":\"fern\",\"height\":1}"), 200);
    assertThat(replaced.get("height").asLong()).isEqualTo(1);
    refused(send("PUT", FERN, "{\"name\":\"oak\"}"), 400, "name cannot be changed");
  }

  @Test
  void anUpdateOfAnotherVersionIsRefused() throws Exception {
    String tag = plantFern().headers().firstValue("ETag").orElseThrow();
    String grow = "{\"kind\":\"Grow\",\"by\":1}";
    assertThat(
            send("POST", FERN, grow, "If-Match", tag, "Content-Type", "application/json")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            send("POST", FERN, grow, "If-Match", tag, "Content-Type", "application/json")
                .statusCode())
        .isEqualTo(412);
  }

  @Test
  void aDeletionCanBeRefused() throws Exception {
    plantFern();
    send("PATCH", FERN, "{\"height\":1000}");
    refused(send("DELETE", FERN, null), 403, "too tall");
    send("PATCH", FERN, "{\"height\":1}");
    assertThat(send("DELETE", FERN, null).statusCode()).isEqualTo(200);
    assertThat(send("GET", FERN, null).statusCode()).isEqualTo(404);
  }

  @Test
  void componentsAreDescribedAndIndexed() throws Exception {
    plantFern();
    send("POST", PLANTS, "{\"documentSelfLink\":\"oak\",\"name\":\"oak\",\"height\":900}");
    JsonNode tall = json(send("GET", PLANTS + "?$filter=height%20gt%20100", null), 200);
    assertThat(tall.get("documentLinks").toString()).isEqualTo("[\"" + PLANTS + "/oak\"]");
    JsonNode template = json(send("GET", FERN + "/template", null), 200);
    assertThat(template.get("documentDescription").get("propertyDescriptions").has("height"))
        .isTrue();
  }

  @Test
  void aRecordThatRedefinesABuiltInFieldIsRefused() {
    record Clash(String documentKind) {}
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DocumentService.of(Clash.class))
        .withMessageContaining("documentKind");
    assertThatIllegalArgumentException().isThrownBy(() -> DocumentService.of(String.class));
  }

  @Test
  void theOnlyRequestTypeNeedsNoKindAndNamesComeFromTheState() throws Exception {
    host.start(
        DocumentService.of(Plant.class)
            .namedBy(Plant::name)
            .on(Grow.class, (request, plant, grow) -> plant.withHeight(plant.height() + grow.by()))
            .at("/test/pots"));
    json(send("POST", "/test/pots", "{\"name\":\"rose\",\"height\":1}"), 200);
    assertThat(json(send("POST", "/test/pots/rose", "{\"by\":2}"), 200).get("height").asLong())
        .isEqualTo(3);
  }

  @Test
  void endpointsAnswerWithValues() throws Exception {
    AtomicInteger next = new AtomicInteger();
    host.endpoint("/test/next", Action.GET, request -> new Grow(next.incrementAndGet()));
    host.endpoint(
        "/test/next",
        Action.POST,
        request -> {
          next.set((int) request.body(Grow.class).by());
          return null;
        });
    assertThat(json(send("GET", "/test/next", null), 200).get("by").asLong()).isEqualTo(1);
    assertThat(send("POST", "/test/next", "{\"by\":40}").statusCode()).isEqualTo(204);
    assertThat(json(send("GET", "/test/next", null), 200).get("by").asLong()).isEqualTo(41);
    assertThat(send("POST", "/test/next", null).statusCode()).isEqualTo(400);
    assertThat(send("PATCH", "/test/next", "{}").statusCode()).isEqualTo(405);
    assertThat(send("DELETE", "/test/next", null).statusCode()).isEqualTo(405);
    assertThat(send("GET", "/test/next", null).statusCode()).isEqualTo(200);
  }

  @Test
  void deleteOfWhatIsNotThereSucceedsWhereXenonsAnswerIsAskedFor() throws Throwable {
    host.stop();
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox.resolve("forgiving");
    arguments.partitions = 1;
    arguments.missingDeleteSucceeds = true;
    host = ServiceHost.create(arguments).start();
    host.start(new Plants());
    host.startupCompleted();

    for (String path : List.of(FERN, "/nowhere", "/nowhere/none", PLANTS + "/a/b")) {
      HttpResponse<String> answer = send("DELETE", path, null);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(send("DELETE", PLANTS, null).statusCode()).isEqualTo(405);
    assertThat(send("GET", FERN, null).statusCode()).isEqualTo(404);
  }

  @Test
  void answersAreOfTheMediaTypeOfTheirBodyAndNotOfTheRequests() throws Exception {
    String binary = "application/octet-stream";
    host.endpoint("/test/object", Action.POST, request -> new Grow(1));
    host.endpoint("/test/text", Action.POST, request -> "10");
    host.endpoint("/test/bytes", Action.POST, request -> new byte[] {'{'});
    host.endpoint(
        "/test/csv",
        Action.POST,
        request -> {
          request.answerHeader("Content-Type", "text/csv");
          return "a,b";
        });
    StatelessService bare =
        new StatelessService() {
          @Override
          public void handlePost(Operation post) {
            post.setBody("hello").complete();
          }
        };
    host.startService(
        Operation.createPost(host, "/test/bare").setCompletion((done, failure) -> {}), bare);

    for (String sent : List.of(binary, "text/html", "application/json")) {
      assertThat(typeOf("/test/object", sent)).isEqualTo("application/json");
      assertThat(typeOf("/test/text", sent)).isEqualTo("text/plain; charset=utf-8");
      assertThat(typeOf("/test/bytes", sent)).isEqualTo(binary);
      assertThat(typeOf("/test/csv", sent)).isEqualTo("text/csv");
      assertThat(typeOf("/test/bare", sent)).isEqualTo("text/plain; charset=utf-8");
      assertThat(typeOf("/test/none", sent)).isEqualTo("application/json");
    }
  }

  private String typeOf(String path, String sent) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(java.net.URI.create(host.getUri() + path))
            .header("content-type", sent)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return String.join(
        ";", client.send(request, BodyHandlers.ofString()).headers().allValues("content-type"));
  }

  @Test
  void aTypesOwnRefusalIsToldInItsOwnWords() throws Exception {
    plantFern();
    for (HttpResponse<String> refused :
        List.of(
            send("POST", PLANTS, "{\"name\":\"ivy\",\"height\":-1}"),
            send("PUT", FERN, "{\"name\":\"fern\",\"height\":-1}"),
            send("PATCH", FERN, "{\"height\":-1}"))) {
      assertThat(json(refused, 400).get("message").asString())
          .isEqualTo("height must not be negative");
    }
  }

  @Test
  void namesThatARecordGivesAreCheckedAsThoseOfClients() throws Exception {
    host.start(DocumentService.of(Plant.class).namedBy(Plant::name).at("/test/named"));
    for (String name : List.of("a/b", "../jobs", "a\\nb", "stats", "", ".", "a%2fb")) {
      HttpResponse<String> refused = send("POST", "/test/named", "{\"name\":\"" + name + "\"}");
      assertThat(refused.statusCode()).as(name).isEqualTo(400);
      assertThat(refused.body()).containsAnyOf("A name has 1 to", "reserved", "is not below");
    }
    assertThat(send("POST", "/test/named", "{}").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/test/named", "{\"name\":\"ivy\"}").headers().firstValue("location"))
        .contains("/test/named/ivy");
  }

  @Test
  void aHandlerAsksOtherServicesAndWaits() throws Exception {
    plantFern();
    host.endpoint(
        "/test/height", Action.GET, request -> request.call(Plant.class, FERN).get().height());
    assertThat(send("GET", "/test/height", null).body()).isEqualTo("10");
    host.endpoint(
        "/test/lost", Action.GET, request -> request.call(Plant.class, PLANTS + "/none").get());
    assertThat(send("GET", "/test/lost", null).statusCode()).isEqualTo(404);
  }
}
