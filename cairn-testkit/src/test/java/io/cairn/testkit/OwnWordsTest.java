// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.validation.Violation;
import io.cairn.document.validation.Violations;
import io.cairn.service.DocumentService;
import io.cairn.service.failure.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What code refuses, in a constructor or a handler, is told in the author's words. */
class OwnWordsTest {
  private static final String CHECKS = "/test/checks";
  private static final String PATCH = "application/json-patch+json";

  /** What code checks. */
  record Check(int low, int high, @Nullable List<Part> parts) {
    Check {
      new Violations()
          .require(low >= 0, "low", "must not be negative")
          .require(low <= high, "high", "must not be below low")
          .refuse();
    }
  }

  record Part(String name) {
    Part {
      if (name == null) {
        throw new IllegalArgumentException("a part has a name");
      }
      Thread.State.valueOf(name.isEmpty() ? "NO_SUCH" : "NEW");
      new Violations().require(name.length() < 5, "name", "must be short").refuse();
      if (name.equals("odd")) {
        throw new IndexOutOfBoundsException("Index 3 out of bounds for length 3");
      }
    }
  }

  record Split(Part first, List<Part> others) {}

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            fresh ->
                fresh.start(
                    DocumentService.of(Check.class)
                        .on(
                            Split.class,
                            (request, check, split) -> {
                              throw Refusal.invalid("others[0]", "must be something else");
                            })
                        .replaceable()
                        .patchable()
                        .at(CHECKS)));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static ServiceErrorResponse refusal(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    ServiceErrorResponse error = answer.as(ServiceErrorResponse.class);
    assertThat(error.statusCode).isEqualTo(status);
    assertThat(answer.text()).doesNotContain("io.cairn", "java.", "column", "jakarta");
    return error;
  }

  private static String created(String path, String body) throws Exception {
    Answer answer = host.http().post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("documentSelfLink").asString();
  }

  @Test
  void aConstructorSpeaksInItsOwnWordsWhereverItStands() throws Exception {
    String link = created(CHECKS, "{\"high\":3,\"parts\":[{\"name\":\"a\"}]}");
    String add = "[{\"op\":\"add\",\"path\":\"/parts/-\",\"value\":{}}]";
    Map<String, Answer> nested =
        Map.of(
            "parts[0]", host.http().post(CHECKS, "{\"parts\":[{}]}"),
            "parts[1]", host.http().send("PATCH", link, add, "Content-Type", PATCH),
            "parts[2]", host.http().put(link, "{\"parts\":[{\"name\":\"a\"},{\"name\":\"b\"},{}]}"),
            "first", host.http().post(link, "{\"kind\":\"Split\",\"first\":{}}"),
            "others[0]", host.http().patch(link, "{\"kind\":\"Split\",\"others\":[{}]}"));
    for (Map.Entry<String, Answer> each : nested.entrySet()) {
      ServiceErrorResponse error = refusal(each.getValue(), 400);
      assertThat(error.message).isEqualTo(each.getKey() + ": a part has a name");
      assertThat(error.violations)
          .containsExactly(
              new Violation(each.getKey(), Violation.CONSTRUCTOR, "a part has a name"));
    }
    String noNumber = "'many' is not a whole number from -2147483648 to 2147483647";
    ServiceErrorResponse merged = refusal(host.http().patch(link, "{\"low\":\"many\"}"), 400);
    assertThat(merged.message).isEqualTo("field 'low': " + noNumber);
    assertThat(merged.violations).containsExactly(new Violation("low", Violation.TYPE, noNumber));
  }

  @Test
  void codeTellsSeveralThingsAtOnce() throws Exception {
    ServiceErrorResponse error = refusal(host.http().post(CHECKS, "{\"low\":-1,\"high\":-2}"), 400);
    assertThat(error.message).isEqualTo("low must not be negative; high must not be below low");
    assertThat(error.violations)
        .containsExactly(
            new Violation("low", Violation.CHECK, "must not be negative"),
            new Violation("high", Violation.CHECK, "must not be below low"));
    assertThat(
            refusal(host.http().post(CHECKS, "{\"parts\":[{\"name\":\"longer\"}]}"), 400)
                .violations)
        .containsExactly(new Violation("parts[0].name", Violation.CHECK, "must be short"));
    String link = created(CHECKS, "{}");
    assertThat(refusal(host.http().post(link, "{\"kind\":\"Split\"}"), 400).violations)
        .containsExactly(new Violation("others[0]", Violation.CHECK, "must be something else"));
  }

  @Test
  void wordsThatAreNotTheAuthorsAreNotPassedOn() throws Exception {
    for (String name : List.of("", "odd")) {
      ServiceErrorResponse error =
          refusal(host.http().post(CHECKS, "{\"parts\":[{\"name\":\"" + name + "\"}]}"), 400);
      assertThat(error.message)
          .matches(
              "field 'parts\\[0]': a constructor of the application failed on"
                  + " it \\((IllegalArgument|IndexOutOfBounds)Exception\\)");
    }
  }
}
