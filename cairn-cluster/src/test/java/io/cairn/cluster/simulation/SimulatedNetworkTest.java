// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.simulation.SimulatedNetwork.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {

  private static final long FAST = 10;

  private final VirtualTime time = new VirtualTime();
  private final SimulatedNetwork<String> network =
      new SimulatedNetwork<>(time, new Random(1), Traffic.calm(FAST, 0));
  private final List<String> arrived = new ArrayList<>();

  private void send(String from, String to) {
    network.send(from, to, time.now(), () -> arrived.add(from + to + "@" + time.now()));
  }

  @Test
  void linkMayLoseRepeatOrDelayMoreThanTheOthers() {
    network.traffic("a", "b", new Traffic(1, 0, FAST, 0, 0, 0));
    network.traffic("b", "a", new Traffic(0, 1, 50, 0, 0, 0));
    send("a", "b");
    send("b", "a");
    send("a", "c");
    time.advanceMillis(1);
    assertThat(arrived).containsExactly("ac@10", "ba@50", "ba@50");
  }

  @Test
  void whatIsUnderWayIsForgottenWhenItsLinkIsCutAndOnlyThen() {
    send("a", "b");
    send("b", "a");
    network.cut("a", "b");
    time.advanceMillis(1);
    assertThat(arrived).containsExactly("ba@10");
    network.partition((from, to) -> true);
    send("b", "a");
    network.heal();
    time.advanceMillis(1);
    assertThat(arrived).hasSize(1);
  }

  @Test
  void whatALinkKeepsBackArrivesAfterwardsAndNotInTheOtherDirection() {
    network.hold("a", "b", 1_000);
    send("a", "b");
    send("b", "a");
    time.advanceMillis(1);
    assertThat(arrived).containsExactly("ba@10", "ab@1010");
  }

  @Test
  void oneSeedGivesOneRun() {
    for (int run = 0; run < 2; run++) {
      VirtualTime again = new VirtualTime();
      SimulatedNetwork<Integer> other =
          new SimulatedNetwork<>(again, new Random(7), new Traffic(0.2, 0.2, 1, 500, 0.1, 5_000));
      List<Long> arrivals = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        other.send(i % 3, i % 5, again.now(), () -> arrivals.add(again.now()));
      }
      again.advanceMillis(1);
      arrived.add(arrivals.toString());
    }
    assertThat(arrived.getFirst()).isEqualTo(arrived.getLast());
  }
}
