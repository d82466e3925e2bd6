// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.stateful.TicketService.Probe;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime promises about one document, seen over HTTP. */
class StatefulServiceTest {

  private static final EnumSet<ServiceOption> DURABLE = EnumSet.of(ServiceOption.PERSISTENCE);

  @TempDir Path sandbox;

  private final Probe durable = new Probe();
  private final Probe memory = new Probe();
  private final Probe immutable = new Probe();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private HostFixture host;

  @BeforeEach
  void startHost() {
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              starting.startFactory(() -> TicketService.factory(durable, DURABLE), "/durable");
              starting.startFactory(
                  () -> TicketService.factory(durable, DURABLE, ServiceOption.IDEMPOTENT_POST),
                  "/idempotent");
              starting.startFactory(
                  () -> TicketService.factory(memory, EnumSet.noneOf(ServiceOption.class)),
                  "/memory");
              starting.startFactory(
                  () ->
                      TicketService.factory(
                          immutable,
                          EnumSet.of(ServiceOption.PERSISTENCE, ServiceOption.IMMUTABLE)),
                  "/immutable");
            });
  }

  @AfterEach
  void stopHost() {
    clients.shutdownNow();
    durable.gate.countDown();
    host.close();
  }

  @Test
  void createAnswersTheDocumentWithItsLocation() {
    Answer created = create("/durable", "a");

    assertThat(created.status()).isEqualTo(200);
    assertThat(created.json().path("documentVersion").asLong()).isZero();
    assertThat(created.json().path("documentSelfLink").asString()).isEqualTo("/durable/a");
    assertThat(created.response().headers().firstValue("location")).contains("/durable/a");
    assertThat(created.response().headers().firstValue("etag")).get().asString().startsWith("\"0-");
  }

  @Test
  void updatesRaiseTheVersionByOne() {
    create("/durable", "a");
    for (int i = 1; i <= 5; i++) {
      Answer patched = host.patch("/durable/a", "{\"text\":\"t" + i + "\"}");
      assertThat(patched.json().path("documentVersion").asLong()).isEqualTo(i);
    }
    assertThat(host.get("/durable/a").json().path("text").asString()).isEqualTo("t5");
    assertThat(host.get("/durable/a?documentVersion=2").json().path("text").asString())
        .isEqualTo("t2");
  }

  @Test
  void documentsSurviveRestart() {
    create("/durable", "a");
    host.patch("/durable/a", "{\"text\":\"kept\"}");
    String before = host.get("/durable/a").body();

    host.restart();

    assertThat(host.get("/durable/a").body()).isEqualTo(before);
    assertThat(host.patch("/durable/a", "{}").json().path("documentVersion").asLong()).isEqualTo(2);
  }

  @Test
  void documentsWithoutPersistenceDoNotSurviveRestart() {
    create("/memory", "a");
    assertThat(host.get("/memory/a").status()).isEqualTo(200);

    host.restart();

    assertThat(host.get("/memory/a").status()).isEqualTo(404);
  }

  @Test
  void secondCreateIsConflict() {
    create("/durable", "a");

    Answer again = create("/durable", "a");

    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().path("errorCode").asInt())
        .isEqualTo(ServiceErrorResponse.ERROR_CODE_SERVICE_ALREADY_EXISTS);
    assertThat(host.get("/durable/a").json().path("documentVersion").asLong()).isZero();
  }

  @Test
  void idempotentFactoryTurnsSecondCreateIntoPut() {
    create("/idempotent", "a");

    Answer again = host.post("/idempotent", "{\"documentSelfLink\":\"a\",\"text\":\"new\"}");

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(again.json().path("documentUpdateAction").asString()).isEqualTo("PUT");
    assertThat(again.json().path("text").asString()).isEqualTo("new");
  }

  @Test
  void failedCreateLeavesNothingAndTheLinkIsFree() {
    Answer refused = host.post("/durable", "{\"documentSelfLink\":\"a\",\"order\":\"failCreate\"}");
    Answer thrown = host.post("/durable", "{\"documentSelfLink\":\"a\",\"order\":\"failStart\"}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(thrown.status()).isEqualTo(500);
    assertThat(thrown.body()).doesNotContain("TicketService.java");
    assertThat(host.get("/durable/a").status()).isEqualTo(404);
    assertThat(create("/durable", "a").status()).isEqualTo(200);
  }

  @Test
  void failedUpdateIsNeverVisible() {
    create("/durable", "a");
    assertThat(host.patch("/durable/a", "{\"order\":\"fail\",\"text\":\"no\"}").status())
        .isEqualTo(400);
    assertThat(host.patch("/durable/a", "{\"order\":\"throw\",\"text\":\"no\"}").status())
        .isEqualTo(500);
    assertThat(host.patch("/durable/a", "{\"order\":\"huge\"}").status()).isEqualTo(400);

    Answer state = host.get("/durable/a");
    assertThat(state.json().path("documentVersion").asLong()).isZero();
    assertThat(state.json().path("text").asString()).isEqualTo("start");
    host.restart();
    assertThat(host.get("/durable/a").body()).isEqualTo(state.body());
  }

  @Test
  void unmodifiedStateKeepsItsVersion() {
    create("/durable", "a");

    assertThat(host.patch("/durable/a", "{\"order\":\"notModified\"}").status()).isEqualTo(200);

    assertThat(host.get("/durable/a").json().path("documentVersion").asLong()).isZero();
  }

  @Test
  void clientCannotHaveAnUpdateSkipped() {
    create("/durable", "a");

    host.send(
        "PATCH", "/durable/a", "{\"text\":\"stored\"}", "pragma", "xn-state-not-modified;xn-rpl");

    assertThat(host.get("/durable/a").json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(durable.patched).hasValue(1);
  }

  @Test
  void oneUpdateAtATimePerDocument() {
    create("/durable", "a");
    int updates = 200;

    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, updates)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> host.patch("/durable/a", "{\"order\":\"later\"}"), clients))
            .toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(200));
    assertThat(answers.stream().map(a -> a.join().json().path("documentVersion").asLong()))
        .doesNotHaveDuplicates();
    assertThat(host.get("/durable/a").json().path("count").asLong()).isEqualTo(updates);
    assertThat(durable.mostInside).hasValue(1);
  }

  @Test
  void getDoesNotWaitForAnUpdateAndShowsOnlyWhatIsCommitted() throws Exception {
    create("/durable", "a");
    CompletableFuture<Answer> slow =
        CompletableFuture.supplyAsync(
            () -> host.patch("/durable/a", "{\"order\":\"wait\",\"text\":\"later\"}"), clients);
    durable.arrived.await();

    assertThat(host.get("/durable/a").json().path("text").asString()).isEqualTo("start");

    durable.gate.countDown();
    assertThat(slow.join().status()).isEqualTo(200);
    assertThat(host.get("/durable/a").json().path("text").asString()).isEqualTo("later");
  }

  @Test
  void updateThatItsClientTookBackWhileItWaitedIsNotBegun() throws Exception {
    create("/durable", "a");
    CompletableFuture<Answer> active =
        CompletableFuture.supplyAsync(
            () -> host.patch("/durable/a", "{\"order\":\"wait\"}"), clients);
    durable.arrived.await();
    AtomicBoolean gone = new AtomicBoolean();
    CompletableFuture<Integer> takenBack = new CompletableFuture<>();
    host.host()
        .sendRequest(
            Operation.createPatch(host.host(), "/durable/a")
                .setAbandonment(gone::get)
                .setReferer(host.host().getUri())
                .setBody("{\"text\":\"taken back\"}")
                .setCompletion((done, failure) -> takenBack.complete(done.getStatusCode())));

    gone.set(true);
    durable.gate.countDown();

    assertThat(active.join().status()).isEqualTo(200);
    assertThat(takenBack.join()).isEqualTo(503);
    assertThat(durable.patched).hasValue(1);
  }

  @Test
  void fullQueueRefusesWithRetryAfter() throws Exception {
    create("/durable", "a");
    Answer limited =
        host.patch(
            "/durable/a/config",
            "{\"kind\":\"com:vmware:xenon:common:ServiceConfigUpdateRequest\","
                + "\"operationQueueLimit\":1}");
    assertThat(limited.status()).isEqualTo(200);
    CompletableFuture<Answer> active =
        CompletableFuture.supplyAsync(
            () -> host.patch("/durable/a", "{\"order\":\"wait\"}"), clients);
    durable.arrived.await();

    List<CompletableFuture<Answer>> queued =
        IntStream.range(0, 3)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> host.patch("/durable/a", "{}"), clients))
            .toList();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> queued.stream().filter(CompletableFuture::isDone).count() == 2);
    durable.gate.countDown();

    List<Answer> answers = queued.stream().map(CompletableFuture::join).toList();
    assertThat(answers.stream().filter(a -> a.status() == 503)).hasSize(2);
    assertThat(answers.stream().filter(a -> a.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(a -> a.status() == 503))
        .allSatisfy(
            a -> assertThat(a.response().headers().firstValue("retry-after")).contains("1"));
    assertThat(active.join().status()).isEqualTo(200);
  }

  @Test
  void deletedDocumentIsGoneUntilForced() {
    create("/durable", "a");
    host.patch("/durable/a", "{\"text\":\"old\"}");

    assertThat(host.delete("/durable/a").status()).isEqualTo(200);
    assertThat(durable.deleted).hasValue(1);
    await().untilAsserted(() -> assertThat(durable.stopped).hasValue(1)); // follows the answer
    assertThat(host.get("/durable/a").status()).isEqualTo(404);
    assertThat(host.patch("/durable/a", "{}").status()).isEqualTo(404);
    assertThat(host.delete("/durable/a").status()).isEqualTo(404);
    assertThat(durable.deleted).hasValue(1);

    Answer refused = create("/durable", "a");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("errorCode").asInt())
        .isEqualTo(ServiceErrorResponse.ERROR_CODE_STATE_MARKED_DELETED);

    Answer higher = host.post("/durable", "{\"documentSelfLink\":\"a\",\"documentVersion\":10}");
    assertThat(higher.json().path("documentVersion").asLong()).isEqualTo(10);

    host.delete("/durable/a");
    Answer forced =
        host.send(
            "POST",
            "/durable",
            "{\"documentSelfLink\":\"a\"}",
            "pragma",
            Operation.PRAGMA_DIRECTIVE_FORCE_INDEX_UPDATE);
    assertThat(forced.json().path("documentVersion").asLong()).isZero();
    assertThat(host.get("/durable/a?documentVersion=10").status()).isEqualTo(404);
    host.restart();
    assertThat(host.get("/durable/a").json().path("documentVersion").asLong()).isZero();
  }

  @Test
  void failedDeleteKeepsTheDocument() {
    host.post("/durable", "{\"documentSelfLink\":\"a\",\"order\":\"keep\"}");

    assertThat(host.delete("/durable/a").status()).isEqualTo(500);

    assertThat(host.get("/durable/a").status()).isEqualTo(200);
    assertThat(host.patch("/durable/a", "{}").status()).isEqualTo(200);
  }

  @Test
  void memoryDocumentCanBeCreatedAgainAfterDelete() {
    create("/memory", "a");
    host.delete("/memory/a");

    assertThat(host.get("/memory/a").status()).isEqualTo(404);
    assertThat(create("/memory", "a").json().path("documentVersion").asLong()).isZero();
  }

  @Test
  void defectOfAHandlerIsInTheLogAndNotInTheAnswer() {
    create("/durable", "a");

    Answer failed = host.patch("/durable/a", "{\"order\":\"defect\"}");
    Answer again = host.patch("/durable/a", "{\"order\":\"defect\"}");

    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.message())
        .matches(
            "The service failed unexpectedly \\(reference [0-9a-f]{8}\\): the log of the host .*")
        .isEqualTo(again.message());
    assertThat(failed.body()).doesNotContain("Ticket", "null", "java.");
    assertThat(host.patch("/durable/a", "{\"order\":\"throw\"}").message())
        .isEqualTo("asked to throw");
  }

  @Test
  void immutableServiceRefusesUpdates() {
    create("/immutable", "a");

    assertThat(host.patch("/immutable/a", "{}").status()).isEqualTo(405);
    assertThat(host.put("/immutable/a", "{}").status()).isEqualTo(405);
    assertThat(host.get("/immutable/a").status()).isEqualTo(200);
    assertThat(host.delete("/immutable/a").status()).isEqualTo(200);
    assertThat(host.get("/immutable/a").status()).isEqualTo(404);
  }

  @Test
  void expiredDocumentVanishesAndTellsItsHandler() {
    long soon = System.currentTimeMillis() * 1000 + 300_000;
    host.post(
        "/durable", "{\"documentSelfLink\":\"a\",\"documentExpirationTimeMicros\":" + soon + "}");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> host.get("/durable/a").status() == 404 && durable.deleted.get() == 1);
    assertThat(create("/durable", "a").json().path("documentVersion").asLong()).isZero();
  }

  @Test
  void operationThatExpiresInTheQueueNeverRuns() throws Exception {
    create("/durable", "a");
    CompletableFuture<Answer> active =
        CompletableFuture.supplyAsync(
            () -> host.patch("/durable/a", "{\"order\":\"wait\"}"), clients);
    durable.arrived.await();
    Operation queued =
        Operation.createPatch(host.host(), "/durable/a")
            .setBody("{\"text\":\"too late\"}")
            .setReferer(host.host().getUri())
            .setExpiration(System.currentTimeMillis() * 1000 + 200_000);
    CompletableFuture<Integer> status = new CompletableFuture<>();
    queued.setCompletion((op, failure) -> status.complete(op.getStatusCode()));

    host.host().sendRequest(queued);

    assertThat(status.join()).isEqualTo(408);
    durable.gate.countDown();
    assertThat(active.join().status()).isEqualTo(200);
    assertThat(host.patch("/durable/a", "{}").status()).isEqualTo(200);
    assertThat(host.get("/durable/a").json().path("text").asString()).isEqualTo("start");
    assertThat(durable.patched).hasValue(2);
  }

  @Test
  void handlerThatNeverAnswersDoesNotBlockTheDocumentForEver() throws Exception {
    create("/durable", "a");
    Operation lost =
        Operation.createPatch(host.host(), "/durable/a")
            .setBody("{\"order\":\"never\"}")
            .setReferer(host.host().getUri())
            .setExpiration(System.currentTimeMillis() * 1000 + 200_000);
    CompletableFuture<Integer> status = new CompletableFuture<>();
    lost.setCompletion((op, failure) -> status.complete(op.getStatusCode()));

    host.host().sendRequest(lost);

    assertThat(status.join()).isEqualTo(408);
    assertThat(host.patch("/durable/a", "{}").json().path("documentVersion").asLong()).isEqualTo(1);
  }

  @Test
  void updateThatWasGivenUpBeforeItsCommitIsNeverStored() throws Exception {
    create("/durable", "a");
    Operation givenUp =
        Operation.createPatch(host.host(), "/durable/a")
            .setBody("{\"order\":\"giveUp\",\"text\":\"too late\"}")
            .setReferer(host.host().getUri());

    host.host().sendRequest(givenUp);
    durable.arrived.await();

    Answer next = host.patch("/durable/a", "{}");
    assertThat(next.json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(next.json().path("text").asString()).isEqualTo("start");
  }

  @Test
  void requestMayWaitForItsService() {
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(
            () -> host.send("GET", "/durable/late", null, "pragma", "xn-queue"), clients);

    create("/durable", "late");

    assertThat(waiting.join().status()).isEqualTo(200);
  }

  @Test
  void stopWithoutIndexUpdateKeepsTheDocument() {
    create("/durable", "a");

    host.send("DELETE", "/durable/a", null, "pragma", Operation.PRAGMA_DIRECTIVE_NO_INDEX_UPDATE);

    assertThat(durable.stopped).hasValue(1);
    assertThat(durable.deleted).hasValue(0);
    assertThat(host.patch("/durable/a", "{}").json().path("documentVersion").asLong()).isEqualTo(1);
    assertThat(durable.created).hasValue(1);
    assertThat(durable.started).hasValue(2);
  }

  private Answer create(String factory, String id) {
    return host.post(factory, "{\"documentSelfLink\":\"" + id + "\",\"text\":\"start\"}");
  }
}
