// SPDX-License-Identifier: Apache-2.0
package io.cairn.document.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.schema.SchemaChange.Nature;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaChangeTest {
  private static final String KIND = "test:Order";

  enum Status {
    OPEN,
    LOST
  }

  enum FewerStates {
    OPEN
  }

  record Address(String street, String city) {}

  record Line(String article, int count) {}

  @DocumentKind(KIND)
  record Order(
      String name,
      int count,
      Status status,
      Address address,
      List<Line> lines,
      Map<String, Long> sums) {}

  private static List<SchemaChange> changes(Class<?> before, Class<?> after) {
    return DocumentSchema.of(before).changesTo(DocumentSchema.of(after));
  }

  private static SchemaChange only(Class<?> before, Class<?> after) {
    List<SchemaChange> all = changes(before, after);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void sameClassDoesNotDiffer() {
    assertThat(changes(Order.class, Order.class)).isEmpty();
  }

  @Test
  void schemaSurvivesJson() {
    DocumentSchema schema = DocumentSchema.of(Order.class);
    DocumentJson json = DocumentJson.standard();
    assertThat(json.fromJson(json.toBytes(schema), DocumentSchema.class)).isEqualTo(schema);
    assertThat(schema.fields().get("lines").say()).isEqualTo("list of object");
    assertThat(schema.fields().get("sums").say()).isEqualTo("map of long");
  }

  @DocumentKind(KIND)
  record Sooner(String name) {}

  @DocumentKind(KIND)
  record Added(String name, Instant due) {}

  @DocumentKind(KIND)
  record AddedRequired(
      String name, @UsageOption(option = PropertyUsageOption.REQUIRED) String street) {}

  @Test
  void addedFieldIsCompatibleUnlessRequired() {
    assertThat(only(Sooner.class, Added.class))
        .hasToString(
            "Field due (Instant) was added: stored documents have none and are read without a value"
                + " for it")
        .matches(SchemaChange::isCompatible);
    assertThat(only(Sooner.class, AddedRequired.class)).matches(change -> !change.isCompatible());
  }

  @DocumentKind(KIND)
  @Removed("due")
  record RemovedOnPurpose(String name) {}

  @Test
  void removedFieldIsCompatibleOnlyIfItIsDeclared() {
    SchemaChange silent = only(Added.class, Sooner.class);
    assertThat(silent.isCompatible()).isFalse();
    assertThat(silent.sentence()).contains("Field due (Instant) was removed", "@Removed(\"due\")");
    assertThat(only(Added.class, RemovedOnPurpose.class).isCompatible()).isTrue();
  }

  @DocumentKind(KIND)
  record Renamed(@FormerNames("name") String title) {}

  @DocumentKind(KIND)
  @Removed("title")
  record WithoutTitle(int count) {}

  @DocumentKind(KIND)
  @Removed({"title", "name"})
  record WithoutBothNames(int count) {}

  @Test
  void whatARemovedFieldWasCalledBeforeIsRemovedTooOrRefused() {
    assertThat(changes(Renamed.class, WithoutTitle.class))
        .filteredOn(change -> !change.isCompatible())
        .singleElement()
        .satisfies(
            change ->
                assertThat(change.sentence())
                    .contains("under its former name name", "@Removed({\"title\", \"name\"})"));
    assertThat(changes(Renamed.class, WithoutBothNames.class)).allMatch(SchemaChange::isCompatible);
  }

  @Test
  void renamedFieldIsNoRemovedOne() {
    SchemaChange renamed = only(Sooner.class, Renamed.class);
    assertThat(renamed.nature()).isEqualTo(Nature.RENAMED);
    assertThat(renamed.isCompatible()).isTrue();
    assertThat(renamed)
        .hasToString(
            "Field name was renamed to title: stored documents are read under the old name");
  }

  record Whole(int n) {}

  record Longer(long n) {}

  record Exact(BigDecimal n) {}

  record Rounded(double n) {}

  @Test
  void widenedNumberIsCompatibleAndNarrowedOneIsNot() {
    assertNature(Whole.class, Longer.class, Nature.WIDENED, true);
    assertNature(Longer.class, Exact.class, Nature.WIDENED, true);
    assertNature(Longer.class, Whole.class, Nature.TYPE_CHANGED, false);
    assertNature(Longer.class, Rounded.class, Nature.TYPE_CHANGED, false); // rounds beyond 2^53
    assertNature(Exact.class, Rounded.class, Nature.TYPE_CHANGED, false);
  }

  private static void assertNature(
      Class<?> before, Class<?> after, Nature nature, boolean compatible) {
    DocumentSchema old = DocumentSchema.of(before, KIND, 0);
    List<SchemaChange> all = old.changesTo(DocumentSchema.of(after, KIND, 0));
    assertThat(all).extracting(SchemaChange::nature).containsExactly(nature);
    assertThat(all.getFirst().isCompatible()).isEqualTo(compatible);
  }

  record WithEnum(Status status) {}

  record WithFewer(FewerStates status) {}

  @Test
  void removedConstantDependsOnDocuments() {
    assertNature(WithEnum.class, WithFewer.class, Nature.VALUES_REMOVED, false);
    assertNature(WithFewer.class, WithEnum.class, Nature.VALUES_ADDED, true);
  }

  record Street(String street) {}

  record Town(String town) {}

  record Home(Street at, List<Street> others) {}

  record HomeLater(Town at, List<Town> others) {}

  @Test
  void nestedFieldsAreNamedByTheirPath() {
    assertThat(
            DocumentSchema.of(Home.class, KIND, 0)
                .changesTo(DocumentSchema.of(HomeLater.class, KIND, 0)))
        .extracting(SchemaChange::field)
        .containsExactly("at.town", "at.street", "others[].town", "others[].street");
  }

  static class State extends ServiceDocument {
    public String name;
    public int count;
  }

  static class StateLater extends ServiceDocument {
    @FormerNames("name")
    public String title;

    public long count;
  }

  @Test
  void classesWithPublicFieldsAreComparedAsRecordsAre() {
    assertThat(
            DocumentSchema.of(State.class, KIND, 0)
                .changesTo(DocumentSchema.of(StateLater.class, KIND, 0)))
        .extracting(SchemaChange::nature)
        .containsExactlyInAnyOrder(Nature.RENAMED, Nature.WIDENED);
  }

  @Test
  void changedKindIsSaidAndHelpIsGiven() {
    DocumentSchema before = DocumentSchema.of(Sooner.class, "a:Order", 0);
    assertThat(before.changesTo(DocumentSchema.of(Sooner.class, "b:Order", 0)))
        .singleElement()
        .extracting(SchemaChange::sentence)
        .asString()
        .contains("@DocumentKind(\"a:Order\")");
  }

  record Contradiction(@FormerNames("b") String a, String b) {}

  @Test
  void nameOfTwoMeaningsIsRefused() {
    assertThatThrownBy(() -> DocumentSchema.of(Contradiction.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The name b means two things");
  }
}
