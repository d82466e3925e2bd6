// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.GatedService.FACTORY_LINK;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.GatedService.GatedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P11: too much is refused early, nothing piles up, and it passes by itself. */
class OverloadTest {

  private static final String LINK = FACTORY_LINK + "/one";
  private static final int WRITERS = 100;
  private static final int SLOW = 200;

  private final Gate gate = new Gate();
  private final TestHost host = TestHost.start(running -> GatedService.start(running, gate));

  @BeforeEach
  void create() throws IOException {
    String body = "{\"mark\":\"birth\",\"documentSelfLink\":\"%s\"}".formatted(LINK);
    assertThat(host.http().post(FACTORY_LINK, body).status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    gate.open();
    host.close();
  }

  @Test
  void writersBeyondTheQueueAreRefusedAtOnceAndTheRestIsDone() throws Exception {
    LoadRecorder load = new LoadRecorder(host.http(), WRITERS);
    load.start(WRITERS, OverloadTest::holdOnce);
    int refused = WRITERS - GatedService.QUEUE_LIMIT - 1;
    TestContext.waitFor(
        TestContext.DEFAULT_WAIT, () -> load.size() == refused, "refusals while the gate is shut");
    assertThat(load.requests())
        .allSatisfy(
            request -> {
              assertThat(request.answer().status()).isEqualTo(503);
              assertThat(request.answer().header("retry-after")).isEqualTo("1");
              assertThat(request.answer().json().path("message").asString())
                  .contains("operationQueueLimit");
            });
    assertThat(host.http().get(LINK).status()).as("reads do not wait").isEqualTo(200);

    gate.open();
    TestContext.waitFor(TestContext.DEFAULT_WAIT, () -> load.size() == WRITERS, "the rest");

    assertThat(load.with(Outcome.ACKNOWLEDGED)).hasSize(GatedService.QUEUE_LIMIT + 1);
    assertThat(host.http().patch(LINK, "{\"mark\":\"after\"}").status()).isEqualTo(200);
    List<String> marks = host.http().get(LINK).as(GatedState.class).marks;
    LedgerChecker checker = new LedgerChecker().expect(load.requests());
    checker.check(LINK, marks.subList(1, marks.size() - 1));
    assertThat(checker.violations()).isEmpty();
  }

  /** One request per client, and then silence until the load ends. */
  private static void holdOnce(LoadRecorder.Session session) {
    String mark = "hold" + session.nextMark();
    session.send("PATCH", LINK, LINK, mark, "{\"mark\":\"" + mark + "\"}");
    throw new LoadRecorder.Finished();
  }

  @Test
  void slowClientsDoNotDelayOthers() throws Exception {
    gate.open();
    List<RawConnection> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW; i++) {
        boolean inBody = i % 2 == 0;
        slow.add(
            new RawConnection(host.uri())
                .send(
                    inBody
                        ? "PATCH "
                            + LINK
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"
                        : "GET " + LINK + " HTTP/1.1\r\nHost: localhost\r\nX-Slow: "));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(host.http().patch(LINK, "{\"mark\":\"m" + i + "\"}").status()).isEqualTo(200);
      }
      for (RawConnection connection : slow) {
        connection.send("x");
      }
      assertThat(host.http().get(LINK).as(GatedState.class).marks).hasSize(51);
    } finally {
      for (RawConnection connection : slow) {
        connection.close();
      }
    }
  }
}
