// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ResumeTokenTest {

  private static final long SET = ResumeToken.setOf("default@uid/default");

  private static ResumeToken token(long first, long second) {
    return new ResumeToken.Builder().add(SET, 0, first).add(SET, 1, second).build();
  }

  @Test
  void saysAgainWhatItWasMadeOf() {
    ResumeToken read = ResumeToken.parse(token(7, (1L << 40) + 3).toString());
    assertThat(read.index(SET, 0)).isEqualTo(7);
    assertThat(read.index(SET, 1)).isEqualTo((1L << 40) + 3);
    assertThat(read.index(SET, 2)).isNull();
    assertThat(read.index(SET + 1, 0)).isNull();
    assertThat(read.toString()).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void isRefusedWhenCutOrChanged() {
    String text = token(300, 5).toString();
    for (int length = 0; length < text.length(); length++) {
      refuse(text.substring(0, length));
    }
    for (int at = 0; at < text.length() - 1; at++) {
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      refuse(text.substring(0, at) + other + text.substring(at + 1));
    }
    refuse("17");
    refuse("über");
    refuse("A".repeat(100_000));
  }

  private static void refuse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResumeToken.parse(text))
        .withMessageContaining("no resume token")
        .withMessageContaining("begin anew");
  }

  @Test
  void isAtLeastAnotherIfNoPartitionIsBehind() {
    assertThat(token(2, 3).isAtLeast(token(2, 2))).isTrue();
    assertThat(token(2, 3).isAtLeast(token(3, 2))).isFalse();
    assertThat(token(2, 3).isAtLeast(new ResumeToken.Builder().add(1, 0, 0).build())).isFalse();
  }
}
