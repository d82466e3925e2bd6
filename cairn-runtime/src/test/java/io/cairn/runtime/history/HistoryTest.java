// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.history.DiaryService.Diary;
import io.cairn.runtime.history.DiaryService.ShortDiary;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.UriUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a document was before, and how it comes back. */
class HistoryTest {

  private static final String DIARIES = "/diaries";
  private static final String SHORT = "/short-diaries";
  private static final String STRICT = "/strict-diaries";
  private static final String FIXED = "/fixed-diaries";

  @TempDir static Path sandbox;

  private static HostFixture host;

  @BeforeAll
  static void start() {
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              starting.startFactory(
                  () -> FactoryService.create(() -> new DiaryService(false), Diary.class), DIARIES);
              starting.startFactory(
                  () -> FactoryService.create(() -> new DiaryService(true), ShortDiary.class),
                  SHORT);
              starting.startFactory(
                  () ->
                      FactoryService.create(
                          () -> new DiaryService(false, ServiceOption.STRICT_UPDATE_CHECKING),
                          Diary.class),
                  STRICT);
              starting.startFactory(
                  () ->
                      FactoryService.create(
                          () -> new DiaryService(false, ServiceOption.IMMUTABLE), Diary.class),
                  FIXED);
            });
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static String create(String factory, String id, String text) {
    Answer created =
        host.post(factory, "{\"documentSelfLink\":\"%s\",\"text\":\"%s\"}".formatted(id, text));
    assertThat(created.status()).isEqualTo(200);
    return factory + "/" + id;
  }

  private static long patch(String link, String text) {
    Answer patched = host.patch(link, "{\"text\":\"%s\"}".formatted(text));
    assertThat(patched.status()).as(patched.body()).isEqualTo(200);
    return patched.json().path("documentUpdateTimeMicros").asLong();
  }

  private static long time(String link) {
    return host.get(link).json().path("documentUpdateTimeMicros").asLong();
  }

  private static String text(String target) {
    Answer answer = host.get(target);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("text").asString();
  }

  @Test
  void documentIsReadAsOfTimeOrVersion() {
    String link = create(DIARIES, "read", "t0");
    long first = time(link);
    long second = patch(link, "t1");
    patch(link, "t2");

    assertThat(text(link + "?asOf=" + first)).isEqualTo("t0");
    assertThat(text(link + "?asOf=" + (second - 1))).isEqualTo("t0");
    assertThat(text(link + "?asOf=" + second)).isEqualTo("t1");
    assertThat(text(link + "?asOf=" + HistoryPoint.shown(second))).isEqualTo("t1");
    assertThat(text(link + "?documentVersion=1")).isEqualTo("t1");
    assertThat(text(link)).isEqualTo("t2");

    Answer before = host.get(link + "?asOf=" + (first - 1));
    assertThat(before.status()).isEqualTo(404);
    assertThat(before.message()).contains("versions 0 to 2 are retained");
    assertThat(host.get(link + "?documentVersion=7").message()).contains("its latest is version 2");
  }

  @Test
  void entityTagsOfOldVersionsWork() {
    String link = create(DIARIES, "tags", "t0");
    long first = time(link);
    patch(link, "t1");
    Answer old = host.get(link + "?asOf=" + first);
    String tag = old.response().headers().firstValue("etag").orElseThrow();

    assertThat(tag).startsWith("\"0-");
    assertThat(host.send("GET", link + "?documentVersion=0", null, "if-none-match", tag).status())
        .isEqualTo(304);
    assertThat(host.send("GET", link, null, "if-none-match", tag).status()).isEqualTo(200);
  }

  @Test
  void deletedDocumentIsReadAsOfTimeItLived() {
    String link = create(DIARIES, "gone", "alive");
    long lived = time(link);
    host.delete(link);

    assertThat(host.get(link).status()).isEqualTo(404);
    assertThat(text(link + "?asOf=" + lived)).isEqualTo("alive");
    Answer deleted = host.get(link + "?documentVersion=1");
    assertThat(deleted.status()).isEqualTo(404);
    assertThat(deleted.message()).contains("version 1 says that it was deleted");
    assertThat(host.get(link + "/versions").json().path("versions").get(0).toString())
        .contains("DELETE");
  }

  @Test
  void whatRetentionHasCutIsGoneAndSaysWhatIsLeft() {
    String link = create(SHORT, "cut", "t0");
    long first = time(link);
    for (int i = 1; i <= DiaryService.RETENTION_LIMIT; i++) {
      patch(link, "t" + i);
    }

    for (String asked : List.of("?asOf=" + first, "?documentVersion=0")) {
      Answer cut = host.get(link + asked);
      assertThat(cut.status()).as(cut.body()).isEqualTo(410);
      assertThat(cut.message()).contains("versions 4 to 6 are retained");
      assertThat(cut.json().path("errorCode").asInt())
          .isEqualTo(ServiceErrorResponse.ERROR_CODE_NOT_RETAINED);
    }
    Answer listing = host.get(SHORT + "?asOf=" + first);
    assertThat(listing.status()).as(listing.body()).isEqualTo(410);
    assertThat(listing.message()).contains(link);
    JsonNode versions = host.get(link + "/versions").json();
    assertThat(versions.path("oldestVersion").asLong()).isEqualTo(4);
    assertThat(versions.path("versions").get(2).has("changes")).isFalse();
    assertThat(host.get(SHORT + "?asOf=" + time(link)).status()).isEqualTo(200);
  }

  @Test
  void nonsenseIsRefused() {
    String link = create(DIARIES, "nonsense", "t0");
    for (String query :
        List.of(
            "?asOf=yesterday",
            "?asOf=",
            "?asOf=2999-01-01",
            "?documentVersion=-1",
            "?documentVersion=x",
            "?asOf=1&documentVersion=1")) {
      assertThat(host.get(link + query).status()).as(query).isEqualTo(400);
    }
    assertThat(host.get(DIARIES + "?asOf=soon").status()).isEqualTo(400);
    assertThat(host.get("/core/odata-queries?$top=1&asOf=1").message()).contains("TIME_SNAPSHOT");
    assertThat(host.get(link + "/versions?$limit=0").status()).isEqualTo(400);
    assertThat(host.get(link + "/versions?limit=5").message()).contains("$limit");
    Answer verb = host.post(link + "/versions", "{}");
    assertThat(verb.status()).isEqualTo(405);
    assertThat(verb.response().headers().firstValue("allow").orElse("")).contains("GET");
    assertThat(host.get(link + "/restore").status()).isEqualTo(405);
    assertThat(host.get(DIARIES + "/nobody/versions").status()).isEqualTo(404);
  }

  @Test
  void namesOfHistoryAreNotReserved() {
    assertThat(create(DIARIES, "versions", "a child")).isEqualTo(DIARIES + "/versions");
    assertThat(text(DIARIES + "/versions")).isEqualTo("a child");
    assertThat(host.get(DIARIES + "/versions/versions").json().path("retainedCount").asInt())
        .isEqualTo(1);
  }

  @Test
  void versionsSayWhatChanged() {
    String link = create(DIARIES, "list", "t0");
    host.patch(link, "{\"text\":\"t1\",\"tags\":[\"a\",\"b\"]}");
    host.patch(link, "{\"text\":\"t1\",\"tags\":[\"a\",\"x\",\"b\"]}");

    JsonNode page = host.get(link + "/versions?$limit=2").json();
    assertThat(page.path("latestVersion").asLong()).isEqualTo(2);
    assertThat(page.path("versions").get(0).path("changes").toString())
        .isEqualTo(
            "[{\"path\":\"/number\",\"before\":1,\"after\":2},{\"path\":\"/tags/1\",\"after\":\"x\"}]");
    assertThat(page.path("versions").get(1).path("changes").toString())
        .contains("{\"path\":\"/text\",\"before\":\"t0\",\"after\":\"t1\"}")
        .contains("{\"path\":\"/tags\",\"after\":[\"a\",\"b\"]}");
    JsonNode rest = host.get(page.path("nextPageLink").asString()).json();
    assertThat(rest.path("versions").size()).isEqualTo(1);
    assertThat(rest.path("versions").get(0).path("documentUpdateAction").asString())
        .isEqualTo("POST");
    assertThat(rest.has("nextPageLink")).isFalse();
  }

  @Test
  void restoreBringsBackThroughThePutHandler() {
    String link = create(DIARIES, "back", "t0");
    patch(link, "forbidden");
    patch(link, "t2");

    Answer restored = host.post(link + "/restore", "{\"documentVersion\":0}");
    assertThat(restored.status()).as(restored.body()).isEqualTo(200);
    assertThat(restored.json().path("documentVersion").asLong()).isEqualTo(3);
    assertThat(restored.json().path("documentUpdateAction").asString()).isEqualTo("PUT");
    assertThat(text(link)).isEqualTo("t0");

    Answer refused = host.post(link + "/restore", "{\"documentVersion\":1}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("must not be forbidden");
    assertThat(host.get(link).json().path("documentVersion").asLong()).isEqualTo(3);
    assertThat(host.post(link + "/restore", "{\"documentVersion\":9}").status()).isEqualTo(404);
    for (String body : List.of("{}", "{\"version\":1}", "[]", "{\"documentVersion\":\"x\"}")) {
      assertThat(host.post(link + "/restore", body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void restoreIsConditional() {
    String link = create(STRICT, "strict", "t0");
    String tag = host.get(link).response().headers().firstValue("etag").orElseThrow();
    Answer patched = host.send("PATCH", link, "{\"text\":\"t1\"}", "if-match", tag);
    assertThat(patched.status()).isEqualTo(200);
    String next = patched.response().headers().firstValue("etag").orElseThrow();

    String wanted = "{\"documentVersion\":0}";
    assertThat(host.post(link + "/restore", wanted).status()).isEqualTo(409);
    assertThat(host.send("POST", link + "/restore", wanted, "if-match", tag).status())
        .isEqualTo(412);
    Answer done = host.send("POST", link + "/restore", wanted, "if-match", next);
    assertThat(done.status()).as(done.body()).isEqualTo(200);
    assertThat(text(link)).isEqualTo("t0");
  }

  @Test
  void restoreBringsBackWhatWasDeleted() {
    String link = create(DIARIES, "revived", "t0");
    long lived = time(link);
    host.delete(link);

    Answer revived = host.post(link + "/restore", "{\"asOf\":" + lived + "}");
    assertThat(revived.status()).as(revived.body()).isEqualTo(200);
    assertThat(revived.json().path("documentVersion").asLong()).isEqualTo(2);
    assertThat(text(link)).isEqualTo("t0");
    assertThat(text(link + "?documentVersion=0")).isEqualTo("t0");
    host.restart();
    assertThat(text(link)).isEqualTo("t0");
  }

  @Test
  void immutableDocumentsDoNotComeBack() {
    String link = create(FIXED, "fixed", "t0");
    assertThat(host.post(link + "/restore", "{\"documentVersion\":0}").status()).isEqualTo(405);
  }

  @Test
  void factoryIsListedAsOfTime() {
    List<String> links = new ArrayList<>();
    String one = create(DIARIES, "asof-a", "asof");
    String two = create(DIARIES, "asof-b", "asof");
    long then = time(two);
    patch(one, "other");
    host.delete(two);
    create(DIARIES, "asof-c", "asof");

    String filter = "&$orderby=text&expand&$filter=" + HostFixture.encoded("text eq 'asof'");
    JsonNode past = host.get(DIARIES + "?asOf=" + then + filter).json();
    past.path("documentLinks").forEach(link -> links.add(link.asString()));
    assertThat(links).containsExactlyInAnyOrder(one, two);
    assertThat(past.path("totalCount").asInt()).isEqualTo(2);
    assertThat(past.path("documents").path(one).path("text").asString()).isEqualTo("asof");
    assertThat(
            host.get(DIARIES + "?$count=true&asOf=" + then + filter.replace("&expand", ""))
                .json()
                .path("documentCount")
                .asInt())
        .isEqualTo(2);
  }

  @Test
  void operationWithinTheProcessReadsHistoryToo() throws Exception {
    String link = create(DIARIES, "inside", "t0");
    patch(link, "t1");
    Operation done =
        host.host()
            .sendWithDeferredResult(
                Operation.createGet(UriUtils.buildUri(host.host(), link, "documentVersion=0"))
                    .setReferer(host.host().getUri()))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    assertThat(done.getBody(Diary.class).text).isEqualTo("t0");
  }
}
