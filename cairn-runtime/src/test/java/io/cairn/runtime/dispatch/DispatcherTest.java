// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.query.Notes;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests reach what, and what is answered where nothing is. */
class DispatcherTest {

  private static final String STOP = Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE;

  private static final BlockingQueue<Operation> UNANSWERED = new LinkedBlockingQueue<>();

  @TempDir static Path sandbox;
  private static HostFixture host;

  /** Forgets what it was told, when clients ask for it. */
  private static final class Forgetful extends StatelessService {
    @Override
    public void handleGet(Operation get) {
      get.setBody("{}").complete();
    }

    @Override
    public void handleDelete(Operation delete) {
      delete.setBody("{\"forgotten\":true}").complete();
    }
  }

  /** Only answers. */
  private static final class Plain extends StatelessService {
    @Override
    public void handleGet(Operation get) {
      get.setBody("{}").complete();
    }
  }

  /** Keeps what it is asked. */
  private static final class Slow extends StatelessService {
    @Override
    public void handleGet(Operation get) {
      UNANSWERED.add(get);
    }

    @Override
    public void handlePost(Operation post) {
      UNANSWERED.add(post);
    }
  }

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              Notes.start(starting);
              start(starting, new Forgetful(), "/forgetful");
              start(starting, new Plain(), "/plain");
              start(starting, new Slow(), "/slow");
              starting.endpoint("/endpoint", Action.GET, request -> request.link());
            });
    host.awaitAvailable();
  }

  private static void start(ServiceHost starting, StatelessService service, String path) {
    starting.startService(
        Operation.createPost(starting, path).setCompletion((done, failure) -> {}), service);
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String allowed(Answer answer) {
    return answer.response().headers().firstValue("allow").orElse("none");
  }

  // ---- who may stop a service

  @ParameterizedTest
  @CsvSource({
    "/notes,'GET, HEAD, OPTIONS, POST'",
    "/core/node-groups,'GET, HEAD, OPTIONS, POST'",
    "/core/query-tasks,'GET, HEAD, OPTIONS, POST'",
    "/core/health,'GET, HEAD, OPTIONS'",
    "/plain,'GET, HEAD, OPTIONS'",
    "/endpoint,'GET, HEAD, OPTIONS'",
    "/,'GET, HEAD, OPTIONS'",
  })
  void deleteOfAServiceByAClientIsRefusedAndTheServiceAnswers(String path, String allow) {
    Answer refused = host.delete(path);

    assertThat(refused.status()).isEqualTo(405);
    assertThat(allowed(refused)).isEqualTo(allow);
    assertThat(
            host.delete(
                    "/core/node-selectors/default/forwarding?target=PEER_ID&peer="
                        + host.host().getId()
                        + "&path="
                        + path)
                .status())
        .isEqualTo(405);
    assertThat(host.get(path).status()).isEqualTo(200);
  }

  @Test
  void stopAskedForByAClientStopsAServiceAndHealthSaysSo() {
    start(host.host(), new Plain(), "/stopped");
    await().untilAsserted(() -> assertThat(host.get("/stopped").status()).isEqualTo(200));

    assertThat(host.send("DELETE", "/stopped", null, "pragma", STOP).status()).isEqualTo(200);

    Answer gone = host.get("/stopped");
    assertThat(gone.status()).isEqualTo(503);
    assertThat(gone.message())
        .contains("/stopped was stopped on node " + host.host().getId() + " by a request");
    Answer ready = host.get("/core/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body())
        .contains("/stopped was stopped on node " + host.host().getId() + " by a request");
    start(host.host(), new Plain(), "/stopped");
    await().untilAsserted(() -> assertThat(host.get("/stopped").status()).isEqualTo(200));
    assertThat(host.get("/core/health/ready").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/core/health", "/core/query-tasks", "/core/document-index"})
  void nobodyStopsTheHostsOwnServices(String path) {
    assertThat(host.send("DELETE", path, null, "pragma", STOP).status()).isEqualTo(405);

    assertThat(host.send("OPTIONS", path, null).status()).isEqualTo(200);
  }

  @Test
  void deleteThatAServiceHandlesDoesNotStopIt() {
    assertThat(host.delete("/forgetful").body()).isEqualTo("{\"forgotten\":true}");

    assertThat(host.get("/forgetful").status()).isEqualTo(200);
  }

  @Test
  void deleteOfAPageOfAListingRemovesThatPageAlone() throws Exception {
    Notes.create(host, Notes.KEPT, 3);
    String page = host.get(Notes.KEPT + "?$limit=2").result().nextPageLink;

    assertThat(host.delete(page).status()).isEqualTo(200);

    assertThat(host.get(page).status()).isEqualTo(404);
    assertThat(host.delete(page).status()).isEqualTo(404);
    assertThat(host.send("DELETE", page, null, "pragma", STOP).status()).isEqualTo(404);
    assertThat(host.get(Notes.KEPT).status()).isEqualTo(200);
  }

  // ---- which verbs a path has

  @ParameterizedTest
  @CsvSource({
    "POST,/notes/one,'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'",
    "PUT,/notes,'DELETE, GET, HEAD, OPTIONS, POST'",
    "PATCH,/notes,'DELETE, GET, HEAD, OPTIONS, POST'",
    "TRACE,/notes/one,'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'",
    "PURGE,/notes/one,'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'",
    "TRACE,/nowhere,'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'",
    "TRACE,/plain,'GET, HEAD, OPTIONS'",
    "POST,/plain,'GET, HEAD, OPTIONS'",
    "PATCH,/endpoint,'GET, HEAD, OPTIONS'",
    "DELETE,/notes/one/stats,'GET, HEAD, PATCH, POST, PUT'",
    "PUT,/notes/one/config,'GET, HEAD, PATCH'",
    "PATCH,/notes/subscriptions,'DELETE, GET, HEAD, POST'",
    "POST,/notes/template,'GET, HEAD'",
    "TRACE,/plain/available,'GET, HEAD, PATCH, POST, PUT'",
    "PUT,/core/attributes,'GET, HEAD, OPTIONS'",
    "POST,/core/attributes/set,'DELETE, GET, HEAD, OPTIONS'",
    "POST,/core/attributes/set/name,'DELETE, GET, HEAD, OPTIONS, PUT'",
    "PUT,/core/node-groups/default,'GET, HEAD, OPTIONS, PATCH, POST'",
    "DELETE,/core/node-groups/default,'GET, HEAD, OPTIONS, PATCH, POST'",
    "PATCH,/core/document-index,'GET, HEAD, OPTIONS'",
  })
  void refusedMethodComesWithThoseThatAreAllowed(String verb, String path, String allow) {
    host.post("/notes", "{\"documentSelfLink\":\"one\"}");

    Answer refused = host.send(verb, path, "{}");

    assertThat(refused.status()).isEqualTo(405);
    assertThat(allowed(refused)).isEqualTo(allow);
    assertThat(refused.json().get("statusCode").asInt()).isEqualTo(405);
  }

  // ---- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "..",
        "stats",
        "config",
        "subscriptions",
        "template",
        "ui",
        "available",
        "synchronization",
        "replication",
        "forwarding",
        "/core/other/x",
        "/other/x",
        "a?b=c",
        "a#b",
        "a b",
        "a%20b",
        "a/b",
        "a//b",
        "../notes",
        "/notes/../x",
        "/notes/",
        "/",
        "a\\nb",
        "[x]",
        "a*",
        "\\u0000",
        "\u00fc",
        "/notes/stats",
      })
  void nameThatIsNoIdIsRefusedWithWhatItMayBe(String name) {
    String body = "{\"documentSelfLink\":\"%s\"}".formatted(name);
    for (String factory : List.of("/notes", "/fleeting-notes", "/core/query-tasks")) {
      Answer refused = host.post(factory, body);

      assertThat(refused.status()).as(factory).isEqualTo(400);
      assertThat(refused.message())
          .containsAnyOf("A name has 1 to 1024", "reserved", "is not below");
    }
    for (String factory : List.of("/core/node-groups", "/core/node-selectors")) {
      assertThat(host.post(factory, body).status()).as(factory).isEqualTo(400);
    }
  }

  @Test
  void nameThatIsTooLongToBeAskedForIsRefused() {
    assertThat(createNote("x".repeat(1025)).status()).isEqualTo(400);

    String location = header(createNote("x".repeat(1024)), "location");
    assertThat(host.get(location).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-b_c.d~e", "a@b!$&'()+,;=:", "1212:red::123", "...", "/notes/whole"})
  void locationOfWhatIsCreatedCanBeFollowedChangedAndDeleted(String name) {
    String location = header(createNote(name), "location");

    assertThat(host.get(location).json().get("documentSelfLink").asString()).isEqualTo(location);
    assertThat(host.patch(location, "{\"number\":7}").status()).isEqualTo(200);
    assertThat(host.get(location).json().get("number").asInt()).isEqualTo(7);
    assertThat(host.get("/notes").result().documentLinks).contains(location);
    assertThat(host.delete(location).status()).isEqualTo(200);
    assertThat(host.get(location).status()).isEqualTo(404);
  }

  @Test
  void allSpellingsOfAPathAreOnePath() {
    createNote("spelled");
    for (String path :
        List.of(
            "/notes/spelled",
            "/notes/./spelled",
            "/notes/x/../spelled",
            "/notes//spelled",
            "/notes/%73pelled",
            "/notes/spelled/")) {
      for (int i = 0; i < 2; i++) {
        assertThat(host.get(path).status()).as(path).isEqualTo(200);
      }
      assertThat(host.patch(path, "{\"number\":1}").status()).as(path).isEqualTo(200);
    }
  }

  @Test
  void childCannotTakeThePathOfAService() {
    start(host.host(), new Plain(), "/notes/taken");
    await().untilAsserted(() -> assertThat(host.get("/notes/taken").body()).isEqualTo("{}"));

    assertThat(createNote("taken").status()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a*b", "/x/stats", "/x/a b", "/x//y", "/x/../y", "/x/%20"})
  void serviceIsNotStartedAtAPathThatCannotBeAskedFor(String path) {
    AtomicReference<Throwable> refused = new AtomicReference<>();
    Operation post = Operation.createPost(URI.create("http://localhost/"));
    post.setUri(uri(path)).setCompletion((done, failure) -> refused.set(failure));

    host.host().startService(post, new Plain());

    await()
        .untilAsserted(
            () -> assertThat(refused.get()).isInstanceOf(IllegalArgumentException.class));
  }

  private static URI uri(String path) {
    try {
      return new URI("http", "localhost", path, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Answer createNote(String name) {
    return host.post("/notes", "{\"documentSelfLink\":\"%s\"}".formatted(name));
  }

  private static String header(Answer answer, String name) {
    assertThat(answer.status()).isEqualTo(200);
    return answer.response().headers().firstValue(name).orElseThrow();
  }

  // ---- what is not there

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/notes/none",
        "/fleeting-notes/none",
        "/nowhere",
        "/nowhere/none",
        "/core/none",
        "/notes/none/subscriptions",
        "/core/query-tasks/none",
        "/core/query-page/none-0",
        "/core/query-page-forwarding?path=none-0",
        "/notes?path=none-0",
        "/core/node-groups/none",
        "/core/node-groups/default/none",
        "/core/attributes/none/none",
      })
  void deleteOfWhatIsNotThereIsNotFound(String path) {
    Answer absent = host.delete(path);

    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.message()).isNotEmpty();
    assertThat(host.send("DELETE", path, null, "pragma", STOP).status()).isEqualTo(404);
  }

  @Test
  void deleteOfASubscriberThatIsNoneIsNotFound() throws Exception {
    Answer absent =
        host.send("DELETE", "/notes/subscriptions", "{\"reference\":\"http://localhost:1/none\"}");

    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.message()).contains("http://localhost:1/none");
  }

  // ---- what nobody waits for

  private static Socket ask(String request) throws IOException {
    URI uri = host.host().getUri();
    Socket client = new Socket(uri.getHost(), uri.getPort());
    client
        .getOutputStream()
        .write(
            (request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                .getBytes(US_ASCII));
    return client;
  }

  @Test
  void handlerSeesThatItsClientHasGoneAndTheReadEnds() throws Exception {
    Socket client = ask("GET /slow");
    Operation kept = UNANSWERED.take();
    assertThat(kept.isCancelled()).isFalse();

    client.close();

    await().until(kept::isCancelled);
    await().untilAsserted(() -> assertThat(host.operationsInFlight()).isZero());
    kept.complete();
  }

  @Test
  void updateWhoseHandlerRunsGoesOnThoughItsClientHasGone() throws Exception {
    Socket client = ask("POST /slow");
    Operation kept = UNANSWERED.take();

    client.close();

    await().until(kept::isCancelled);
    assertThat(kept.tryCommit()).isTrue();
    kept.complete();
    await().untilAsserted(() -> assertThat(host.operationsInFlight()).isZero());
  }
}
