// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.StateMerge.MergeResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StateMergeTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  private final ServiceDocumentDescription description =
      ServiceDocumentDescription.Builder.create().buildDescription(SampleState.class);
  private final SampleState state = new SampleState();
  private final SampleState patch = new SampleState();

  /** A state that must be complete. */
  public static class Strict extends ServiceDocument {
    @UsageOption(option = PropertyUsageOption.REQUIRED)
    @UsageOption(option = PropertyUsageOption.ID)
    public String id;

    @UsageOption(option = PropertyUsageOption.REQUIRED)
    public String name;
  }

  @Test
  void takesOverOnlyMarkedFieldsThatAreNotNull() {
    state.name = "old";
    state.counter = 1L;
    state.parentLink = "old";
    patch.counter = 2L;
    patch.parentLink = "new";
    assertThat(StateMerge.mergeWithState(description, state, patch)).isTrue();
    assertThat(state.name).isEqualTo("old");
    assertThat(state.counter).isEqualTo(2);
    assertThat(state.parentLink).isEqualTo("old");
  }

  @Test
  void saysThatNothingChangedWhenThePatchSaysTheSame() {
    state.name = "n";
    state.keyValues = new HashMap<>(Map.of("k", "v"));
    patch.name = "n";
    patch.keyValues = Map.of("k", "v");
    assertThat(StateMerge.mergeWithState(description, state, patch)).isFalse();
  }

  @Test
  void ignoresAnExpirationOfZero() {
    state.documentExpirationTimeMicros = 5;
    assertThat(StateMerge.mergeWithState(description, state, patch)).isFalse();
    assertThat(state.documentExpirationTimeMicros).isEqualTo(5);
    patch.documentExpirationTimeMicros = 9;
    assertThat(StateMerge.mergeWithState(description, state, patch)).isTrue();
    assertThat(state.documentExpirationTimeMicros).isEqualTo(9);
  }

  @Test
  void mergesMapsAndCollectionsIntoThoseOfTheState() {
    state.keyValues = new HashMap<>(Map.of("a", "1", "b", "2"));
    state.tags = new ArrayList<>(List.of("x"));
    patch.keyValues = Map.of("b", "3", "c", "4");
    patch.tags = List.of("y");
    assertThat(StateMerge.mergeWithState(description, state, patch)).isTrue();
    assertThat(state.keyValues).isEqualTo(Map.of("a", "1", "b", "3", "c", "4"));
    assertThat(state.tags).containsExactly("x", "y");
  }

  @Test
  void updatesCollectionsWithItemsOfTheirType() {
    state.numbers = new LinkedHashSet<>(Set.of(1));
    String body =
        "{\"kind\":\""
            + ServiceStateCollectionUpdateRequest.KIND
            + "\","
            + "\"itemsToAdd\":{\"numbers\":[2,\"3\"],\"tags\":[\"new\"]},"
            + "\"itemsToRemove\":{\"numbers\":[1]}}";
    assertThat(StateMerge.mergeWithStateAdvanced(description, state, JSON.readTree(body)))
        .containsExactlyInAnyOrder(MergeResult.SPECIAL_MERGE, MergeResult.STATE_CHANGED);
    assertThat(state.numbers).containsExactlyInAnyOrder(2, 3);
    assertThat(state.tags).containsExactly("new");
    var nothing = ServiceStateCollectionUpdateRequest.create(null, Map.of("numbers", List.of(9)));
    assertThat(StateMerge.mergeWithStateAdvanced(description, state, nothing))
        .containsExactly(MergeResult.SPECIAL_MERGE);
  }

  @Test
  void updatesMaps() {
    state.keyValues = new HashMap<>(Map.of("a", "1", "b", "2"));
    String body =
        "{\"kind\":\""
            + ServiceStateMapUpdateRequest.KIND
            + "\","
            + "\"entriesToAdd\":{\"keyValues\":{\"c\":\"3\"}},\"keysToRemove\":{\"keyValues\":[\"a\"]}}";
    assertThat(StateMerge.mergeWithStateAdvanced(description, state, JSON.readTree(body)))
        .containsExactlyInAnyOrder(MergeResult.SPECIAL_MERGE, MergeResult.STATE_CHANGED);
    assertThat(state.keyValues).isEqualTo(Map.of("b", "2", "c", "3"));
  }

  @Test
  void mergesPartialDocumentsGivenAsTrees() {
    var body = JSON.readTree("{\"name\":\"n\",\"kind\":\"something else\"}");
    assertThat(StateMerge.mergeWithStateAdvanced(description, state, body))
        .containsExactly(MergeResult.STATE_CHANGED);
    assertThat(state.name).isEqualTo("n");
  }

  @Test
  void refusesUpdatesOfFieldsThatDoNotExistOrAreNoCollection() {
    var unknown = ServiceStateCollectionUpdateRequest.create(Map.of("nope", List.of(1)), null);
    assertThatThrownBy(() -> StateMerge.updateCollections(description, state, unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nope");
    var scalar = ServiceStateCollectionUpdateRequest.create(Map.of("name", List.of(1)), null);
    assertThatThrownBy(() -> StateMerge.updateCollections(description, state, scalar))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
  }

  @Test
  void requiredFieldsMustBeThereAndIdentifiersAreGenerated() {
    ServiceDocumentDescription strict =
        ServiceDocumentDescription.Builder.create().buildDescription(Strict.class);
    StateValidation validation = new StateValidation(() -> new UUID(1, 2));
    Strict document = new Strict();
    assertThatThrownBy(() -> validation.validate(strict, document))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name is a required field");
    document.name = "n";
    validation.validate(strict, document);
    assertThat(document.id).isEqualTo(new UUID(1, 2).toString());
    StateValidation.validateState(strict, document);
    assertThat(document.id).isEqualTo(new UUID(1, 2).toString());
  }

  @Test
  void comparesVersionsOfADocument() {
    SampleState newer = DocumentJsonTest.full();
    SampleState older = DocumentJsonTest.full();
    assertThat(ServiceDocument.equals(description, newer, older)).isTrue();
    newer.documentVersion = older.documentVersion + 1;
    newer.documentUpdateTimeMicros = 10;
    assertThat(ServiceDocument.compare(newer, older, description, 1))
        .containsExactlyInAnyOrder(
            ServiceDocument.DocumentRelationship.EQUAL,
            ServiceDocument.DocumentRelationship.NEWER_VERSION,
            ServiceDocument.DocumentRelationship.NEWER_UPDATE_TIME,
            ServiceDocument.DocumentRelationship.PREFERRED);
    newer.documentVersion = older.documentVersion;
    newer.address.street = "elsewhere";
    assertThat(ServiceDocument.compare(newer, older, description, 10))
        .containsExactlyInAnyOrder(
            ServiceDocument.DocumentRelationship.EQUAL_VERSION,
            ServiceDocument.DocumentRelationship.EQUAL_TIME,
            ServiceDocument.DocumentRelationship.IN_CONFLICT);
    older.documentEpoch = 1L;
    older.documentVersion = 0;
    assertThat(ServiceDocument.compare(newer, older, description, 10))
        .doesNotContain(ServiceDocument.DocumentRelationship.PREFERRED);
  }
}
