// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.checkup;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.DiskWaits;
import io.cairn.cluster.group.partition.Condition;
import io.cairn.cluster.group.partition.Obstacle;
import io.cairn.net.peer.PeerClockSkew;
import io.cairn.net.peer.PeerRefusal;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.runtime.checkup.CheckupState.Check;
import io.cairn.runtime.checkup.CheckupState.Verdict;
import io.cairn.runtime.documents.DiskRoom;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that can be the matter is found by its check, and by that one alone. */
class CheckupTest {

  private static final URI OTHER = URI.create("http://h2:8000");

  @TempDir Path directory;

  private Condition condition = Condition.WELL;
  private final List<String> host = new ArrayList<>();
  private final List<PeerTrouble> troubles = new ArrayList<>();
  private final List<PeerRefusal> refusals = new ArrayList<>();
  private final List<PeerClockSkew> skews = new ArrayList<>();
  private DiskWaits waits = new DiskWaits(100, 0, Duration.ofMillis(3));
  private FileUse files = new FileUse(100, 65_536, 4_096);
  private @Nullable String certificate;
  private long reserve = 1;

  private CheckupState look() {
    return new Checkup(
            new Checkup.Sources(
                "n1",
                "1.0",
                () -> 7,
                () -> condition,
                () -> host,
                new Checkup.Peers(() -> troubles, () -> refusals, () -> skews),
                new Checkup.Machine(
                    DiskRoom.of(directory, reserve, () -> 0),
                    () -> waits,
                    () -> files,
                    () -> Optional.ofNullable(certificate))))
        .look();
  }

  private void assertFound(String name, Verdict verdict, String text) {
    CheckupState state = look();
    assertThat(state.verdict()).isEqualTo(verdict);
    for (Check check : state.checks()) {
      if (check.name().equals(name)) {
        assertThat(check.verdict()).as(name).isEqualTo(verdict);
        assertThat(check.findings())
            .isNotEmpty()
            .allSatisfy(finding -> assertThat(finding.found()).contains(text))
            .allSatisfy(finding -> assertThat(finding.advice()).isNotBlank());
      } else {
        assertThat(check.verdict()).as(check.name()).isEqualTo(Verdict.OK);
        assertThat(check.findings()).as(check.name()).isEmpty();
      }
    }
  }

  private void obstacle(Obstacle.Kind kind, String text) {
    condition = new Condition(false, true, "", List.of(new Obstacle(kind, text)), Map.of());
    host.add(text); // the host repeats what keeps its group from serving
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    CheckupState state = look();
    assertThat(state.verdict()).isEqualTo(Verdict.OK);
    assertThat(state.node()).isEqualTo("n1");
    assertThat(state.timeMicros()).isEqualTo(7);
    assertThat(state.checks()).hasSize(11).allMatch(check -> check.verdict() == Verdict.OK);
    assertThat(state.checks()).extracting(Check::name).doesNotHaveDuplicates();
  }

  @Test
  void obstaclesAreFoundByWhatTheyAreAbout() {
    Map<Obstacle.Kind, String> names =
        Map.of(
            Obstacle.Kind.QUORUM, "quorum",
            Obstacle.Kind.GROUP, "quorum",
            Obstacle.Kind.LEADER, "partitions",
            Obstacle.Kind.IDENTITY, "identity");
    names.forEach(
        (kind, name) -> {
          host.clear();
          obstacle(kind, "it is " + kind);
          assertFound(name, Verdict.FAILED, "it is " + kind);
        });
    host.clear();
    obstacle(Obstacle.Kind.COPY, "its replica lags");
    assertFound("copies", Verdict.WARNING, "its replica lags");
  }

  @Test
  void obstaclesOfASelectorCountToo() {
    condition =
        new Condition(
            false,
            true,
            "",
            List.of(),
            Map.of("default", List.of(new Obstacle(Obstacle.Kind.LEADER, "no leader"))));
    assertFound("partitions", Verdict.FAILED, "no leader");
  }

  @Test
  void peerThatDoesNotAnswerIsAWarningAndOneThatRefusesAFailure() {
    troubles.add(new PeerTrouble(OTHER, PeerTrouble.Kind.UNREACHABLE, "nothing answers", "n3"));
    assertFound("peers", Verdict.WARNING, "nothing answers. What is for it goes over node n3");
    troubles.set(0, new PeerTrouble(OTHER, PeerTrouble.Kind.REFUSED, "the secrets differ", null));
    assertFound("peers", Verdict.FAILED, "http://h2:8000: the secrets differ");
  }

  @Test
  void whoCameAndWasRefusedIsNamed() {
    refusals.add(new PeerRefusal("10.0.0.7", PeerTrouble.Kind.REFUSED, "the secrets differ"));
    assertFound("peers", Verdict.FAILED, "10.0.0.7 was refused: the secrets differ");
    refusals.set(
        0, new PeerRefusal("n1@http://h3:1", PeerTrouble.Kind.CLAIMED, "two nodes have the id n1"));
    assertFound("identity", Verdict.FAILED, "n1@http://h3:1 came and was not taken in");
  }

  @Test
  void nodeThatAnotherDoesNotTakeInHasNoIdentity() {
    troubles.add(new PeerTrouble(OTHER, PeerTrouble.Kind.CLAIMED, "node n1 lives at h3", null));
    assertFound("identity", Verdict.FAILED, "node n1 lives at h3");
  }

  @Test
  void clockIsComparedWithTheOthers() {
    skews.add(new PeerClockSkew("n2", Duration.ofHours(3)));
    assertFound("clock", Verdict.WARNING, "3 hours ahead");
  }

  @Test
  void fullDiskIsFoundOnceThoughTheHostSaysItToo() {
    reserve = Long.MAX_VALUE / 4;
    host.add(String.valueOf(DiskRoom.of(directory, reserve, () -> 0).shortageHere()));
    assertFound("disk room", Verdict.FAILED, "this node takes no updates");
  }

  @Test
  void diskThatIsNearlyFullIsAWarning() {
    reserve = directory.toFile().getUsableSpace() / 3 * 2;
    assertFound("disk room", Verdict.WARNING, "Below");
  }

  @Test
  void diskIsSlowIfManyWaitsAreOrOneIsVeryLong() {
    waits = new DiskWaits(100, 26, Duration.ofMillis(40));
    assertFound("disk speed", Verdict.WARNING, "26 times for more than 20 ms");
    waits = new DiskWaits(100, 1, Duration.ofMillis(1_500));
    assertFound("disk speed", Verdict.WARNING, "1500 ms");
    waits = new DiskWaits(10, 4, Duration.ofMillis(40));
    assertThat(look().verdict()).as("a few waits say nothing").isEqualTo(Verdict.OK);
  }

  @Test
  void filesAreFewOrNearlyAllOpen() {
    files = new FileUse(100, 1_024, 4_096);
    assertFound("open files", Verdict.WARNING, "1024");
    files = new FileUse(60_000, 65_536, 4_096);
    assertFound("open files", Verdict.WARNING, "60000 are");
  }

  @Test
  void certificateThatExpiresIsAWarning() {
    certificate = "The certificate c.pem expires at noon";
    assertFound("certificate", Verdict.WARNING, "expires at noon");
  }

  @Test
  void whatElseKeepsTheHostFromServingIsAboutItsServices() {
    host.add("service /x is being started");
    assertFound("services", Verdict.FAILED, "/x is being started");
  }
}
