// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.testkit.HostileRequests.Attempt;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P10: whatever is sent, the host answers in its own way, and goes on serving. */
class HostileRequestsTest {

  private static final int ATTEMPTS = 10_000;
  private static final int CLIENTS = 6;
  private static final int REPORTED = 25;
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Pattern STACK_FRAME = Pattern.compile("\\bat [\\w.$/]+\\([\\w.]+:\\d+\\)");
  private static final String LEDGER = LedgerService.FACTORY_LINK + "/one";

  private final TestHost host =
      TestHost.builder()
          .arguments(arguments -> arguments.operationTimeoutMicros = 8_000_000)
          .services(
              running -> {
                running.startDefaultCoreServicesSynchronously();
                running.startFactory(new EveryFieldService());
                running.startFactory(new LedgerService());
              })
          .start();
  private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void create() throws IOException {
    String body = "{\"mark\":\"birth\",\"documentSelfLink\":\"%s\"}".formatted(LEDGER);
    assertThat(host.http().post(LedgerService.FACTORY_LINK, body).status()).isEqualTo(200);
    String every = "{\"documentSelfLink\":\"one\",\"text\":\"t\"}";
    assertThat(host.http().post(EveryFieldService.FACTORY_LINK, every).status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void tenThousandHostileRequestsLeaveTheHostServing() throws Exception {
    attack(500, 1);
    int descriptors = openDescriptors();
    int threads = Thread.activeCount();
    long heap = usedHeap();

    attack(ATTEMPTS, 2);

    assertThat(complaints).isEmpty();
    assertThat(statuses).as("the attack reaches services").containsKeys(200, 400, 404, 405);
    assertThat(host.http().post(LedgerService.FACTORY_LINK, "{\"mark\":\"new\"}").status())
        .isEqualTo(200);
    Answer ledger = host.http().get(LEDGER);
    if (ledger.isSuccess()) {
      assertThat(ledger.as(LedgerService.LedgerState.class).marks)
          .doesNotContain(RawAttacks.SMUGGLED);
    }
    TestContext.waitFor(
        Duration.ofSeconds(30),
        () -> openDescriptors() <= descriptors + CLIENTS + 10,
        "connections and files to be closed");
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 4);
    assertThat(usedHeap() - heap).isLessThan(100L << 20);
  }

  private void attack(int attempts, long seed) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(attempts);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      HostileRequests requests = new HostileRequests(seed * 100 + i);
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (left.getAndDecrement() > 0 && complaints.size() < REPORTED) {
                      attempt(requests.next());
                    }
                  }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  private void attempt(Attempt attempt) {
    String heard = "";
    try (RawConnection connection = new RawConnection(host.uri())) {
      try {
        connection.send(attempt.bytes());
        if (!attempt.complete()) {
          connection.endOutput();
        }
      } catch (IOException e) {
        // The host has heard enough before the end; its answer may still be there.
        heard = "";
      }
      heard = connection.readAll(SILENCE);
      boolean endless = heard.contains("content-type: text/event-stream"); // as was asked for
      if (!connection.isClosedByHost() && !endless) {
        complain("no end", attempt, heard);
      }
      if (!heard.isEmpty()) {
        judge(attempt, heard);
      } else if (attempt.complete()) {
        complain("no answer", attempt, heard);
      }
    } catch (IOException | RuntimeException e) {
      complain(e.toString(), attempt, heard);
    }
  }

  private void judge(Attempt attempt, String heard) {
    if (!heard.startsWith("HTTP/1.1 ")) {
      return; // HTTP/2, or an answer to something that never was HTTP/1
    }
    int status = Integer.parseInt(heard.substring(9, 12));
    statuses.computeIfAbsent(status, any -> new AtomicInteger()).incrementAndGet();
    boolean allowed = (status < 500 && status != 408) || status == 501 || status == 505;
    if (!allowed) {
      complain("status " + status, attempt, heard);
    } else if (STACK_FRAME.matcher(heard).find()) {
      complain("a stack trace", attempt, heard);
    } else if (status >= 400 && !new String(attempt.bytes(), 0, Math.min(5, attempt.bytes().length),
        StandardCharsets.ISO_8859_1).equals("HEAD ")) {
      judgeError(attempt, heard, status);
    }
  }

  private void judgeError(Attempt attempt, String heard, int status) {
    String body = heard.substring(heard.indexOf("\r\n\r\n") + 4);
    int next = body.indexOf("HTTP/1.1 ");
    byte[] json = (next < 0 ? body : body.substring(0, next)).getBytes(StandardCharsets.ISO_8859_1);
    try {
      ServiceErrorResponse error =
          DocumentJson.standard().fromJson(json, ServiceErrorResponse.class);
      if (error.statusCode != status || error.message == null || error.stackTrace != null) {
        complain("not the standard error body", attempt, heard);
      }
    } catch (RuntimeException e) {
      complain("no JSON in the error: " + e.getMessage(), attempt, heard);
    }
  }

  private void complain(String what, Attempt attempt, String heard) {
    complaints.add(
        what + "\n--- sent\n" + attempt + "\n--- heard\n"
            + heard.substring(0, Math.min(700, heard.length())) + "\n");
  }

  private static int openDescriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xn-rpl", "xn-synch-owner", "xn-synch-peer", "xn-fwd", "xn-created",
        "xn-state-not-modified", "xn-post-to-put", "xn-from-migration", "xn-check-version",
        "XN-State-Not-Modified", "a,xn-rpl;xn-created"
      })
  void internalMarkersOfAClientMeanNothing(String pragma) throws IOException {
    Answer stored = host.http().patch(LEDGER, "{\"mark\":\"marked\"}", "Pragma", pragma);
    assertThat(stored.status()).isEqualTo(200);
    assertThat(host.http().patch(LEDGER, "{\"mark\":\"refuse\"}", "Pragma", pragma).status())
        .isEqualTo(400);
    assertThat(host.http().patch(LEDGER, "{}", "Pragma", pragma).status()).isEqualTo(400);
    String absent = LedgerService.FACTORY_LINK + "/absent";
    assertThat(host.http().patch(absent, "{\"mark\":\"m\"}", "Pragma", pragma).status())
        .isEqualTo(404);
    assertThat(
            host.http()
                .post(
                    LedgerService.FACTORY_LINK,
                    "{\"mark\":\"again\",\"documentSelfLink\":\"one\"}",
                    "Pragma",
                    pragma)
                .status())
        .isEqualTo(409);

    host.restart();
    LedgerService.LedgerState state =
        host.http().get(LEDGER).as(LedgerService.LedgerState.class);
    assertThat(state.marks).containsExactly("birth", "marked");
    assertThat(state.documentVersion).isEqualTo(1);
  }
}
