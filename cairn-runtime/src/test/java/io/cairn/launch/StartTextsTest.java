// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.launch.exit.HostExit;
import io.cairn.service.ServiceHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when something about the machine is not as it should be. */
class StartTextsTest {

  @TempDir Path directory;

  private String explained(Exception failure) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int code = new StartFailure(new ServiceHost.Arguments(), directory, err).explain(failure);
    assertThat(code).isEqualTo(HostExit.DATA_UNUSABLE);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFullDiskIsNamedWithItsRoomAndTheWayOut() {
    for (Exception full :
        new Exception[] {
          new IOException("No space left on device"),
          new IOException(
              "the log", new UncheckedIOException(new IOException("No space left on device"))),
          new IOException("Disk quota exceeded")
        }) {
      assertThat(explained(full))
          .contains("the disk of " + directory + " is full")
          .contains("MB are free")
          .contains("--sandbox");
    }
  }

  @Test
  void anyFailureOfTheDataNamesTheirPath() {
    assertThat(explained(new IOException("Input/output error"))).contains(directory.toString());
  }

  @Test
  void anEmptyDirectoryBesideDataThatNobodyUsesIsNoted() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int idle;
    try (ServerSocket used = new ServerSocket(0, 1, loopback)) {
      Path own = directory.resolve("1");
      data(used.getLocalPort());
      assertThat(Neighbours.concern(own, loopback)).as("the neighbour runs").isEmpty();
      idle = used.getLocalPort();
    }
    assertThat(Neighbours.concern(directory.resolve("1"), loopback).orElseThrow())
        .contains(directory.resolve("1") + " has no data yet")
        .contains(directory.resolve(Integer.toString(idle)).toString());
    data(1);
    assertThat(Neighbours.concern(directory.resolve("1"), loopback)).as("own data").isEmpty();
    assertThat(Neighbours.concern(directory.resolve("named"), loopback)).isEmpty();
  }

  private void data(int port) throws IOException {
    Path log = directory.resolve(Integer.toString(port)).resolve("log");
    Files.createDirectories(log);
    Files.createFile(log.resolve("lock"));
  }
}
