// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.FactoryService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockStepTest {

  @TempDir Path sandbox;

  @Test
  void updateTimesRiseThoughTheWallClockSteppedBackBetweenTwoRuns() {
    try (HostFixture host =
        HostFixture.start(
            sandbox,
            starting ->
                starting.startFactory(
                    () -> FactoryService.create(NoteService.class), NoteService.FACTORY_LINK))) {
      long ahead =
          TimeUnit.MILLISECONDS.toMicros(
              System.currentTimeMillis() + Duration.ofHours(1).toMillis());
      host.parts().threads().clock().changes().observe(ahead);
      host.post(NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"a\"}");
      String note = NoteService.FACTORY_LINK + "/a";
      long before = updateTime(host.get(note));
      assertThat(before).isGreaterThan(ahead);

      host.restart();

      assertThat(updateTime(host.put(note, "{}"))).isGreaterThan(before);
    }
  }

  private static long updateTime(HostFixture.Answer answer) {
    return answer.json().path("documentUpdateTimeMicros").asLong();
  }
}
