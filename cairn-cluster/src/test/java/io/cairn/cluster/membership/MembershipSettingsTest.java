// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MembershipSettingsTest {

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void theDefaultsAreTheDocumentedOnes() {
    assertThat(MembershipSettings.defaults())
        .isEqualTo(
            new MembershipSettings(
                millis(400), millis(250), 3, 2, millis(100), 3, 2, millis(2_000), millis(500),
                millis(1_000), millis(3_000), 4096, 1024));
  }

  @Test
  void thePresetsAreTheDocumentedOnes() {
    assertThat(MembershipSettings.local())
        .isEqualTo(
            new MembershipSettings(
                millis(1_000), millis(200), 1, 3, millis(100), 3, 2, millis(15_000), millis(500),
                millis(1_000), millis(3_000), 4096, 1024));
    assertThat(MembershipSettings.lan())
        .isEqualTo(
            new MembershipSettings(
                millis(1_000), millis(500), 3, 5, millis(200), 3, 3, millis(30_000),
                millis(1_000), millis(3_000), millis(3_000), 4096, 1024));
    assertThat(MembershipSettings.wan())
        .isEqualTo(
            new MembershipSettings(
                millis(5_000), millis(3_000), 3, 6, millis(200), 4, 3, millis(60_000),
                millis(3_000), millis(10_000), millis(3_000), 4096, 1024));
  }

  @Test
  void aRefusalNamesTheKey() {
    assertThatThrownBy(
            () ->
                new MembershipSettings(
                    millis(400), millis(400), 3, 2, millis(100), 3, 3, millis(2_000), millis(500),
                    millis(1_000), millis(3_000), 4096, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pingTimeout must be below pingInterval");
    assertThatThrownBy(
            () ->
                new MembershipSettings(
                    millis(400), millis(250), 3, 0, millis(100), 3, 3, millis(2_000), millis(500),
                    millis(1_000), millis(3_000), 4096, 1024))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("suspicionMultiplier must be at least 1");
  }
}
