// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentKind;
import io.cairn.document.schema.FormerNames;
import io.cairn.document.schema.Removed;
import io.cairn.service.DocumentService;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Documents of one version of a class are read, found, changed and refused by the next: a host with
 * the first class is stopped, and one with the second is started on its data.
 */
class SchemaEvolutionTest extends ChangedServices {
  private static final String KIND = "test:Order";

  enum Status {
    OPEN,
    LOST
  }

  enum Fewer {
    OPEN
  }

  @DocumentKind(KIND)
  record First(String name, int count, String note, Status status) {}

  private void storeFirst() throws IOException {
    runs(orders(First.class));
    create("a", "{\"name\": \"Ada\", \"count\": 7, \"note\": \"fragile\", \"status\": \"OPEN\"}");
    create("b", "{\"name\": \"Bob\", \"count\": 8, \"status\": \"LOST\"}");
  }

  @DocumentKind(KIND)
  record WithMore(
      String name, int count, String note, Status status, Integer weight, List<String> tags) {
    WithMore {
      tags = tags == null ? List.of("none") : List.copyOf(tags);
    }
  }

  @Test
  void addedFieldIsNullOrWhatTheConstructorMakesOfIt() throws IOException {
    storeFirst();
    runs(orders(WithMore.class));
    assertThat(merge("a", "{\"count\": 9}").status()).isEqualTo(200);
    JsonNode changed = get("a");
    assertThat(changed.get("tags").get(0).asString()).isEqualTo("none");
    assertThat(changed.has("weight")).isFalse();
    assertThat(changed.get("name").asString()).isEqualTo("Ada");
  }

  @DocumentKind(KIND)
  record Renamed(@FormerNames("name") String title, int count, String note, Status status) {}

  @Test
  void renamedFieldIsReadListedAndFoundBeforeTheDocumentIsWrittenAgain() throws IOException {
    storeFirst();
    runs(orders(Renamed.class));
    assertThat(get("a").get("title").asString()).isEqualTo("Ada");
    assertThat(get("a").has("name")).isFalse();
    assertThat(found("title eq 'Ada'")).containsExactly(ORDERS + "/a");
    assertThat(found("title ne 'Ada'")).containsExactly(ORDERS + "/b");
    assertThat(foundAmong(500, "Ada")).as("alternatives").containsExactly(ORDERS + "/a");
    JsonNode expanded = host.http().get(ORDERS + "?expand").json();
    assertThat(expanded.get("documents").get(ORDERS + "/b").get("title").asString())
        .isEqualTo("Bob");
    assertThat(merge("a", "{\"count\": 9}").status()).isEqualTo(200);
    assertThat(get("a").get("title").asString()).isEqualTo("Ada");
    assertThat(get("a?documentVersion=0").get("title").asString()).isEqualTo("Ada");
    String indexed = "/core/document-index?documentVersion=0&documentSelfLink=" + ORDERS + "/a";
    assertThat(host.http().get(indexed).json().get("title").asString()).isEqualTo("Ada");
    assertThat(found("title eq 'Ada'")).containsExactly(ORDERS + "/a");
    assertThat(foundAmong(500, "Ada")).as("alternatives").containsExactly(ORDERS + "/a");
    host.restart();
    assertThat(found("title eq 'Bob'")).containsExactly(ORDERS + "/b");
  }

  /** Asks for one title or one of many that nothing has. */
  private List<String> foundAmong(int others, String title) throws IOException {
    String term = "{'occurance':'SHOULD_OCCUR','term':{'propertyName':'title','matchValue':'%s'}},";
    String last = term.substring(0, term.length() - 1).formatted(title);
    String task =
        "{'taskInfo':{'isDirect':true},'querySpec':{'query':{'booleanClauses':[%s%s]}}}"
            .formatted(term.repeat(others), last);
    Answer found = host.http().post("/core/query-tasks", task.replace('\'', '"'));
    assertThat(found.status()).as(found::toString).isEqualTo(200);
    JsonNode links = found.json().at("/results/documentLinks");
    return links.valueStream().map(JsonNode::asString).toList();
  }

  @DocumentKind(KIND)
  record NoFormerName(String title, int count, String note, Status status) {}

  @Test
  void formerNameThatIsForgottenIsRefusedWhileDocumentsNeedIt() throws IOException {
    storeFirst();
    runs(orders(Renamed.class));
    String refusal = refusalOf(orders(NoFormerName.class));
    assertThat(refusal).contains("2 of 2 stored documents", "former name", "\"Ada\" in name");
  }

  @DocumentKind(KIND)
  record Exact(String name, BigDecimal count, String note, Status status) {}

  @DocumentKind(KIND)
  record Wide(String name, long count, String note, Status status) {}

  @Test
  void widenedNumberIsReadToTheDigitAndNarrowedOnlyIfItFits() throws IOException {
    storeFirst();
    runs(orders(Wide.class));
    assertThat(merge("a", "{\"count\": 9007199254740993}").status()).isEqualTo(200);
    assertThat(refusalOf(orders(First.class)))
        .contains("1 of 2", ORDERS + "/a", "count", "narrowed from long to int");
    runs(orders(Exact.class));
    assertThat(get("a").get("count").asString()).isEqualTo("9007199254740993");
    assertThat(merge("a", "{\"note\": \"read\"}").status()).isEqualTo(200);
    assertThat(get("a").get("count").asString()).isEqualTo("9007199254740993");
    assertThat(merge("a", "{\"count\": 1}").status()).isEqualTo(200);
    runs(orders(First.class));
    assertThat(get("a").get("count").asInt()).isEqualTo(1);
  }

  @DocumentKind(KIND)
  record WithoutNote(String name, int count, Status status) {}

  @DocumentKind(KIND)
  @Removed("note")
  record NoteGivenUp(String name, int count, Status status) {}

  @Test
  void removedFieldIsRefusedUnlessItIsDeclaredAndNothingIsTouched() throws IOException {
    storeFirst();
    assertThat(refusalOf(orders(WithoutNote.class)))
        .contains(
            ORDERS + " was not started",
            "1 of 2 stored documents",
            "No document was touched",
            "Field note (string) was removed",
            "@Removed(\"note\")",
            ORDERS + "/a has \"fragile\" in note");
    runs(orders(First.class));
    assertThat(get("a").get("note").asString()).isEqualTo("fragile");
    assertThat(get("a").get("documentVersion").asInt()).isZero();
    runs(orders(NoteGivenUp.class));
    assertThat(get("a").has("note")).isFalse();
    assertThat(merge("a", "{\"count\": 9}").status()).isEqualTo(200);
    runs(orders(First.class));
    assertThat(get("a").has("note")).isFalse();
  }

  @DocumentKind(KIND)
  record FewerValues(String name, int count, String note, Fewer status) {}

  @Test
  void removedConstantIsRefusedWhileADocumentHasIt() throws IOException {
    storeFirst();
    assertThat(refusalOf(orders(FewerValues.class)))
        .contains("1 of 2", "status can no longer be LOST", ORDERS + "/b cannot be read");
    runs(orders(First.class));
    assertThat(merge("b", "{\"status\": \"OPEN\"}").status()).isEqualTo(200);
    runs(orders(FewerValues.class));
    assertThat(get("b").get("status").asString()).isEqualTo("OPEN");
  }

  @DocumentKind(KIND)
  record Strict(String name, int count, String note, Status status, String street) {
    Strict {
      if (street == null) {
        throw new IllegalArgumentException("street is required");
      }
    }
  }

  @Test
  void constructorThatRefusesOldDocumentsIsFoundByTryingThem() throws IOException {
    storeFirst();
    assertThat(refusalOf(orders(Strict.class))).contains("2 of 2", "street is required");
    DocumentService<Strict> converted =
        orders(Strict.class).upgradedBy(1, order -> order.put("street", "unknown"));
    runs(converted);
    assertThat(get("a").get("street").asString()).isEqualTo("unknown");
  }

  @DocumentKind(KIND)
  record Split(String first, String last, int count, String note, Status status) {}

  @Test
  void converterRunsOnceForEachDocumentAndIsStamped() throws IOException {
    runs(orders(First.class));
    create("a", "{\"name\": \"Ada Lovelace\", \"count\": 1}");
    runs(
        orders(Split.class)
            .upgradedBy(
                1,
                order -> {
                  String[] parts = order.remove("name").asString().split(" ", 2);
                  order.put("first", parts[0]).put("last", parts[1]);
                }));
    assertThat(get("a").get("last").asString()).isEqualTo("Lovelace");
    assertThat(merge("a", "{\"count\": 2}").status()).isEqualTo(200);
    assertThat(get("a").get("first").asString()).isEqualTo("Ada");
    assertThat(get("a").get("documentSchemaVersion").asInt()).isEqualTo(1);
    assertThat(found("last eq 'Lovelace'")).containsExactly(ORDERS + "/a");
  }

  /** An older version of the class, as on a node that was not yet upgraded. */
  @DocumentKind(KIND)
  record Older(String name, int count) {}

  @Test
  void olderClassKeepsWhatItDoesNotKnow() throws IOException {
    runs(orders(Older.class));
    runs(orders(First.class));
    create("a", "{\"name\": \"Ada\", \"count\": 7, \"note\": \"fragile\", \"status\": \"OPEN\"}");
    runs(orders(Older.class));
    assertThat(merge("a", "{\"count\": 8}").status()).isEqualTo(200);
    assertThat(host.http().put(ORDERS + "/a", "{\"name\": \"Eve\", \"count\": 9}").status())
        .isEqualTo(200);
    runs(orders(First.class));
    assertThat(get("a").get("note").asString()).isEqualTo("fragile");
    assertThat(get("a").get("status").asString()).isEqualTo("OPEN");
    assertThat(get("a").get("name").asString()).isEqualTo("Eve");
  }

  @DocumentKind("test:Purchase")
  record OtherKind(String name, int count, String note, Status status) {}

  @Test
  void kindThatChangesUnderItsDocumentsIsRefused() throws IOException {
    storeFirst();
    assertThat(refusalOf(orders(OtherKind.class)))
        .contains("2 of 2", "@DocumentKind(\"test:Order\")");
  }

  /** The finished task that wrote all orders again. */
  private JsonNode rewriteAll(String more) throws IOException {
    Answer started =
        host.http()
            .post("/core/schema-rewrites", "{\"factoryLink\": \"" + ORDERS + "\"" + more + "}");
    assertThat(started.status()).as(started::toString).isEqualTo(202);
    String task = started.json().get("documentSelfLink").asString();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                List.of("FINISHED", "FAILED")
                    .contains(host.http().get(task).json().at("/taskInfo/stage").asString()));
    return host.http().get(task).json();
  }

  @DocumentKind(KIND)
  @Removed("note")
  record Last(@FormerNames("name") String title, long count, Status status, List<String> tags) {
    Last {
      tags = tags == null ? List.of("none") : List.copyOf(tags);
    }
  }

  @Test
  void rewriteBringsAllDocumentsIntoTheNewFormWhileTheyAreUpdated() throws Exception {
    runs(orders(First.class));
    for (int i = 0; i < 120; i++) {
      create("o" + i, "{\"name\": \"n" + i + "\", \"note\": \"x\", \"count\": 0}");
    }
    runs(
        orders(Last.class)
            .on(
                Add.class,
                (request, order, add) ->
                    new Last(
                        order.title(), order.count() + add.by(), order.status(), order.tags())));
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong added = new AtomicLong();
    Thread updater =
        Thread.startVirtualThread(
            () -> {
              // Every second one: the others are left to the rewriting.
              for (int i = 0; !done.get(); i = (i + 14) % 120) {
                if (add("o" + i)) {
                  added.incrementAndGet();
                }
              }
            });
    JsonNode task;
    try {
      task = rewriteAll(", \"documentsPerSecond\": 200");
    } finally {
      done.set(true);
      updater.join();
    }
    assertThat(task.at("/taskInfo/stage").asString()).as(task::toString).isEqualTo("FINISHED");
    assertThat(task.get("rewritten").asLong() + task.get("unchanged").asLong()).isEqualTo(120);
    assertThat(task.get("rewritten").asLong()).isPositive();
    assertThat(task.get("failed").asLong()).isZero();

    // Nothing needs the former name any more, and no update was lost.
    runs(orders(Plain.class));
    long sum = 0;
    for (int i = 0; i < 120; i++) {
      JsonNode order = get("o" + i);
      assertThat(order.get("title").asString()).isEqualTo("n" + i);
      assertThat(order.has("note")).isFalse();
      sum += order.get("count").asLong();
    }
    assertThat(sum).isEqualTo(added.get()).isPositive();
    assertThat(found("title eq 'n7'")).containsExactly(ORDERS + "/o7");
    JsonNode again = rewriteAll("");
    assertThat(again.get("rewritten").asLong()).isZero();
    assertThat(again.get("unchanged").asLong()).isEqualTo(120);
  }

  record Add(long by) {}

  private boolean add(String id) {
    try {
      return host.http().post(ORDERS + "/" + id, "{\"kind\": \"Add\", \"by\": 1}").isSuccess();
    } catch (IOException e) {
      return false;
    }
  }

  @DocumentKind(KIND)
  record Plain(String title, long count, Status status, List<String> tags) {}

  @Test
  void rewriteOfWhatIsNotThereIsRefused() throws IOException {
    storeFirst();
    Answer unknown = host.http().post("/core/schema-rewrites", "{\"factoryLink\": \"/order\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("no factory with documents on disk");
    Answer none = host.http().post("/core/schema-rewrites", "{}");
    assertThat(none.status()).isEqualTo(400);
    Answer fast =
        host.http()
            .post(
                "/core/schema-rewrites",
                "{\"factoryLink\": \"/orders\", \"documentsPerSecond\": 0}");
    assertThat(fast.text()).contains("from 1 to");
  }

  @Test
  void schemaIsShownWithWhatChangedLast() throws IOException {
    storeFirst();
    runs(orders(Renamed.class));
    JsonNode shown = host.http().get("/core/schemas" + ORDERS).json();
    assertThat(shown.at("/present/schema/kind").asString()).isEqualTo(KIND);
    assertThat(shown.at("/present/schema/fields/title/type").asString()).isEqualTo("string");
    assertThat(shown.at("/present/changes/0").asString())
        .startsWith("Field name was renamed to title");
    assertThat(shown.at("/before/0/schema/fields/name/type").asString()).isEqualTo("string");
    assertThat(host.http().get("/core/schemas").json().at("/factories").has(ORDERS)).isTrue();
    Answer unknown = host.http().get("/core/schemas/order");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.text()).contains("Did you mean /orders?");
  }

  @Test
  void rewriteGoesOnAfterARestart() throws IOException {
    runs(orders(First.class));
    for (int i = 0; i < 12; i++) {
      create("o" + i, "{\"name\": \"n" + i + "\", \"count\": 0}");
    }
    runs(orders(Renamed.class));
    Answer started =
        host.http()
            .post(
                "/core/schema-rewrites",
                "{\"factoryLink\": \"/orders\", \"documentsPerSecond\": 5}");
    String task = started.json().get("documentSelfLink").asString();
    await().until(() -> host.http().get(task).json().path("rewritten").asInt() >= 2);
    host.restart();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> host.http().get(task).json().at("/taskInfo/stage").asString().equals("FINISHED"));
    JsonNode finished = host.http().get(task).json();
    assertThat(finished.get("rewritten").asInt() + finished.get("unchanged").asInt())
        .isGreaterThanOrEqualTo(12);
    runs(orders(NoFormerName.class)); // would be refused while one document has the former name
    assertThat(get("o11").get("title").asString()).isEqualTo("n11");
  }

  @Test
  void documentOfALaterSchemaVersionIsShownButNotChanged() throws IOException {
    runs(orders(First.class).upgradedBy(1, order -> order.put("note", "converted")));
    create("a", "{\"name\": \"Ada\", \"count\": 1}");
    assertThat(refusalOf(orders(First.class))).contains("was written by a later schema version");
    // As on a node that had the older class all the time.
    Files.delete(host.sandbox().resolve("schemas.json"));
    runs(orders(First.class));
    assertThat(get("a").get("name").asString()).isEqualTo("Ada");
    Answer refused = merge("a", "{\"count\": 2}");
    assertThat(refused.status()).as(refused::toString).isEqualTo(503);
    assertThat(refused.text()).contains("written by schema version 1", "this node has version 0");
    assertThat(get("a").get("count").asInt()).isEqualTo(1);
  }

  @Test
  void damagedMemoryOfSchemasStopsTheStartWithAWayOut() throws IOException {
    storeFirst();
    host.stop();
    Files.writeString(host.sandbox().resolve("schemas.json"), "{");
    assertThat(catchThrowable(() -> host.start()))
        .hasMessageContaining("schemas.json is damaged")
        .hasMessageContaining("remove it to start all the same");
  }

  @Test
  void clientsCannotRewriteOneDocument() throws IOException {
    storeFirst();
    Answer replaced = host.http().put(ORDERS + "/a", "{\"name\": \"Eve\"}", "Pragma", "xn-rewrite");
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(get("a").get("name").asString()).isEqualTo("Eve");
    assertThat(get("a").get("documentVersion").asInt()).isEqualTo(1);
  }
}
