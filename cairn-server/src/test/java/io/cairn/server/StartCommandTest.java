// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.launch.exit.HostExit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process as a shell sees it: what it prints, and how it ends. */
@Timeout(180)
class StartCommandTest {

  @TempDir Path sandbox;

  @Test
  void hostServesUntilItIsTerminatedAndKeepsItsDocuments() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String node;
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      HttpResponse<String> created =
          host.send(
              client, "POST", "/core/examples", "{\"documentSelfLink\":\"a\",\"name\":\"n\"}");
      assertThat(created.statusCode()).isEqualTo(200);
      node = nodeOf(created.body());
      host.terminate();

      assertThat(host.exitCode()).isZero();
      assertThat(host.out())
          .contains("listening on http://127.0.0.1:")
          .contains("data in " + sandbox)
          .contains("node " + node)
          .endsWith("Cairn stopped\n");
      assertThat(host.out().lines()).hasSize(2);
      assertThat(host.err()).isEmpty();
    }
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      String again = host.send(client, "GET", "/core/examples/a", "").body();
      assertThat(again).contains("\"name\":\"n\"");
      assertThat(nodeOf(again)).isEqualTo(node);
    }
  }

  @Test
  void twoHostsCannotShareData() throws Exception {
    try (CairnProcess first = CairnProcess.start(sandbox)) {
      assertThat(first.uri()).isNotNull();
      try (CairnProcess second = CairnProcess.start(sandbox)) {
        assertThat(second.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
        assertThat(second.err()).contains("in use by another process").doesNotContain("\tat ");
      }
    }
  }

  @Test
  void takenPortIsSaidClearly() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CairnProcess host =
            CairnProcess.run("start", "--port=" + taken.getLocalPort(), "--sandbox=" + sandbox)) {
      assertThat(host.exitCode()).isEqualTo(HostExit.PORT_TAKEN);
      assertThat(host.err()).contains("port " + taken.getLocalPort()).contains("is taken");
      assertThat(host.err().lines()).hasSize(1);
    }
  }

  @Test
  void wrongSettingsEndItBeforeAnythingIsWritten() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox, "--nonsense=1", "--operationTimeout=x")) {
      assertThat(host.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(host.err())
          .contains("--nonsense is unknown")
          .contains("--operationTimeout is \"x\"")
          .contains("cairn start --help");
      assertThat(sandbox).isEmptyDirectory();
    }
  }

  @Test
  void addressOfAnotherMachineIsAWrongSetting() throws Exception {
    // RFC 5737 keeps this address out of every network.
    try (CairnProcess host =
        CairnProcess.start(sandbox, "--bindAddress=192.0.2.1", "--insecureClients=true")) {
      assertThat(host.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(host.err()).contains("--bindAddress must be");
    }
  }

  @Test
  void hostThatLetsOtherMachinesDoEverythingDoesNotStart() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox, "--bindAddress=0.0.0.0")) {
      assertThat(host.exitCode()).isEqualTo(HostExit.USAGE);
      assertThat(host.err())
          .contains("--bindAddress=0.0.0.0", "--insecureClients=true")
          .doesNotContain("\tat ");
      assertThat(sandbox).isEmptyDirectory();
    }
  }

  @Test
  void sandboxThatIsAFileIsUnusable() throws Exception {
    Path file = Files.createFile(sandbox.resolve("file"));
    try (CairnProcess host = CairnProcess.start(file)) {
      assertThat(host.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
      assertThat(host.err()).contains(file.toString());
    }
  }

  @Test
  void damagedLogIsRefusedAndLeftAsItIs() throws Exception {
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      HttpClient client = HttpClient.newHttpClient();
      for (int i = 0; i < 50; i++) {
        host.send(client, "POST", "/core/examples", "{\"name\":\"n\"}");
      }
    }
    Path segment = largestFile(sandbox.resolve("log"));
    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
      bytes.seek(5_000);
      bytes.write(new byte[64]);
    }
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      assertThat(host.exitCode()).isEqualTo(HostExit.DATA_UNUSABLE);
      assertThat(host.err()).contains("damaged");
    }
  }

  @Test
  void failedLogEndsTheProcess() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String document = "{\"name\":\"" + "x".repeat(30_000) + "\"}";
    try (CairnProcess host = CairnProcess.start(sandbox)) {
      assertThat(host.uri()).isNotNull();
      try (Stream<Path> files = Files.list(sandbox.resolve("log"))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(sandbox.resolve("log"));

      // The open segment still takes some; there is no place for the next one.
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  host.send(client, "POST", "/core/examples", document);
                }
              })
          .isInstanceOf(IOException.class);

      assertThat(host.exitCode()).isEqualTo(HostExit.LOG_FAILED);
      assertThat(host.out()).contains("The log has failed");
    }
  }

  @Test
  void helpNamesTheSettingsAndTheExitCodes() throws Exception {
    try (CairnProcess help = CairnProcess.run("start", "--help")) {
      assertThat(help.exitCode()).isZero();
      assertThat(help.out())
          .contains("--port=PORT")
          .contains("[8000]")
          .contains("CAIRN_BIND_ADDRESS")
          .contains("3 port taken");
    }
  }

  @Test
  void theClientsHelpNamesStart() throws Exception {
    try (CairnProcess help = CairnProcess.run("--help")) {
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).contains("start").contains("patch");
    }
  }

  @Test
  void settingsWithoutACommandStartAHostFromTheJar() throws Exception {
    try (CairnProcess host =
        CairnProcess.run(
            CairnServer.class,
            Map.of("CAIRN_SANDBOX", sandbox.toString(), "CAIRN_LOG_FORMAT", "text"),
            List.of("-Dcairn.logFormat=json"),
            "--port=0")) {
      URI uri = host.uri();
      assertThat(uri.getPort()).isPositive();
      host.terminate();
      assertThat(host.exitCode()).isZero();
      assertThat(host.out().lines())
          .allMatch(line -> line.startsWith("{") && line.endsWith("}"))
          .first()
          .asString()
          .contains(sandbox.toString());
    }
  }

  private static String nodeOf(String document) {
    return document.replaceAll("(?s).*\"documentOwner\":\"([^\"]+)\".*", "$1");
  }

  private static Path largestFile(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*[0-9].*"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }
}
