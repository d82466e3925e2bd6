// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.service.HostRuntime;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A query ends while it searches: when nobody wants it any more, and when its time is over. */
class QueryEndTest {

  private static final int NOTES = 100;

  @TempDir private static Path sandbox;
  private static final SlowSearches slow = new SlowSearches();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static ServiceHost host;

  @BeforeAll
  static void start() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.partitions = 2;
    host = ServiceHost.create(arguments);
    host.surround(slow);
    host.start();
    Notes.start(host);
    host.startupCompleted();
    for (int i = 0; i < NOTES; i++) {
      Notes.Note note = Notes.note("n" + i, i);
      await().until(() -> send("POST", Notes.KEPT, note).statusCode(), status -> status == 200);
    }
  }

  @AfterAll
  static void stop() {
    host.stop();
    client.close();
  }

  @BeforeEach
  void rest() {
    slow.rest();
  }

  /** Stops each search as it begins, and slows it down once it was let go. */
  private static final class SlowSearches implements HostRuntime.Surroundings {
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicLong ahead = new AtomicLong();
    private volatile boolean armed;
    private volatile CountDownLatch begun = new CountDownLatch(1);
    private volatile CountDownLatch goOn = new CountDownLatch(1);

    void rest() {
      armed = false;
      looks.set(0);
      begun = new CountDownLatch(1);
      goOn = new CountDownLatch(1);
    }

    void arm() {
      armed = true;
    }

    /** Every look of a search at its time comes by here. */
    @Override
    public long aheadMicros() {
      if (armed && isSearch()) {
        looks.incrementAndGet();
        begun.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      return ahead.get();
    }

    private static boolean isSearch() {
      return StackWalker.getInstance()
          .walk(
              frames ->
                  frames
                      .limit(10)
                      .anyMatch(frame -> frame.getClassName().endsWith("Asker$Limited")));
    }

    @Override
    public ScheduledThreadPoolExecutor newTimer(ThreadFactory threads) {
      return new ScheduledThreadPoolExecutor(1, threads);
    }

    @Override
    public boolean reaches(URI peer) {
      return true;
    }

    @Override
    public boolean concerns(String path) {
      return false;
    }

    @Override
    public void handle(Operation op, Consumer<Operation> onward) {
      onward.accept(op);
    }
  }

  private static HttpResponse<String> send(String method, String path, Object body) {
    String json = body instanceof String text ? text : DocumentJson.standard().toJson(body);
    HttpRequest request =
        HttpRequest.newBuilder(host.getUri().resolve(path))
            .timeout(Duration.ofSeconds(60))
            .header("content-type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String query(boolean direct) {
    QueryTask task = QueryTaskHost.direct().addOption(QueryOption.EXPAND_CONTENT).build();
    task.taskInfo.isDirect = direct;
    return DocumentJson.standard().toJson(task);
  }

  private static String begin() throws InterruptedException {
    slow.arm();
    HttpResponse<String> accepted = send("POST", QueryTaskHost.TASKS, query(false));
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    assertThat(slow.begun.await(60, TimeUnit.SECONDS)).isTrue();
    return DocumentJson.standard().fromJson(accepted.body(), QueryTask.class).documentSelfLink;
  }

  /** Goes on to search, and waits for the end of it: only then there is a place for another. */
  private static void assertSearchEnds(int mostLooks) {
    int before = slow.looks.get();
    slow.goOn.countDown();
    slow.armed = true;
    await()
        .until(
            () -> {
              int now = slow.looks.get();
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
              return now == slow.looks.get();
            });
    assertThat(slow.looks.get() - before).isLessThanOrEqualTo(mostLooks);
    slow.armed = false;
    assertThat(send("POST", QueryTaskHost.TASKS, query(true)).statusCode()).isEqualTo(200);
  }

  @Test
  void queryWhoseClientHasGoneEnds() throws Exception {
    byte[] body = query(true).getBytes(StandardCharsets.UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            .formatted(QueryTaskHost.TASKS, body.length);
    slow.arm();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), host.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      assertThat(slow.begun.await(60, TimeUnit.SECONDS)).isTrue();
    }

    // The host hears of it a moment later; all documents would be a hundred looks.
    assertSearchEnds(NOTES / 2);
  }

  @Test
  void queryThatIsCancelledEnds() throws Exception {
    String task = begin();

    HttpResponse<String> cancelled =
        send("PATCH", task, "{\"taskInfo\":{\"stage\":\"CANCELLED\"}}");

    assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    assertSearchEnds(0);
    assertThat(send("GET", task, null).body()).contains("\"stage\":\"CANCELLED\"");
  }

  @Test
  void queryThatIsDeletedEnds() throws Exception {
    String task = begin();

    assertThat(send("DELETE", task, null).statusCode()).isEqualTo(200);

    assertSearchEnds(0);
  }

  @Test
  void queryThatTakesLongerThanTheHostAllowsEnds() throws Exception {
    String task = begin();
    slow.ahead.addAndGet(TimeUnit.SECONDS.toMicros(61));

    assertSearchEnds(0);

    await().until(() -> send("GET", task, null).body().contains("\"stage\":\"FAILED\""));
    assertThat(send("GET", task, null).body())
        .contains("\"statusCode\":408")
        .contains("The query took longer than 60000 ms and was ended")
        .contains("documentExpirationTimeMicros");
  }

  @Test
  void queryMayTakeAsLongAsItsTaskSays() throws Exception {
    QueryTask task = QueryTaskHost.direct().build();
    task.taskInfo.isDirect = false;
    task.documentExpirationTimeMicros = nowMicros() + TimeUnit.MINUTES.toMicros(5);
    slow.arm();
    String link =
        DocumentJson.standard()
            .fromJson(send("POST", QueryTaskHost.TASKS, task).body(), QueryTask.class)
            .documentSelfLink;
    assertThat(slow.begun.await(60, TimeUnit.SECONDS)).isTrue();
    slow.ahead.addAndGet(TimeUnit.MINUTES.toMicros(2));
    slow.goOn.countDown();

    await().until(() -> send("GET", link, null).body().contains("\"stage\":\"FINISHED\""));
  }

  private static long nowMicros() {
    return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()) + slow.ahead.get();
  }
}
