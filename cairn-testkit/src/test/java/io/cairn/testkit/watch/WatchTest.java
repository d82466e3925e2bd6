// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.examples.ExampleService;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.testkit.Answer;
import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.EventStreamReader.Event;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Feeds of documents, factories and queries of one host. */
class WatchTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String REGISTERS = RegisterService.FACTORY_LINK;

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.builder()
            .services(
                starting -> {
                  starting.startFactory(new ExampleService());
                  starting.startFactory(new RegisterService());
                  starting.startFactory(new VolatileService());
                })
            .arguments(arguments -> arguments.queryScanLimit = 1)
            .start();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static EventStreamReader watch(String path, String lastEventId) {
    return EventStreamReader.open(host.uri().resolve(path), lastEventId);
  }

  private static String filter(String text) {
    return "$filter=" + URLEncoder.encode(text, UTF_8);
  }

  private static Event next(EventStreamReader stream) {
    return stream.next(LIMIT, event -> !event.name().equals("bookmark"));
  }

  private static String create(String name, long counter) throws IOException {
    String link = EXAMPLES + "/" + name;
    String body =
        "{\"name\":\"%s\",\"counter\":%d,\"documentSelfLink\":\"%s\"}"
            .formatted(name, counter, link);
    assertThat(host.http().post(EXAMPLES, body).status()).isEqualTo(200);
    return link;
  }

  private static void count(String link, long counter) throws IOException {
    assertThat(host.http().patch(link, "{\"counter\":%d}".formatted(counter)).status())
        .isEqualTo(200);
  }

  private static String linkOf(Event event) {
    return event.json().path("documentSelfLink").asString("");
  }

  private static long versionOf(Event event) {
    return event.json().path("documentVersion").asLong(-1);
  }

  @Test
  void aDocumentIsFollowedFromWhatItIsToItsEnd() throws IOException {
    String link = create("followed", 1);
    try (EventStreamReader stream = watch(link + "?current", "")) {
      Event current = next(stream);
      assertThat(current.name()).isEqualTo("current");
      assertThat(current.id()).isEmpty();
      assertThat(current.data()).isEqualTo(host.http().get(link).text());
      Event live = next(stream);
      assertThat(live.name()).isEqualTo("live");
      assertThat(live.id()).isNotEmpty();

      count(link, 2);
      Event changed = next(stream);
      assertThat(changed.name()).isEqualTo("changed");
      assertThat(changed.data()).isEqualTo(host.http().get(link).text());
      assertThat(changed.id()).isNotEqualTo(live.id());
      host.http().delete(link);
      Event deleted = next(stream);
      assertThat(deleted.name()).isEqualTo("deleted");
      assertThat(linkOf(deleted)).isEqualTo(link);
      assertThat(versionOf(deleted)).isEqualTo(2);

      try (EventStreamReader again = watch(link, live.id())) {
        assertThat(next(again).name()).isEqualTo("live");
        assertThat(next(again)).isEqualTo(changed);
        assertThat(next(again)).isEqualTo(deleted);
      }
    }
  }

  @Test
  void aFactoryTellsWhatComesToMatchChangesLeavesAndGoes() throws IOException {
    String there = create("filter-there", 20);
    String outside = create("filter-outside", 5);
    try (EventStreamReader stream =
        watch(EXAMPLES + "?current&" + filter("name eq 'filter-*' and counter gt 10"), "")) {
      assertThat(linkOf(next(stream))).isEqualTo(there);
      assertThat(next(stream).json().path("documentCount").asLong(0)).isEqualTo(1);

      count(outside, 11);
      Event entered = next(stream);
      assertThat(entered.name() + linkOf(entered)).isEqualTo("changed" + outside);
      create("unfiltered", 30);
      host.http().patch(there, "{\"name\":\"other\"}");
      Event left = next(stream);
      assertThat(left.name() + linkOf(left)).isEqualTo("left" + there);
      host.http().delete(there);
      host.http().delete(outside);
      Event deleted = next(stream);
      assertThat(deleted.name() + linkOf(deleted)).isEqualTo("deleted" + outside);
    }
  }

  @Test
  void aQueryOverAllKindsIsFollowed() throws IOException {
    try (EventStreamReader stream =
        watch("/core/odata-queries?" + filter("name eq 'queried'"), "")) {
      assertThat(next(stream).name()).isEqualTo("live");
      create("not-queried", 1);
      String link = create("queried", 1);
      Event changed = next(stream);
      assertThat(changed.name() + linkOf(changed)).isEqualTo("changed" + link);
    }
  }

  private static final String TASKS = "/core/query-tasks";

  private static String task(String more) {
    return "{\"querySpec\":{%s\"query\":{\"term\":{\"propertyName\":\"name\",\"matchValue\":\"asked\"}}}}"
        .formatted(more);
  }

  private static EventStreamReader follow(String task, String lastEventId) {
    return EventStreamReader.open(host.uri().resolve(TASKS), task, lastEventId);
  }

  @Test
  void aQueryTaskIsFollowedAndGoneOnWith() throws IOException {
    String token;
    String link;
    try (EventStreamReader stream = follow(task(""), "")) {
      assertThat(next(stream).name()).isEqualTo("live");
      create("not-asked", 1);
      link = create("asked", 1);
      Event changed = next(stream);
      assertThat(changed.name() + linkOf(changed)).isEqualTo("changed" + link);
      token = changed.id();
    }
    count(link, 2);
    host.http().delete(link);
    try (EventStreamReader stream = follow(task("\"options\":[\"EXPAND_CONTENT\"],"), token)) {
      assertThat(next(stream).name()).isEqualTo("live");
      assertThat(next(stream).json().get("counter").asLong()).isEqualTo(2);
      Event deleted = next(stream);
      assertThat(deleted.name() + linkOf(deleted)).isEqualTo("deleted" + link);
    }
    assertThat(host.http().get(TASKS).json().get("documentCount").asInt())
        .as("a feed is no task")
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"options\":[\"COUNT\"],",
        "\"options\":[\"INCLUDE_DELETED\"],",
        "\"resultLimit\":5,",
        "\"expectedResultCount\":5,"
      })
  void whatAFeedCannotDoIsRefused(String more) throws IOException {
    Answer answer = host.http().post(TASKS, task(more), "accept", "text/event-stream");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("leave out");
  }

  @Test
  void aTokenGoesOnAfterARestartWithNothingMissingAndNothingTwice() throws IOException {
    String link = create("restarted", 0);
    String token;
    try (EventStreamReader stream = watch(link, "")) {
      token = next(stream).id();
    }
    List<Long> seen = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 10; i++) {
        host.http().put(link, "{\"name\":\"restarted\",\"counter\":%d}".formatted(10 * round + i));
      }
      host.restart();
      try (EventStreamReader stream = watch(link, token)) {
        assertThat(next(stream).name()).isEqualTo("live");
        for (int i = 0; i < 8; i++) {
          Event event = next(stream);
          seen.add(versionOf(event));
          token = event.id();
        }
      }
    }
    List<Long> expected = new ArrayList<>();
    for (long version = 1; version <= 24; version++) {
      expected.add(version);
    }
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void versionsThatAreNotKeptAnyMoreAreAnnouncedAsAGap() throws IOException {
    String link = create("trimmed", 0);
    String quiet = create("quiet", 0);
    String token;
    try (EventStreamReader stream = watch(EXAMPLES, "")) {
      token = next(stream).id();
    }
    count(quiet, 1);
    long most = ExampleServiceState.VERSION_RETENTION_LIMIT + 10;
    for (long i = 1; i <= most; i++) {
      count(link, i);
    }
    host.restart(); // what a hub still has is told
    try (EventStreamReader stream = watch(EXAMPLES + "?" + filter("name eq 'trimmed'"), token)) {
      assertThat(next(stream).name()).isEqualTo("live");
      Event gap = next(stream);
      assertThat(gap.name()).isEqualTo("gap");
      assertThat(linkOf(gap)).isEqualTo(link);
      assertThat(gap.json().path("reason").asString("")).contains("not kept");
      long version = versionOf(next(stream));
      assertThat(version).isGreaterThan(1);
      while (version < most) {
        assertThat(versionOf(next(stream))).isEqualTo(++version);
      }
    }
    try (EventStreamReader stream = watch(quiet, token(quiet, token))) {
      assertThat(next(stream).name()).isEqualTo("live");
    }
  }

  /** A token of a whole factory goes on with one document too. */
  private static String token(String link, String token) {
    try (EventStreamReader stream = watch(link, token)) {
      assertThat(next(stream).name()).isEqualTo("live");
      Event changed = next(stream);
      assertThat(changed.name() + versionOf(changed)).isEqualTo("changed1");
      return changed.id();
    }
  }

  @Test
  void anExpiredDocumentIsToldAsDeleted() throws IOException {
    String link = create("mortal", 0);
    try (EventStreamReader stream = watch(EXAMPLES + "?" + filter("name eq 'mortal'"), "")) {
      assertThat(next(stream).name()).isEqualTo("live");
      long micros = host.clock().now().plusSeconds(3600).toEpochMilli() * 1000;
      host.http().patch(link, "{\"documentExpirationTimeMicros\":%d}".formatted(micros));
      assertThat(next(stream).name()).isEqualTo("changed");
      host.clock().advance(Duration.ofHours(2));
      Event deleted = next(stream);
      assertThat(deleted.name() + linkOf(deleted)).isEqualTo("deleted" + link);
    }
  }

  @Test
  void aReaderThatIsSlowGetsAllInTheEnd() throws Exception {
    String link = REGISTERS + "/slow";
    String text = "x".repeat(20_000); // beyond what sockets, buffers and queues hold
    host.http().post(REGISTERS, "{\"value\":\"0\",\"documentSelfLink\":\"%s\"}".formatted(link));
    HttpRequest get =
        HttpRequest.newBuilder(host.uri().resolve(link))
            .header("accept", "text/event-stream")
            .build();
    int changes = 900;
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        InputStream body = client.send(get, BodyHandlers.ofInputStream()).body()) {
      for (int i = 1; i <= changes; i++) {
        String put = "{\"value\":\"%d%s\"}".formatted(i, text);
        assertThat(host.http().put(link, put).status()).isEqualTo(200);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(body, UTF_8));
      List<String> seen = new ArrayList<>();
      while (seen.size() < changes) {
        String line = lines.readLine();
        assertThat(line).isNotEqualTo("event: gap");
        Matcher version = Pattern.compile("\"documentVersion\":(\\d+),").matcher(line);
        if (version.find()) {
          seen.add(version.group(1));
        }
      }
      assertThat(seen)
          .isEqualTo(IntStream.rangeClosed(1, changes).mapToObj(Integer::toString).toList());
    }
  }

  @Test
  void bookmarksMoveTheTokenOnWhereNothingMatches() throws IOException {
    try (EventStreamReader stream =
        watch(EXAMPLES + "?bookmarks=1&" + filter("name eq 'nobody'"), "")) {
      Event live = next(stream);
      create("somebody", 1);
      Event bookmark = stream.next(LIMIT);
      assertThat(bookmark.name()).isEqualTo("bookmark");
      assertThat(bookmark.id()).isNotEqualTo(live.id());
    }
  }

  @Test
  void presentMatchesMayBeScannedForIfThatIsAllowed() throws IOException {
    for (int i = 0; i < 20; i++) {
      create("scan-" + i, i);
    }
    String wanted = EXAMPLES + "?current&" + filter("name eq '*can-7'");
    try (EventStreamReader stream = watch(wanted, "")) {
      Event refused = next(stream);
      assertThat(refused.name()).isEqualTo("x-xenon-error");
      assertThat(refused.data()).contains("queryScanLimit", "allowScan=true");
    }
    try (EventStreamReader stream = watch(wanted + "&allowScan=true", "")) {
      assertThat(linkOf(next(stream))).isEqualTo(EXAMPLES + "/scan-7");
      assertThat(next(stream).name()).isEqualTo("live");
    }
    assertThat(message(refused(400, wanted + "&allowScan=perhaps"))).contains("allowScan must be");
  }

  private static JsonNode refused(int status, String path, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("accept", "text/event-stream"));
    Answer answer = host.http().get(path, all.toArray(String[]::new));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer.json();
  }

  private static String message(JsonNode refusal) {
    return refusal.path("message").asString("");
  }

  @Test
  void whatCannotBeFollowedIsRefusedWithTheReason() throws IOException {
    assertThat(message(refused(400, EXAMPLES, "last-event-id", "17"))).contains("no resume token");
    assertThat(message(refused(400, EXAMPLES + "?$top=3"))).contains("$top means nothing");
    assertThat(message(refused(400, EXAMPLES + "?" + filter("nmae eq 'x'"))))
        .contains("did you mean name?");
    assertThat(message(refused(400, EXAMPLES + "?current=perhaps"))).contains("true or false");
    assertThat(message(refused(400, EXAMPLES + "?bookmarks=0"))).contains("from 1 to 3600");
    refused(404, EXAMPLES + "/nobody-has-made-this");
    assertThat(message(refused(400, VolatileService.FACTORY_LINK))).contains("in memory only");
    String link = create("small-token", 1);
    try (EventStreamReader stream = watch(link, "")) {
      JsonNode gone = refused(410, EXAMPLES, "last-event-id", next(stream).id());
      assertThat(message(gone)).contains("fewer documents");
    }
    try (TestHost other = TestHost.start(it -> it.startFactory(new ExampleService()));
        EventStreamReader stream = EventStreamReader.open(other.uri().resolve(EXAMPLES))) {
      JsonNode gone = refused(410, EXAMPLES, "last-event-id", next(stream).id());
      assertThat(message(gone)).contains("of other documents").contains("Begin anew");
    }
  }

  @Test
  void aChangeFeedGoesOnBehindWhatItsConsumerHasConfirmed() throws IOException {
    String existing = create("fed-before", 1);
    String feed = "/core/change-feeds/search";
    String made = "{\"documentSelfLink\":\"%s\",\"filter\":\"name eq 'fed-*'\"}".formatted(feed);
    assertThat(host.http().post("/core/change-feeds", made).status()).isEqualTo(200);
    String first;
    String second;
    try (EventStreamReader stream = watch(feed, "")) {
      assertThat(linkOf(next(stream))).isEqualTo(existing);
      assertThat(next(stream).name()).isEqualTo("live");
      String link = create("fed-after", 1);
      Event changed = next(stream);
      assertThat(linkOf(changed)).isEqualTo(link);
      first = changed.id();
      count(link, 2);
      second = next(stream).id();
    }
    Answer confirmed = host.http().patch(feed, "{\"confirmed\":\"%s\"}".formatted(first));
    assertThat(confirmed.status()).as(confirmed.text()).isEqualTo(200);
    host.restart();
    try (EventStreamReader stream = watch(feed, "")) {
      assertThat(next(stream).name()).isEqualTo("live");
      assertThat(next(stream).id()).as("it was not confirmed, so it comes again").isEqualTo(second);
    }
    host.http().patch(feed, "{\"confirmed\":\"%s\"}".formatted(second));
    Answer late = host.http().patch(feed, "{\"confirmed\":\"%s\"}".formatted(first));
    assertThat(late.status()).as("takes nothing back").isEqualTo(200);
    assertThat(host.http().get(feed).json().path("confirmed").asString("")).isEqualTo(second);
    assertThat(host.http().patch(feed, "{\"confirmed\":\"nonsense\"}").status()).isEqualTo(400);
    assertThat(host.http().patch(feed, "{}").status()).isEqualTo(400);
    String wrong = "{\"documentSelfLink\":\"wrong\",\"filter\":\"name eqq 'x'\"}";
    assertThat(host.http().post("/core/change-feeds", wrong).status()).isEqualTo(400);
    String nowhere = "{\"documentSelfLink\":\"nowhere\",\"nodeSelectorLink\":\"/core/nix\"}";
    assertThat(host.http().post("/core/change-feeds", nowhere).status()).isEqualTo(400);
  }
}
