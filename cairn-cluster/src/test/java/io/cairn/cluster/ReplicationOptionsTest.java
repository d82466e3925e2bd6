// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReplicationOptionsTest {

  @Test
  void defaultsAreThese() {
    assertThat(ReplicationOptions.defaults())
        .isEqualTo(
            new ReplicationOptions(
                null,
                null,
                6,
                8192,
                67_108_864,
                16_777_216,
                10_000,
                33_554_432,
                67_108_864,
                0,
                5000));
  }

  @Test
  void refusalNamesTheKey() {
    ReplicationOptions defaults = ReplicationOptions.defaults();
    assertThatThrownBy(() -> defaults.with(it -> it.snapshotEntries(1).snapshotBytes(1)))
        .hasMessageContaining("snapshotEntries");
    assertThatThrownBy(() -> defaults.with(it -> it.segmentBytes(1).maxCommandBytes(1)))
        .hasMessageContaining("segmentBytes");
    assertThatThrownBy(() -> defaults.with(it -> it.segmentBytes(1 << 20).maxCommandBytes(1 << 20)))
        .hasMessageContaining("maxCommandBytes");
    assertThatThrownBy(() -> defaults.with(it -> it.maxInFlight(0).maxInFlightBytes(1)))
        .hasMessageContaining("maxInFlight");
    assertThatThrownBy(() -> defaults.withThreads(-1)).hasMessageContaining("threads");
  }
}
