// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A host with one note, whose utilities tests ask over HTTP. */
abstract class UtilityHost {
  static final String NOTE = NoteService.FACTORY_LINK + "/one";
  static final String CONFIG_KIND =
      "\"kind\":\"com:vmware:xenon:common:ServiceConfigUpdateRequest\"";

  @TempDir Path sandbox;
  ServiceHost host;
  final HttpClient client = HttpClient.newHttpClient();

  /** Answers GET only, and takes notifications. */
  static final class Mute extends StatelessService {
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

  void start(String path, Service service) throws Exception {
    CompletableFuture<Boolean> started = new CompletableFuture<>();
    host.startService(
        Operation.createPost(host, path)
            .setCompletion((done, failure) -> started.complete(failure == null)),
        service);
    assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();
  }

  HttpResponse<String> send(String verb, String path, String body, String... headers)
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

  int status(String verb, String path, String body) throws Exception {
    return send(verb, path, body).statusCode();
  }

  JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Utils.fromJson(answer.body(), JsonNode.class);
  }

  JsonNode stat(String name) throws Exception {
    return get(NOTE + "/stats").get("entries").get(name);
  }
}
