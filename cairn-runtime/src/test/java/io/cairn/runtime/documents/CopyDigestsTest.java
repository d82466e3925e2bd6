// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.StoreDigest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a replica makes of the comparison of its copy with others. */
class CopyDigestsTest {

  private static final long CHECK = 7;
  private static final long PLACE = 20;
  private static final StoreDigest RIGHT = new StoreDigest(PLACE, 10, 1, 2);
  private static final StoreDigest WRONG = new StoreDigest(PLACE, 9, 3, 4);

  private final CopyDigests copies = new CopyDigests("group", () -> "n3");

  private static CopyComparison comparison(String judge, Map<String, StoreDigest> digests) {
    Map<String, String> texts = new java.util.HashMap<>();
    digests.forEach((node, digest) -> texts.put(node, digest.text()));
    return new CopyComparison(PLACE, 1, judge, texts);
  }

  private static CopyComparison thirdIsWrong() {
    return comparison("n1", Map.of("n1", RIGHT, "n2", RIGHT, "n3", WRONG));
  }

  @Test
  void copyThatDiffersFromMostIsToBeRebuilt() {
    copies.begin(CHECK, PLACE, CompletableFuture.completedFuture(WRONG));
    copies.compared(thirdIsWrong());
    assertThat(copies.difference()).hasMessageContaining("what is on n3 is rebuilt");
  }

  /** It was filled since, and reads in the log what was said of the one before. */
  @Test
  void copyIsNotRebuiltForWhatTheOneBeforeItLacked() {
    copies.begin(CHECK, PLACE, CompletableFuture.completedFuture(RIGHT));
    copies.compared(thirdIsWrong());
    assertThat(copies.difference()).isNull();
  }

  @Test
  void copyThatWasFilledBehindTheComparedPlaceIsNotMeant() {
    copies.begin(CHECK, PLACE + 1, CompletableFuture.completedFuture(WRONG));
    copies.compared(thirdIsWrong());
    assertThat(copies.difference()).isNull();
  }

  @Test
  void copyThatIsStillBeingSummedUpIsJudgedWhenThatIsDone() {
    CompletableFuture<StoreDigest> digest = new CompletableFuture<>();
    copies.begin(CHECK, PLACE, digest);
    copies.compared(thirdIsWrong());
    assertThat(copies.difference()).isNull();
    digest.complete(WRONG);
    assertThat(copies.difference()).isNotNull();
  }

  @Test
  void copyThatCannotBeReadIsToBeRebuilt() {
    copies.begin(CHECK, PLACE, CompletableFuture.failedFuture(new IllegalStateException("rot")));
    copies.compared(thirdIsWrong());
    assertThat(copies.difference()).isNotNull();
  }

  @Test
  void ofTwoCopiesThatOfWhoComparedStays() {
    Map<String, StoreDigest> two = Map.of("n1", RIGHT, "n3", WRONG);
    assertThat(comparison("n1", two).wrong()).containsExactly("n3");
    assertThat(comparison("n3", two).wrong()).containsExactly("n1");
  }

  @Test
  void withoutAMajorityAllThatDifferFromWhoComparedAreWrong() {
    StoreDigest third = new StoreDigest(PLACE, 8, 5, 6);
    assertThat(comparison("n2", Map.of("n1", RIGHT, "n2", WRONG, "n3", third)).wrong())
        .containsExactly("n1", "n3");
  }

  @Test
  void majorityCountsAgainstWhoCompared() {
    assertThat(comparison("n3", Map.of("n1", RIGHT, "n2", RIGHT, "n3", WRONG)).wrong())
        .containsExactly("n3");
  }
}
