// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.membership.VirtualCluster.Member;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a machine that is busy answers are late, and nobody is dead. */
class ReprieveTest {

  private final VirtualCluster cluster = new VirtualCluster(MembershipSettings.defaults(), 1);
  private final Set<URI> disconnected = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void formed() {
    cluster.network.connect(address -> !disconnected.contains(address));
    cluster.startAll(3);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(3));
    cluster.clearStories();
  }

  private Member node(int number) {
    return cluster.members.get(number - 1);
  }

  private List<Member> rest() {
    return List.of(node(1), node(2));
  }

  @Test
  void aConnectedMemberThatAnswersLateIsNotGivenUp() {
    node(3).node().pause(Duration.ofSeconds(6));
    cluster.time.advance(Duration.ofSeconds(12));

    for (Member other : rest()) {
      assertThat(other.story()).contains("suspected n3-3", "recovered n3-3");
      assertThat(other.story()).noneMatch(word -> word.startsWith("CRASH"));
    }
    assertThat(cluster.isConverged()).isTrue();
  }

  @Test
  void aMemberWhoseConnectionEndsIsGivenUpAtOnce() {
    cluster.kill(node(3));
    cluster.time.advance(Duration.ofSeconds(5));
    assertThat(node(1).heard("CRASH n3-3")).isFalse();

    disconnected.add(VirtualCluster.address(3));
    cluster.time.advance(Duration.ofSeconds(1));

    for (Member other : rest()) {
      assertThat(other.story()).containsExactly("suspected n3-3", "CRASH n3-3");
    }
  }

  @Test
  void aMemberThatIsSilentForLongIsGivenUpAlthoughItIsConnected() {
    cluster.kill(node(3));
    cluster.time.advance(SwimProtocol.LONGEST_REPRIEVE.plusSeconds(4));

    for (Member other : rest()) {
      assertThat(other.story()).containsExactly("suspected n3-3", "CRASH n3-3");
    }
  }

  @Test
  void aMemberThatSaysGoodByeDuringItsReprieveHasLeft() {
    node(3).node().pause(Duration.ofSeconds(5));
    cluster.time.advance(Duration.ofSeconds(5));
    var left = node(3).membership().leave();
    assertThat(cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(2));

    for (Member other : rest()) {
      assertThat(other.story()).contains("LEAVE n3-3").doesNotContain("CRASH n3-3");
    }
  }
}
