// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.attributes.AttributeEvent.Added;
import io.cairn.cluster.attributes.AttributeEvent.Removed;
import io.cairn.cluster.attributes.AttributeEvent.Replaced;
import io.cairn.cluster.attributes.AttributeEvent.SetCreated;
import io.cairn.cluster.attributes.AttributeEvent.SetRemoved;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers and listeners see; among that the defects 1, 2 and 6 of the predecessor. */
class ReplicatedAttributesTest {

  private final CalmCluster cluster = new CalmCluster();
  private final SimulatedMember a = cluster.start("a");
  private final SimulatedMember b = cluster.start("b");
  private final ReplicatedAttributes here = a.attributes();
  private final ReplicatedAttributes there = b.attributes();

  ReplicatedAttributesTest() {
    cluster.settle();
  }

  private void spread() {
    cluster.time.advanceMillis(10);
  }

  @Test
  void changeIsVisibleHereAtOnceAndThereSoon() {
    assertThat(here.add("set", "x", 1).applied()).isTrue();
    assertThat(here.attribute("set", "x").value()).isEqualTo(1);
    assertThat(there.attribute("set", "x").isUndefined()).isTrue();
    spread();
    assertThat(there.attribute("set", "x").value()).isEqualTo(1);
    assertThat(there.allOf("set")).isEqualTo(here.allOf("set"));
    assertThat(there.all()).isEqualTo(here.all());
  }

  @Test
  void remoteChangeIsReadableInTheEventThatReportsIt() {
    List<Object> read = new ArrayList<>();
    there.listener(event -> read.add(there.attribute("set", "x").value()));
    here.add("set", "x", 1);
    spread();
    here.replace("set", "x", 2);
    spread();
    here.remove("set", "x");
    spread();
    assertThat(read).containsExactly(1, 1, 2, Attribute.UNDEFINED.value());
  }

  @Test
  void secondAttributeOfASetIsVisible() {
    here.add("set", "x", 1);
    here.add("set", "y", 2);
    assertThat(here.allOf("set").attributes().keySet()).containsExactly("x", "y");
    spread();
    assertThat(there.allOf("set").attributes().keySet()).containsExactly("x", "y");
  }

  @ParameterizedTest
  @MethodSource("io.cairn.cluster.attributes.AttributesMessageCodecTest#values")
  void anyValueArrivesAsItIs(Object value) {
    here.add("set", "x", value);
    spread();
    assertThat(there.attribute("set", "x")).isEqualTo(Attribute.of("x", value));
    assertThat(there.figures()).containsEntry("malformed", 0L);
  }

  @Test
  void whatChangesNothingIsNotAppliedAndNotSent() {
    here.add("set", "x", 1);
    spread();
    cluster.sent.clear();
    List<AttributeChange> changes =
        List.of(
            here.add("set", "x", 2),
            here.replace("set", "x", 1),
            here.replace("set", "y", 1),
            here.replace("none", "x", 1),
            here.remove("set", "y"),
            here.removeAll("none"));
    for (AttributeChange change : changes) {
      assertThat(change.applied()).isFalse();
      assertThat(change.confirmed()).isCompleted();
    }
    assertThat(here.attribute("set", "x").value()).isEqualTo(1);
    assertThat(cluster.sent).isEmpty();
  }

  @Test
  void eachChangeIsReportedOnceAndInOrderOnEachNode() {
    cluster.network.duplication = 1;
    here.add("set", "x", 1);
    spread();
    here.add("set", "y", "two");
    spread();
    here.replace("set", "x", 3);
    spread();
    here.removeAll("set");
    cluster.time.advanceMillis(20_000);
    List<AttributeEvent> expected =
        List.of(
            new SetCreated("set"),
            new Added("set", Attribute.of("x", 1)),
            new Added("set", Attribute.of("y", "two")),
            new Replaced("set", Attribute.of("x", 3), Attribute.of("x", 1)),
            new Removed("set", Attribute.of("x", 3)),
            new Removed("set", Attribute.of("y", "two")),
            new SetRemoved("set"));
    assertThat(a.events()).isEqualTo(expected);
    assertThat(b.events()).isEqualTo(expected);
  }

  @Test
  void setStaysWithoutAttributesUntilItIsRemoved() {
    here.add("set", "x", 1);
    here.remove("set", "x");
    spread();
    assertThat(there.allOf("set").isDefined()).isTrue();
    assertThat(there.allOf("set").all()).isEmpty();
    assertThat(there.removeAll("set").applied()).isTrue();
    spread();
    assertThat(here.allOf("set").isNone()).isTrue();
    assertThat(here.all()).isEmpty();
  }

  @Test
  void attributeThatIsAddedWhileItsSetIsRemovedKeepsTheSet() {
    here.add("set", "x", 1);
    spread();
    here.removeAll("set");
    there.add("set", "y", 2);
    spread();
    assertThat(here.allOf("set").attributes().keySet()).containsExactly("y");
    assertThat(there.allOf("set")).isEqualTo(here.allOf("set"));
    a.check();
    b.check();
  }

  @Test
  void removedAttributeCanBeAddedAnewWithAnotherType() {
    here.add("set", "x", 1);
    here.remove("set", "x");
    here.add("set", "x", "text");
    spread();
    assertThat(there.attribute("set", "x").value()).isEqualTo("text");
  }

  @Test
  void laterOfTwoConcurrentChangesWinsEverywhere() {
    a.skewMillis = 50;
    here.add("set", "x", "of a");
    there.add("set", "x", "of b");
    spread();
    assertThat(here.attribute("set", "x").value()).isEqualTo("of a");
    assertThat(there.attribute("set", "x").value()).isEqualTo("of a");
    there.replace("set", "x", "of b, seen that of a");
    spread();
    assertThat(here.attribute("set", "x").value()).isEqualTo("of b, seen that of a");
  }

  @Test
  void valueOfAnotherTypeIsRefused() {
    here.add("set", "x", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> here.replace("set", "x", 1L))
        .withMessageContaining("Integer")
        .withMessageContaining("Long");
    assertThat(here.attribute("set", "x").value()).isEqualTo(1);
  }

  static List<String> badNames() {
    return List.of("", "x".repeat(256), "a\nb", "\u0000", "\u0085", "\uD800", "a\uDC00");
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void namesThatCannotBeAreRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> here.add(name, "x", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> here.add("set", name, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> here.remove("set", name));
    assertThatIllegalArgumentException().isThrownBy(() -> here.removeAll(name));
    assertThat(here.all()).isEmpty();
  }

  @Test
  void valuesThatCannotBeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> here.add("set", "x", List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> here.add("set", "x", "\uD800"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> here.add("set", Attribute.UNDEFINED.name(), 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> here.add("set", "x", "x".repeat(4096)))
        .withMessageContaining("4096");
    assertThat(here.all()).isEmpty();
  }

  @Test
  void noMoreAreKeptThanMayBeAndRemovingIsStillPossible() {
    SimulatedMember small = new CalmCluster().start("small", CalmCluster.SETTINGS);
    ReplicatedAttributes attributes = small.attributes();
    for (int i = 0; i < 999; i++) {
      attributes.add("set", "x" + i, i);
    }
    assertThatThrownBy(() -> attributes.add("set", "y", 1))
        .isInstanceOf(AttributesFullException.class)
        .hasMessageContaining("1000");
    assertThat(attributes.remove("set", "x0").applied()).isTrue();
    assertThat(attributes.add("set", "x0", 2).applied()).isTrue();
    assertThat(attributes.removeAll("set").applied()).isTrue();
  }

  @Test
  void listenerThatThrowsHarmsNothing() {
    here.listener(
        event -> {
          throw new IllegalStateException("intended");
        });
    AttributeChange change = here.add("set", "x", 1);
    spread();
    assertThat(change.confirmed()).isCompleted();
    assertThat(there.attribute("set", "x").value()).isEqualTo(1);
  }

  @Test
  void listenerCannotChangeAttributesInTheMiddleOfAChange() {
    List<Throwable> refusals = new ArrayList<>();
    here.listener(
        event -> {
          try {
            here.add("other", "x", 1);
          } catch (IllegalStateException e) {
            refusals.add(e);
          }
        });
    here.add("set", "x", 1);
    assertThat(refusals).hasSize(2);
    assertThat(here.allOf("other").isNone()).isTrue();
  }

  @Test
  void dependentOfAConfirmationCanChangeAttributes() {
    CompletableFuture<Void> next =
        here.add("set", "x", 1).confirmed().thenRun(() -> here.add("set", "y", 2));
    spread();
    assertThat(next).isCompleted();
    assertThat(here.attribute("set", "y").value()).isEqualTo(2);
  }

  @Test
  void stopCancelsConfirmationsAndRefusesChanges() {
    cluster.network.loss = 1;
    CompletableFuture<Confirmation> pending = here.add("set", "x", 1).confirmed();
    here.close();
    here.close();
    assertThatThrownBy(pending::join).isInstanceOf(CancellationException.class);
    assertThatIllegalStateException().isThrownBy(() -> here.add("set", "y", 1));
    assertThat(here.attribute("set", "x").value()).isEqualTo(1);
    assertThat(here.figures()).containsEntry("pending", 0L);
  }

  @Test
  void malformedMessageIsCountedAndDropped() {
    b.deliver("a", new byte[] {1, 2, 3});
    b.deliver("a", new byte[0]);
    b.deliver("a", new byte[5 << 20]);
    assertThat(there.figures()).containsEntry("malformed", 3L);
    here.add("set", "x", 1);
    spread();
    assertThat(there.attribute("set", "x").value()).isEqualTo(1);
  }

  @Test
  void changeFollowsWhatWasSeenEvenOfAClockFarAhead() {
    a.skewMillis = 400L * 24 * 3600 * 1000;
    here.add("set", "x", 1);
    spread();
    there.replace("set", "x", 2);
    spread();
    assertThat(here.attribute("set", "x").value()).isEqualTo(2);
  }
}
