// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.cluster.FaultSchedule.Kind;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

  private static final List<Kind> ALL = List.of(Kind.values());

  @Test
  void theSameSeedMakesTheSameFaults() {
    assertThat(FaultSchedule.of(3, 5, 20, ALL)).isEqualTo(FaultSchedule.of(3, 5, 20, ALL));
    assertThat(FaultSchedule.of(3, 5, 20, ALL)).isNotEqualTo(FaultSchedule.of(4, 5, 20, ALL));
  }

  @Test
  void faultsOfAllKindsNameNodesThatThereAre() {
    FaultSchedule schedule = FaultSchedule.of(1, 3, 300, ALL);
    assertThat(
            schedule.faults().stream()
                .map(timed -> timed.fault().getClass())
                .collect(Collectors.toSet()))
        .hasSize(10);
    assertThat(schedule.faults())
        .allSatisfy(
            timed -> {
              if (timed.fault() instanceof Fault.OneWay(int from, int to)) {
                assertThat(from).isNotEqualTo(to).isBetween(0, 2);
                assertThat(to).isBetween(0, 2);
              }
              if (timed.fault() instanceof Fault.Partition(var side)) {
                assertThat(side).hasSize(1).allMatch(node -> node < 3);
              }
            });
  }
}
