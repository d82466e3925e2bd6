// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Hosts that form one group, each a process of its own, numbered from 0. Not thread-safe. */
final class ClusterHosts implements AutoCloseable {

  private static final Pattern OWNER = Pattern.compile("\"documentOwner\":\\s*\"host-(\\d+)\"");
  private static final int OK = 200;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(3);
  private static final Duration START = Duration.ofMinutes(2);

  private final LoadOptions options;
  private final int firstPort;
  private final String peers;
  private final List<@Nullable ServerProcess> processes = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  /** Starts them. */
  ClusterHosts(LoadOptions options, int firstPort, int count)
      throws IOException, InterruptedException {
    this.options = options;
    this.firstPort = firstPort;
    this.peers =
        IntStream.range(0, count)
            .mapToObj(i -> "http://127.0.0.1:" + (firstPort + i))
            .collect(Collectors.joining(","));
    for (int i = 0; i < count; i++) {
      processes.add(null);
    }
    for (int i = 0; i < count; i++) {
      start(i);
    }
  }

  int count() {
    return processes.size();
  }

  int port(int number) {
    return firstPort + number;
  }

  List<Integer> ports() {
    return IntStream.range(0, count()).mapToObj(this::port).toList();
  }

  /** Starts a host, with the data it had or with none; one more than there are, too. */
  void start(int number) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("io.cairn.server.CairnServer");
    command.add("--port=" + port(number));
    command.add("--id=host-" + number);
    command.add("--sandbox=" + options.sandbox().resolve("hosts-" + firstPort));
    if (count() > 1) {
      command.add("--peerNodes=" + peers);
    }
    ServerProcess started =
        ServerProcess.start(
            options.serverCore(),
            port(number),
            options.jvm(),
            command,
            options.sandbox().resolve("host-%d-%d.log".formatted(firstPort, number)));
    if (number == count()) {
      processes.add(started);
    } else {
      processes.set(number, started);
    }
  }

  void kill(int number) throws InterruptedException {
    ServerProcess process = processes.set(number, null);
    if (process != null) {
      process.kill();
    }
  }

  /** Stops a host as an operator would. */
  void stop(int number) {
    ServerProcess process = processes.set(number, null);
    if (process != null) {
      process.close();
    }
  }

  /** Processor time of all hosts, in microseconds. */
  long cpuMicros() throws IOException {
    long sum = 0;
    for (ServerProcess process : processes) {
      sum += process == null ? 0 : process.cpuMicros();
    }
    return sum;
  }

  /** Waits until a host answers for its examples. */
  void await(int number) throws IOException, InterruptedException {
    String target = Requests.FACTORY + "?$top=1";
    if (!new Stopwatch().await(START, Duration.ofMillis(5), () -> get(number, target) != null)) {
      throw new IOException("host-" + number + " never answered");
    }
  }

  /** Returns what a host answers, or null if that is no success. */
  @Nullable String get(int number, String target) throws InterruptedException {
    return send(request(number, target).GET().build());
  }

  /** Tells whether a host did an update. */
  boolean patch(int number, String target, long counter) throws InterruptedException {
    String body = "{\"counter\":" + counter + "}";
    return send(
            request(number, target)
                .header("content-type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .build())
        != null;
  }

  private HttpRequest.Builder request(int number, String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(number) + target))
        .timeout(ANSWER_TIME);
  }

  private @Nullable String send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == OK ? answer.body() : null;
    } catch (IOException e) {
      return null; // it is down, or has no answer yet
    }
  }

  /** Returns the number of the host that owns a document, or -1 if nobody says. */
  int owner(int asked, String target) throws InterruptedException {
    String document = get(asked, target);
    Matcher matcher = OWNER.matcher(document == null ? "" : document);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  @Override
  public void close() {
    client.close();
    for (int i = 0; i < count(); i++) {
      stop(i);
    }
  }
}
