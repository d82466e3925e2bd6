// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.history.LinearizabilityChecker;
import io.cairn.testkit.history.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P2 and P3 on one node. */
class HistoryRecorderTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Test
  void documentsOfOneHostAreLinearizable() {
    try (TestHost host = TestHost.start(new RegisterService.Setup());
        HistoryRecorder load =
            new HistoryRecorder(
                List.of(host.uri()), HistoryRecorder.Settings.of(1).withLoad(4, 16, 3_000))) {
      load.createDocuments(LIMIT);
      load.start();
      TestContext.waitFor(LIMIT, () -> load.history().size() >= 3_000, "the calls");
      load.stop();
      load.readDocuments(LIMIT);
      assertThat(new LinearizabilityChecker().violations(load.history())).isEmpty();
      for (Class<? extends Result> kind :
          List.of(Result.Done.class, Result.Absent.class, Result.Exists.class)) {
        assertThat(load.tally().count(kind)).as("%s in %s", kind, load.tally()).isPositive();
      }
      assertThat(load.tally().count(Result.Mismatch.class)).isPositive();
      assertThat(load.tally().count(Result.Unknown.class)).as(load.tally().toString()).isZero();
      assertThat(load.tally().count(Result.Refused.class)).as(load.tally().toString()).isZero();
    }
  }

  @Test
  @Tag("process")
  void documentsOfAHostThatIsKilledAreLinearizable(@TempDir Path directory) {
    try (ProcessHost host = new ProcessHost(RegisterService.Setup.class, directory, "-Xmx256m");
        HistoryRecorder load =
            new HistoryRecorder(
                List.of(host.uri()),
                HistoryRecorder.Settings.of(2)
                    .withLoad(4, 8, 100_000)
                    .withPause(Duration.ofMillis(10)))) {
      host.start();
      load.createDocuments(LIMIT);
      load.start();
      for (int round = 0; round < 3; round++) {
        int enough = load.tally().count(Result.Done.class) + 300;
        TestContext.waitFor(
            LIMIT, () -> load.tally().count(Result.Done.class) > enough, "some load");
        host.kill();
        host.start();
      }
      load.stop();
      load.readDocuments(LIMIT);
      assertThat(new LinearizabilityChecker().violations(load.history())).isEmpty();
      assertThat(load.tally().count(Result.Unknown.class)).as(load.tally().toString()).isPositive();
    }
  }
}
