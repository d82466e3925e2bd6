// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static io.cairn.cluster.application.SimulatedCluster.A_MINUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.application.SimulatedCluster.Node;
import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeEvent;
import io.cairn.cluster.attributes.AttributeType;
import io.cairn.cluster.attributes.AttributesListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an application hears, when, and how often. */
class CallbacksTest {

  private final SimulatedCluster cluster = new SimulatedCluster(1);

  @Test
  void aNodeAloneHearsTheSameAsOneOfMany() {
    Node node = cluster.start("n1", 1, 1);

    assertThat(node.application.heard())
        .containsExactly("start", "responder", "attributesClient", "live [n1] false");
    assertThat(node.application.client()).isSameAs(node.attributes);
    assertThat(node.application.responder()).isSameAs(node.runtime.messenger());

    node.application.forget();
    node.runtime.startupCompleted();
    node.runtime.startupCompleted();
    cluster.members.advance(A_MINUTE);
    node.runtime.stop();
    node.runtime.stop();
    node.runtime.close();

    assertThat(node.application.heard()).containsExactly("healthy true", "stop");
  }

  @Test
  void aNodeAloneWithQuorumTwoIsToldOnceThatItIsNotHealthy() {
    Node node = cluster.startCompleted("n1", 1, 2);

    cluster.members.advance(A_MINUTE);

    assertThat(node.application.heard(words -> words.startsWith("healthy")))
        .containsExactly("healthy false");
  }

  @Test
  void aJoinIsToldWithTheHealthRightAfterIt() {
    Node first = cluster.startCompleted("n1", 1, 2);
    first.application.forget();

    Node second = cluster.start("n2", 2, 2);
    assertThat(cluster.awaitLive(second, 2)).isTrue();
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard())
        .containsExactly("joined n2 true", "live [n1, n2] true", "healthy true");
    assertThat(second.application.heard())
        .containsExactly(
            "start",
            "responder",
            "attributesClient",
            "live [n2] false",
            "joined n1 false",
            "live [n1, n2] false");
  }

  @Test
  void aLeaveIsToldOnceWithItsReasonAndMembershipHearsOnAfterwards() {
    Node first = cluster.startCompleted("n1", 1, 2);
    Node second = cluster.startCompleted("n2", 2, 2);
    cluster.awaitLive(first, 2);
    cluster.awaitLive(second, 2);
    first.application.forget();

    cluster.members.leave(second.membership);
    cluster.members.advance(A_MINUTE);
    assertThat(first.application.heard())
        .containsExactly("left n2 LEAVE false", "live [n1] false", "healthy false");

    first.application.forget();
    cluster.start("n2", 2, 2);
    cluster.members.advance(A_MINUTE);
    assertThat(first.application.heard())
        .containsExactly("joined n2 true", "live [n1, n2] true", "healthy true");
  }

  @Test
  void aCrashIsSuspectedFirstAndThenToldWithItsReason() {
    Node first = cluster.startCompleted("n1", 1, 2);
    Node second = cluster.startCompleted("n2", 2, 2);
    cluster.awaitLive(first, 2);
    first.application.forget();

    cluster.members.kill(second.membership);
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard())
        .containsExactly(
            "suspected n2 true", "left n2 CRASH false", "live [n1] false", "healthy false");
    assertThat(first.application.nodes())
        .extracting(ClusterNode::status)
        .endsWith(ClusterNode.Status.SUSPECT, ClusterNode.Status.SUSPECT);
  }

  @Test
  void aPausedNodeRecoversWithoutLeaving() {
    Node first = cluster.startCompleted("n1", 1, 2);
    Node second = cluster.startCompleted("n2", 2, 2);
    cluster.awaitLive(first, 2);
    first.application.forget();

    cluster.members.pause(second.membership, Duration.ofMillis(1_200));
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard()).containsExactly("suspected n2 true", "recovered n2 true");
  }

  @Test
  void aFastRestartIsALeaveOfTheOldAndAJoinOfTheNewLaunch() {
    Node first = cluster.startCompleted("n1", 1, 2);
    Node second = cluster.startCompleted("n2", 2, 2);
    cluster.awaitLive(first, 2);
    first.application.forget();

    cluster.members.kill(second.membership);
    Node again = cluster.startCompleted("n2", 2, 2);
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard(words -> !words.startsWith("suspected")))
        .containsExactly(
            "left n2 CRASH false",
            "live [n1] false",
            "healthy false",
            "joined n2 true",
            "live [n1, n2] true",
            "healthy true");
    assertThat(first.live()).isEqualTo(2);
    assertThat(again.live()).isEqualTo(2);
    List<String> launches = first.application.nodes().stream().map(ClusterNode::launchId).toList();
    assertThat(launches.getFirst()).isEqualTo(second.membership.self().launchId());
    assertThat(launches.getLast()).isEqualTo(again.membership.self().launchId());
  }

  @Test
  void nothingIsToldOfTheNodeItself() {
    List<Node> nodes = Stream.of(1, 2, 3).map(i -> cluster.startCompleted("n" + i, i, 2)).toList();
    cluster.members.advance(A_MINUTE);

    for (Node node : nodes) {
      String self = node.membership.self().nodeId();
      assertThat(node.application.nodes())
          .hasSize(2)
          .extracting(ClusterNode::id)
          .doesNotContain(self);
    }
  }

  @Test
  void whoComesLateIsToldThePresentState() {
    Node first = cluster.startCompleted("n1", 1, 2);
    cluster.start("n2", 2, 2);
    cluster.awaitLive(first, 2);

    RecordingApplication late = new RecordingApplication();
    first.runtime.register(late, Runnable::run);

    assertThat(late.heard())
        .containsExactly(
            "start", "responder", "attributesClient", "live [n1, n2] true", "healthy true");
    assertThatThrownBy(() -> first.runtime.register(late, Runnable::run))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherMetadataOfANodeIsSeenByAskingButNoEvent() {
    Node first = cluster.startCompleted("n1", 1, 1);
    Node second = cluster.startCompleted("n2", 2, 1);
    cluster.awaitLive(first, 2);
    first.application.forget();

    second.membership.updateMetadata(Map.of("uri", "http://two"));
    boolean seen =
        cluster.members.advanceUntil(
            () -> "http://two".equals(first.runtime.nodes().getLast().properties().get("uri")),
            A_MINUTE);

    assertThat(seen).isTrue();
    assertThat(first.application.heard()).isEmpty();
    assertThat(second.runtime.self().properties()).containsEntry("uri", "http://two");
  }

  @Test
  void twoNodesOfOneNameAreNoEvent() {
    Node first = cluster.startCompleted("n1", 1, 1);
    cluster.startCompleted("n2", 2, 1);
    cluster.awaitLive(first, 2);
    first.application.forget();

    cluster.startCompleted("n2", 3, 1);
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard()).isEmpty();
    assertThat(first.live()).isEqualTo(2);
  }

  @Test
  void eachChangeOfAnAttributeCallsItsMethod() {
    Node node = cluster.startCompleted("n1", 1, 1);
    node.application.forget();
    AttributesListener listener = node.runtime.attributesListener();
    Attribute<?> one = Attribute.from("a", AttributeType.INTEGER, "1");
    Attribute<?> two = Attribute.from("a", AttributeType.INTEGER, "2");

    listener.onEvent(new AttributeEvent.SetCreated("s"));
    listener.onEvent(new AttributeEvent.Added("s", one));
    listener.onEvent(new AttributeEvent.Replaced("s", two, one));
    listener.onEvent(new AttributeEvent.Removed("s", two));
    listener.onEvent(new AttributeEvent.SetRemoved("s"));

    assertThat(node.application.heard())
        .containsExactly("created s", "added s a", "replaced s a", "removed s a", "set removed s");
  }

  @Test
  void changeOfAnAttributeIsHeardWithItsValueAlthoughItIsGoneByThen() {
    Node node = cluster.startCompleted("n1", 1, 1);
    List<String> heard = new CopyOnWriteArrayList<>();
    node.runtime.register(
        new ClusterApplicationAdapter() {
          @Override
          public void informAttributeAdded(String set, Attribute<?> attribute) {
            heard.add("added " + attribute.value());
          }

          @Override
          public void informAttributeReplaced(
              String set, Attribute<?> attribute, Attribute<?> previous) {
            heard.add("replaced " + previous.value() + " by " + attribute.value());
          }

          @Override
          public void informAttributeRemoved(String set, Attribute<?> attribute) {
            heard.add("removed " + attribute.value());
          }
        },
        Runnable::run);
    AttributesListener listener = node.runtime.attributesListener();
    Attribute<?> one = Attribute.from("a", AttributeType.INTEGER, "1");
    Attribute<?> two = Attribute.from("a", AttributeType.INTEGER, "2");

    listener.onEvent(new AttributeEvent.Added("s", one));
    listener.onEvent(new AttributeEvent.Replaced("s", two, one));
    listener.onEvent(new AttributeEvent.Removed("s", two));

    assertThat(heard).containsExactly("added 1", "replaced 1 by 2", "removed 2");
  }

  @Test
  void nothingFollowsTheStop() {
    Node first = cluster.startCompleted("n1", 1, 1);
    Node second = cluster.startCompleted("n2", 2, 1);
    cluster.awaitLive(first, 2);

    first.runtime.stop();
    first.runtime.attributesListener().onEvent(new AttributeEvent.SetCreated("s"));
    first.quorum.required = 5;
    first.runtime.quorumChanged();
    cluster.members.kill(second.membership);
    cluster.members.advance(A_MINUTE);

    assertThat(first.application.heard()).endsWith("stop").containsOnlyOnce("stop");
    assertThatThrownBy(() -> first.runtime.register(new RecordingApplication()))
        .isInstanceOf(IllegalStateException.class);
  }
}
