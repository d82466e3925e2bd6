// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.watch.HttpSubscriber.Told;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Subscriptions that outlive their host, on one host. */
class KeptSubscriptionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;
  private static final String TALLIES = TallyService.FACTORY_LINK;

  private static TestHost host;
  private HttpSubscriber subscriber;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            starting -> {
              starting.startFactory(new ExampleService());
              starting.startFactory(new TallyService());
            });
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @BeforeEach
  void listen() {
    subscriber = new HttpSubscriber();
  }

  @AfterEach
  void listenNoMore() {
    subscriber.close();
  }

  private static String create(String factory, String name) throws IOException {
    String link = factory + "/" + name;
    String body = "{\"name\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(name, link);
    assertThat(host.http().post(factory, body).status()).isEqualTo(200);
    return link;
  }

  private void subscribe(String publisher, String terms) throws IOException {
    String body = "{\"reference\":\"%s\"%s}".formatted(subscriber.reference(), terms);
    Answer answer = host.http().post(publisher + "/subscriptions", body);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
  }

  private static void count(String link, long from, long to) throws IOException {
    for (long counter = from; counter <= to; counter++) {
      String body = "{\"counter\":%d,\"by\":1}".formatted(counter);
      assertThat(host.http().patch(link, body).status()).isEqualTo(200);
    }
  }

  private static JsonNode subscribersOf(String publisher) throws IOException {
    return host.http().get(publisher + "/subscriptions").json().get("subscribers");
  }

  private void awaitTold(int many) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(subscriber.told()).hasSizeGreaterThanOrEqualTo(many));
  }

  private List<Long> versions() {
    return subscriber.told().stream().map(Told::version).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void aSubscriberOfADocumentIsToldOfEachVersionThroughRestarts() throws IOException {
    String link = create(EXAMPLES, "told");
    subscribe(link, ",\"replayState\":true");
    count(link, 1, 5);
    awaitTold(6);
    host.restart();
    count(link, 6, 9);
    awaitTold(10);
    assertThat(versions()).isEqualTo(range(0, 9));
    assertThat(subscriber.told().getFirst().method()).isEqualTo("PUT");
    assertThat(subscriber.told().get(1).method()).isEqualTo("PATCH");
    assertThat(subscriber.told().getLast().of()).isEqualTo(link + ";version=9");
    assertThat(subscriber.told().getLast().body().get("counter").asLong()).isEqualTo(9);
    assertThat(subscriber.told()).noneMatch(told -> told.pragma().contains("xn-nt-skipped"));
    JsonNode shown = subscribersOf(link).get(subscriber.reference().toString());
    assertThat(shown.get("notificationCount").asLong()).isEqualTo(9);
  }

  @Test
  void whatASubscriberCouldNotTakeIsToldAgainInOrder() throws IOException {
    String link = create(EXAMPLES, "away");
    subscribe(link, "");
    subscriber.answer(503);
    count(link, 1, 3);
    await().atMost(LIMIT).until(() -> subscriber.offered().size() > 2);
    host.restart();
    count(link, 4, 6);
    JsonNode failing = subscribersOf(link).get(subscriber.reference().toString());
    assertThat(failing.get("failedNotificationCount").asLong()).isPositive();
    subscriber.answer(200);
    awaitTold(6);
    assertThat(versions()).isEqualTo(range(1, 6));
    assertThat(subscriber.offered()).allMatch(told -> told.skipped().isEmpty());
  }

  @Test
  void aSlowSubscriberIsToldOfMoreThanFitsIntoMemoryAndHoldsUpNobody() throws IOException {
    String link = create(EXAMPLES, "slow");
    subscribe(link, "");
    subscriber.hold();
    try (HttpSubscriber other = new HttpSubscriber()) {
      String body = "{\"reference\":\"%s\"}".formatted(other.reference());
      assertThat(host.http().post(link + "/subscriptions", body).status()).isEqualTo(200);
      count(link, 1, 150);
      await().atMost(LIMIT).until(() -> other.told().size() == 150);
    }
    assertThat(subscriber.offered()).hasSize(1);
    subscriber.letGo();
    awaitTold(150);
    assertThat(versions()).isEqualTo(range(1, 150));
  }

  @Test
  void aSubscriberThatIsGoneForTooLongIsOneNoLonger() throws IOException {
    String link = create(EXAMPLES, "dead");
    subscribe(link, "");
    subscriber.answer(503);
    count(link, 1, 1);
    await().atMost(LIMIT).until(() -> subscriber.offered().size() > 6);
    assertThat(subscribersOf(link)).isNotEmpty();
    host.clock().advance(Duration.ofMinutes(11));
    await().atMost(LIMIT).until(() -> subscribersOf(link).isEmpty());
    await().atMost(LIMIT).until(() -> subscriber.offered().getLast().isGoodbye());
    host.restart();
    assertThat(subscribersOf(link)).isEmpty();
  }

  @Test
  void whatIsNotKeptAnyMoreIsSaid() throws IOException {
    String link = create(TALLIES, "gap");
    subscribe(link, "");
    subscriber.answer(503);
    count(link, 1, 12);
    host.restart();
    subscriber.answer(200);
    count(link, 13, 13);
    await().atMost(LIMIT).until(() -> versions().contains(13L));
    Told first = subscriber.told().getFirst();
    assertThat(first.version()).isGreaterThan(1);
    assertThat(first.skipped()).isEqualTo("versions 1-" + (first.version() - 1));
    assertThat(first.pragma()).contains("xn-nt-skipped");
    assertThat(versions()).isEqualTo(range(first.version(), 13));
    assertThat(subscriber.told().getLast().skipped()).isEmpty();
  }

  @Test
  void whatASubscriberRefusesIsNotRepeatedButSaid() throws IOException {
    String link = create(EXAMPLES, "refused");
    subscribe(link, "");
    subscriber.answer(400);
    count(link, 1, 2);
    await().atMost(LIMIT).until(() -> subscriber.offered().size() == 2);
    subscriber.answer(200);
    count(link, 3, 4);
    awaitTold(2);
    assertThat(versions()).isEqualTo(range(3, 4));
    assertThat(subscriber.told()).extracting(Told::skipped).containsExactly("versions 1-2", "");
  }

  @Test
  void aRequestOfTheApplicationsOwnIsToldAsItCame() throws IOException {
    String link = create(TALLIES, "own");
    subscribe(link, "");
    count(link, 1, 1);
    awaitTold(1);
    assertThat(subscriber.told().getFirst().body().toString())
        .isEqualTo("{\"counter\":1,\"by\":1}");
    assertThat(subscriber.told().getFirst().of()).isEqualTo(link + ";version=1");
  }

  @Test
  void aFactoryTellsOfNewChildrenThroughRestarts() throws IOException {
    String old = create(EXAMPLES, "old");
    subscribe(EXAMPLES, "");
    List<String> links = List.of(create(EXAMPLES, "new-1"), create(EXAMPLES, "new-2"));
    awaitTold(2);
    subscriber.answer(503);
    String missed = create(EXAMPLES, "new-3");
    count(old, 1, 1);
    await().atMost(LIMIT).until(() -> subscriber.offered().size() > 2);
    host.restart();
    subscriber.answer(200);
    String last = create(EXAMPLES, "new-4");
    awaitTold(4);
    assertThat(subscriber.told())
        .extracting(told -> told.body().get("documentSelfLink").asString())
        .containsExactlyInAnyOrder(links.get(0), links.get(1), missed, last);
    assertThat(subscriber.told()).allMatch(told -> told.method().equals("POST"));
    assertThat(
            host.http()
                .send(
                    "DELETE",
                    EXAMPLES + "/subscriptions",
                    "{\"reference\":\"%s\"}".formatted(subscriber.reference()))
                .status())
        .isEqualTo(200);
  }

  @Test
  void theDeletionOfItsPublisherEndsASubscription() throws IOException {
    String link = create(EXAMPLES, "deleted");
    subscribe(link, "");
    assertThat(host.http().delete(link).status()).isEqualTo(200);
    awaitTold(1);
    assertThat(subscriber.told().getFirst().method()).isEqualTo("DELETE");
    assertThat(subscriber.told().getFirst().body().get("name").asString()).isEqualTo("deleted");
    assertThat(
            host.http()
                .post(
                    EXAMPLES,
                    "{\"documentSelfLink\":\"%s\"}".formatted(link),
                    "pragma",
                    "xn-force-index-update")
                .status())
        .isEqualTo(200);
    assertThat(subscribersOf(link)).isEmpty();
  }

  @Test
  void aLimitHoldsThroughARestartAndEndsWithAGoodbye() throws IOException {
    String link = create(EXAMPLES, "limited");
    subscribe(link, ",\"notificationLimit\":3");
    count(link, 1, 2);
    awaitTold(2);
    host.restart();
    count(link, 3, 4);
    awaitTold(4);
    assertThat(subscriber.told().getLast().isGoodbye()).isTrue();
    assertThat(subscriber.told().stream().limit(3).map(Told::version).toList())
        .isEqualTo(range(1, 3));
    await().atMost(LIMIT).until(() -> subscribersOf(link).isEmpty());
  }

  @Test
  void aRepeatedSubscriptionGoesOnAndUnsubscribingEndsIt() throws IOException {
    String link = create(EXAMPLES, "again");
    subscribe(link, "");
    subscribe(link, ",\"replayState\":true");
    awaitTold(1);
    count(link, 1, 2);
    awaitTold(3);
    assertThat(versions()).isEqualTo(range(0, 2));
    assertThat(subscribersOf(link).size()).isEqualTo(1);
    String reference = "{\"reference\":\"%s\"}".formatted(subscriber.reference());
    assertThat(host.http().send("DELETE", link + "/subscriptions", reference).status())
        .isEqualTo(200);
    assertThat(host.http().send("DELETE", link + "/subscriptions", reference).status())
        .isEqualTo(404);
    host.restart();
    count(link, 3, 3);
    assertThat(subscribersOf(link)).isEmpty();
    assertThat(subscriber.told()).hasSize(3);
  }

  @Test
  void feedsOfEverythingDoNotTellOfSubscriptions() throws IOException {
    String link = create(EXAMPLES, "quiet");
    try (var stream =
        io.cairn.testkit.EventStreamReader.open(
            host.uri().resolve("/core/odata-queries?$filter=documentVersion%20ge%200"), "")) {
      subscribe(link, "");
      count(link, 1, 1);
      var changed = stream.next(LIMIT, event -> event.name().equals("changed"));
      assertThat(changed.json().get("documentSelfLink").asString()).isEqualTo(link);
    }
  }
}
