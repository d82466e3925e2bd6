// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.document.DocumentJson.JsonOption;
import io.cairn.document.RawJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.document.ServiceStateCollectionUpdateRequest;
import io.cairn.document.ServiceStateMapUpdateRequest;
import io.cairn.document.StateMerge.MergeResult;
import io.cairn.service.state.ServiceStats;
import io.cairn.service.state.ServiceStats.ServiceStat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UtilsTest {

  /** A document with every usage that the functions look at. */
  public static class Order extends ServiceDocument {
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @UsageOption(option = PropertyUsageOption.REQUIRED)
    public String name;

    @PropertyOptions(usage = {PropertyUsageOption.ID, PropertyUsageOption.REQUIRED})
    public String id;

    @PropertyOptions(usage = PropertyUsageOption.SENSITIVE)
    public String secret;

    public String unmerged;
    public List<String> items = new ArrayList<>();
    public Map<String, String> attributes = new HashMap<>();
  }

  /** Only here to be registered: the registry is the process's. */
  public static class Renamed extends ServiceDocument {}

  private static final ServiceDocumentDescription DESCRIPTION =
      ServiceDocumentDescription.Builder.create().buildDescription(Order.class);

  private static Order order(String name) {
    Order order = new Order();
    order.name = name;
    return order;
  }

  private static Operation patch(Object body) {
    return Operation.createPatch(URI.create("http://h/a")).setBodyNoCloning(body);
  }

  // ---- JSON

  @Test
  void jsonTextAndBytesAreJsonAlready() {
    byte[] bytes = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    assertThat(Utils.toJson("{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(Utils.toJson(bytes)).isEqualTo("{\"a\":1}");
    assertThat(Utils.toJson(new RawJson(bytes))).isEqualTo("{\"a\":1}");
    assertThat(Utils.toJsonBytes("{\"a\":1}")).isEqualTo(bytes);
    assertThat(Utils.toJson(null)).isEqualTo("null");
  }

  @Test
  void documentGoesThroughJsonAndBack() {
    String json = Utils.toJson(order("n"));

    assertThat(json).contains("\"name\":\"n\"").doesNotContain("unmerged");
    assertThat(Utils.fromJson(json, Order.class).name).isEqualTo("n");
    assertThat(Utils.fromJson(Utils.toJsonBytes(order("n")), Order.class).name).isEqualTo("n");
    assertThat(Utils.fromJson(order("n"), ServiceDocument.class)).isInstanceOf(Order.class);
    assertThat(Utils.toJsonHtml(order("n"))).contains("\n  \"name\"");
  }

  @Test
  void partsAreLeftOutOnRequest() {
    Order order = order("n");
    order.secret = "s";

    assertThat(Utils.toJson(EnumSet.of(JsonOption.COMPACT, JsonOption.EXCLUDE_SENSITIVE), order))
        .doesNotContain("secret")
        .contains("documentVersion");
    assertThat(Utils.toJson(EnumSet.of(JsonOption.COMPACT, JsonOption.EXCLUDE_BUILTIN), order))
        .contains("secret")
        .doesNotContain("documentVersion");
  }

  @Test
  void oneFieldIsReadFromJson() {
    assertThat(Utils.getJsonMapValue("{\"a\":{\"name\":\"n\"}}", "a", Order.class).name)
        .isEqualTo("n");
    assertThat(Utils.getJsonMapValue("{\"a\":5}", "a", Integer.class)).isEqualTo(5);
    assertThat(Utils.getJsonMapValue("{\"a\":null}", "a", Integer.class)).isNull();
    assertThat(Utils.getJsonMapValue("{}", "a", Integer.class)).isNull();
  }

  @Test
  void cloneSharesNothing() {
    Order original = order("n");
    original.items.add("x");

    Order copy = Utils.clone(original);
    copy.items.add("y");
    copy.name = "m";

    assertThat(original.items).containsExactly("x");
    assertThat(original.name).isEqualTo("n");
    assertThat(Utils.cloneObject(original).items).containsExactly("x");
  }

  @Test
  void statisticsGoThroughJsonAndBack() {
    ServiceStats stats = new ServiceStats();
    ServiceStat stat = new ServiceStat();
    stat.name = "x";
    stat.timeSeriesStats =
        new ServiceStats.TimeSeriesStats(
            60,
            TimeUnit.MINUTES.toMillis(1),
            EnumSet.allOf(ServiceStats.TimeSeriesStats.AggregationType.class));
    stat.set(5, TimeUnit.HOURS.toMicros(3));
    stats.entries.put("x", stat);

    ServiceStats read = Utils.fromJson(Utils.toJson(stats), ServiceStats.class);

    ServiceStat readStat = read.entries.get("x");
    assertThat(readStat.latestValue).isEqualTo(5);
    assertThat(readStat.timeSeriesStats.numBins).isEqualTo(60);
    assertThat(readStat.timeSeriesStats.bins.firstKey()).isEqualTo(TimeUnit.HOURS.toMillis(3));
    readStat.adjust(1, TimeUnit.HOURS.toMicros(3));
    assertThat(readStat.timeSeriesStats.bins.get(TimeUnit.HOURS.toMillis(3)).count).isEqualTo(2);
  }

  // ---- kinds and signatures

  @Test
  void kindIsTheClassNameWithColonsOrWhatWasDeclared() {
    assertThat(Utils.buildKind(Order.class)).isEqualTo("io:cairn:service:UtilsTest:Order");
    assertThat(Utils.buildKind(ServiceStats.class))
        .isEqualTo("com:vmware:xenon:common:ServiceStats");
    assertThat(Utils.toDocumentKind("a.B$C")).isEqualTo("a:B:C");
  }

  @Test
  void registeredKindLeadsToItsClass() {
    Utils.registerKind(Renamed.class, "old:name:Renamed");
    assertThat(Utils.getTypeFromKind("old:name:Renamed")).isEqualTo(Renamed.class);
    assertThat(Utils.buildKind(Renamed.class)).isEqualTo("old:name:Renamed");
    assertThat(Utils.getTypeFromKind("never:registered")).isNull();
  }

  @Test
  void signatureIsThatOfTheContent() {
    Order a = order("n");
    Order b = order("n");
    b.documentVersion = 7;
    b.documentOwner = "node";

    assertThat(Utils.computeSignature(a, DESCRIPTION))
        .isEqualTo(Utils.computeSignature(b, DESCRIPTION))
        .isNotEqualTo(Utils.computeSignature(order("m"), DESCRIPTION));
  }

  // ---- merging

  @Test
  void markedFieldsAreTakenOver() {
    Order state = order("old");
    Order patch = order("new");
    patch.unmerged = "x";

    assertThat(Utils.mergeWithState(DESCRIPTION, state, patch)).isTrue();
    assertThat(state.name).isEqualTo("new");
    assertThat(state.unmerged).isNull();
    assertThat(Utils.mergeWithState(DESCRIPTION, state, patch)).isFalse();
    assertThat(Utils.mergeWithState(DESCRIPTION, state, order(null))).isFalse();
  }

  @Test
  void collectionRequestIsAppliedFromJsonAndFromAnObject() {
    Order state = order("n");
    state.items.add("old");
    ServiceStateCollectionUpdateRequest request =
        ServiceStateCollectionUpdateRequest.create(
            Map.of("items", List.of("new")), Map.of("items", List.of("old")));

    assertThat(Utils.mergeWithState(state, patch(Utils.toJson(request)))).isTrue();
    assertThat(state.items).containsExactly("new");

    state.items.add("old");
    assertThat(Utils.mergeWithState(state, patch(request))).isTrue();
    assertThat(state.items).doesNotContain("old");
  }

  @Test
  void mapRequestIsApplied() {
    Order state = order("n");
    state.attributes.put("gone", "1");
    String body =
        "{\"kind\":\""
            + ServiceStateMapUpdateRequest.KIND
            + "\",\"entriesToAdd\":{\"attributes\":{\"k\":\"v\"}},"
            + "\"keysToRemove\":{\"attributes\":[\"gone\"]}}";

    assertThat(Utils.mergeWithState(state, patch(body))).isTrue();
    assertThat(state.attributes).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void otherBodiesAreLeftToTheCaller() {
    Order state = order("n");

    assertThat(Utils.mergeWithState(state, patch("{\"name\":\"m\"}"))).isFalse();
    assertThat(Utils.mergeWithState(state, patch(order("m")))).isFalse();
    assertThat(Utils.mergeWithState(state, patch(null))).isFalse();
    assertThat(state.name).isEqualTo("n");
  }

  @Test
  void advancedMergeTellsWhatItDid() {
    Order state = order("n");

    assertThat(
            Utils.mergeWithStateAdvanced(
                DESCRIPTION, state, Order.class, patch("{\"name\":\"m\"}")))
        .containsExactly(MergeResult.STATE_CHANGED);
    assertThat(
            Utils.mergeWithStateAdvanced(
                DESCRIPTION, state, Order.class, patch("{\"name\":\"m\"}")))
        .isEmpty();
    ServiceStateCollectionUpdateRequest request =
        ServiceStateCollectionUpdateRequest.create(Map.of("items", List.of("x")), null);
    assertThat(
            Utils.mergeWithStateAdvanced(
                DESCRIPTION, state, Order.class, patch(Utils.toJson(request))))
        .containsExactlyInAnyOrder(MergeResult.SPECIAL_MERGE, MergeResult.STATE_CHANGED);
  }

  // ---- validation

  @Test
  void requiredFieldsAreDemandedAndIdsMade() {
    Order order = order("n");

    Utils.validateState(DESCRIPTION, order);

    assertThat(order.id).isNotBlank();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Utils.validateState(DESCRIPTION, new Order()))
        .withMessageContaining("name");
  }

  @Test
  void errorsAreDescribed() {
    ServiceErrorResponse response =
        Utils.toServiceErrorResponse(new CompletionException(new IllegalArgumentException("bad")));

    assertThat(response.statusCode).isEqualTo(400);
    assertThat(response.message).isEqualTo("bad");
    assertThat(Utils.toServiceErrorResponse(new IllegalStateException("x")).statusCode)
        .isEqualTo(500);
    assertThat(Utils.isValidationError(new IllegalArgumentException())).isTrue();
    assertThat(Utils.isValidationError(new IllegalStateException())).isFalse();
    assertThat(
            Utils.toValidationErrorResponse(new IllegalArgumentException("bad"), new Operation())
                .statusCode)
        .isEqualTo(400);
  }

  @Test
  void stackTraceBecomesText() {
    assertThat(Utils.toString(new IllegalStateException("x")))
        .contains("IllegalStateException: x")
        .contains("UtilsTest");
    assertThat(Utils.toString((Throwable) null)).isEqualTo("null");
    assertThat(Utils.toString(Map.of(5L, new IllegalStateException("x")))).startsWith("5: ");
    assertThat(Utils.toString((Map<Long, Throwable>) null)).isEqualTo("null");
  }

  // ---- time

  @Test
  void clockNeverRepeats() {
    long previous = Utils.getNowMicrosUtc();
    for (int i = 0; i < 1000; i++) {
      long now = Utils.getNowMicrosUtc();
      assertThat(now).isGreaterThan(previous);
      previous = now;
    }
    assertThat(Utils.clock().latest()).isGreaterThanOrEqualTo(previous);
  }

  @Test
  void pastIsBeforeNowAndFutureIsNot() {
    assertThat(Utils.beforeNow(Utils.fromNowMicrosUtc(-TimeUnit.HOURS.toMicros(1)))).isTrue();
    assertThat(Utils.beforeNow(Utils.fromNowMicrosUtc(TimeUnit.HOURS.toMicros(1)))).isFalse();
  }

  @Test
  void identifiersDiffer() {
    assertThat(Utils.buildUUID()).isNotEqualTo(Utils.buildUUID());
    assertThat(Utils.buildUUID("p")).startsWith("p").isNotEqualTo(Utils.buildUUID("p"));
  }

  // ---- compression

  @Test
  void gzipGoesThereAndBackWithinItsBound() {
    byte[] data = "abc".repeat(1000).getBytes(StandardCharsets.UTF_8);
    byte[] compressed = Utils.compressGZip(data);

    assertThat(compressed.length).isLessThan(data.length);
    assertThat(Utils.decompressGZip(compressed, data.length)).isEqualTo(data);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Utils.decompressGZip(compressed, data.length - 1))
        .withMessageContaining("exceeds");
    assertThatIllegalArgumentException().isThrownBy(() -> Utils.decompressGZip(data, 10));
  }
}
