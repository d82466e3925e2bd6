// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patches of standard formats on services that are written as classes. */
class StandardPatchTest {
  private static final String FACTORY = "/test/shelves";
  private static final String SHELF = FACTORY + "/a";

  /** The document. */
  public static class Shelf extends ServiceDocument {
    public String room;
    public Map<String, String> books = new HashMap<>();
    public int boards;
  }

  /** A service that judges replacements and has no PATCH of its own. */
  public static class ShelfService extends StatefulService {
    /** As the host makes it. */
    public ShelfService() {
      super(Shelf.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePut(Operation put) {
      Shelf next = getBody(put);
      if (next.boards > 9) {
        put.fail(new IllegalArgumentException("too many boards"));
        return;
      }
      super.handlePut(put);
    }
  }

  @TempDir Path sandbox;
  private ServiceHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.partitions = 1;
    host = ServiceHost.create(arguments).start();
    host.startFactory(() -> FactoryService.create(ShelfService.class, Shelf.class), FACTORY);
    host.startFactory(NoteService.class, () -> FactoryService.create(NoteService.class));
    send(
        "POST",
        FACTORY,
        "application/json",
        "{\"documentSelfLink\":\"a\",\"room\":\"hall\",\"books\":{\"x\":\"1\",\"y\":\"2\"},\"boards\":3}");
  }

  @AfterEach
  void stop() {
    host.stop();
  }

  private HttpResponse<String> send(String verb, String path, String type, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(host.getUri().resolve(path))
            .method(verb, BodyPublishers.ofString(body))
            .header("Content-Type", type)
            .build(),
        BodyHandlers.ofString());
  }

  private Shelf patched(String type, String body) throws Exception {
    HttpResponse<String> answer = send("PATCH", SHELF, type, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Shelf shelf = Utils.fromJson(answer.body(), Shelf.class);
    assertThat(shelf.documentVersion).isEqualTo(1);
    assertThat(shelf.documentUpdateAction).isEqualTo("PATCH");
    return shelf;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/merge-patch+json", "Application/Merge-Patch+JSON; charset=utf-8"})
  void aMergePatchSetsAndRemoves(String type) throws Exception {
    Shelf shelf = patched(type, "{\"room\":null,\"books\":{\"x\":null,\"z\":\"3\"}}");
    assertThat(shelf.room).isNull();
    assertThat(shelf.books).containsOnly(Map.entry("y", "2"), Map.entry("z", "3"));
    assertThat(shelf.boards).isEqualTo(3);
  }

  @Test
  void aJsonPatchMovesAValue() throws Exception {
    Shelf shelf =
        patched(
            "application/json-patch+json",
            "[{\"op\":\"move\",\"from\":\"/books/x\",\"path\":\"/room\"}]");
    assertThat(shelf.room).isEqualTo("1");
    assertThat(shelf.books).containsOnlyKeys("y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"boards\":10}", "{\"boards\":\"many\"}", "{\"books\":[1]}", "[1]", "7", "{"})
  void aPatchThatMakesNoAcceptableStateIsRefused(String body) throws Exception {
    HttpResponse<String> answer = send("PATCH", SHELF, "application/merge-patch+json", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    HttpResponse<String> kept = send("GET", SHELF, "application/json", "");
    assertThat(Utils.fromJson(kept.body(), Shelf.class).documentVersion).isZero();
  }

  @Test
  void aPatchCannotTouchWhatTheRuntimeMaintains() throws Exception {
    Shelf shelf =
        patched(
            "application/merge-patch+json",
            "{\"documentVersion\":77,\"documentKind\":\"x\",\"documentSelfLink\":\"/y\"}");
    assertThat(shelf.documentKind).isEqualTo(Utils.buildKind(Shelf.class));
    assertThat(shelf.documentSelfLink).isEqualTo(SHELF);
  }

  @Test
  void plainJsonIsStillForTheServiceItself() throws Exception {
    assertThat(send("PATCH", SHELF, "application/json", "{}").statusCode()).isEqualTo(405);
    send("POST", NoteService.FACTORY_LINK, "application/json", "{\"documentSelfLink\":\"n\"}");
    String note = NoteService.FACTORY_LINK + "/n";
    assertThat(send("PATCH", note, "application/json", "{}").statusCode()).isEqualTo(400);
    assertThat(send("PATCH", note, "application/merge-patch+json", "{}").statusCode())
        .isEqualTo(200);
  }
}
