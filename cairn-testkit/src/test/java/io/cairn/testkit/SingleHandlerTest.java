// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.GatedService.FACTORY_LINK;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.GatedService.GatedState;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P4 and P6 on one node: handlers of a document run one by one, and idle services are let go. */
class SingleHandlerTest {

  private static final int DOCUMENTS = 4;
  private static final int CLIENTS = 8;
  private static final int REQUESTS = 600;

  private final Gate gate = new Gate();

  /** Services are released a millisecond after they idle, so that most requests find none. */
  private TestHost forgetful() {
    return TestHost.builder()
        .arguments(
            arguments -> {
              arguments.serviceCacheClearDelayMicros = 1_000;
              arguments.maximumIdleServices = 1;
            })
        .services(running -> GatedService.start(running, gate))
        .start();
  }

  @Test
  void handlersOfADocumentRunOneByOneAcrossReleaseAndActivation() throws Exception {
    try (TestHost host = forgetful()) {
      LoadRecorder load = new LoadRecorder(host.http(), REQUESTS);
      for (int i = 0; i < DOCUMENTS; i++) {
        create(host, i);
      }
      load.start(CLIENTS, session -> patch(session, load.size() % DOCUMENTS));
      TestContext.waitFor(TestContext.DEFAULT_WAIT, () -> load.size() >= REQUESTS);
      load.stop();

      assertThat(gate.mostAtOnce).hasValue(1);
      assertThat(gate.started.get()).as("services were released and woken").isGreaterThan(20);
      List<RecordedRequest> sent = load.requests();
      assertThat(sent).allMatch(request -> request.outcome() == Outcome.ACKNOWLEDGED);
      assertThat(gate.executed.stream().filter(mark -> !mark.equals("birth")))
          .as("no handler ran twice")
          .doesNotHaveDuplicates();
      LedgerChecker checker = new LedgerChecker().expect(sent);
      for (String link : checker.links()) {
        List<String> marks = host.http().get(link).as(GatedState.class).marks;
        checker.check(link, marks.subList(1, marks.size()));
      }
      assertThat(checker.violations()).isEmpty();
    }
  }

  @Test
  void idleServicesLeaveNothingInMemory() throws Exception {
    try (TestHost host = forgetful()) {
      long before = host.host().getState().serviceCount;
      for (int i = 0; i < 300; i++) {
        create(host, i);
      }
      TestContext.waitFor(
          TestContext.DEFAULT_WAIT,
          () -> host.host().getState().serviceCount == before,
          "all idle services to leave memory");
      assertThat(host.http().get(FACTORY_LINK + "/7").as(GatedState.class).marks)
          .containsExactly("birth");
    }
  }

  @Test
  void restartTouchesNoDocument() throws Exception {
    try (TestHost host = forgetful()) {
      int forNone = gate.constructed.get();
      long inMemory = host.host().getState().serviceCount;
      for (int i = 0; i < 300; i++) {
        create(host, i);
      }
      int constructed = gate.constructed.get();
      int started = gate.started.get();
      host.restart();
      assertThat(gate.constructed.get() - constructed).isEqualTo(forNone);
      assertThat(gate.started.get()).isEqualTo(started);
      assertThat(host.host().getState().serviceCount).isEqualTo(inMemory);
      assertThat(host.http().get(FACTORY_LINK + "/299").status()).isEqualTo(200);
    }
  }

  private static void create(TestHost host, int number) throws IOException {
    String body =
        "{\"mark\":\"birth\",\"documentSelfLink\":\"%s/%d\"}".formatted(FACTORY_LINK, number);
    assertThat(host.http().post(FACTORY_LINK, body).status()).isEqualTo(200);
  }

  private static void patch(LoadRecorder.Session session, int document) {
    String mark = session.nextMark();
    String link = FACTORY_LINK + "/" + document;
    session.send("PATCH", link, link, mark, "{\"mark\":\"" + mark + "\"}");
  }
}
