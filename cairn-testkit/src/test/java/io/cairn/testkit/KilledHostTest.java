// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.LedgerService.LedgerState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** P1 on one node: kill -9 under load, again and again, on the same data. */
@Tag("process")
class KilledHostTest {

  private static final int ROUNDS = Integer.getInteger("cairn.kills", 6);
  private static final int SPREAD = 20;
  private static final int REQUESTS_PER_ROUND = 4_000;
  private static final String LEDGERS = LedgerService.FACTORY_LINK;

  @TempDir Path directory;

  private final Random random = new Random(7);
  private final List<RecordedRequest> marks = new ArrayList<>();
  private final List<RecordedRequest> births = new ArrayList<>();
  private final List<RecordedRequest> deaths = new ArrayList<>();
  private final Map<String, Long> updateTimes = new HashMap<>();

  @Test
  void acknowledgedWritesSurviveKillsUnderLoad() throws Exception {
    try (ProcessHost host = new ProcessHost(LedgerService.Setup.class, directory, "-Xmx256m")) {
      for (int round = 0; round < ROUNDS; round++) {
        host.start();
        try (HttpProbe http = new HttpProbe(host.uri(), Duration.ofSeconds(20))) {
          int latest = round - 1;
          check(http, link -> !link.contains("/new-") || link.contains("-r" + latest + "-"));
          loadUntilKilled(host, http, round);
        }
      }
      host.start();
      try (HttpProbe http = new HttpProbe(host.uri())) {
        check(http, link -> true);
      }
    }
    assertThat(marks.stream().filter(m -> m.outcome() == Outcome.ACKNOWLEDGED))
        .as("the load was a load")
        .hasSizeGreaterThan(ROUNDS * 20);
  }

  private void loadUntilKilled(ProcessHost host, HttpProbe http, int round) throws Exception {
    String hot = LEDGERS + "/hot-" + round;
    String prefix = "r" + round + "-";
    assertThat(http.post(LEDGERS, body(prefix + "birth", hot)).status()).isEqualTo(200);
    births.add(acknowledged(hot, prefix + "birth"));
    LoadRecorder load = new LoadRecorder(http, REQUESTS_PER_ROUND);
    load.start(3, session -> patch(session, hot, prefix))
        .start(
            3,
            session -> patch(session, LEDGERS + "/spread-" + (session.number() % SPREAD), prefix))
        .start(2, session -> createAndDelete(session, prefix));
    int enough = 100 + random.nextInt(500);
    TestContext.waitFor(Duration.ofSeconds(30), () -> load.size() > enough, "some load");
    host.kill();
    load.stop();
    for (RecordedRequest request : load.requests()) {
      switch (request.action()) {
        case "POST" -> births.add(request);
        case "DELETE" -> deaths.add(request);
        default -> marks.add(request);
      }
    }
  }

  private static RecordedRequest acknowledged(String link, String mark) {
    return new RecordedRequest(-1, "POST", link, mark, Outcome.ACKNOWLEDGED, null, 0, 0);
  }

  private static String body(String mark, String link) {
    return "{\"mark\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(mark, link);
  }

  /** A spread document does not exist before its first patch: that one is refused by 404. */
  private static void patch(LoadRecorder.Session session, String link, String prefix) {
    String mark = prefix + session.nextMark();
    Outcome outcome = session.send("PATCH", link, link, mark, "{\"mark\":\"%s\"}".formatted(mark));
    if (outcome == Outcome.REFUSED && link.contains("spread")) {
      String birth = prefix + session.nextMark();
      session.send("POST", LEDGERS, link, birth, body(birth, link));
    }
  }

  private static void createAndDelete(LoadRecorder.Session session, String prefix) {
    String mark = prefix + session.nextMark();
    String link = LEDGERS + "/new-" + mark;
    session.send("POST", LEDGERS, link, mark, body(mark, link));
    if (mark.hashCode() % 3 == 0) {
      session.send("DELETE", link, link, prefix + session.nextMark(), null);
    }
    String refused = "refuse-" + prefix + session.nextMark();
    session.send("POST", LEDGERS, LEDGERS + "/" + refused, refused, body(refused, refused));
  }

  /** Reads and checks documents; all of them at the end, those of the last round in between. */
  private void check(HttpProbe http, Predicate<String> which) throws IOException {
    Map<String, Outcome> deleted = new HashMap<>();
    deaths.forEach(death -> deleted.put(death.link(), death.outcome()));
    LedgerChecker checker = new LedgerChecker().expect(marks).expect(births);
    Set<String> alive = new HashSet<>();
    for (String link : checker.links().stream().filter(which).toList()) {
      Answer answer = http.get(link);
      if (answer.status() == 404) {
        if (deleted.getOrDefault(link, Outcome.REFUSED) == Outcome.REFUSED) {
          checker.check(link, List.of());
        }
        continue;
      }
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      assertThat(deleted.get(link)).as(link).isNotEqualTo(Outcome.ACKNOWLEDGED);
      alive.add(link);
      checkState(link, answer.as(LedgerState.class), checker);
    }
    assertThat(checker.violations()).isEmpty();
    assertThat(listed(http).stream().filter(which)).containsExactlyInAnyOrderElementsOf(alive);
  }

  private void checkState(String link, LedgerState state, LedgerChecker checker) {
    checker.check(link, state.marks);
    assertThat(state.documentVersion).as(link).isEqualTo(state.marks.size() - 1);
    Long before = updateTimes.put(link, state.documentUpdateTimeMicros);
    assertThat(before == null ? 0 : before).isLessThanOrEqualTo(state.documentUpdateTimeMicros);
  }

  private static Set<String> listed(HttpProbe http) throws IOException {
    Set<String> links = new HashSet<>();
    String page = LEDGERS;
    for (int pages = 0; page != null && pages < 1_000; pages++) {
      JsonNode result = http.get(page).json();
      result.path("documentLinks").forEach(link -> links.add(link.asString()));
      page = result.hasNonNull("nextPageLink") ? result.get("nextPageLink").asString() : null;
    }
    return links;
  }
}
