// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.dispatch.RootNamespaceService;
import io.cairn.runtime.query.Notes;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreServicesTest {

  @TempDir Path sandbox;
  private HostFixture fixture;

  @BeforeEach
  void start() {
    fixture = HostFixture.start(sandbox, Notes::start);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** Says hello. */
  public static final class Greeting extends StatelessService {
    @SuppressWarnings("unused") // Read by reflection.
    public static final String SELF_LINK = "/hello";

    @Override
    public void handleGet(Operation get) {
      get.setBody("{}").complete();
    }
  }

  @Test
  void serviceWithoutALinkIsStartedAtThatOfItsClass() {
    fixture.host().startService(new Greeting()).startService(new RootNamespaceService());

    await().untilAsserted(() -> assertThat(fixture.get("/hello").status()).isEqualTo(200));
    await().untilAsserted(() -> assertThat(fixture.get("/").status()).isEqualTo(200));
  }

  @Test
  void dataAreClosedToOtherUsers() throws Exception {
    Path open = Files.writeString(sandbox.resolve("left-open"), "x");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-r--"));
    Files.setPosixFilePermissions(sandbox, PosixFilePermissions.fromString("rwxr-xr-x"));

    fixture.restart();

    assertThat(Files.getPosixFilePermissions(sandbox))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(open))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void managementShowsTheHost() {
    Answer answer = fixture.get("/core/management");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("id").asString()).isEqualTo(fixture.host().getId());
    assertThat(answer.json().get("httpPort").asInt()).isEqualTo(fixture.host().getPort());
    assertThat(answer.json().at("/systemInfo/availableProcessorCount").asInt()).isPositive();
    assertThat(answer.body().toLowerCase(java.util.Locale.ROOT))
        .doesNotContain("passphrase")
        .doesNotContain("environment");
  }

  @Test
  void managementRefusesRequestsThatItDoesNotKnow() {
    Answer unknown = fixture.patch("/core/management", "{\"kind\":\"com:example:Unknown\"}");

    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.message()).contains("com:example:Unknown");
    assertThat(fixture.patch("/core/management", "{}").status()).isEqualTo(400);
    assertThat(fixture.patch("/core/management", null).status()).isEqualTo(400);
    assertThat(fixture.patch("/core/management", "[1]").status()).isEqualTo(400);
  }

  @Test
  void managementHasGauges() {
    await()
        .untilAsserted(
            () -> {
              Answer stats = fixture.get("/core/management/stats");
              assertThat(stats.json().at("/entries/availableMemoryBytes/latestValue").asDouble())
                  .isPositive();
              assertThat(stats.json().at("/entries/jvmThreadCount/latestValue").asDouble())
                  .isPositive();
              assertThat(stats.json().at("/entries/serviceCountPerHour/timeSeriesStats/bins"))
                  .isNotEmpty();
            });
  }

  @Test
  void deleteOfManagementIsAcceptedAndAsksTheServerToStop() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    fixture.host().setStopHandler(asked::countDown);

    Answer answer = fixture.delete("/core/management");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fixture.get("/core/management").status()).isEqualTo(200);
  }

  @Test
  void othersThanThisMachineCannotStopAHost() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    fixture.host().setStopHandler(asked::countDown);

    Answer proxied =
        fixture.send("DELETE", "/core/management", null, "x-forwarded-for", "203.0.113.9");
    assertThat(proxied.status()).isEqualTo(403);
    assertThat(proxied.message()).contains("remoteStop");
    assertThat(stopFrom("203.0.113.9").getStatusCode()).isEqualTo(403);
    assertThat(asked.getCount()).isEqualTo(1);

    fixture.restart(arguments -> arguments.remoteStop = true);
    fixture.host().setStopHandler(asked::countDown);
    assertThat(stopFrom("203.0.113.9").getStatusCode()).isEqualTo(202);
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** The answer to a stop whose client has that address. */
  private Operation stopFrom(String address) throws Exception {
    CompletableFuture<Operation> answer = new CompletableFuture<>();
    Operation.createDelete(fixture.host(), "/core/management")
        .setCaller(new InetSocketAddress(address, 4711))
        .setReferer(fixture.host().getUri())
        .setCompletion((done, failure) -> answer.complete(done))
        .sendWith(fixture.host());
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void pageOfAnotherSiteCannotWrite() {
    String document = "{\"documentSelfLink\":\"page\"}";
    Answer foreign = fixture.send("POST", "/notes", document, "origin", "http://evil.example");
    assertThat(foreign.status()).isEqualTo(403);
    assertThat(foreign.message()).contains("http://evil.example", "allowedHosts");
    assertThat(fixture.get("/notes/page").status()).isEqualTo(404);
    String own = fixture.host().getUri().toString();
    assertThat(fixture.send("POST", "/notes", document, "origin", own).status()).isLessThan(300);
  }

  @Test
  void deleteOfManagementStopsAHostWithoutServer() {
    ServiceHost host = fixture.host();

    assertThat(fixture.delete("/core/management").status()).isEqualTo(202);

    await().until(() -> !host.isStarted());
    // The data are not removed before the stop, which goes on behind the client's back, has ended.
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("cairn-stop")));
  }

  @Test
  void rootListsFactories() {
    Answer answer = fixture.get("/");

    assertThat(answer.result().documentLinks)
        .contains("/notes", "/fleeting-notes", "/core/query-tasks")
        .doesNotContain("/core/management", "/")
        .isSorted();
    assertThat(answer.result().documentCount).isEqualTo(answer.result().documentLinks.size());
  }

  @Test
  void rootListsByOptions() {
    assertThat(fixture.get("/?includes=ALL").result().documentLinks)
        .contains("/notes", "/core/management", "/");
    assertThat(fixture.get("/?includes=FACTORY&excludes=CORE").result().documentLinks)
        .containsExactly("/fleeting-notes", "/notes");
    assertThat(fixture.get("/?includes=CORE,FACTORY&matchAllOptions=true").result().documentLinks)
        .contains("/core/query-tasks")
        .doesNotContain("/notes", "/core/management");
    assertThat(fixture.get("/?$filter=options%20eq%20'CORE'").result().documentLinks)
        .contains("/core/management")
        .doesNotContain("/notes");
  }

  @Test
  void rootRefusesOptionsThatDoNotExist() {
    assertThat(fixture.get("/?includes=NOTHING").status()).isEqualTo(400);
    assertThat(fixture.get("/?excludes=NOTHING").status()).isEqualTo(400);
    assertThat(fixture.get("/?$filter=name%20eq%20'x'").status()).isEqualTo(400);
  }
}
