// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.query.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairLineTest {

  private final FairLine<String> line = new FairLine<>(4);

  private List<String> drained() {
    List<String> all = new ArrayList<>();
    for (String next = line.poll(); next != null; next = line.poll()) {
      all.add(next);
    }
    return all;
  }

  @Test
  void partiesAreServedInTurns() {
    line.add("a", "a1");
    line.add("a", "a2");
    line.add("a", "a3");
    line.add("b", "b1");

    assertThat(drained()).containsExactly("a1", "b1", "a2", "a3");
  }

  @Test
  void whoHasMostInAFullLineGivesWayToWhoHasLess() {
    for (int i = 1; i <= 4; i++) {
      assertThat(line.add("flood", "f" + i)).isNull();
    }
    assertThat(line.add("flood", "f5")).isEqualTo("f5");
    assertThat(line.add("b", "b1")).isEqualTo("f4");
    assertThat(line.add("b", "b2")).isEqualTo("f3");
    assertThat(line.add("b", "b3")).as("no more than its share").isEqualTo("b3");

    assertThat(drained()).containsExactly("f1", "b1", "f2", "b2");
  }

  @Test
  void whoLeavesMakesRoom() {
    for (int i = 1; i <= 4; i++) {
      line.add("a", "a" + i);
    }

    assertThat(line.removeIf(each -> !each.equals("a3"))).containsExactly("a1", "a2", "a4");
    assertThat(line.isFull()).isFalse();
    assertThat(line.add("b", "b1")).isNull();
    assertThat(drained()).containsExactly("a3", "b1");
    assertThat(line.poll()).isNull();
  }
}
