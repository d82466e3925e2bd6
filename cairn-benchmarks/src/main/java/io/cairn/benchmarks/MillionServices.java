// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.benchmarks.measure.Stopwatch;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What persisted services cost that nobody uses: creates them in steps up to a number, and after
 * each step restarts the host and prints how long the first answer took and what the heap holds.
 * Run with {@code -Xmx1g}; the promise is that neither column grows with the first.
 *
 * <p>Arguments: the number of services (a million by default) and the directory for the data.
 */
public final class MillionServices {

  private static final int IN_FLIGHT = 512;
  private static final int STEPS_FROM = 1_000;
  private static final long IDLE_MICROS = 100_000;
  private static final int SETTLED = 100;
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  private final Path sandbox;
  private int created;

  private MillionServices(Path sandbox) {
    this.sandbox = sandbox;
  }

  /** Runs the benchmark and prints a line per step. */
  public static void main(String[] args) throws Throwable {
    int most = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    Path sandbox = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("cairn-million-");
    System.out.println("data in " + sandbox);
    System.out.println(
        "  services  created/s  heap MiB  in memory | stop ms  start ms  first 200 ms  heap MiB");
    MillionServices benchmark = new MillionServices(sandbox);
    for (long step = STEPS_FROM; step < most; step *= 10) {
      benchmark.step((int) step);
    }
    benchmark.step(most);
  }

  private void step(int target) throws Throwable {
    ServiceHost host = start();
    Stopwatch creating = new Stopwatch();
    int before = created;
    create(host, target);
    double seconds = creating.nanos() / 1e9;
    awaitIdle(host);
    long heap = heapMebibytes();
    long inMemory = host.getState().serviceCount;

    Stopwatch stopping = new Stopwatch();
    host.stop();
    long stopped = stopping.millis();
    Stopwatch starting = new Stopwatch();
    ServiceHost again = start();
    long started = starting.millis();
    firstAnswer(again, target - 1);
    long answered = starting.millis();
    System.out.printf(
        "%10d %10.0f %9d %10d | %7d %9d %13d %9d%n",
        target,
        (target - before) / seconds,
        heap,
        inMemory,
        stopped,
        started,
        answered,
        heapMebibytes());
    again.stop();
  }

  private ServiceHost start() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.serviceCacheClearDelayMicros = IDLE_MICROS;
    ServiceHost host = ServiceHost.create(arguments).start();
    host.startFactory(ExampleService.class, ExampleService::createFactory);
    return host;
  }

  private void create(ServiceHost host, int target) throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    URI factory = UriUtils.buildUri(host, ExampleService.FACTORY_LINK);
    while (created < target && failed.get() == null) {
      room.acquire();
      host.sendRequest(creation(factory, created++, room, failed));
    }
    room.acquire(IN_FLIGHT);
    if (failed.get() != null) {
      throw new IllegalStateException("A service could not be created", failed.get());
    }
  }

  private static Operation creation(
      URI factory, int number, Semaphore room, AtomicReference<@Nullable Throwable> failed) {
    ExampleServiceState state = new ExampleServiceState();
    state.documentSelfLink = Integer.toString(number);
    state.name = "service " + number;
    state.counter = (long) number;
    return Operation.createPost(factory)
        .setReferer(factory)
        .setBody(state)
        .setCompletion(
            (done, failure) -> {
              if (failure != null) {
                failed.set(failure);
              }
              room.release();
            });
  }

  private static void awaitIdle(ServiceHost host) throws InterruptedException {
    var _ =
        new Stopwatch()
            .await(
                SETTLE_LIMIT,
                Duration.ofMillis(100),
                () -> host.getState().serviceCount <= SETTLED);
  }

  private static void firstAnswer(ServiceHost host, int number)
      throws IOException, InterruptedException {
    URI document = UriUtils.buildUri(host, ExampleService.FACTORY_LINK + "/" + number);
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status =
          client
              .send(HttpRequest.newBuilder(document).build(), BodyHandlers.discarding())
              .statusCode();
      if (status != 200) {
        throw new IllegalStateException("The first answer was " + status);
      }
    }
  }

  private static long heapMebibytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }
}
