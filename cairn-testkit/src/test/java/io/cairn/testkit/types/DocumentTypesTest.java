// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.DocumentService;
import io.cairn.service.FactoryService;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Documents with fields of all types are what they were when they were written, after patches and a
 * restart, to the digit; and the index finds and sorts them as the evaluation in memory does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentTypesTest {
  private static final String STORED = "/parcels/stored";
  private static final String MEMORY = "/parcels/memory";
  private static final String CLASSES = "/parcels/classes";
  private static final int COUNT = 40;

  /** Names whose values have an order. */
  private static final List<String> ORDERED =
      List.of(
          "small",
          "count",
          "ratio",
          "price",
          "serial",
          "at",
          "day",
          "local",
          "opens",
          "offset",
          "zoned",
          "takes",
          "year",
          "rank",
          "seen",
          "address.since",
          "address.geo.lat",
          "address.geo.lon",
          "sizes",
          "lines.price",
          "lines.item.due",
          "amounts.RED",
          "places.home.since",
          "payment.amount",
          "payment.expires",
          "payment.at",
          "past.amount");

  /** Names whose values are equal or not. */
  private static final List<String> EXACT =
      List.of(
          "title",
          "note",
          "open",
          "maybe",
          "colour",
          "id",
          "home",
          "period",
          "month",
          "nick",
          "address.city",
          "tags",
          "tags.item",
          "lines.sku",
          "labels.red",
          "places.work.city",
          "payment.type",
          "payment.number",
          "past.type");

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Map<String, Parcel> parcels = new LinkedHashMap<>();
  private TestHost host;

  @BeforeAll
  void writeParcels() throws IOException {
    System.out.println("DocumentTypesTest seed " + seed);
    host = TestHost.start(DocumentTypesTest::startServices);
    RandomParcels made = new RandomParcels(seed);
    for (int i = 0; i < COUNT; i++) {
      String name = "p" + i;
      Parcel first = made.next();
      assertThat(parcel(host.http().post(STORED, body(name, first)))).isEqualTo(json(first));
      Parcel next = made.next();
      patch(STORED + '/' + name, first, next);
      parcels.put(name, next);
    }
    host.restart();
    for (Map.Entry<String, Parcel> each : parcels.entrySet()) {
      parcel(host.http().post(MEMORY, body(each.getKey(), each.getValue())));
    }
  }

  /** A document in the way of the predecessor. */
  @DocumentKind("test:ParcelState")
  public static class ParcelState extends ServiceDocument {
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Parcel parcel;

    public Instant at;
    public BigDecimal price;
    public Optional<Instant> seen = Optional.empty();

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Parcel.Payment payment;

    public List<String> tags;
  }

  /** A service in the way of the predecessor, without a handler of its own. */
  public static class ParcelService extends StatefulService {
    public ParcelService() {
      super(ParcelState.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }
  }

  private static void startServices(ServiceHost running) {
    running.startFactory(() -> FactoryService.create(ParcelService.class), CLASSES);
    running.startDefaultCoreServicesSynchronously();
    running.start(DocumentService.of(Parcel.class).persistent().at(STORED));
    running.start(DocumentService.of(Parcel.class).at(MEMORY));
  }

  @AfterAll
  void stop() {
    host.close();
  }

  /** Makes one of another: half of the fields by a merge patch, half by a JSON patch. */
  private void patch(String link, Parcel from, Parcel to) throws IOException {
    JsonNode before = DocumentJson.standard().toTree(from);
    JsonNode after = DocumentJson.standard().toTree(to);
    List<String> removed = new ArrayList<>();
    List<String> merged = new ArrayList<>();
    List<String> operations = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(before.propertyNames());
    names.addAll(after.propertyNames());
    for (String name : names) {
      JsonNode value = after.get(name);
      if (random.nextBoolean()) {
        removed.add("\"" + name + "\":null");
        if (value != null) {
          merged.add("\"" + name + "\":" + DocumentJson.standard().toJson(value));
        }
      } else if (value != null) {
        operations.add(
            "{\"op\":\"add\",\"path\":\"/%s\",\"value\":%s}"
                .formatted(name, DocumentJson.standard().toJson(value)));
      } else {
        operations.add("{\"op\":\"remove\",\"path\":\"/%s\"}".formatted(name));
      }
    }
    String merge = "application/merge-patch+json";
    parcel(patched(link, "{" + String.join(",", removed) + "}", merge));
    parcel(patched(link, "{" + String.join(",", merged) + "}", merge));
    Answer last =
        patched(link, "[" + String.join(",", operations) + "]", "application/json-patch+json");
    assertThat(parcel(last)).isEqualTo(json(to));
  }

  private Answer patched(String link, String body, String type) throws IOException {
    return host.http().patch(link, body, "Content-Type", type);
  }

  @Test
  void documentsAreWhatWasWritten() throws IOException {
    JsonNode listed = listing(STORED, "expand").get("documents");
    for (Map.Entry<String, Parcel> each : parcels.entrySet()) {
      String link = STORED + '/' + each.getKey();
      Answer answer = host.http().get(link);
      assertThat(parcel(answer)).isEqualTo(json(each.getValue()));
      assertThat(answer.as(Parcel.class)).usingRecursiveComparison().isEqualTo(each.getValue());
      assertThat(parcel(listed.get(link))).isEqualTo(json(each.getValue()));
    }
  }

  @Test
  void eachFieldIsFoundByItsValueAndAlikeInTheIndexAndInMemory() throws IOException {
    List<String> names = new ArrayList<>(EXACT);
    names.addAll(ORDERED);
    for (String name : names) {
      for (int i = 0; i < 3; i++) {
        Map.Entry<String, String> value = valueOf(name);
        List<String> equal = agreed("$filter=" + encoded(name + " eq " + value.getValue()));
        assertThat(equal).as("%s eq %s", name, value).contains(value.getKey());
        List<String> other = agreed("$filter=" + encoded(name + " ne " + value.getValue()));
        assertThat(equal.size() + other.size()).as("%s ne %s", name, value).isEqualTo(COUNT);
      }
      int some = agreed("$filter=" + encoded(name + " ne null")).size();
      assertThat(agreed("$filter=" + encoded(name + " eq null"))).hasSize(COUNT - some);
    }
  }

  @Test
  void rangesAreRightInTimeAndNumber() throws IOException {
    for (String name : ORDERED) {
      int some = agreed("$filter=" + encoded(name + " ne null")).size();
      boolean single =
          some > 0
              && !List.of("sizes", "lines.price", "lines.item.due", "past.amount").contains(name);
      for (int i = 0; i < 3; i++) {
        String value = valueOf(name).getValue();
        List<String> below = agreed("$filter=" + encoded(name + " lt " + value));
        List<String> atMost = agreed("$filter=" + encoded(name + " le " + value));
        List<String> above = agreed("$filter=" + encoded(name + " gt " + value));
        List<String> atLeast = agreed("$filter=" + encoded(name + " ge " + value));
        assertThat(atMost).containsAll(below);
        assertThat(atLeast).containsAll(above);
        if (single) {
          assertThat(below.size() + atLeast.size()).as("%s %s", name, value).isEqualTo(some);
          assertThat(above.size() + atMost.size()).as("%s %s", name, value).isEqualTo(some);
        }
      }
    }
  }

  @Test
  void eachFieldWithOneValueSorts() throws IOException {
    List<String> names = new ArrayList<>(ORDERED);
    names.addAll(EXACT);
    names.removeAll(
        List.of("tags", "tags.item", "lines.sku", "labels.red", "places.work.city", "past.type"));
    for (String name : names) {
      for (String direction : List.of("asc", "desc")) {
        String order = name + " " + direction + ",documentSelfLink";
        assertThat(agreed("$orderby=" + encoded(order))).as(order).hasSize(COUNT);
      }
    }
  }

  @Test
  void queryTasksFindWhatIsNestedByItsName() throws IOException {
    for (String name : List.of("address.city", "tags", "lines.sku", "places.work.city")) {
      String value = valueOf(name).getValue();
      String text = value.substring(1, value.length() - 1).replace("''", "'");
      List<String> expected = names(STORED, "$filter=" + encoded(name + " eq " + value));
      String kind =
          ",{\"term\":{\"propertyName\":\"documentKind\",\"matchValue\":\"test:Parcel\"}}";
      assertThat(queried(name, text, kind)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(queried(name, text, "")).containsExactlyInAnyOrderElementsOf(expected);
    }
    Answer refused =
        query(
            "blob",
            "x",
            ",{\"term\":{\"propertyName\":\"documentKind\",\"matchValue\":\"test:Parcel\"}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("blob is not indexed: bytes are stored only");
  }

  private List<String> queried(String name, String value, String clauses) throws IOException {
    List<String> names = new ArrayList<>();
    Answer answer = query(name, value, clauses);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    answer
        .as(JsonNode.class)
        .get("results")
        .get("documentLinks")
        .values()
        .forEach(link -> names.add(link.asString().substring(STORED.length() + 1)));
    return names;
  }

  private Answer query(String name, String value, String clauses) throws IOException {
    return host.http()
        .post(
            "/core/query-tasks",
            """
            {"taskInfo":{"isDirect":true},"querySpec":{"query":{"booleanClauses":[
              {"term":{"propertyName":%s,"matchValue":%s}}%s]}}}"""
                .formatted(
                    DocumentJson.standard().toJson(name),
                    DocumentJson.standard().toJson(value),
                    clauses));
  }

  /** A literal for a value that one of the parcels has, and the parcel. */
  private Map.Entry<String, String> valueOf(String name) {
    while (true) {
      String parcel = "p" + random.nextInt(COUNT);
      List<JsonNode> values = new ArrayList<>();
      List<String> path = new ArrayList<>(List.of(name.split("\\.")));
      path.remove("item");
      collect(DocumentJson.standard().toTree(parcels.get(parcel)), path, values);
      if (!values.isEmpty()) {
        JsonNode value = values.get(random.nextInt(values.size()));
        return Map.entry(
            parcel,
            value.isString()
                ? "'" + value.asString().replace("'", "''") + "'"
                : DocumentJson.standard().toJson(value));
      }
    }
  }

  private static void collect(JsonNode node, List<String> path, List<JsonNode> values) {
    if (node == null || node.isNull()) {
      return;
    }
    if (node.isArray()) {
      node.values().forEach(item -> collect(item, path, values));
    } else if (path.isEmpty()) {
      values.add(node);
    } else {
      collect(node.get(path.getFirst()), path.subList(1, path.size()), values);
    }
  }

  @Test
  void classesHoldTheSameTypes() throws IOException {
    for (Map.Entry<String, Parcel> each : parcels.entrySet()) {
      JsonNode parcel = DocumentJson.standard().toTree(each.getValue());
      StringBuilder body =
          new StringBuilder("{\"documentSelfLink\":\"" + each.getKey() + "\",\"parcel\":" + parcel);
      for (String name : List.of("at", "price", "seen", "payment", "tags")) {
        if (parcel.has(name)) {
          body.append(",\"").append(name).append("\":").append(parcel.get(name));
        }
      }
      Answer created = host.http().post(CLASSES, body + "}");
      assertThat(created.status()).as(created.text()).isEqualTo(200);
      String link = CLASSES + '/' + each.getKey();
      Answer patched = patched(link, "{\"tags\":null}", "application/merge-patch+json");
      assertThat(patched.status()).as(patched.text()).isEqualTo(200);
      ParcelState state = host.http().get(link).as(ParcelState.class);
      assertThat(json(state.parcel)).isEqualTo(json(each.getValue()));
      assertThat(state.seen).isEqualTo(each.getValue().seen());
      assertThat(state.payment).isEqualTo(each.getValue().payment());
      assertThat(state.price).isEqualTo(each.getValue().price());
      assertThat(state.tags).isNull();
    }
    for (String name : List.of("at", "price", "seen", "payment.amount", "payment.at")) {
      String condition = name + " le " + valueOf(name).getValue();
      List<String> expected = names(STORED, "$filter=" + encoded(condition));
      assertThat(names(CLASSES, "$filter=" + encoded(condition)))
          .as(condition)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(names(CLASSES, "$filter=" + encoded("parcel." + condition)))
          .as(condition)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    Answer refused = host.http().get(CLASSES + "?$filter=tags%20eq%20'oak'");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text())
        .contains("tags is not indexed: its field needs PropertyIndexingOption.EXPAND");
  }

  /** The names of the parcels that both collections answer with. */
  private List<String> agreed(String query) throws IOException {
    List<String> stored = names(STORED, query);
    List<String> memory = names(MEMORY, query);
    if (query.startsWith("$orderby")) {
      assertThat(stored).as(query).isEqualTo(memory);
    } else {
      assertThat(stored).as(query).containsExactlyInAnyOrderElementsOf(memory);
    }
    return stored;
  }

  private List<String> names(String collection, String query) throws IOException {
    List<String> names = new ArrayList<>();
    listing(collection, query)
        .get("documentLinks")
        .values()
        .forEach(link -> names.add(link.asString().substring(collection.length() + 1)));
    return names;
  }

  private JsonNode listing(String collection, String query) throws IOException {
    Answer answer = host.http().get(collection + '?' + query);
    assertThat(answer.status()).as("%s: %s", query, answer.text()).isEqualTo(200);
    return answer.as(JsonNode.class);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String body(String name, Parcel parcel) {
    return "{\"documentSelfLink\":\"" + name + "\"," + json(parcel).substring(1);
  }

  private static String json(Parcel parcel) {
    return DocumentJson.standard().toJson(parcel);
  }

  private static String parcel(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return parcel(answer.as(JsonNode.class));
  }

  /** The JSON of a document without its built-in fields, its fields in the record's order. */
  private static String parcel(JsonNode document) {
    Map<String, JsonNode> own = new LinkedHashMap<>();
    document
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().startsWith("document")) {
                own.put(field.getKey(), field.getValue());
              }
            });
    return DocumentJson.standard().toJson(own);
  }
}
