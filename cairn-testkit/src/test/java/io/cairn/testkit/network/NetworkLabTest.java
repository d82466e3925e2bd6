// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class NetworkLabTest {

  private static final int PORT = 7_000;
  private static final int WAIT_MILLIS = 300;

  @BeforeEach
  void namespacesAreThere() {
    NetworkLab.whyImpossible().ifPresent(reason -> assumeTrue(false, reason));
  }

  @Test
  void aHostInTheLabIsReachedByClientsAndByNobodyElse(@TempDir Path directory) throws Exception {
    try (NetworkLab lab = new NetworkLab(1);
        ProcessHost host =
            new ProcessHost(RegisterService.Setup.class, directory, "-Xmx128m")
                .placed(lab.at(0), lab.address(0))
                .start();
        HttpProbe inside = new HttpProbe(lab.reach(0, host.uri().getPort()));
        HttpProbe outside = new HttpProbe(host.uri(), Duration.ofSeconds(1))) {
      assertThat(inside.get(RegisterService.FACTORY_LINK).status()).isEqualTo(200);
      assertThat(reaches(outside)).as("from outside").isFalse();
      host.kill();
      TestContext.waitFor(
          Duration.ofSeconds(10),
          () -> inside.get(RegisterService.FACTORY_LINK).status() == 503,
          "the relay's own answer");
    }
  }

  /** A network may have something that answers for every address: that is not the host. */
  private static boolean reaches(HttpProbe http) {
    try {
      return http.get(RegisterService.FACTORY_LINK).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void packetsAreDroppedBetweenPartsAndInOneDirectionUntilTheLabIsHealed() throws IOException {
    try (NetworkLab lab = new NetworkLab(3)) {
      assertThat(arrives(lab, 0, 1)).isTrue();
      lab.oneWayLoss(0, 1);
      assertThat(arrives(lab, 0, 1)).isFalse();
      assertThat(arrives(lab, 1, 0)).isTrue();
      assertThat(arrives(lab, 0, 2)).isTrue();
      lab.heal();
      lab.partition(Set.of(0), Set.of(1, 2));
      assertThat(arrives(lab, 0, 1)).isFalse();
      assertThat(arrives(lab, 2, 0)).isFalse();
      assertThat(arrives(lab, 1, 2)).isTrue();
      lab.heal();
      lab.isolate(2);
      assertThat(arrives(lab, 0, 1)).isTrue();
      assertThat(arrives(lab, 2, 1)).isFalse();
      lab.heal();
      assertThat(arrives(lab, 2, 1)).isTrue();
    }
  }

  @Test
  void nothingOfTheLabIsLeft() {
    new NetworkLab(2).close();
    String mine = "cairnlab-" + ProcessHandle.current().pid();
    assertThat(Command.run("ip netns list")).doesNotContain(mine);
  }

  @Test
  void theWorkOfACrashedTestIsRemoved() {
    String left = "cairnlab-" + Integer.MAX_VALUE + "-1-hub";
    Command.run("ip netns add " + left);
    new NetworkLab(1).close();
    assertThat(Command.run("ip netns list")).doesNotContain(left);
  }

  @Test
  void aDelayIsMadeOrRefused() {
    try (NetworkLab lab = new NetworkLab(1)) {
      if (NetworkLab.canDelay()) {
        lab.delay(0, 10, 1);
        lab.heal();
      } else {
        assertThatThrownBy(() -> lab.delay(0, 10, 1))
            .isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  /** Sends a datagram, of whose loss the sender is told nothing. */
  private static boolean arrives(NetworkLab lab, int from, int to) throws IOException {
    try (NamespaceSockets there = new NamespaceSockets(lab.namespace(to));
        NamespaceSockets here = new NamespaceSockets(lab.namespace(from));
        DatagramSocket receiver = there.call(() -> new DatagramSocket(PORT));
        DatagramSocket sender = here.call(() -> new DatagramSocket())) {
      receiver.setSoTimeout(WAIT_MILLIS);
      InetAddress address = InetAddress.getByName(lab.address(to));
      sender.send(new DatagramPacket(new byte[1], 1, address, PORT));
      receiver.receive(new DatagramPacket(new byte[1], 1));
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
