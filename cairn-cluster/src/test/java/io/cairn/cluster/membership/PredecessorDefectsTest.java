// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cairn.cluster.membership.VirtualCluster.Member;
import io.cairn.cluster.membership.WireMessage.Question;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What XOOM Cluster's membership got wrong; each would be seen here again. */
@Isolated("looks at what all log")
class PredecessorDefectsTest {

  private static final URI[] SEEDS = VirtualCluster.addresses(3);

  private final VirtualCluster cluster = new VirtualCluster(MembershipSettings.defaults(), 1);

  private void formed(int nodes) {
    cluster.startAll(nodes);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(5))).isTrue();
    cluster.time.advance(Duration.ofSeconds(3));
    cluster.clearStories();
  }

  private Member node(int number) {
    return cluster.members.get(number - 1);
  }

  private void leaves(Member member) {
    CompletableFuture<Void> left = member.membership().leave();
    assertThat(cluster.time.advanceUntil(left::isDone, Duration.ofSeconds(3))).isTrue();
    cluster.network.unplug(member.address());
    cluster.members.remove(member);
  }

  /** Between the good-bye and the return: at once, within the suspicion time, and long after it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 300, 1_000, 2_000, 20_000})
  void whoLeavesAndComesBackIsHeardOfEachTime(int absence) {
    formed(3);
    for (int round = 0; round < 6; round++) {
      leaves(node(3));
      cluster.time.advance(Duration.ofMillis(absence));
      cluster.start("n3", VirtualCluster.address(3), SEEDS);
      assertThat(cluster.convergesWithin(Duration.ofSeconds(3))).isTrue();
      cluster.time.advance(Duration.ofMillis(700));
    }
    cluster.time.advance(Duration.ofSeconds(20));

    for (Member other : List.of(node(1), node(2))) {
      assertThat(other.story())
          .containsExactly(
              "LEAVE n3-3",
              "joined n3-4",
              "LEAVE n3-4",
              "joined n3-5",
              "LEAVE n3-5",
              "joined n3-6",
              "LEAVE n3-6",
              "joined n3-7",
              "LEAVE n3-7",
              "joined n3-8",
              "LEAVE n3-8",
              "joined n3-9");
    }
    assertThat(cluster.isConverged()).isTrue();
  }

  /** Also when it is the seed that everybody was given, and when messages are lost. */
  @ParameterizedTest
  @CsvSource({"0,0", "50,0", "200,0", "1000,0", "3000,0", "0,0.1", "200,0.1", "1000,0.1"})
  void aNodeThatRestartsFastIsAMemberEverywhereInTheEnd(int downMillis, double loss) {
    formed(5);
    cluster.network.lose(loss);
    Member first = node(1);
    cluster.kill(first);
    cluster.time.advance(Duration.ofMillis(downMillis));
    cluster.start("n1", first.address(), VirtualCluster.addresses(5));
    cluster.time.advance(Duration.ofSeconds(15));

    for (Member other : cluster.members.subList(0, 4)) {
      assertThat(other.story())
          .filteredOn(word -> word.startsWith("CRASH") || word.startsWith("joined"))
          .containsExactly("CRASH n1-1", "joined n1-6");
    }
    cluster.network.lose(0);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(3))).isTrue();
  }

  @Test
  void hardlyAnythingIsLoggedAfterAGoodBye() {
    formed(5);
    List<String> complaints =
        complaintsDuring(
            () -> {
              leaves(node(5));
              cluster.time.advance(Duration.ofMinutes(1));
            });

    assertThat(node(1).story()).containsExactly("LEAVE n5-5");
    assertThat(complaints).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void hardlyAnythingIsLoggedAfterACrash() {
    formed(5);
    List<String> complaints =
        complaintsDuring(
            () -> {
              cluster.kill(node(5));
              cluster.time.advance(Duration.ofMinutes(1));
            });

    assertThat(node(1).story()).containsExactly("suspected n5-5", "CRASH n5-5");
    assertThat(complaints).hasSizeLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50, 200, 1_000, 3_000})
  void hardlyAnythingIsLoggedAfterAFastRestart(int downMillis) {
    formed(5);
    List<String> complaints =
        complaintsDuring(
            () -> {
              cluster.kill(node(5));
              cluster.time.advance(Duration.ofMillis(downMillis));
              cluster.start("n5", VirtualCluster.address(5), VirtualCluster.addresses(5));
              cluster.time.advance(Duration.ofMinutes(1));
            });

    assertThat(node(1).story()).endsWith("CRASH n5-5", "joined n5-6");
    assertThat(complaints).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aQuestionMeantForTheLastLaunchIsPassedOverInSilence() {
    formed(2);
    byte[] question = WireCodec.encode(new Question("n1-0", 0));
    List<String> complaints =
        complaintsDuring(
            () -> {
              cluster.network.deliver(
                  VirtualCluster.address(2), VirtualCluster.address(1), question);
              cluster.time.advance(Duration.ofSeconds(1));
            });

    assertThat(complaints).isEmpty();
  }

  @Test
  void aPeerThatSpeaksAnotherVersionIsRefusedInOneSentence() {
    formed(2);
    byte[] before = {1, 3, 0, 0};
    List<String> complaints =
        complaintsDuring(
            () -> {
              for (int i = 0; i < 100; i++) {
                cluster.network.deliver(
                    VirtualCluster.address(2), VirtualCluster.address(1), before);
              }
              cluster.time.advance(Duration.ofSeconds(10));
            });

    assertThat(complaints)
        .singleElement()
        .asString()
        .startsWith("Cannot read a message about members from http://host2:8000: ")
        .endsWith(
            "its version is 1, and this Cairn reads version 3: run the same version of Cairn on all"
                + " nodes");
    assertThat(node(1).membership().traffic().malformed()).isEqualTo(100);
  }

  /** All of this test runs in one thread, which tells its lines from those of other tests. */
  private static List<String> complaintsDuring(Runnable action) {
    String thread = Thread.currentThread().getName();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    root.addAppender(lines);
    try {
      action.run();
    } finally {
      root.detachAppender(lines);
    }
    return lines.list.stream()
        .filter(line -> line.getThreadName().equals(thread))
        .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void twoSeedsAloneFormOneCluster() {
    URI[] both = VirtualCluster.addresses(2);
    Member first = cluster.start("n1", both[0], both);
    cluster.time.advance(Duration.ofMinutes(2));
    assertThat(first.others()).isEmpty();

    Member second = cluster.start("n2", both[1], both);
    assertThat(cluster.convergesWithin(Duration.ofSeconds(2))).isTrue();
    cluster.time.advance(Duration.ofMinutes(2));

    assertThat(first.story()).containsExactly("joined n2-2");
    assertThat(second.story()).containsExactly("joined n1-1");
  }

  /** The seed itself was given no seeds: it has nobody to call and waits for the others. */
  @ParameterizedTest
  @CsvSource({
    "defaults,200",
    "defaults,60000",
    "local,200",
    "local,60000",
    "lan,200",
    "lan,60000",
    "wan,200",
    "wan,600000"
  })
  void aSeedThatRestartsIsFoundAgainWithinTwoIntervals(String preset, int downMillis) {
    MembershipSettings settings = MembershipSettings.preset(preset);
    VirtualCluster lone = new VirtualCluster(settings, 2);
    lone.start("n1", VirtualCluster.address(1));
    lone.start("n2", VirtualCluster.address(2), VirtualCluster.address(1));
    lone.start("n3", VirtualCluster.address(3), VirtualCluster.address(1));
    assertThat(lone.convergesWithin(settings.syncInterval())).isTrue();
    lone.time.advance(Duration.ofSeconds(7));
    lone.kill(lone.members.getFirst());
    lone.time.advance(Duration.ofMillis(downMillis));

    lone.start("n1", VirtualCluster.address(1));

    assertThat(lone.convergesWithin(settings.syncInterval().multipliedBy(2))).isTrue();
  }
}
