// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.TaskState;
import io.cairn.document.TaskState.TaskStage;
import io.cairn.runtime.CountdownTaskService.State;
import io.cairn.service.ServiceHost;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskFactoryService;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TaskServiceTest {
  private static final String FACTORY = CountdownTaskService.FACTORY_LINK;

  @TempDir Path sandbox;
  private ServiceHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Throwable {
    CountdownTaskService.gate = new CountDownLatch(1);
    startHost();
  }

  private void startHost() throws Throwable {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox.resolve("data");
    arguments.partitions = 1;
    arguments.serviceCacheClearDelayMicros = 1;
    host = ServiceHost.open(arguments);
    host.startFactory(
        CountdownTaskService.class, () -> TaskFactoryService.create(CountdownTaskService.class));
  }

  @AfterEach
  void stop() {
    host.stop();
  }

  private HttpRequest request(String verb, String path, String body) {
    return HttpRequest.newBuilder(host.getUri().resolve(path))
        .method(verb, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .build();
  }

  private HttpResponse<String> send(String verb, String path, String body) throws Exception {
    return client.send(request(verb, path, body), BodyHandlers.ofString());
  }

  private HttpResponse<String> create(String id, String body) throws Exception {
    return send("POST", FACTORY, "{\"documentSelfLink\":\"%s\",%s}".formatted(id, body));
  }

  private State state(String id) throws Exception {
    HttpResponse<String> answer = send("GET", FACTORY + "/" + id, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Utils.fromJson(answer.body(), State.class);
  }

  private State ended(String id) {
    return await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> state(id), state -> TaskState.isEnded(state.taskInfo));
  }

  @Test
  void aTaskIsAcceptedAndFinishesStepByStep() throws Exception {
    HttpResponse<String> created = create("one", "\"count\":5");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(202);
    assertThat(created.headers().firstValue("Location")).hasValue(FACTORY + "/one");
    assertThat(Utils.fromJson(created.body(), State.class).taskInfo.stage)
        .isEqualTo(TaskStage.STARTED);
    State last = ended("one");
    assertThat(last.taskInfo.stage).isEqualTo(TaskStage.FINISHED);
    assertThat(last.count).isZero();
    assertThat(last.documentVersion).isEqualTo(7);
  }

  @Test
  void aTaskExpiresAfterFourHoursUnlessToldOtherwise() throws Exception {
    create("plain", "\"count\":0");
    State plain = ended("plain");
    assertThat(plain.documentExpirationTimeMicros - plain.documentUpdateTimeMicros)
        .isBetween(TimeUnit.HOURS.toMicros(3), TimeUnit.HOURS.toMicros(4));
    long wanted = Utils.fromNowMicrosUtc(TimeUnit.MINUTES.toMicros(10));
    create("timed", "\"count\":0,\"documentExpirationTimeMicros\":" + wanted);
    assertThat(ended("timed").documentExpirationTimeMicros).isEqualTo(wanted);
  }

  @Test
  void aTaskThatClaimsToBeUnderWayIsRefused() throws Exception {
    assertThat(create("x", "\"count\":1,\"taskInfo\":{\"stage\":\"FINISHED\"}").statusCode())
        .isEqualTo(400);
    assertThat(create("y", "\"priority\":1").statusCode()).isEqualTo(400);
    assertThat(create("z", "\"count\":0,\"taskInfo\":{\"stage\":\"CREATED\"}").statusCode())
        .isEqualTo(202);
  }

  @Test
  void anEndedTaskMovesNoFurther() throws Exception {
    create("done", "\"count\":0");
    ended("done");
    for (TaskStage stage : TaskStage.values()) {
      HttpResponse<String> answer =
          send("PATCH", FACTORY + "/done", "{\"taskInfo\":{\"stage\":\"" + stage + "\"}}");
      assertThat(answer.statusCode()).as(stage + answer.body()).isEqualTo(400);
    }
  }

  @Test
  void aRunningTaskIsNotMovedBackNorWithoutAStage() throws Exception {
    create("busy", "\"count\":1,\"trouble\":\"WAITS_FOREVER\"");
    for (String body : new String[] {"{\"taskInfo\":{\"stage\":\"CREATED\"}}", "{}"}) {
      assertThat(send("PATCH", FACTORY + "/busy", body).statusCode()).isEqualTo(400);
    }
    String cancel = "{\"taskInfo\":{\"stage\":\"CANCELLED\"},\"failureMessage\":\"enough\"}";
    assertThat(send("PATCH", FACTORY + "/busy", cancel).statusCode()).isEqualTo(200);
    assertThat(state("busy").failureMessage).isEqualTo("enough");
  }

  @Test
  void aStepThatIsRefusedFailsTheTask() throws Exception {
    create("refused", "\"count\":2,\"trouble\":\"REFUSES_THE_STEP\"");
    State last = ended("refused");
    assertThat(last.taskInfo.stage).isEqualTo(TaskStage.FAILED);
    assertThat(last.failureMessage).contains("not this one");
    assertThat(last.taskInfo.failure).isNotNull();
  }

  @Test
  void aStepThatBreaksAfterItsAnswerFailsTheTask() throws Exception {
    create("broken", "\"count\":2,\"trouble\":\"THROWS_AFTER_THE_ANSWER\"");
    State last = ended("broken");
    assertThat(last.taskInfo.stage).isEqualTo(TaskStage.FAILED);
    assertThat(last.failureMessage).isEqualTo("the step broke");
  }

  @Test
  void aLostStepIsSentAgain() throws Exception {
    create("lost", "\"count\":2,\"trouble\":\"FAILS_TWICE\"");
    assertThat(ended("lost").taskInfo.stage).isEqualTo(TaskStage.FINISHED);
  }

  @Test
  void anInterruptedTaskGoesOnAfterARestart() throws Throwable {
    create("long", "\"count\":3,\"trouble\":\"WAITS_FOREVER\"");
    await().until(() -> state("long").count, count -> count == 1);
    host.stop();
    CountdownTaskService.gate.countDown();
    startHost();
    assertThat(ended("long").taskInfo.stage).isEqualTo(TaskStage.FINISHED);
  }

  @Test
  void onlyUnfinishedTasksAreResumed() {
    JsonNode query =
        Utils.fromJson(Utils.toJson(new CountdownTaskService().resumeQuery()), JsonNode.class);
    assertThat(query.toString()).contains("taskInfo.stage", "CREATED", "STARTED");
    assertThat(query.toString()).doesNotContain("FINISHED", "FAILED", "CANCELLED");
  }

  @Test
  void aDirectTaskIsAnsweredWhenItHasEnded() throws Exception {
    HttpResponse<String> answer = create("direct", "\"count\":4,\"taskInfo\":{\"isDirect\":true}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    State last = Utils.fromJson(answer.body(), State.class);
    assertThat(last.taskInfo.stage).isEqualTo(TaskStage.FINISHED);
    assertThat(last.count).isZero();
    assertThat(last.documentSelfLink).isEqualTo(FACTORY + "/direct");
  }

  @Test
  void aDirectTaskThatFailsIsAnsweredWithItsFailure() throws Exception {
    HttpResponse<String> answer =
        create(
            "direct",
            "\"count\":1,\"trouble\":\"REFUSES_THE_STEP\",\"taskInfo\":{\"isDirect\":true}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Utils.fromJson(answer.body(), State.class).taskInfo.stage)
        .isEqualTo(TaskStage.FAILED);
  }

  @Test
  void aDirectTaskThatExpiresIsAnsweredWith408() throws Exception {
    long soon = Utils.fromNowMicrosUtc(TimeUnit.MILLISECONDS.toMicros(300));
    HttpResponse<String> answer =
        create(
            "slow",
            "\"count\":1,\"trouble\":\"WAITS_FOREVER\",\"taskInfo\":{\"isDirect\":true},"
                + "\"documentExpirationTimeMicros\":"
                + soon);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(408);
  }

  @Test
  void deletingADirectTaskReleasesItsCreator() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(
            request(
                "POST",
                FACTORY,
                "{\"documentSelfLink\":\"gone\",\"count\":1,\"trouble\":\"WAITS_FOREVER\","
                    + "\"taskInfo\":{\"isDirect\":true}}"),
            BodyHandlers.ofString());
    await().until(() -> send("GET", FACTORY + "/gone", null).statusCode() == 200);
    assertThat(waiting).isNotDone();
    send("DELETE", FACTORY + "/gone", null);
    HttpResponse<String> answer = waiting.get(10, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }
}
