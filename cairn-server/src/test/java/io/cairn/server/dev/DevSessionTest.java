// SPDX-License-Identifier: Apache-2.0
package io.cairn.server.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Answer;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is saved, documents stay, and what is wrong is told where one looks. */
class DevSessionTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;
  private WrittenProject project;

  @BeforeEach
  void start() throws Exception {
    project = new WrittenProject(directory);
    assertThat(project.reload()).as(project.said()).isTrue();
    create("/notes", "one");
    create("/marks", "two");
  }

  @AfterEach
  void stop() throws Exception {
    project.close();
  }

  private void create(String collection, String name) throws Exception {
    Answer created =
        project.send(
            "POST", collection, "{\"documentSelfLink\":\"" + name + "\",\"text\":\"kept\"}");
    assertThat(created.status()).as(created.text()).isEqualTo(200);
  }

  private void documentsAreThere() throws Exception {
    assertThat(project.get("/notes/one").json().get("text").asString()).isEqualTo("kept");
    assertThat(project.get("/marks/two").json().get("text").asString()).isEqualTo("kept");
  }

  @Test
  void aChangedRecordIsServedWithTheDocumentsAndTheChangeIsTold() throws Exception {
    project.note("String text, int stars");

    assertThat(project.reload()).isTrue();

    documentsAreThere();
    assertThat(project.said())
        .contains("/notes: Field stars (int) was added")
        .contains("1 document in memory kept");
    project.send("PATCH", "/notes/one", "{\"stars\":3}");
    assertThat(project.get("/notes?$filter=stars%20eq%203").json().get("documentLinks").size())
        .isEqualTo(1);

    project.note("String text, String stars");
    assertThat(project.reload()).isTrue();
    assertThat(project.said()).contains("/notes: Field stars was changed from int to string");

    project.note("String text");
    assertThat(project.reload()).isTrue();
    assertThat(project.said()).contains("/notes: Field stars (string) was removed");
    documentsAreThere();
  }

  @Test
  void whatDoesNotCompileIsToldInTheTerminalAndAtEachPath() throws Exception {
    project.note("String text) { int x = \"no number\"; }  record Other(");

    assertThat(project.reload()).isFalse();

    assertThat(project.said())
        .contains("src/main/java/note/Note.java:1: ")
        .contains("package note; public record Note(")
        .contains("^");
    for (String path : new String[] {"/notes", "/notes/one", "/marks/two", "/else"}) {
      Answer answer = project.get(path);
      assertThat(answer.status()).as(path).isEqualTo(503);
      assertThat(answer.json().get("message").asString())
          .contains("src/main/java/note/Note.java:1: ");
    }
    assertThat(project.get("/core/management").status()).isEqualTo(200);
    assertThat(project.get("/core/nothing").status()).isEqualTo(404);
    assertThat(project.get("/core/health/ready").text()).contains("could not be started");

    project.note("String text; ");
    assertThat(project.reload()).as("another mistake").isFalse();
    project.note("String text");
    assertThat(project.reload()).isTrue();
    documentsAreThere();
    assertThat(project.get("/core/health/ready").status()).isEqualTo(200);
  }

  @Test
  void whatThrowsAtTheStartIsToldAndLeavesTheDocumentsAlone() throws Exception {
    for (String statement :
        new String[] {
          "if (true) throw new IllegalStateException(\"not today\");",
          "app.onStart(host -> { throw new java.io.IOException(\"not today\"); });",
          "app.onStart(host -> { throw new StackOverflowError(\"not today\"); });"
        }) {
      project.application("app.serve(Notes.service());", statement);

      assertThat(project.reload()).as(statement).isFalse();

      assertThat(project.said()).contains("not today");
      Answer answer = project.get("/notes/one");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains("not today");
    }
    project.application("app.serve(Notes.service());", "app.serve(Marks.service());");
    assertThat(project.reload()).isTrue();
    documentsAreThere();
  }

  @Test
  void documentsOfAServiceThatIsRemovedAreThereWhenItComesBack() throws Exception {
    project.application("app.endpoint(\"/hello\", io.cairn.service.Service.Action.GET, r -> 1);");

    assertThat(project.reload()).isTrue();

    assertThat(project.said())
        .contains("/notes is gone")
        .contains("/marks is gone")
        .contains("1 document in memory without a service");
    assertThat(project.get("/notes/one").status()).isEqualTo(404);
    assertThat(project.get("/hello").status()).isEqualTo(200);

    project.application("app.serve(Notes.service());", "app.serve(Marks.service());");
    assertThat(project.reload()).isTrue();
    documentsAreThere();
  }

  @Test
  void documentsInMemoryHaveTheirValuesUnderTheNewNameOfAField() throws Exception {
    project.write(
        "src/main/java/note/Mark.java",
        "package note; public record Mark("
            + "@io.cairn.document.schema.FormerNames(\"text\") String title, int stars) {}");
    assertThat(project.reload()).as(project.said()).isTrue();
    assertThat(project.get("/marks/two").json().get("title").asString()).isEqualTo("kept");
    project.send("PATCH", "/marks/two", "{\"stars\":3}");
    assertThat(project.reload()).isTrue();
    assertThat(project.get("/marks/two").json().get("title").asString()).isEqualTo("kept");
  }

  @Test
  void versionsOfDocumentsInMemoryGoOn() throws Exception {
    project.send("PATCH", "/marks/two", "{\"text\":\"again\"}");
    assertThat(project.reload()).isTrue();
    Answer changed = project.send("PATCH", "/marks/two", "{\"text\":\"and again\"}");
    assertThat(changed.json().get("documentVersion").asInt()).isEqualTo(2);
  }

  @Test
  void documentsInMemoryAreThereBeforeTheApplicationMakesThem() throws Exception {
    project.application(
        "app.serve(Notes.service());",
        "app.serve(Marks.service());",
        "app.onStart(host -> host.sendRequest(io.cairn.service.Operation.createPost(",
        "  io.cairn.service.UriUtils.buildUri(host, \"/marks\")).setReferer(host.getUri())",
        "  .setBody(java.util.Map.of(\"documentSelfLink\", \"two\", \"text\", \"seed\"))));");
    for (int i = 0; i < 3; i++) {
      assertThat(project.reload()).isTrue();
      assertThat(project.said()).contains("1 document in memory kept").doesNotContain("without");
      documentsAreThere();
    }
  }

  @Test
  void whatTheApplicationHasBegunIsStoppedIfItDoesNotStart() throws Exception {
    Path stopped = directory.resolve("stopped");
    project.application(
        "app.onStop(host -> java.nio.file.Files.writeString(",
        "  java.nio.file.Path.of(\"" + stopped + "\"), \".\",",
        "  java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND));",
        "app.onStart(host -> { throw new AssertionError(\"not today\"); });");
    assertThat(project.reload()).isFalse();
    assertThat(project.said()).contains("AssertionError: not today");
    assertThat(stopped).hasContent(".");
  }

  @Test
  void copiesThatEditorsKeepAreNoResources() throws Exception {
    project.write("src/main/resources/.#greeting.txt", "");
    project.write("src/main/resources/greeting.txt~", "");
    project.application(
        "app.endpoint(\"/hello\", io.cairn.service.Service.Action.GET, r ->",
        "  String.valueOf(NoteApplication.class.getResource(\"/greeting.txt~\")));");
    assertThat(project.reload()).isTrue();
    assertThat(project.get("/hello").text()).isEqualTo("null");
  }

  @Test
  void aSourceAndAResourceMayComeAndGo() throws Exception {
    project.write("src/main/java/note/Extra.java", "package note; class Extra { int x }");
    assertThat(project.reload()).isFalse();
    project.remove("src/main/java/note/Extra.java");
    assertThat(project.reload()).isTrue();

    project.write("src/main/resources/greeting.txt", "hello");
    project.application(
        "app.endpoint(\"/hello\", io.cairn.service.Service.Action.GET, r -> new String("
            + "NoteApplication.class.getResourceAsStream(\"/greeting.txt\").readAllBytes()));");
    assertThat(project.reload()).isTrue();
    assertThat(project.get("/hello").text()).isEqualTo("hello");

    project.remove("src/main/java/note/NoteApplication.java");
    assertThat(project.reload()).isFalse();
    assertThat(project.get("/hello").text()).contains("no application in src/main/java");
  }

  @Test
  void mavenIsAskedAgainOnlyIfAPomHasChanged() throws Exception {
    assertThat(project.session().reload(true)).isTrue();
    assertThat(project.asked()).isEqualTo(1);
    project.write("pom.xml", "<project><!-- changed --></project>");
    assertThat(project.session().reload(true)).isTrue();
    assertThat(project.asked()).isEqualTo(2);
    documentsAreThere();
  }

  /** Serves notes with a constraint, which is broken once; returns what has their classes. */
  private WeakReference<ClassLoader> constrained() throws Exception {
    project.note("@jakarta.validation.constraints.NotBlank(message = \"{no.text}\") String text");
    project.write("src/main/resources/ValidationMessages.properties", "no.text=write something");
    assertThat(project.reload()).as(project.said()).isTrue();
    Answer refused = project.send("POST", "/notes", "{\"text\":\" \"}");
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    return new WeakReference<>(Objects.requireNonNull(project.session().classes()));
  }

  @Test
  void classesOfEarlierReloadsAreCollected() throws Exception {
    WeakReference<ClassLoader> first = constrained();
    project.get("/notes?$filter=text%20eq%20'kept'&expand");
    project.note("String text, int stars");
    assertThat(project.reload()).isTrue();
    project.get("/notes/one");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(first.get()).isNull();
            });
  }

  @Test
  void changesOfFilesAreNoticedHoweverTheyAreWritten() throws Exception {
    Thread watching = Thread.ofPlatform().start(this::watch);
    try {
      Path note = directory.resolve("src/main/java/note/Note.java");
      Path draft = directory.resolve("src/main/java/note/.Note.java.swp");
      Files.writeString(draft, "package note; public record Note(String text, int renamed) {}");
      Files.move(draft, note, StandardCopyOption.REPLACE_EXISTING);
      awaitSaid("Field renamed (int) was added");

      project.write(
          "src/main/java/note/inside/deep/More.java",
          "package note.inside.deep; public record More(int value) {}");
      awaitSaid("serving at");
      project.note("String text, note.inside.deep.More more");
      awaitSaid("Field more (object) was added");

      project.remove("src/main/java/note/inside/deep/More.java");
      awaitSaid("it does not compile");
      project.note("String text");
      awaitSaid("Field more (object) was removed");
      documentsAreThere();
    } finally {
      watching.interrupt();
      watching.join();
    }
  }

  private void watch() {
    try {
      project.session().watch();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitSaid(String text) {
    StringBuilder all = new StringBuilder();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(all.append(project.said()).toString()).contains(text));
  }
}
