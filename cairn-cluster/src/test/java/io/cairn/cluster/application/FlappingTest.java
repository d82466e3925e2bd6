// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static io.cairn.cluster.application.SimulatedCluster.A_MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.application.SimulatedCluster.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes that come, go, pause and are cut off at random: each change is told exactly once, in order.
 */
class FlappingTest {

  private static final int NODES = 5;
  private static final int REQUIRED = 3;
  private static final int STEPS = 40;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void eachChangeIsToldExactlyOnce(long seed) {
    Random random = new Random(seed);
    SimulatedCluster cluster = new SimulatedCluster(seed);
    Node witness = cluster.startCompleted("n0", 8, REQUIRED);
    Map<Integer, Node> running = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      disturb(cluster, running, random);
      cluster.members.advance(Duration.ofMillis(random.nextInt(8_000)));
    }
    cluster.members.heal();
    cluster.members.advance(A_MINUTE);

    assertThat(witness.live()).isEqualTo(running.size() + 1);
    checkStory(witness.application.heard(), witness);
  }

  private static void disturb(SimulatedCluster cluster, Map<Integer, Node> running, Random random) {
    int host = 1 + random.nextInt(NODES);
    Node node = running.get(host);
    if (node == null) {
      running.put(host, cluster.startCompleted("n" + host, host, REQUIRED));
      return;
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        cluster.members.kill(node.membership);
        running.put(host, cluster.startCompleted("n" + host, host, REQUIRED));
      }
      case 1 -> {
        cluster.members.leave(node.membership);
        running.remove(host);
      }
      case 2 -> {
        cluster.members.kill(node.membership);
        running.remove(host);
      }
      case 3 -> cluster.members.cutAfter(random.nextInt(NODES));
      case 4 -> cluster.members.pause(node.membership, Duration.ofMillis(random.nextInt(6_000)));
      default -> cluster.members.heal();
    }
  }

  /** Plays the story by its rules; what is told of the whole must fit what was told one by one. */
  private static void checkStory(List<String> story, Node witness) {
    Set<String> live = new TreeSet<>(List.of("n0"));
    Set<String> suspected = new TreeSet<>();
    List<String> health = new ArrayList<>();
    for (int i = 0; i < story.size(); i++) {
      String[] words = story.get(i).split(" ", 3);
      boolean healthy = live.size() >= REQUIRED;
      switch (words[0]) {
        case "joined" -> {
          assertThat(live.add(words[1])).as("%s is new, %d of %s", words[1], i, story).isTrue();
          checkLiveFollows(story, i, live);
        }
        case "left" -> {
          assertThat(live.remove(words[1]))
              .as("%s was there, %d of %s", words[1], i, story)
              .isTrue();
          suspected.remove(words[1]);
          checkLiveFollows(story, i, live);
        }
        case "suspected" ->
            assertThat(live.contains(words[1]) && suspected.add(words[1]))
                .as("%s was not suspected, %d of %s", words[1], i, story)
                .isTrue();
        case "recovered" ->
            assertThat(suspected.remove(words[1]))
                .as("%s was suspected, %d of %s", words[1], i, story)
                .isTrue();
        case "healthy" -> {
          assertThat(words[1]).isEqualTo("" + healthy);
          health.add(words[1]);
        }
        default -> {}
      }
    }
    assertThat(live).hasSize(witness.live());
    for (int i = 1; i < health.size(); i++) {
      assertThat(health.get(i)).as("a flip, %d of %s", i, health).isNotEqualTo(health.get(i - 1));
    }
    assertThat(health.getLast()).isEqualTo("" + (live.size() >= REQUIRED));
  }

  private static void checkLiveFollows(List<String> story, int index, Set<String> live) {
    boolean healthy = live.size() >= REQUIRED;
    assertThat(story.get(index)).endsWith(" " + healthy);
    assertThat(story.get(index + 1)).isEqualTo("live " + live + " " + healthy);
  }
}
