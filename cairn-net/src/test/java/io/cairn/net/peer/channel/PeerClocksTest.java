// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static ch.qos.logback.classic.Level.WARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.cairn.net.LoggedWarnings;
import io.cairn.net.peer.PeerClockSkew;
import io.cairn.net.peer.PeerStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Nodes whose clocks differ. */
@Isolated("looks at what all log")
class PeerClocksTest extends PeerTestBed {
  private static final long DAY_MICROS = Duration.ofDays(1).toMillis() * 1000;

  private Node ahead(String name, Duration by) throws Exception {
    Node node = node(name, settings -> settings.clock(() -> Instant.now().plus(by)));
    node.peers.handle(PeerStream.FORWARD, new Echo());
    return node;
  }

  private static long error(Node node) {
    return node.peers.agreedMicros() - System.currentTimeMillis() * 1000;
  }

  @Test
  void aClockThatIsADayAheadIsToldOfOnceByEachNodeAndExpiresNothingEarly() throws Exception {
    try (LoggedWarnings log = new LoggedWarnings(PeerClocks.class)) {
      Node a = ahead("a", Duration.ZERO);
      Node b = ahead("b", Duration.ofDays(1));
      Node c = ahead("c", Duration.ofMillis(300));
      for (Node one : List.of(a, b, c)) {
        for (Node other : List.of(a, b, c)) {
          if (one != other) {
            answer(one.ask(other, "x"));
          }
        }
      }
      await().atMost(PATIENCE).until(() -> b.peers.clockSkews().size() == 2);
      await().atMost(PATIENCE).until(() -> a.peers.clockSkews().size() == 1);
      await().atMost(PATIENCE).until(() -> c.peers.clockSkews().size() == 1);
      await().atMost(PATIENCE).until(() -> log.events().size() >= 4);
      assertThat(a.peers.clockSkews().getFirst().text())
          .startsWith("The clock of node b is 24 hours ahead of this node's");
      assertThat(b.peers.clockSkews().getFirst().text())
          .startsWith("The clock of node a is 24 hours behind this node's");
      for (Node node : List.of(a, b, c)) {
        assertThat(error(node)).isBetween(-DAY_MICROS / 100, DAY_MICROS / 100);
      }
      assertThat(log.events()).extracting(ILoggingEvent::getLevel).hasSize(4).containsOnly(WARN);
    }
  }

  @Test
  void whatAClockIsOffByIsRounded() {
    assertThat(new PeerClockSkew("b", Duration.ofHours(24).minusMillis(40)).text())
        .startsWith("The clock of node b is 24 hours ahead of");
    assertThat(new PeerClockSkew("b", Duration.ofSeconds(-3).plusMillis(40)).text())
        .startsWith("The clock of node b is 3 seconds behind");
  }

  @Test
  void ofTwoClocksThatDifferTheEarlierCounts() throws Exception {
    Node a = ahead("a", Duration.ZERO);
    Node b = ahead("b", Duration.ofDays(1));
    answer(a.ask(b, "x"));
    await().atMost(PATIENCE).until(() -> Math.abs(error(b)) < DAY_MICROS / 100);
    assertThat(Math.abs(error(a))).isLessThan(DAY_MICROS / 100);
  }
}
