// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PeerSettingsTest {

  @Test
  void secretIsShownNeitherBySettingsNorByTheirBuilder() {
    PeerSettings.defaults()
        .with(
            it -> {
              it.secret(PeerSecret.of("hush hush"));
              assertThat(it.toString()).contains("insecurePeers").doesNotContain("hush");
              assertThat(it.build().toString()).contains("insecurePeers").doesNotContain("hush");
            });
  }

  @Test
  void blankSecretIsRefusedWithWhatItMustBe() {
    assertThatThrownBy(() -> PeerSecret.of("  "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the cluster secret must be more than blanks");
  }
}
