// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code cairn start --nodes}, with real processes. Says nothing about the group that they form.
 */
@Timeout(300)
class LocalNodesTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Pattern ADMINISTRATOR =
      Pattern.compile("administrator is admin@localhost, with the password ([A-Za-z0-9]{24})\\.");

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir Path sandbox;

  private CairnProcess start(int port, int nodes, String... more) throws IOException {
    Stream<String> words =
        Stream.of("start", "--nodes=" + nodes, "--port=" + port, "--sandbox=" + sandbox);
    return CairnProcess.run(Stream.concat(words, Stream.of(more)).toArray(String[]::new));
  }

  private static void awaitListening(CairnProcess started, int... ports) {
    for (int port : ports) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(started.outSoFar())
                      .containsPattern(port + " \\| .* listening on http://127.0.0.1:" + port));
    }
  }

  private int status(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/core/management")).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  private boolean answers(int port) throws Exception {
    try {
      return status(port) == 200;
    } catch (ConnectException refused) {
      return false;
    }
  }

  private static List<String> passwords(CairnProcess started) {
    return ADMINISTRATOR
        .matcher(started.outSoFar())
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private int login(int port, String password) throws Exception {
    String both = "admin@localhost:" + password;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/core/authn/basic"))
            .header("content-type", "application/json")
            .header(
                "authorization",
                "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8)))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void threeSecureHostsHaveOneAdministratorAndOneSignalStopsThemInOrder() throws Exception {
    int port = FreePorts.consecutive(3);
    try (CairnProcess started = start(port, 3, "--secure")) {
      awaitListening(started, port, port + 1, port + 2);
      List<ProcessHandle> hosts = started.children();
      assertThat(hosts).hasSize(3);
      assertThat(status(port)).isEqualTo(401);
      assertThat(status(port + 2)).isEqualTo(401);
      assertThat(sandbox.resolve("" + port)).isDirectory();
      await().atMost(LIMIT).until(() -> !passwords(started).isEmpty());
      for (int i = 0; i < 3; i++) {
        int at = port + i;
        await().atMost(LIMIT).until(() -> login(at, passwords(started).getFirst()) == 200);
      }

      started.terminate();

      assertThat(started.exitCode()).isZero();
      assertThat(hosts).noneMatch(ProcessHandle::isAlive);
      assertThat(started.out().lines().filter(line -> line.endsWith("Cairn stopped"))).hasSize(3);
      assertThat(started.err()).contains("starting 3 hosts").doesNotContain("ended");
      assertThat(passwords(started)).as("it is printed once").hasSize(1);
    }
  }

  @Test
  void deathOfOneIsSaidAndRemembered() throws Exception {
    int port = FreePorts.consecutive(2);
    try (CairnProcess started = start(port, 2)) {
      awaitListening(started, port, port + 1);
      ProcessHandle victim = started.children().getFirst();
      victim.destroyForcibly();
      victim.onExit().get();
      int survivor = answers(port) ? port : port + 1;
      int dead = survivor == port ? port + 1 : port;
      assertThat(status(survivor)).isEqualTo(200);

      started.terminate();

      assertThat(started.exitCode()).isEqualTo(HostExit.FAILED);
      assertThat(started.err())
          .contains("the host on port " + dead + " ended with exit code 137; the others go on");
    }
  }

  @Test
  void hostsDoNotOutliveAParentThatIsKilled() throws Exception {
    int port = FreePorts.consecutive(2);
    try (CairnProcess started = start(port, 2)) {
      awaitListening(started, port, port + 1);
      List<ProcessHandle> hosts = started.children();
      assertThat(hosts).hasSize(2);

      started.kill();

      await().atMost(LIMIT).until(() -> hosts.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void failureOfAllEndsIt() throws Exception {
    int port = FreePorts.consecutive(2);
    try (ServerSocket first = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress());
        CairnProcess started = start(port, 2)) {
      assertThat(first.isBound() && second.isBound()).isTrue();
      assertThat(started.exitCode()).isEqualTo(HostExit.PORT_TAKEN);
      assertThat(started.out()).contains(port + " | cairn: port " + port);
      assertThat(started.err()).contains("none is left");
    }
  }
}
