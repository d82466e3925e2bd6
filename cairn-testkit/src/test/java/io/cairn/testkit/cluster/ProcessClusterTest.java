// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class ProcessClusterTest {

  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String LINK = RegisterService.FACTORY_LINK + "/one";
  private static final String BODY =
      "{\"value\": \"first\", \"documentSelfLink\": \"%s\"}".formatted(LINK);

  @TempDir Path directory;

  @Test
  void aNodeIsKilledPausedAndStartedAgainOnItsData() throws Exception {
    try (ProcessCluster cluster = alone();
        HttpProbe http = new HttpProbe(cluster.uri(0));
        HttpProbe hasty = new HttpProbe(cluster.uri(0), SHORT)) {
      cluster.start();
      assertThat(http.post(RegisterService.FACTORY_LINK, BODY).status()).isEqualTo(200);
      assertThat(cluster.ownerOf(LINK)).isZero();
      cluster.pause(0);
      assertThatThrownBy(() -> hasty.get(LINK)).isInstanceOf(IOException.class);
      cluster.resume(0);
      assertThat(http.get(LINK).status()).isEqualTo(200);
      cluster.kill9(0);
      assertThatThrownBy(() -> hasty.get(LINK)).isInstanceOf(IOException.class);
      cluster.restart(0);
      assertThat(http.get(LINK).status()).isEqualTo(200);
      assertThat(directory.resolve("node-0.log")).content().contains("listening on");
    }
  }

  @Test
  void aGroupThatDoesNotFormIsReportedWithWhatTheNodesSaidAndNothingRunsAfterItIsClosed() {
    ProcessCluster cluster = alone().start();
    long pid = cluster.host(0).pid();
    try (cluster) {
      assertThatThrownBy(() -> cluster.awaitGroup("/no/such/factory", SHORT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("node-0 sees")
          .hasMessageContaining("listening on");
      cluster.pause(0);
    }
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  @Test
  void hostsInOneProcessAreStoppedAndStartedAgain() throws Exception {
    try (TestCluster cluster = TestCluster.start(1, new RegisterService.Setup())) {
      assertThat(cluster.host(0).http().post(RegisterService.FACTORY_LINK, BODY).status())
          .isEqualTo(200);
      cluster.stop(0);
      assertThat(cluster.targets()).isEqualTo(List.of());
      cluster.restart(0);
      assertThat(cluster.host(0).http().get(LINK).status()).isEqualTo(200);
    }
  }

  private ProcessCluster alone() {
    return ProcessCluster.of(1, RegisterService.Setup.class, directory).build();
  }
}
