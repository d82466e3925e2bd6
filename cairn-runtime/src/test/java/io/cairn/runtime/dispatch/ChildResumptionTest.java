// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.runtime.HostFixture;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildResumptionTest {

  public static class Job extends ServiceDocument {
    public String stage;
  }

  /** Tells a test which instances were started. */
  static class RecordingService extends StatefulService {
    private final Set<String> started;

    RecordingService(Set<String> started) {
      super(Job.class);
      this.started = started;
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handleStart(Operation start) {
      started.add(getSelfLink());
      start.complete();
    }
  }

  static class JobService extends RecordingService {
    JobService(Set<String> started) {
      super(started);
    }

    @Override
    public Query resumeQuery() {
      return new Query().setTermPropertyName("stage").setTermMatchValue("STARTED");
    }
  }

  static class TickingService extends RecordingService {
    TickingService(Set<String> started) {
      super(started);
      toggleOption(ServiceOption.PERIODIC_MAINTENANCE, true);
    }
  }

  @TempDir Path sandbox;
  private final Set<String> started = ConcurrentHashMap.newKeySet();
  private HostFixture fixture;

  @BeforeEach
  void start() {
    fixture =
        HostFixture.start(
            sandbox,
            host -> {
              host.startFactory(
                  () -> FactoryService.create(() -> new JobService(started), Job.class), "/jobs");
              host.startFactory(
                  () -> FactoryService.create(() -> new TickingService(started), Job.class),
                  "/ticking");
              host.startFactory(
                  () -> FactoryService.create(() -> new RecordingService(started), Job.class),
                  "/quiet");
            });
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void unfinishedAndPeriodicChildrenRunAgainAfterARestartAndOthersDoNot() {
    for (int i = 0; i < 150; i++) {
      create("/jobs", "unfinished" + i, "STARTED");
    }
    create("/jobs", "finished", "FINISHED");
    create("/jobs", "deleted", "STARTED");
    create("/ticking", "ticking", "FINISHED");
    create("/quiet", "quiet", "STARTED");
    fixture.delete("/jobs/deleted");
    assertThat(started).hasSize(154);
    started.clear();

    fixture.restart();

    await().untilAsserted(() -> assertThat(started).hasSize(151));
    assertThat(started).contains("/ticking/ticking", "/jobs/unfinished149");
    assertThat(fixture.get("/jobs/finished").status()).isEqualTo(200);
    assertThat(started).doesNotContain("/jobs/finished", "/jobs/deleted", "/quiet/quiet");
  }

  private void create(String factory, String id, String stage) {
    Job job = new Job();
    job.documentSelfLink = id;
    job.stage = stage;
    assertThat(fixture.post(factory, job).status()).isEqualTo(200);
  }
}
