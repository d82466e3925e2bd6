// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.EventStreamReader;
import io.cairn.testkit.EventStreamReader.Event;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.load.RegisterService;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Feeds of two groups that become one. */
class WatchThroughJoinTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String REGISTERS = RegisterService.FACTORY_LINK;
  private static final String GROUP = "/core/node-groups/default";
  private static final int DOCUMENTS = 8;

  private static TestHost start(String id) {
    return TestHost.builder()
        .arguments(arguments -> arguments.id = id)
        .services(new RegisterService.Setup())
        .start();
  }

  private static void create(TestHost host, String prefix) throws IOException {
    for (int i = 0; i < DOCUMENTS; i++) {
      String body =
          "{\"value\":\"0\",\"documentSelfLink\":\"%s/%s-%d\"}".formatted(REGISTERS, prefix, i);
      assertThat(host.http().post(REGISTERS, body).status()).isEqualTo(200);
    }
  }

  private static void change(TestHost host, String prefix) {
    for (int i = 0; i < DOCUMENTS; i++) {
      String link = "%s/%s-%d".formatted(REGISTERS, prefix, i);
      TestContext.waitFor(
          LIMIT, () -> host.http().put(link, "{\"value\":\"new\"}").isSuccess(), link);
    }
  }

  private static String linkOf(Event event) {
    return event.json().path("documentSelfLink").asString("");
  }

  private static void awaitAll(TestHost host) throws IOException {
    try {
      TestContext.waitFor(
          LIMIT,
          () -> host.http().get(REGISTERS).json().path("documentCount").asInt(0) == 2 * DOCUMENTS,
          "all documents");
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + host.http().get(GROUP) + host.http().get(REGISTERS) + host.logged(), e);
    }
  }

  /** Reads until so many documents have changed to what they are now; none twice. */
  private static Map<String, Event> changes(EventStreamReader stream, int most) {
    Map<String, Event> seen = new HashMap<>();
    while (seen.size() < most) {
      Event event;
      try {
        event = stream.next(LIMIT, each -> !each.name().equals("bookmark"));
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "; told " + seen, e);
      }
      assertThat(event.name()).as(event.toString()).isEqualTo("changed");
      assertThat(seen.put(linkOf(event), event)).as("not twice: " + event).isNull();
    }
    return seen;
  }

  private static EventStreamReader watch(TestHost host) {
    EventStreamReader stream =
        EventStreamReader.open(host.uri().resolve(REGISTERS + "?bookmarks=1"));
    assertThat(stream.next(LIMIT).name()).isEqualTo("live");
    return stream;
  }

  @Test
  void feedsGoOnWhenAHostJoinsAGroupAndSayWhatTheyCannotTell() throws IOException {
    try (TestHost first = start("first");
        TestHost second = start("second")) {
      create(first, "first");
      create(second, "second");
      try (EventStreamReader staying = watch(first);
          EventStreamReader joining = watch(second)) {
        String join =
            "{\"kind\":\"com:vmware:xenon:services:common:NodeGroupService:JoinPeerRequest\",\"memberGroupReference\":\"%s\"}"
                .formatted(first.uri().resolve(GROUP));
        assertThat(second.http().post(GROUP, join).status()).isEqualTo(200);

        awaitAll(first);
        awaitAll(second);

        // Whoever watches the group that stays hears of each document that comes in.
        assertThat(changes(staying, DOCUMENTS).keySet())
            .allMatch(link -> link.startsWith(REGISTERS + "/second-"));
        // Whoever watches the one that has joined is told that its history is another one now.
        Event gap = joining.next(LIMIT, event -> !event.name().equals("bookmark"));
        assertThat(gap.name()).as(gap.toString()).isEqualTo("gap");
        assertThat(gap.json().has("documentSelfLink")).isFalse();

        change(first, "first");
        change(second, "second");
        assertThat(changes(staying, 2 * DOCUMENTS)).hasSize(2 * DOCUMENTS);
        Set<String> told = new HashSet<>();
        while (told.size() < 2 * DOCUMENTS) {
          Event event = changes(joining, 1).values().iterator().next();
          if (event.data().contains("\"value\":\"new\"")) { // others came into the group
            assertThat(told.add(linkOf(event))).as("not twice: " + event).isTrue();
          }
        }
      }
    }
  }
}
