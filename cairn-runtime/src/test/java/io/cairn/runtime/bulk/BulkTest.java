// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.document.DocumentJson;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.history.DiaryService;
import io.cairn.runtime.history.DiaryService.Diary;
import io.cairn.runtime.history.FieldChanges;
import io.cairn.service.FactoryService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many documents in one request: lists, lines, tables, and tasks over what a query finds. */
class BulkTest {

  private static final String DIARIES = "/diaries";
  private static final String OTHERS = "/other-diaries";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path sandbox;

  private HostFixture host;

  @BeforeEach
  void start() {
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              starting.startFactory(
                  () -> FactoryService.create(() -> new DiaryService(false), Diary.class), DIARIES);
              starting.startFactory(
                  () -> FactoryService.create(() -> new DiaryService(false), Diary.class), OTHERS);
            });
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private List<JsonNode> lines(String path, String type, String body) {
    Answer answer = host.send("POST", path, body, "content-type", type);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer
        .body()
        .lines()
        .map(line -> DocumentJson.standard().readTree(line))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private List<JsonNode> bring(String query, String body) {
    return lines("/core/bulk/import?factory=" + DIARIES + query, "application/x-ndjson", body);
  }

  private static JsonNode summary(List<JsonNode> lines) {
    return lines.getLast().path("summary");
  }

  private static String diaries(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"documentSelfLink\":\"d%1$04d\",\"text\":\"t%1$d\"}\n"::formatted)
        .collect(Collectors.joining());
  }

  private String export(String query) {
    Answer answer = host.get("/core/bulk/export?factory=" + DIARIES + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private JsonNode ended(Answer created) {
    assertThat(created.status()).as(created.body()).isEqualTo(202);
    String link = created.json().path("documentSelfLink").asString();
    List<JsonNode> last = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              last.add(host.get(link).json());
              return !last.getLast().at("/taskInfo/stage").asString().matches("CREATED|STARTED");
            });
    return last.getLast();
  }

  // Lists and lines of requests

  @Test
  void eachItemHasItsOwnResult() {
    bring("", diaries(2));
    Answer answer =
        host.post(
            "/core/bulk",
            """
            [{"action":"POST","link":"/diaries","body":{"documentSelfLink":"new","text":"n"}},
             {"action":"PATCH","link":"/diaries/d0000","body":{"text":"p1"}},
             {"action":"PATCH","link":"/diaries/d0000","body":{"text":"p2"}},
             {"action":"PATCH","link":"/diaries/d0001","body":{"text":"x"},"ifMatch":"\\"7-a\\""},
             {"action":"PUT","link":"/diaries/d0001","body":{"text":"forbidden"}},
             {"action":"DELETE","link":"/diaries/d0001"},
             {"action":"DELETE","link":"/diaries/nobody"},
             {"action":"GET","link":"/diaries/d0000"},
             {"action":"DELETE","link":"/core/management"},
             {"action":"DELETE","link":"/diaries/d0000","ifmatch":"x"}]
            """);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode results = answer.json().path("results");
    List<String> told = new ArrayList<>();
    results.forEach(
        each -> told.add(each.path("status").asInt() + " " + each.path("outcome").asString()));
    assertThat(told)
        .containsExactly(
            "200 CREATED",
            "200 UPDATED",
            "200 UPDATED",
            "412 FAILED",
            "400 FAILED",
            "200 DELETED",
            "404 FAILED",
            "400 FAILED",
            "400 FAILED",
            "400 FAILED");
    assertThat(results.get(2).path("etag").asString()).startsWith("\"2-");
    assertThat(results.get(0).path("link").asString()).isEqualTo("/diaries/new");
    assertThat(results.get(4).at("/error/message").asString()).contains("must not be forbidden");
    assertThat(results.get(4).at("/error/documentKind").asString()).isNotEmpty();
    assertThat(results.get(9).at("/error/message").asString()).contains("did you mean ifMatch?");
    assertThat(answer.json().path("failed").asInt()).isEqualTo(6);
    assertThat(host.get("/diaries/d0000").json().path("text").asString()).isEqualTo("p2");
  }

  @Test
  void listThatIsTooLongOrNoListIsRefusedAsAWhole() {
    String item = "{\"action\":\"POST\",\"link\":\"/diaries\",\"body\":{\"text\":\"n\"}}";
    String many = "[" + String.join(",", Collections.nCopies(1001, item)) + "]";
    assertThat(host.post("/core/bulk", many).message()).contains("1001 items");
    assertThat(host.post("/core/bulk", "{}").status()).isEqualTo(400);
    assertThat(host.post("/core/bulk", "[").status()).isEqualTo(400);
    assertThat(host.post("/core/bulk?fro=3", "[]").status()).isEqualTo(400);
    assertThat(host.get(DIARIES).result().documentCount).isZero();
  }

  @Test
  void linesOfRequestsGoOnBehindOneThatIsMalformed() {
    List<JsonNode> told =
        lines(
            "/core/bulk?results=ALL",
            "application/x-ndjson",
            """
            {"action":"POST","link":"/diaries","body":{"documentSelfLink":"a"}}

            nonsense
            {"action":"DELETE","link":"/diaries/a"}
            """);
    assertThat(told.get(0).path("line").asInt()).isEqualTo(1);
    assertThat(told.get(1).path("line").asInt()).isEqualTo(3);
    assertThat(told.get(1).at("/error/message").asString()).startsWith("line 3: ");
    assertThat(told.get(2).path("outcome").asString()).isEqualTo("DELETED");
    assertThat(summary(told).toString())
        .isEqualTo(
            "{\"complete\":true,\"created\":1,\"updated\":0,\"deleted\":1,\"unchanged\":0,"
                + "\"kept\":0,\"failed\":1,\"nextLine\":5}");
  }

  // Import and export

  @Test
  void partOfABodyIsCountedWhereItBegins() {
    List<JsonNode> lines = bring("&firstLine=41", "[0]\n\n[1]\n");
    assertThat(lines.getFirst().path("line").asInt()).isEqualTo(41);
    assertThat(lines.get(1).at("/error/message").asString()).startsWith("line 43: ");
    assertThat(summary(lines).path("nextLine").asInt()).isEqualTo(44);
    String url = "/core/bulk/import?factory=" + DIARIES + "&firstLine=";
    List<JsonNode> table = lines(url + 7, "text/csv", "documentSelfLink,text\n,\"a\nb\"\nx,y,z\n");
    assertThat(table.getFirst().path("line").asInt()).isEqualTo(9);
    assertThat(summary(bring("&firstLine=7", "")).path("nextLine").asInt()).isEqualTo(7);
    assertThat(host.send("POST", url + 0, "{}", "content-type", "application/x-ndjson").status())
        .isEqualTo(400);
  }

  @Test
  void importIsIdempotentAndGoesOnAtALine() {
    assertThat(summary(bring("", diaries(300))).path("created").asInt()).isEqualTo(300);
    List<JsonNode> again = bring("&progress=100", diaries(300).replace("\"t7\"", "\"new\""));
    assertThat(again).hasSize(4);
    assertThat(again.get(1).at("/progress/nextLine").asInt()).isEqualTo(201);
    assertThat(summary(again).path("unchanged").asInt()).isEqualTo(299);
    assertThat(summary(again).path("updated").asInt()).isEqualTo(1);
    assertThat(host.get("/diaries/d0008").json().path("documentVersion").asInt()).isZero();
    assertThat(summary(bring("&from=291", diaries(300))).path("unchanged").asInt()).isEqualTo(10);
    assertThat(summary(bring("&existing=KEEP", diaries(301))).toString())
        .contains("\"kept\":300")
        .contains("\"created\":1");
    List<JsonNode> refused = bring("&existing=REFUSE&maxFailures=5", diaries(300));
    assertThat(summary(refused).path("complete").asBoolean(true)).isFalse();
    assertThat(summary(refused).path("stopped").asString()).contains("maxFailures");
    assertThat(refused.get(0).path("status").asInt()).isIn(409, 412);
  }

  @Test
  void importCreatesAgainWhatWasDeleted() {
    bring("", diaries(1));
    host.delete("/diaries/d0000");
    assertThat(summary(bring("", diaries(1))).path("created").asInt()).isEqualTo(1);
    JsonNode now = host.get("/diaries/d0000").json();
    assertThat(now.path("documentVersion").asInt()).isEqualTo(2);
    assertThat(host.get("/diaries/d0000?documentVersion=0").status()).isEqualTo(200);
  }

  @Test
  void whatCannotBeImportedIsToldByLine() {
    List<JsonNode> told =
        bring(
            "",
            """
            {"documentSelfLink":"good"}
            {"documentSelfLink":"/elsewhere/bad"}
            {"documentSelfLink":"number","number":"many"}
            {"documentSelfLink":"kind","documentKind":"other"}
            [1]
            {"documentSelfLink":"cut
            """
                + "{\"text\":\""
                + "x".repeat(BulkLines.LONGEST)
                + "\"}\n"
                + "{\"documentSelfLink\":\"last\"}");
    assertThat(told.subList(0, 6).stream().map(line -> line.path("line").asInt()))
        .containsExactly(2, 3, 4, 5, 6, 7);
    assertThat(told.get(5).at("/error/message").asString()).contains("more than 1048576 bytes");
    assertThat(summary(told).path("created").asInt()).isEqualTo(2);
    assertThat(summary(told).path("nextLine").asInt()).isEqualTo(9);
  }

  @Test
  void wrongRequestsAreRefused() {
    assertThat(host.get("/core/bulk/export?factory=/diarie").message())
        .contains("did you mean /diaries?");
    assertThat(host.get("/core/bulk/export").status()).isEqualTo(400);
    assertThat(host.get("/core/bulk/export?factory=/diaries&format=XML").status()).isEqualTo(400);
    assertThat(host.get("/core/bulk/export?factory=/diaries&filter=nmae%20eq%201").status())
        .isEqualTo(400);
    assertThat(host.get("/core/bulk/export?factory=/diaries&perSecond=-1").status()).isEqualTo(400);
    assertThat(host.post("/core/bulk/import?factory=/diaries", "{}").status()).isEqualTo(415);
    Answer columns =
        host.send(
            "POST",
            "/core/bulk/import?factory=/diaries",
            "documentSelfLink,txt\na,b\n",
            "content-type",
            "text/csv");
    assertThat(columns.status()).isEqualTo(400);
    assertThat(columns.message()).contains("did you mean text?");
    assertThat(host.get("/core/nowhere").status()).isEqualTo(404);
    assertThat(host.delete("/core/bulk").status()).isEqualTo(405);
  }

  @Test
  void exportGoesOnBehindALink() {
    bring("", diaries(2_500));
    String all = export("");
    assertThat(all.lines().count()).isEqualTo(2_500);
    String first = export("&limit=1200");
    String last =
        DocumentJson.standard()
            .readTree(first.lines().reduce((_, line) -> line).orElseThrow())
            .path("documentSelfLink")
            .asString();
    assertThat(last).isEqualTo("/diaries/d1199");
    assertThat(first + export("&after=" + last)).isEqualTo(all);
    assertThat(export("&filter=" + HostFixture.encoded("text eq 't17'")).lines().count())
        .isEqualTo(1);
  }

  @Test
  void exportIsAsOfTime() {
    bring("", diaries(3));
    long then = 0; // they were created side by side
    for (int i = 0; i < 3; i++) {
      JsonNode made = host.get("/diaries/d000" + i).json();
      then = Math.max(then, made.path("documentUpdateTimeMicros").asLong());
    }
    String before = export("");
    host.patch("/diaries/d0001", "{\"text\":\"later\"}");
    host.delete("/diaries/d0002");
    assertThat(export("&asOf=" + then)).isEqualTo(before);
    assertThat(export("").lines().count()).isEqualTo(2);
  }

  @Test
  void tableComesBackAsItWas() {
    String odd =
        """
        {"documentSelfLink":"a","text":"comma, \\"quote\\"\\nline","number":7,"weight":1.5,"open":true,"tags":["x","y"],"notes":{"k":"v"}}
        {"documentSelfLink":"b","text":""}
        {"documentSelfLink":"c"}
        """;
    bring("", odd);
    String table = export("&format=CSV");
    assertThat(table.lines().findFirst().orElseThrow())
        .startsWith("documentSelfLink,")
        .endsWith(",documentExpirationTimeMicros");
    List<JsonNode> told =
        lines(
            "/core/bulk/import?factory=" + OTHERS,
            "text/csv",
            table.replace("/diaries/", "/other-diaries/"));
    assertThat(summary(told).path("created").asInt()).as(told.toString()).isEqualTo(3);
    for (String id : List.of("a", "b", "c")) {
      assertThat(changes(host.get(DIARIES + "/" + id).json(), host.get(OTHERS + "/" + id).json()))
          .isEmpty();
    }
    assertThat(
            summary(lines("/core/bulk/import?factory=" + DIARIES, "text/csv", table))
                .path("unchanged")
                .asInt())
        .isEqualTo(3);
  }

  private static List<?> changes(JsonNode one, JsonNode other) {
    return FieldChanges.between(one, other).named();
  }

  @Test
  void rowsOfATableAreToldByLine() {
    List<JsonNode> told =
        lines(
            "/core/bulk/import?factory=" + DIARIES,
            "text/csv",
            """
            documentSelfLink,number,open\r
            a,1,true\r
            b,many,true\r
            c,1\r
            d,2,maybe\r
            "e",3,
            f,"4,
            """);
    assertThat(told.get(0).at("/error/message").asString())
        .isEqualTo("line 3: column 'number': 'many' is not a whole number");
    assertThat(told.get(1).at("/error/message").asString()).startsWith("line 4: it has 2 cells");
    assertThat(told.get(2).at("/error/message").asString())
        .contains("'maybe' is not true or false");
    assertThat(summary(told).path("created").asInt()).isEqualTo(2);
    assertThat(summary(told).path("complete").asBoolean(true)).isFalse();
    assertThat(summary(told).path("stopped").asString()).contains("line 7: a quote is opened");
    assertThat(summary(told).path("nextLine").asInt()).isEqualTo(7);
  }

  // Tasks

  private static String task(String more) {
    return "{\"factoryLink\":\"/diaries\"," + more + "}";
  }

  @Test
  void taskChangesWhatAQueryFinds() {
    bring("", diaries(130));
    bring("", "{\"documentSelfLink\":\"keep\",\"text\":\"other\"}");
    JsonNode done =
        ended(
            host.post(
                "/core/bulk-tasks",
                task(
                    "\"filter\":\"text eq 't*'\",\"action\":\"PATCH\",\"body\":{\"text\":\"new\"}")));
    assertThat(done.at("/taskInfo/stage").asString()).as(done.toString()).isEqualTo("FINISHED");
    assertThat(done.path("matched").asInt()).isEqualTo(130);
    assertThat(done.path("changed").asInt()).isEqualTo(130);
    assertThat(host.get("/diaries/keep").json().path("text").asString()).isEqualTo("other");
    assertThat(host.get("/diaries/d0129").json().path("text").asString()).isEqualTo("new");

    JsonNode deleted =
        ended(
            host.post(
                "/core/bulk-tasks",
                task(
                    "\"query\":{\"term\":{\"propertyName\":\"text\",\"matchValue\":\"new\"}},\"action\":\"DELETE\"")));
    assertThat(deleted.path("changed").asInt()).as(deleted.toString()).isEqualTo(130);
    assertThat(host.get(DIARIES).result().documentLinks).containsExactly("/diaries/keep");
  }

  @Test
  void taskNamesWhatItCouldNotChange() {
    bring("", diaries(30));
    JsonNode done =
        ended(
            host.post(
                "/core/bulk-tasks",
                task(
                    "\"filter\":\"documentSelfLink eq '*'\",\"action\":\"PATCH\",\"body\":{\"text\":\"broken\"}")));
    assertThat(done.at("/taskInfo/stage").asString()).as(done.toString()).isEqualTo("FINISHED");
    assertThat(done.path("failed").asInt()).isEqualTo(30);
    assertThat(done.path("failures").size()).isEqualTo(BulkTaskService.MAX_NAMED);
    assertThat(done.at("/failures/0/error/message").asString()).contains("must not be broken");
    assertThat(done.at("/failures/0/link").asString()).isEqualTo("/diaries/d0000");
  }

  @Test
  void taskThatMakesNoSenseIsRefused() {
    for (String body :
        List.of(
            "{}",
            task("\"action\":\"DELETE\""),
            task("\"action\":\"POST\",\"filter\":\"text eq 'a'\""),
            task("\"action\":\"PATCH\",\"filter\":\"text eq 'a'\""),
            task("\"action\":\"DELETE\",\"filter\":\"txt eq 'a'\""),
            task("\"action\":\"DELETE\",\"filter\":\"text eq\""),
            task("\"action\":\"DELETE\",\"filter\":\"text eq 'a'\",\"documentsPerSecond\":-1"),
            "{\"factoryLink\":\"/nowhere\",\"action\":\"DELETE\",\"filter\":\"text eq 'a'\"}")) {
      assertThat(host.post("/core/bulk-tasks", body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void taskIsCancelledAndTakesNothingElseFromClients() {
    bring("", diaries(200));
    Answer created =
        host.post(
            "/core/bulk-tasks",
            task("\"filter\":\"text eq 't*'\",\"action\":\"DELETE\",\"documentsPerSecond\":10"));
    String link = created.json().path("documentSelfLink").asString();
    await().atMost(LIMIT).until(() -> host.get(DIARIES).result().documentCount < 200);
    assertThat(host.patch(link, "{\"changed\":7,\"taskInfo\":{\"stage\":\"STARTED\"}}").status())
        .isEqualTo(400);
    assertThat(host.patch(link, "{\"taskInfo\":{\"stage\":\"CANCELLED\"}}").status())
        .isEqualTo(200);
    assertThat(host.get(link).json().at("/taskInfo/stage").asString()).isEqualTo("CANCELLED");
    assertThat(host.get(DIARIES).result().documentCount).isPositive();
  }

  @Test
  void taskGoesOnAfterARestartAndChangesNothingTwice() {
    bring("", diaries(160));
    Answer created =
        host.post(
            "/core/bulk-tasks",
            task(
                "\"filter\":\"documentSelfLink eq '*'\",\"action\":\"PATCH\","
                    + "\"body\":{\"text\":\"new\"},\"documentsPerSecond\":100"));
    await()
        .atMost(LIMIT)
        .until(() -> host.get("/diaries/d0060").json().path("number").asInt() == 1);
    host.restart();

    JsonNode done = ended(created);
    assertThat(done.at("/taskInfo/stage").asString()).as(done.toString()).isEqualTo("FINISHED");
    assertThat(done.path("changed").asInt() + done.path("uncertain").asInt()).isEqualTo(160);
    for (int i = 0; i < 160; i++) {
      assertThat(host.get("/diaries/d%04d".formatted(i)).json().path("number").asInt())
          .isEqualTo(1);
    }
  }
}
