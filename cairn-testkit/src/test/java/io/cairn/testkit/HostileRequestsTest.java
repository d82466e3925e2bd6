// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.ServiceHost;
import io.cairn.testkit.HostileRequests.Attempt;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

/** P10: whatever is sent, the host answers in its own way, and goes on serving. */
class HostileRequestsTest {

  private static final int ATTEMPTS = Integer.getInteger("cairn.hostile.requests", 10_000);
  private static final int CLIENTS = 6;
  private static final int REPORTED = 25;
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Pattern STACK_FRAME = Pattern.compile("\\bat [\\w.$/]+\\([\\w.]+:\\d+\\)");
  private static final String LEDGER = LedgerService.FACTORY_LINK + "/one";

  /** What one host may hold while it is attacked. */
  private static final String HEAP = "-Xmx128m";

  private static final int DESCRIPTORS = 500;

  /** What a host says of its start, and what it may say of nuisances. */
  private static final int LINES_AT_FIRST = 100;

  private static final int LINES_A_MINUTE = 30;

  /** Starts what is attacked. */
  public static final class Setup implements HostSetup {
    @Override
    public void startServices(ServiceHost host) throws Exception {
      host.startFactory(new EveryFieldService());
      host.startFactory(new LedgerService());
    }
  }

  @TempDir Path directory;

  private ProcessHost host;
  private HttpProbe http;
  private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    // A process of its own, so that what it holds is the host's and nobody else's.
    host =
        new ProcessHost(Setup.class, directory, HEAP, "-XX:+ExitOnOutOfMemoryError")
            .withArgument("--operationTimeoutMicros=8000000")
            .logged(log())
            .start();
    limitDescriptors();
    http = new HttpProbe(host.uri());
    String body = "{\"mark\":\"birth\",\"documentSelfLink\":\"%s\"}".formatted(LEDGER);
    assertThat(http.post(LedgerService.FACTORY_LINK, body).status()).isEqualTo(200);
    String every = "{\"documentSelfLink\":\"one\",\"text\":\"t\"}";
    assertThat(http.post(EveryFieldService.FACTORY_LINK, every).status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    http.close();
    host.close();
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void limitDescriptors() throws IOException, InterruptedException {
    Process limiting =
        new ProcessBuilder("prlimit", "--pid", Long.toString(host.pid()), "--nofile=" + DESCRIPTORS)
            .start();
    assumeTrue(limiting.waitFor() == 0, "prlimit is there");
  }

  @Test
  void hostileRequestsLeaveTheHostServing() throws Exception {
    attack(500, 1);
    int descriptors = held("fd");
    int threads = held("task");

    long begun = System.nanoTime();
    attack(ATTEMPTS, 2);
    long minutes = 1 + Duration.ofNanos(System.nanoTime() - begun).toMinutes();

    assertThat(complaints).isEmpty();
    assertThat(statuses).as("the attack reaches services").containsKeys(200, 400, 404, 405);
    assertThat(http.post(LedgerService.FACTORY_LINK, "{\"mark\":\"new\"}").status()).isEqualTo(200);
    Answer ledger = http.get(LEDGER);
    if (ledger.isSuccess()) {
      assertThat(ledger.as(LedgerService.LedgerState.class).marks)
          .doesNotContain(RawAttacks.SMUGGLED);
    }
    TestContext.waitFor(
        Duration.ofSeconds(30),
        () -> held("fd") <= descriptors + CLIENTS + 10,
        "connections and files to be closed");
    TestContext.waitFor(
        Duration.ofSeconds(30), () -> held("task") <= threads + 8, "threads to end");
    assertThat(Files.readAllLines(log()))
        .as("one line for a repeated nuisance")
        .hasSizeLessThan(LINES_AT_FIRST + (int) minutes * LINES_A_MINUTE);
    assertThat(host.isAlive()).as("its heap of " + HEAP + " is enough").isTrue();
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
    } else if (status >= 400
        && !new String(
                attempt.bytes(),
                0,
                Math.min(5, attempt.bytes().length),
                StandardCharsets.ISO_8859_1)
            .equals("HEAD ")) {
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
        what
            + "\n--- sent\n"
            + attempt
            + "\n--- heard\n"
            + heard.substring(0, Math.min(700, heard.length()))
            + "\n");
  }

  /** How many descriptors or threads the host's process has. */
  private int held(String kind) {
    String[] held = new File("/proc/" + host.pid() + "/" + kind).list();
    return held == null ? 0 : held.length;
  }
}
