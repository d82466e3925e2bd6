// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.validation.Violation;
import io.cairn.service.DocumentService;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is refused because it breaks a rule of its type, and what the client is told. */
class ValidationTest {
  private static final String TRIPS = "/test/trips";
  private static final String BOXES = "/test/boxes";
  private static final String NOTES = "/test/class-notes";
  private static final String MERGE = "application/merge-patch+json";
  private static final String PATCH = "application/json-patch+json";

  /** A constraint of an application's own. */
  @Constraint(validatedBy = EvenValidator.class)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Even {
    String message() default "{test.wheels.even}";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  /** Judges what {@link Even} is on. */
  public static final class EvenValidator implements ConstraintValidator<Even, Integer> {
    @Override
    public boolean isValid(@Nullable Integer value, ConstraintValidatorContext context) {
      return value == null || value % 2 == 0;
    }
  }

  /** A constraint over several fields. */
  @Constraint(validatedBy = EndAfterBeginValidator.class)
  @Retention(RetentionPolicy.RUNTIME)
  @interface EndAfterBegin {
    String message() default "must end after its begin";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  /** Judges what {@link EndAfterBegin} is on. */
  public static final class EndAfterBeginValidator
      implements ConstraintValidator<EndAfterBegin, Trip> {
    @Override
    public boolean isValid(Trip trip, ConstraintValidatorContext context) {
      return trip.begin() <= trip.end();
    }
  }

  record Stop(@NotBlank String town, @Positive int nights) {}

  @EndAfterBegin
  record Trip(
      @NotBlank @Size(max = 10) String name,
      @Min(1) @Max(9) int seats,
      @Email @Nullable String contact,
      @Pattern(regexp = "[A-Z]{2}") @Nullable String country,
      @Past @Nullable Instant booked,
      @DecimalMin("0.5") @DecimalMax(value = "100", inclusive = false) @Nullable BigDecimal price,
      @Even @Nullable Integer wheels,
      long begin,
      long end,
      @Nullable List<@Valid Stop> stops,
      @Nullable Set<@NotBlank String> tags,
      @Nullable Map<@Size(min = 3) String, @Positive Integer> costs,
      Optional<@Size(min = 2) String> guide,
      @Email Optional<String> second) {
    @AssertTrue(message = "must have a guide above 5 seats")
    boolean isGuided() {
      return seats <= 5 || guide.isPresent();
    }
  }

  /** A command. */
  record Rename(@NotBlank @Size(max = 20) String name) {}

  /** What handlers spoil. */
  record Box(@PositiveOrZero long weight, @Nullable String label) {}

  record Empty(long weight) {}

  record Label(String text) {}

  record Lose() {}

  /** A crate as an earlier program knew it. */
  @DocumentKind("test:Crate")
  record OldCrate(long weight, @Nullable String label, int size) {}

  /** A crate as it is now. */
  @DocumentKind("test:Crate")
  record Crate(@PositiveOrZero long weight, @Nullable @Size(min = 1) String label, int size) {
    Crate {
      if (size < 0) {
        throw new IllegalArgumentException("size must not be negative");
      }
    }

    Crate with(long newWeight, @Nullable String newLabel) {
      return new Crate(newWeight, newLabel, size);
    }
  }

  /** A class with fields, as Xenon has them. */
  public static class NoteState extends ServiceDocument {
    @NotBlank
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String text;

    @Positive
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable Integer priority;

    @UsageOption(option = PropertyUsageOption.REQUIRED)
    public @Nullable String author;

    @UsageOption(option = PropertyUsageOption.REQUIRED)
    public @Nullable String place;
  }

  /** Keeps notes. */
  public static class ClassNoteService extends StatefulService {
    public ClassNoteService() {
      super(NoteState.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handleCreate(Operation post) {
      Utils.validateState(getStateDescription(), getBody(post));
      post.complete();
    }

    /** Leaves something that no note may be, which is deleted all the same. */
    @Override
    public void handleDelete(Operation delete) {
      NoteState state = getState(delete);
      state.text = "spoil".equals(state.text) ? "" : state.text;
      delete.complete();
    }

    @Override
    public void handlePatch(Operation patch) {
      NoteState state = getState(patch);
      Utils.mergeWithState(getStateDescription(), state, getBody(patch));
      patch.setBody(state).complete();
    }
  }

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            fresh -> {
              fresh.start(
                  DocumentService.of(Trip.class)
                      .on(Rename.class, (request, trip, rename) -> renamed(trip, rename.name()))
                      .replaceable()
                      .patchable()
                      .at(TRIPS));
              fresh.start(
                  DocumentService.of(Box.class)
                      .onCreate(
                          (request, box) ->
                              "spoil".equals(box.label()) ? new Box(-1, box.label()) : box)
                      .on(Empty.class, (r, box, empty) -> new Box(empty.weight(), box.label()))
                      .on(Label.class, (r, box, label) -> new Box(box.weight(), label.text()))
                      .on(Lose.class, (r, box, lose) -> null)
                      .at(BOXES));
              fresh.startFactory(
                  () -> FactoryService.create(ClassNoteService.class, NoteState.class), NOTES);
              fresh.endpoint("/test/rename", Action.POST, request -> request.body(Rename.class));
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Trip renamed(Trip trip, String name) {
    return new Trip(
        name,
        trip.seats(),
        trip.contact(),
        trip.country(),
        trip.booked(),
        trip.price(),
        trip.wheels(),
        trip.begin(),
        trip.end(),
        trip.stops(),
        trip.tags(),
        trip.costs(),
        trip.guide(),
        trip.second());
  }

  private static ServiceErrorResponse refusal(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    ServiceErrorResponse error = answer.as(ServiceErrorResponse.class);
    assertThat(error.statusCode).isEqualTo(status);
    assertThat(answer.text()).doesNotContain("io.cairn", "java.", "column", "jakarta");
    return error;
  }

  @Test
  void mixedMistakesAreToldAtOnce() throws Exception {
    Answer answer =
        host.http()
            .post(
                TRIPS,
                "{\"name\":\" \",\"seats\":\"many\",\"begin\":\"soon\",\"end\":5,"
                    + "\"stops\":[{\"town\":\"x\",\"nights\":\"few\"}],\"costs\":{\"fuel\":-2}}");
    ServiceErrorResponse error = refusal(answer, 400);
    assertThat(Objects.requireNonNull(error.violations))
        .extracting(one -> one.path() + " " + one.rule())
        .containsExactly(
            "begin Type",
            "costs[fuel] Positive",
            "name NotBlank",
            "seats Type",
            "stops[0].nights Type");
    assertThat(error.message)
        .startsWith("begin: 'soon' is not a whole number of 64 bits; costs[fuel] must");
    Answer command = host.http().post("/test/rename", "{\"name\":[]}");
    assertThat(command.json().get("message").asString())
        .startsWith("field 'name': expected a string");
  }

  private static String created(String path, String body) throws Exception {
    Answer answer = host.http().post(path, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("documentSelfLink").asString();
  }

  private static String trip(String more) {
    return "{\"name\":\"alps\",\"seats\":2,\"begin\":1,\"end\":2" + more + "}";
  }

  @Test
  void eachConstraintIsToldWithPathRuleAndMessage() throws Exception {
    String wrong =
        """
        {"name": " ", "seats": 10, "contact": "nobody", "country": "xx",
         "booked": "2999-01-01T00:00:00Z", "price": 100, "wheels": 3, "begin": 2, "end": 1,
         "stops": [{"town": "Ulm", "nights": 1}, {"town": "", "nights": 0}],
         "tags": [""], "costs": {"no": 1, "sleep": -1}, "guide": "x", "second": "no"}
        """;
    ServiceErrorResponse error = refusal(host.http().post(TRIPS, wrong), 400);
    assertThat(error.violations)
        .containsExactly(
            new Violation("", "EndAfterBegin", "must end after its begin"),
            new Violation("booked", "Past", "must be a past date"),
            new Violation("contact", "Email", "must be a well-formed email address"),
            new Violation("costs[no]", "Size", "size must be at least 3"),
            new Violation("costs[sleep]", "Positive", "must be greater than 0"),
            new Violation("country", "Pattern", "must match \"[A-Z]{2}\""),
            new Violation("guide", "Size", "size must be at least 2"),
            new Violation("name", "NotBlank", "must not be blank"),
            new Violation("price", "DecimalMax", "must be less than 100"),
            new Violation("seats", "Max", "must be less than or equal to 9"),
            new Violation("second", "Email", "must be a well-formed email address"),
            new Violation("stops[1].nights", "Positive", "must be greater than 0"),
            new Violation("stops[1].town", "NotBlank", "must not be blank"),
            new Violation("tags[]", "NotBlank", "must not be blank"),
            new Violation("wheels", "Even", "must be even, not 3"));
    assertThat(error.message)
        .startsWith("must end after its begin; booked must be a past date; contact must be")
        .endsWith("; and 10 more");
  }

  @Test
  void everyWayToAStateIsGuarded() throws Exception {
    String link = created(TRIPS, trip(",\"stops\":[{\"town\":\"Ulm\",\"nights\":1}]"));
    String replace = "[{\"op\":\"replace\",\"path\":\"/stops/0/town\",\"value\":\" \"}]";
    List<Answer> refused =
        List.of(
            host.http().put(link, trip(",\"stops\":[{\"town\":\"\",\"nights\":1}]")),
            host.http().patch(link, "{\"stops\":[{\"town\":\"\",\"nights\":1}]}"),
            host.http().send("PATCH", link, "{\"stops\":[{\"nights\":1}]}", "Content-Type", MERGE),
            host.http().send("PATCH", link, replace, "Content-Type", PATCH));
    for (Answer answer : refused) {
      ServiceErrorResponse error = refusal(answer, 400);
      assertThat(error.message).isEqualTo("stops[0].town must not be blank");
      assertThat(error.violations)
          .containsExactly(new Violation("stops[0].town", "NotBlank", "must not be blank"));
    }
    assertThat(refusal(host.http().post(TRIPS, trip(",\"seats\":7")), 400).message)
        .isEqualTo("guided must have a guide above 5 seats");
    assertThat(host.http().get(link).json().get("documentVersion").asLong()).isZero();
  }

  @Test
  void commandsAndBodiesOfEndpointsAreChecked() throws Exception {
    String link = created(TRIPS, trip(""));
    ServiceErrorResponse command =
        refusal(host.http().post(link, "{\"kind\":\"Rename\",\"name\":\"\"}"), 400);
    ServiceErrorResponse endpoint =
        refusal(host.http().post("/test/rename", "{\"name\":\"\"}"), 400);
    for (ServiceErrorResponse error : List.of(command, endpoint)) {
      assertThat(error.violations)
          .containsExactly(new Violation("name", "NotBlank", "must not be blank"));
    }
    assertThat(host.http().post("/test/rename", "{\"name\":\"x\"}").status()).isEqualTo(200);
  }

  @Test
  void aHandlerThatSpoilsAStateHasADefect() throws Exception {
    String box = created(BOXES, "{\"weight\":1}");
    assertThat(refusal(host.http().post(box, "{\"kind\":\"Empty\",\"weight\":-1}"), 500).message)
        .isEqualTo(
            "The handler of Empty made an invalid state: weight must be greater than or equal to"
                + " 0");
    assertThat(refusal(host.http().post(BOXES, "{\"label\":\"spoil\"}"), 500).message)
        .startsWith("The handler of onCreate made an invalid state: weight must be");
    assertThat(refusal(host.http().post(box, "{\"kind\":\"Lose\"}"), 500).message)
        .isEqualTo("The handler of Lose returned no state");
    assertThat(host.http().get(box).json().get("weight").asLong()).isEqualTo(1);
  }

  @Test
  void fieldsOfClassesAreConstrainedToo() throws Exception {
    ServiceErrorResponse missing = refusal(host.http().post(NOTES, "{\"text\":\"a\"}"), 400);
    assertThat(missing.message).isEqualTo("author is a required field; place is a required field");
    assertThat(missing.violations)
        .containsExactlyInAnyOrder(
            new Violation("author", Violation.REQUIRED, "is a required field"),
            new Violation("place", Violation.REQUIRED, "is a required field"));
    String who = "\"author\":\"Ada\",\"place\":\"Rome\"";
    assertThat(refusal(host.http().post(NOTES, "{" + who + "}"), 400).violations)
        .containsExactly(new Violation("text", "NotBlank", "must not be blank"));
    String link = created(NOTES, "{\"text\":\"a\"," + who + "}");
    for (Answer answer :
        List.of(
            host.http().patch(link, "{\"priority\":0}"),
            host.http().put(link, "{\"text\":\"a\",\"priority\":0," + who + "}"),
            host.http().send("PATCH", link, "{\"priority\":-1}", "Content-Type", MERGE))) {
      assertThat(refusal(answer, 400).message).isEqualTo("priority must be greater than 0");
    }
    assertThat(host.http().patch(link, "{\"priority\":1}").status()).isEqualTo(200);
    assertThat(host.http().delete(link).status()).isEqualTo(200);
  }

  @Test
  void anAnswerListsNoMoreThanAHundredViolations() throws Exception {
    String stop = "{\"town\":\"\",\"nights\":1}";
    String many = String.join(",", java.util.Collections.nCopies(300, stop));
    ServiceErrorResponse error =
        refusal(host.http().post(TRIPS, trip(",\"stops\":[" + many + "]")), 400);
    assertThat(error.violations).hasSize(100);
    assertThat(error.message).endsWith("; and 295 more");
  }

  @Test
  void whatAnEarlierProgramStoredCanBeChangedAndDeleted() throws Exception {
    AtomicReference<DocumentService<?>> program =
        new AtomicReference<>(DocumentService.of(OldCrate.class).persistent().at("/test/crates"));
    try (TestHost host = TestHost.start(fresh -> fresh.start(program.get()))) {
      host.http().post("/test/crates", "{\"documentSelfLink\":\"a\",\"weight\":-1}");
      host.http().post("/test/crates", "{\"documentSelfLink\":\"b\",\"size\":-1}");
      program.set(
          DocumentService.of(Crate.class)
              .persistent()
              .on(Label.class, (r, crate, label) -> crate.with(crate.weight(), label.text()))
              .on(Empty.class, (r, crate, empty) -> crate.with(empty.weight(), crate.label()))
              .patchable()
              .at("/test/crates"));
      host.restart();
      String a = "/test/crates/a";
      // A command need not repair it, a patch must, and nothing may make it worse.
      Answer labelled = host.http().post(a, "{\"kind\":\"Label\",\"text\":\"x\"}");
      assertThat(labelled.status()).as(labelled.text()).isEqualTo(200);
      assertThat(refusal(host.http().patch(a, "{\"label\":\"y\"}"), 400).message)
          .isEqualTo("weight must be greater than or equal to 0");
      assertThat(refusal(host.http().post(a, "{\"kind\":\"Label\",\"text\":\"\"}"), 500).message)
          .isEqualTo("The handler of Label made an invalid state: label: size must be at least 1");
      assertThat(host.http().patch(a, "{\"weight\":2}").status()).isEqualTo(200);

      String b = "/test/crates/b";
      assertThat(refusal(host.http().post(b, "{\"kind\":\"Label\",\"text\":\"x\"}"), 500).message)
          .isEqualTo("The stored document does not fit its type: size must not be negative");
      assertThat(host.http().patch(b, "{\"size\":2}").status()).isEqualTo(200);
      assertThat(host.http().delete(b).status()).isEqualTo(200);
    }
  }

  @Test
  void aDeletionIsNotHeldAgainstTheRules() throws Exception {
    String who = "\"author\":\"Ada\",\"place\":\"Rome\"";
    String link = created(NOTES, "{\"text\":\"spoil\"," + who + "}");
    assertThat(host.http().delete(link).status()).isEqualTo(200);
  }
}
