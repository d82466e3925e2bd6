// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The predecessor's tutorial: its commands, and the fields that it shows. */
@Timeout(180)
class WalkthroughTest {

  private static final String KIND =
      "com:vmware:xenon:services:common:ExampleService:ExampleServiceState";

  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonMapper json = JsonMapper.shared();

  @TempDir Path sandbox;

  @Test
  void curlLinesAnswerWithTheFieldsShown() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      // curl http://localhost:8000/core/examples
      isList(request(host, "GET", "/core/examples", null));

      // curl -X POST -H "Content-type: application/json" -d '{...}' .../core/examples
      JsonNode created =
          request(host, "POST", "/core/examples", "{\"documentSelfLink\":\"niki\",\"name\":\"n\"}");
      isNikiAtVersion(created, 0);
      assertThat(created.get("name").asString()).isEqualTo("n");
      assertThat(created.get("documentEpoch").asLong()).isZero();
      assertThat(created.get("documentSignature").asString()).matches("[0-9a-f]{40}");

      isList(request(host, "GET", "/core/examples", null), "/core/examples/niki");

      // curl -X PATCH -H "Content-type: application/json" -d '{"name":"george"}' .../<link>
      JsonNode patched = request(host, "PATCH", "/core/examples/niki", "{\"name\":\"george\"}");
      isNikiAtVersion(patched, 1);
      assertThat(patched.get("name").asString()).isEqualTo("george");

      JsonNode read = request(host, "GET", "/core/examples/niki", null);
      isNikiAtVersion(read, 1);
      assertThat(read.get("name").asString()).isEqualTo("george");
    }
  }

  @Test
  void clientLinesDoTheSame() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      isList(cairn(host, "get", "/core/examples"));

      JsonNode created =
          cairn(host, "post", "/core/examples", "--documentSelfLink=niki", "--name=n");
      isNikiAtVersion(created, 0);

      isList(cairn(host, "get", "/core/examples"), "/core/examples/niki");
    }
  }

  @Test
  void postWithoutABodyMakesAChildWithARandomLink() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      JsonNode created = request(host, "POST", "/core/examples", "{}");

      String link = created.get("documentSelfLink").asString();
      assertThat(link).matches("/core/examples/[0-9a-zA-Z-]{8,}");
      isList(request(host, "GET", "/core/examples", null), link);
    }
  }

  private static void isList(JsonNode list, String... links) {
    assertThat(list.get("documentLinks").valueStream().map(JsonNode::asString))
        .containsExactlyInAnyOrder(links);
    assertThat(list.get("documentVersion").asLong()).isZero();
    assertThat(list.get("documentUpdateTimeMicros").asLong()).isZero();
    assertThat(list.get("documentExpirationTimeMicros").asLong()).isZero();
    assertThat(list.get("documentOwner").asString()).isNotEmpty();
  }

  private static void isNikiAtVersion(JsonNode document, long version) {
    assertThat(document.get("keyValues").isObject()).isTrue();
    assertThat(document.get("keyValues").size()).isZero();
    assertThat(document.get("documentVersion").asLong()).isEqualTo(version);
    assertThat(document.get("documentKind").asString()).isEqualTo(KIND);
    assertThat(document.get("documentSelfLink").asString()).isEqualTo("/core/examples/niki");
    assertThat(document.get("documentUpdateTimeMicros").asLong()).isPositive();
    assertThat(document.get("documentExpirationTimeMicros").asLong()).isZero();
    assertThat(document.get("documentOwner").asString()).isNotEmpty();
  }

  /** What curl sends: without {@code -H}, any content type will do. */
  private JsonNode request(CairnProcess host, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(new URI(host.uri() + path))
            .timeout(Duration.ofSeconds(60))
            .header("accept", "*/*")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-type", "application/json");
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json.readTree(answer.body());
  }

  private JsonNode cairn(CairnProcess host, String... arguments) throws Exception {
    try (CairnProcess run =
        CairnProcess.run(
            CairnCommands.class, Map.of("XENON", host.uri().toString()), List.of(), arguments)) {
      assertThat(run.exitCode()).as("%s%s", run.out(), run.err()).isZero();
      return json.readTree(run.out());
    }
  }
}
