// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
  private static final int WANTED = 20_000;

  @Test
  void clientsLeaveHalfOfALowLimitToTheStore() {
    assertThat(new OpenFiles(500).connections(WANTED)).isEqualTo(250);
    assertThat(new OpenFiles(1).connections(WANTED)).isEqualTo(1);
    assertThat(new OpenFiles(10_240).connections(WANTED)).isEqualTo(10_240 - 4_096);
  }

  @Test
  void clientsGetWhatIsConfiguredWhereTheLimitIsHighOrUnknown() {
    assertThat(new OpenFiles(65_536).connections(WANTED)).isEqualTo(WANTED);
    assertThat(new OpenFiles(500).connections(100)).isEqualTo(100);
    assertThat(new OpenFiles(-1).connections(WANTED)).isEqualTo(WANTED);
    assertThat(new OpenFiles(Long.MAX_VALUE).connections(WANTED)).isEqualTo(WANTED);
  }

  @Test
  void aLowLimitIsNamedWithTheNumberThatItIsAndShouldBe() {
    assertThat(new OpenFiles(500).concern(WANTED).orElseThrow())
        .contains("500", "ulimit -n", "20000", "maxConnections", "250", "4096");
    assertThat(new OpenFiles(OpenFiles.ENOUGH).concern(WANTED)).isEmpty();
    assertThat(new OpenFiles(-1).concern(WANTED)).isEmpty();
  }
}
