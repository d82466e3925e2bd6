// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.log.DiskFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept over a restart. */
class DiskJournalTest {

  private final CalmCluster cluster = new CalmCluster();
  private final SimulatedMember node = cluster.start("a", CalmCluster.persistent());

  private String file() {
    return node.disk().fingerprint().keySet().stream()
        .filter(name -> name.endsWith(".journal"))
        .findFirst()
        .orElseThrow();
  }

  private void restart() {
    node.crash(true);
    node.start();
  }

  @Test
  void acceptedChangesSurviveThePower() {
    for (int i = 0; i < 50; i++) {
      node.attributes().add("set" + i % 3, "x" + i, "value " + i);
    }
    node.attributes().remove("set0", "x0");
    node.attributes().removeAll("set1");
    Collection<AttributeSet> before = node.attributes().all();
    Map<EntryKey, AttributeEntry> entries = node.entries();
    for (int i = 0; i < 3; i++) {
      restart();
      assertThat(node.attributes().all()).isEqualTo(before);
      assertThat(node.entries()).isEqualTo(entries);
      node.check();
    }
  }

  @Test
  void whatWasKeptIsReportedAtTheStart() {
    node.attributes().add("set", "x", 1);
    node.attributes().add("set", "y", 2);
    node.attributes().remove("set", "y");
    restart();
    assertThat(node.events().subList(node.events().size() - 2, node.events().size()))
        .containsExactly(
            new AttributeEvent.SetCreated("set"),
            new AttributeEvent.Added("set", Attribute.of("x", 1)));
  }

  @Test
  void versionsFollowThoseOnDiskEvenIfTheClockWentBack() {
    node.attributes().add("set", "x", 1);
    node.skewMillis = -3_600_000;
    restart();
    node.attributes().replace("set", "x", 2);
    AttributeEntry before = node.entries().get(new EntryKey("set", "x"));
    restart();
    assertThat(node.attributes().attribute("set", "x").value()).isEqualTo(2);
    assertThat(node.entries().get(new EntryKey("set", "x"))).isEqualTo(before);
  }

  @Test
  void tornEndIsCutAndWhatFollowsIsKept() {
    node.attributes().add("set", "x", 1);
    byte[] one = node.disk().bytes(file());
    node.attributes().add("set", "y", 2);
    byte[] two = node.disk().bytes(file());
    String name = file();
    for (int length = one.length; length < two.length; length++) {
      node.crash(false);
      node.disk().remove(file());
      node.disk().put(name, Arrays.copyOf(two, length));
      node.start();
      assertThat(node.attributes().allOf("set").attributes().keySet()).containsExactly("x");
      node.attributes().add("set", "z", 3);
      restart();
      assertThat(node.attributes().allOf("set").attributes().keySet()).containsExactly("x", "z");
    }
  }

  @Test
  void damageBeforeTheEndRefusesToStartAndSaysWhatToDo() {
    node.attributes().add("set", "x", 1);
    node.attributes().add("set", "y", 2);
    byte[] bytes = node.disk().bytes(file());
    String name = file();
    node.crash(false);
    for (int at = 0; at < bytes.length / 2; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      node.disk().put(name, damaged);
      assertThatThrownBy(node::start)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(name)
          .hasMessageMatching("(?s).*(move the file away|has format).*");
      node.crash(false);
    }
  }

  @Test
  void fileOfTheFormatOfBeforeIsRefusedAndNotCalledDamaged() {
    node.attributes().add("set", "x", 1);
    String name = file();
    node.crash(false);
    node.disk().put(name, ByteBuffer.allocate(64).put("CAA1".getBytes(US_ASCII)).array());
    assertThatThrownBy(node::start)
        .hasMessageContaining("has a format of before")
        .hasMessageContaining("it is not damaged");
  }

  @Test
  void changeThatCannotBeKeptIsRefusedAndNotSeenOrSent() {
    SimulatedMember other = cluster.start("b");
    cluster.settle();
    node.attributes().add("set", "x", 1);
    cluster.time.advanceMillis(10);
    cluster.sent.clear();
    node.disk().failForces("no space");
    assertThatThrownBy(() -> node.attributes().add("set", "y", 2))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no space");
    node.disk().failForces(null);
    assertThatThrownBy(() -> node.attributes().remove("set", "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("earlier failure");
    assertThat(node.attributes().allOf("set").attributes().keySet()).containsExactly("x");
    assertThat(cluster.sent).isEmpty();
    CompletableFuture<Confirmation> refused = other.attributes().add("set", "z", 1).confirmed();
    cluster.time.advanceMillis(10);
    assertThat(refused).isNotDone();
    assertThat(node.attributes().attribute("set", "z").isUndefined()).isTrue();
  }

  @Test
  void changeThatFindsNoRoomIsRefusedAndTheNextOneIsKeptWhenThereIs() {
    node.attributes().add("set", "x", 1);
    node.disk().capacity(node.disk().used());
    assertThatThrownBy(() -> node.attributes().add("set", "y", 2))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("free space on that disk");
    restart(); // without room for a new file
    assertThat(node.attributes().allOf("set").attributes().keySet()).containsExactly("x");

    node.disk().capacity(Long.MAX_VALUE);
    node.attributes().add("set", "y", 2);
    restart();
    assertThat(node.attributes().allOf("set").attributes().keySet()).containsExactly("x", "y");
  }

  @Test
  void confirmedChangeOfAnotherNodeSurvivesThePower() {
    SimulatedMember other = cluster.start("b");
    cluster.settle();
    AttributeChange change = other.attributes().add("set", "x", 1);
    assertThat(cluster.time.advanceUntil(() -> change.confirmed().isDone(), Duration.ofMillis(100)))
        .isTrue();
    node.crash(true);
    other.stop();
    node.start();
    assertThat(node.attributes().attribute("set", "x").value()).isEqualTo(1);
  }

  @Test
  void fileIsBegunAnewWhenChangesOutweighTheRest() {
    String first = file();
    String value = "x".repeat(3_000);
    node.attributes().add("set", "x", value);
    for (int i = 0; i < 3_000; i++) {
      node.attributes().replace("set", "x", value + i);
    }
    assertThat(file()).isNotEqualTo(first);
    assertThat(node.disk().bytes(file()).length).isLessThan(6 << 20);
    restart();
    assertThat(node.attributes().attribute("set", "x").value()).isEqualTo(value + 2_999);
  }

  @Test
  void realDiskKeepsWhatWasAppendedAndBelongsToOne(@TempDir Path directory) throws Exception {
    EntryStore store = new EntryStore();
    DiskFileSystem files = new DiskFileSystem();
    AttributeEntry entry =
        AttributeEntry.live(
            "set", Attribute.of("x", "☃"), new Version(1_700_000_000_000_000L, "n"));
    try (DiskJournal journal = DiskJournal.open(directory, files, new Random(), store, 0)) {
      journal.append(List.of(entry), Map.of(3, 5L));
      assertThatThrownBy(
              () -> DiskJournal.open(directory, files, new Random(), new EntryStore(), 0))
          .isInstanceOf(IOException.class);
    }
    EntryStore reopened = new EntryStore();
    DiskJournal.open(directory, files, new Random(), reopened, 0).close();
    assertThat(reopened.get(entry.key())).isEqualTo(entry);
    assertThat(reopened.horizon(3)).isEqualTo(5);
    try (var names = Files.list(directory)) {
      assertThat(names.filter(path -> path.toString().endsWith(".journal"))).hasSize(1);
    }
  }
}
