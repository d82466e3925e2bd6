// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.StateMachineDescription.Transition;
import io.cairn.document.validation.Violation;
import io.cairn.service.DocumentService;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.states.DocumentStates;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What may change a document with commands and states, and what is refused. */
class StatesTest {
  private static final String CLOSED = "/test/closed-jobs";
  private static final String OPEN = "/test/open-jobs";
  private static final String LAMPS = "/test/lamps";
  private static final String FREE = "/test/free";
  private static final String MERGE = "application/merge-patch+json";
  private static final String PATCH = "application/json-patch+json";

  enum Stage {
    DRAFT,
    RUNNING,
    PAUSED,
    DONE
  }

  record Job(String title, @Nullable Stage stage, int steps) {
    Job in(Stage next) {
      return new Job(title, next, steps);
    }
  }

  record Begin() {}

  record Step(int count) {}

  record Finish() {}

  record Move(Stage to) {}

  record Note(String text) {}

  enum Light {
    OFF,
    ON,
    BROKEN
  }

  /** A document of the Xenon face. */
  public static class LampState extends ServiceDocument {
    public @Nullable Light light;
  }

  /** A service of the Xenon face that asks a machine. */
  public static class LampService extends StatefulService {
    private static final DocumentStates<LampState, Light> LIGHTS =
        DocumentStates.of(
            "light",
            Light.class,
            state -> state.light,
            light -> {
              light.initial(Light.OFF);
              light.from(Light.OFF).to(Light.ON);
              light.from(Light.ON).to(Light.OFF, Light.BROKEN);
            });

    public LampService() {
      super(LampState.class);
    }

    @Override
    public void handleCreate(Operation post) {
      LIGHTS.checkNew(getBody(post));
      post.complete();
    }

    @Override
    public void handlePut(Operation put) {
      LIGHTS.check(getState(put), getBody(put));
      super.handlePut(put);
    }
  }

  private static final AtomicInteger FINISHED = new AtomicInteger();
  private static TestHost host;

  private static DocumentService<Job> jobs() {
    return DocumentService.of(Job.class)
        .on(Begin.class, (request, job, begin) -> job.in(Stage.RUNNING))
        .on(
            Step.class,
            (request, job, step) -> new Job(job.title(), job.stage(), job.steps() + step.count()))
        .on(
            Finish.class,
            (request, job, finish) -> {
              FINISHED.incrementAndGet();
              return job.in(Stage.DONE);
            })
        .on(Move.class, (request, job, move) -> job.in(move.to()))
        .on(Note.class, (request, job, note) -> new Job(note.text(), job.stage(), job.steps()))
        .states(
            Stage.class,
            Job::stage,
            job -> {
              job.initial(Stage.DRAFT);
              job.from(Stage.DRAFT).on(Begin.class).to(Stage.RUNNING);
              job.from(Stage.RUNNING).on(Step.class).stays();
              job.from(Stage.RUNNING)
                  .on(Finish.class)
                  .onlyIf(state -> state.steps() > 0, "nothing was done")
                  .to(Stage.DONE);
              job.from(Stage.RUNNING).to(Stage.PAUSED);
              job.from(Stage.PAUSED).to(Stage.RUNNING);
            });
  }

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            fresh -> {
              fresh.start(jobs().persistent().at(CLOSED));
              fresh.start(jobs().persistent().replaceable().patchable().at(OPEN));
              fresh.start(DocumentService.of(Job.class).at(FREE));
              fresh.startFactory(
                  () -> FactoryService.create(LampService.class, LampState.class), LAMPS);
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String created(String path, String body) throws Exception {
    Answer answer = host.http().post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("documentSelfLink").asString();
  }

  private static ServiceErrorResponse refusal(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer.as(ServiceErrorResponse.class);
  }

  private static JsonNode done(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static String stage(String link) throws Exception {
    return host.http().get(link).json().get("stage").asString();
  }

  @Test
  void aServiceWithCommandsChangesByThemAlone() throws Exception {
    String link = created(CLOSED, "{\"title\":\"a\"}");
    String whole = "{\"title\":\"b\",\"stage\":\"DRAFT\"}";
    String replace = "[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"b\"}]";
    List<Answer> refused =
        List.of(
            host.http().put(link, whole),
            host.http().patch(link, "{\"title\":\"b\"}"),
            host.http().send("PATCH", link, "{\"title\":\"b\"}", "Content-Type", MERGE),
            host.http().send("PATCH", link, replace, "Content-Type", PATCH));
    for (Answer answer : refused) {
      assertThat(refusal(answer, 405).message)
          .endsWith(
              "does not change this document: it is changed by commands, a POST whose kind is one"
                  + " of Begin, Step, Finish, Move, Note");
      assertThat(answer.header("Allow")).contains("POST").doesNotContain("PUT");
    }
    assertThat(refused.getFirst().header("Allow"))
        .isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, POST");
    JsonNode noted = done(host.http().patch(link, "{\"kind\":\"Note\",\"text\":\"c\"}"));
    assertThat(noted.get("title").asString()).isEqualTo("c");
    assertThat(noted.get("documentVersion").asLong()).isEqualTo(1);
  }

  @Test
  void aServiceWithoutCommandsIsOpen() throws Exception {
    String link = created(FREE, "{\"title\":\"a\"}");
    done(host.http().put(link, "{\"title\":\"b\",\"stage\":\"DONE\"}"));
    done(host.http().patch(link, "{\"title\":\"c\"}"));
    Answer post = host.http().post(link, "{}");
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("Allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
  }

  @Test
  void aNewDocumentBeginsInItsInitialState() throws Exception {
    assertThat(stage(created(CLOSED, "{\"title\":\"a\"}"))).isEqualTo("DRAFT");
    ServiceErrorResponse error =
        refusal(host.http().post(CLOSED, "{\"title\":\"a\",\"stage\":\"DONE\"}"), 400);
    assertThat(error.violations)
        .containsExactly(new Violation("stage", "InitialState", "must be DRAFT at first"));
  }

  @Test
  void aCommandThatTheStateDoesNotAdmitIsRefusedWithWhatItDoes() throws Exception {
    String link = created(CLOSED, "{\"title\":\"a\"}");
    ServiceErrorResponse early = refusal(host.http().post(link, "{\"kind\":\"Finish\"}"), 409);
    assertThat(early.message)
        .isEqualTo("Finish is not possible while stage is DRAFT; possible: Begin (to RUNNING)");
    assertThat(early.allowedTransitions)
        .containsExactly(new Transition("DRAFT", "Begin", List.of("RUNNING"), null));
    done(host.http().post(link, "{\"kind\":\"Begin\"}"));
    ServiceErrorResponse guarded = refusal(host.http().post(link, "{\"kind\":\"Finish\"}"), 409);
    assertThat(guarded.message).isEqualTo("Finish is not possible: nothing was done");
    assertThat(guarded.allowedTransitions)
        .contains(
            new Transition("RUNNING", "Finish", List.of("DONE"), List.of("nothing was done")));
    assertThat(FINISHED).as("runs of the handler").hasValue(0);
    done(host.http().post(link, "{\"kind\":\"Step\",\"count\":1}"));
    assertThat(done(host.http().post(link, "{\"kind\":\"Finish\"}")).get("stage").asString())
        .isEqualTo("DONE");
    assertThat(refusal(host.http().post(link, "{\"kind\":\"Begin\"}"), 409).allowedTransitions)
        .isEmpty();
  }

  @Test
  void noWayLeadsPastTheRules() throws Exception {
    String link = created(OPEN, "{\"title\":\"a\"}");
    done(host.http().post(link, "{\"kind\":\"Begin\"}"));
    String replace = "[{\"op\":\"replace\",\"path\":\"/stage\",\"value\":\"DONE\"}]";
    List<Answer> refused =
        List.of(
            host.http().put(link, "{\"title\":\"a\",\"stage\":\"DONE\"}"),
            host.http().patch(link, "{\"stage\":\"DONE\"}"),
            host.http().send("PATCH", link, "{\"stage\":\"DRAFT\"}", "Content-Type", MERGE),
            host.http().send("PATCH", link, replace, "Content-Type", PATCH),
            host.http().post(link, "{\"kind\":\"Move\",\"to\":\"DRAFT\"}"));
    for (Answer answer : refused) {
      ServiceErrorResponse error = refusal(answer, 409);
      assertThat(error.message)
          .contains("stage cannot change from RUNNING to ")
          .endsWith("; possible: Step, Finish (to DONE), to PAUSED");
      assertThat(error.allowedTransitions)
          .contains(new Transition("RUNNING", null, List.of("PAUSED"), null));
    }
    assertThat(refusal(host.http().patch(link, "{\"stage\":null}"), 400).message)
        .isEqualTo("stage is a required field");
    done(host.http().patch(link, "{\"title\":\"b\"}"));
    done(host.http().patch(link, "{\"stage\":\"PAUSED\"}"));
    done(host.http().post(link, "{\"kind\":\"Move\",\"to\":\"RUNNING\"}"));
    assertThat(stage(link)).isEqualTo("RUNNING");
  }

  @Test
  void theTemplateShowsCommandsAndStates() throws Exception {
    String link = created(CLOSED, "{\"title\":\"a\"}");
    for (JsonNode shown :
        List.of(
            host.http().get(link + "/template").json(),
            done(host.http().send("OPTIONS", link, null)))) {
      JsonNode description = shown.get("documentDescription");
      JsonNode machine = description.get("stateMachine");
      assertThat(machine.get("property").asString()).isEqualTo("stage");
      assertThat(machine.get("initial").toString()).isEqualTo("[\"DRAFT\"]");
      assertThat(machine.get("ends").toString()).isEqualTo("[\"DONE\"]");
      assertThat(machine.get("transitions").get(0).toString())
          .isEqualTo("{\"from\":\"DRAFT\",\"by\":\"Begin\",\"to\":[\"RUNNING\"]}");
      assertThat(
              description
                  .get("serviceRequestRoutes")
                  .get("POST")
                  .get(0)
                  .get("condition")
                  .asString())
          .isEqualTo("kind=Begin");
    }
  }

  @Test
  void aServiceOfTheXenonFaceAsksAMachine() throws Exception {
    assertThat(host.http().post(LAMPS, "{\"light\":\"ON\"}").status()).isEqualTo(400);
    String lamp = created(LAMPS, "{\"light\":\"OFF\"}");
    ServiceErrorResponse error = refusal(host.http().put(lamp, "{\"light\":\"BROKEN\"}"), 409);
    assertThat(error.message).isEqualTo("light cannot change from OFF to BROKEN; possible: to ON");
    assertThat(error.allowedTransitions)
        .containsExactly(new Transition("OFF", null, List.of("ON"), null));
    done(host.http().put(lamp, "{\"light\":\"ON\"}"));
    done(host.http().send("PATCH", lamp, "{\"light\":\"BROKEN\"}", "Content-Type", MERGE));
  }

  @Test
  void whatCannotHappenIsRefusedWhenItIsDeclared() {
    record Two(Stage a, Stage b) {}
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs().states(Stage.class, Job::stage, job -> {}))
        .withMessageContaining("are declared");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DocumentService.of(Two.class).states(Stage.class, Two::a, two -> {}))
        .withMessageContaining("[a, b]");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> host.host().start(jobs().onChange((r, job, next) -> next).at("/test/never")))
        .withMessageContaining("onChange is never called");
    assertThatIllegalStateException()
        .isThrownBy(
            () -> host.host().start(jobs().with(ServiceOption.IDEMPOTENT_POST).at("/test/never")))
        .withMessageContaining("IDEMPOTENT_POST replaces what exists");
    DocumentService<Job> concurrent = jobs().with(ServiceOption.CONCURRENT_UPDATE_HANDLING);
    assertThatIllegalStateException()
        .isThrownBy(() -> host.host().start(concurrent.at("/test/never")))
        .withMessageContaining("states need updates one at a time");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                host.host()
                    .start(
                        DocumentService.of(Job.class)
                            .states(
                                Stage.class,
                                Job::stage,
                                job -> {
                                  job.initial(Stage.values());
                                  job.from(Stage.DRAFT).on(Begin.class).to(Stage.DONE);
                                })
                            .at("/test/never")))
        .withMessageContaining("names Begin, which nothing handles");
  }
}
