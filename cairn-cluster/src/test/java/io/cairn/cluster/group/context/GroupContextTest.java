// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GroupContextTest {

  @Test
  void pauseEndsWhenTheNodeGivesUpItsGroups() {
    CountDownLatch closed = new CountDownLatch(1);
    GroupEnvironment environment =
        new GroupEnvironment(null, null, null, null, null, null, null, new Random(1));
    GroupContext context =
        new GroupContext(
            GroupSettings.defaults(Path.of("groups")),
            environment,
            null,
            new LeaderNews(),
            null,
            closed);
    closed.countDown();
    assertThatThrownBy(() -> context.pause(Duration.ofHours(1)))
        .isInstanceOf(InterruptedException.class);
  }
}
