// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.routes;

import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.RawConnection;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What streams of one host may last, and how many there may be. */
class StreamExpiryTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Semaphore goOn = new Semaphore(0);

  private Routes routes() {
    return Routes.at("/slow")
        .on(post("/upload").takes(InputStream.class).to((r, _, body) -> body.readAllBytes().length))
        .on(get("/download").to((r, _) -> (BodyWriter) out -> writeTwice(out)))
        .on(get("/events").to((r, _) -> (EventSource) this::sendTwice))
        .on(get("/never").to((r, _) -> waitFor(goOn)));
  }

  private String waitFor(Semaphore permit) throws InterruptedException {
    permit.acquire();
    return "late";
  }

  private void writeTwice(java.io.OutputStream out) throws Exception {
    out.write("one".getBytes(StandardCharsets.UTF_8));
    out.flush();
    goOn.acquire();
    out.write("two".getBytes(StandardCharsets.UTF_8));
  }

  private void sendTwice(EventSource.Events events) throws Exception {
    events.send("one", 1);
    goOn.acquire();
    events.send("two", 2);
  }

  @Test
  void streamsOutlastTheTimeOfOtherRequests() throws Exception {
    try (TestHost host =
            TestHost.builder()
                .arguments(it -> it.operationTimeoutMicros = 2_000_000)
                .services(it -> it.start(routes()))
                .start();
        RawConnection upload = begin(host, "POST /slow/upload", "Content-Length: 4\r\n\r\nab");
        RawConnection download = begin(host, "GET /slow/download", "\r\n");
        RawConnection events = begin(host, "GET /slow/events", "\r\n")) {
      String begun = download.readUntil("one", LIMIT);
      String sent = events.readUntil("event: one", LIMIT);
      assertThat(host.http().get("/slow/never").status()).isEqualTo(408);
      upload.send("cd");
      goOn.release(3);
      assertThat(upload.readAll(LIMIT)).endsWith("\r\n\r\n4");
      assertThat(begun + download.readAll(LIMIT)).contains("one").contains("two");
      assertThat(sent + events.readAll(LIMIT)).contains("event: one").contains("event: two");
    }
  }

  @Test
  void eventStreamsAreAsManyAsTheSettingSaysAndOneThatEndsMakesRoom() throws Exception {
    try (TestHost host =
            TestHost.builder()
                .arguments(it -> it.maxEventStreams = 1)
                .services(it -> it.start(routes()))
                .start();
        RawConnection first = begin(host, "GET /slow/events", "\r\n")) {
      assertThat(first.readUntil("event: one", LIMIT)).contains("200 OK");
      Answer refused = host.http().get("/slow/events");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.json().get("message").asString()).contains("1 (maxEventStreams)");
      goOn.release(2);
      assertThat(first.readAll(LIMIT)).contains("event: two");
      await().until(() -> host.http().get("/slow/events").status() == 200);
    }
  }

  private static RawConnection begin(TestHost host, String line, String rest) throws IOException {
    return new RawConnection(host.uri())
        .send(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + rest);
  }
}
