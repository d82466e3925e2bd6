// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.service.examples.ExampleService;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.socket.SocketUser.Asked;
import io.cairn.testkit.socket.SocketUser.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services that clients serve over a WebSocket, on one host. */
class WebSocketsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String EXAMPLES = ExampleService.FACTORY_LINK;

  private static TestHost host;

  @BeforeAll
  static void start() {
    host = TestHost.start(starting -> starting.startFactory(new ExampleService()));
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static SocketUser connect(String... headers) {
    return new SocketUser(host.uri(), headers);
  }

  private static String create(String name) throws IOException {
    String link = EXAMPLES + "/" + name;
    String body = "{\"name\":\"%s\",\"documentSelfLink\":\"%s\"}".formatted(name, link);
    assertThat(host.http().post(EXAMPLES, body).status()).isEqualTo(200);
    return link;
  }

  private static void count(String link, int from, int to) throws IOException {
    for (int counter = from; counter <= to; counter++) {
      String body = "{\"counter\":%d}".formatted(counter);
      assertThat(host.http().patch(link, body).status()).isEqualTo(200);
    }
  }

  private static boolean isSubscribed(String link, URI service) {
    try {
      return host.http()
          .get(link + "/subscriptions")
          .json()
          .get("subscribers")
          .has(service.toString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitAsked(SocketUser user, int many) {
    await().atMost(LIMIT).until(() -> user.asked().size() >= many);
  }

  @Test
  void requestsOfEveryVerbReachTheClientAndItsAnswersTheSender() throws IOException {
    try (SocketUser user = connect()) {
      URI service = user.create();
      assertThat(service.toString()).startsWith(host.uri() + "/ws-service/");
      user.answerWith("{\"said\":\"hello\"}");
      String path = service.getPath();
      List<Answer> answers =
          List.of(
              host.http().get(path + "?a=b"),
              host.http().post(path, "{\"n\":1}", "authorization", "Bearer secret"),
              host.http().put(path, "{\"n\":2}"),
              host.http().patch(path, "{\"n\":3}"),
              host.http().delete(path));
      assertThat(answers)
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                assertThat(answer.json().get("said").asString()).isEqualTo("hello");
                assertThat(answer.header("x-by")).isEqualTo("a client");
              });
      assertThat(user.asked())
          .extracting(Asked::verb)
          .containsExactly("GET", "POST", "PUT", "PATCH", "DELETE");
      assertThat(user.asked()).allMatch(asked -> asked.uri().equals(service.toString()));
      assertThat(user.asked().get(3).body().get("n").asInt()).isEqualTo(3);
      Asked get = user.asked().getFirst();
      assertThat(get.operation().get("path").asString()).isEqualTo(path);
      assertThat(get.operation().get("query").asString()).isEqualTo("a=b");
      assertThat(get.operation().get("documentKind").asString())
          .isEqualTo("com:vmware:xenon:common:Operation:SerializedOperation");
      assertThat(user.asked().get(1).operation().toString()).doesNotContain("secret");

      user.answerWith(null);
      CompletableFuture<Answer> refused =
          CompletableFuture.supplyAsync(() -> patch(path, "{\"n\":4}"));
      awaitAsked(user, 6);
      user.answer(user.asked().getLast(), 409, "{\"message\":\"not now\"}");
      assertThat(refused.join().status()).isEqualTo(409);
      assertThat(refused.join().text()).contains("not now");
    }
  }

  private static Answer patch(String path, String body) {
    try {
      return host.http().patch(path, body);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void notificationsComeInOrderOneAtATimeUntilTheClientUnsubscribes() throws IOException {
    String link = create("ordered");
    try (SocketUser user = connect()) {
      URI service = user.create();
      assertThat(user.subscribe(service, link).status()).isEqualTo(200);
      count(link, 1, 30);
      awaitAsked(user, 30);
      assertThat(user.asked())
          .extracting(Asked::version)
          .isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
      Asked last = user.asked().getLast();
      assertThat(last.verb()).isEqualTo("PATCH");
      assertThat(last.operation().at("/requestHeaders/pragma").asString()).contains("xn-nt");
      assertThat(last.operation().at("/requestHeaders/x-cairn-notification-of").asString())
          .isEqualTo(link + ";version=30");

      user.answerWith(null);
      count(link, 31, 33);
      awaitAsked(user, 31);
      user.answerWith("{}");
      user.answer(user.asked().getLast(), 200, "{}");
      awaitAsked(user, 33);
      assertThat(user.asked())
          .extracting(Asked::version)
          .isEqualTo(LongStream.rangeClosed(1, 33).boxed().toList());

      Reply left =
          user.ask("DELETE", link + "/subscriptions", "{\"reference\":\"%s\"}".formatted(service));
      assertThat(left.status()).isEqualTo(200);
      assertThat(isSubscribed(link, service)).isFalse();
      String other = create("told-after-the-end");
      assertThat(user.subscribe(service, other).status()).isEqualTo(200);
      count(link, 34, 34);
      count(other, 1, 1);
      awaitAsked(user, 34);
      assertThat(user.asked().getLast().body().get("documentSelfLink").asString()).isEqualTo(other);
    }
  }

  @Test
  void aFactoryTellsOfNewChildrenAndSaysGoodbyeWhenASubscriptionIsUsedUp() throws IOException {
    try (SocketUser user = connect()) {
      URI service = user.create();
      String terms = "{\"reference\":\"%s\",\"notificationLimit\":1}".formatted(service);
      assertThat(user.ask("POST", EXAMPLES + "/subscriptions", terms).status()).isEqualTo(200);
      String link = create("a-new-child");
      awaitAsked(user, 2);
      assertThat(user.asked()).extracting(Asked::verb).containsExactly("POST", "DELETE");
      assertThat(user.asked().getFirst().body().get("documentSelfLink").asString()).isEqualTo(link);
      assertThat(user.asked().getLast().operation().at("/requestHeaders/pragma").asString())
          .contains("xn-nt-ended");
    }
  }

  @Test
  void whatBelongsToAServiceEndsWithItAndWhatBelongsToAConnectionWithThat() throws IOException {
    String link = create("left");
    try (SocketUser user = connect()) {
      URI stopped = user.create();
      URI kept = user.create();
      assertThat(user.subscribe(stopped, link).status()).isEqualTo(200);
      assertThat(user.subscribe(kept, link).status()).isEqualTo(200);
      assertThat(user.ask("DELETE", stopped.getPath(), "").status()).isEqualTo(200);
      assertThat(host.http().get(stopped.getPath()).status()).isEqualTo(404);
      assertThat(isSubscribed(link, stopped)).isFalse();
      assertThat(isSubscribed(link, kept)).isTrue();

      user.answerWith(null);
      CompletableFuture<Answer> waiting =
          CompletableFuture.supplyAsync(() -> patch(kept.getPath(), "{}"));
      awaitAsked(user, 1);
      user.abort();
      assertThat(waiting.orTimeout(30, TimeUnit.SECONDS).join().status()).isEqualTo(503);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(host.http().get(kept.getPath()).status()).isEqualTo(404);
                assertThat(isSubscribed(link, kept)).isFalse();
              });
    }
  }

  @Test
  void aConnectionCannotTouchWhatAnotherOneServes() throws IOException {
    String link = create("of-others");
    try (SocketUser user = connect();
        SocketUser other = connect()) {
      URI service = user.create();
      assertThat(other.ask("DELETE", service.getPath(), "").status()).isEqualTo(404);
      assertThat(other.ask("REPLY", service.getPath(), "{\"id\":1,\"statusCode\":200}").status())
          .isEqualTo(404);
      Reply refused = other.subscribe(service, link);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.json().get("message").asString()).contains("reference must be the uri");
      assertThat(isSubscribed(link, service)).isFalse();
      assertThat(host.http().get(service.getPath()).status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsNotUnderstoodIsRefusedAndWhatHasNoFormEndsTheConnection() {
    try (SocketUser user = connect()) {
      URI service = user.create();
      String path = service.getPath();
      for (Reply refused :
          List.of(
              user.ask("GET", EXAMPLES, ""),
              user.ask("FETCH", SocketUser.SERVICES, ""),
              user.ask("POST", EXAMPLES, "{\"name\":\"x\"}"),
              user.ask("POST", EXAMPLES + "?a=/subscriptions", "{}"),
              user.ask("POST", EXAMPLES + "/subscriptions", ""),
              user.ask("POST", EXAMPLES + "/subscriptions", "{"),
              user.ask("POST", EXAMPLES + "/subscriptions", "[]"),
              user.ask("POST", EXAMPLES + "/subscriptions", "{\"reference\":\"http://x/y\"}"),
              user.ask("REPLY", path, ""),
              user.ask("REPLY", path, "{\"id\":1}"),
              user.ask("REPLY", path, "{\"id\":1,\"statusCode\":99}"),
              user.ask("REPLY", path, "{\"id\":1,\"statusCode\":200,\"responseJsonBody\":\"{\"}"),
              user.ask(
                  "REPLY",
                  path,
                  "{\"id\":1,\"statusCode\":200,\"responseHeaders\":{\"a b\":\"c\"}}"))) {
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().get("message").asString()).isNotEmpty();
      }
      assertThat(user.ask("REPLY", path, "{\"id\":1,\"statusCode\":200}").status()).isEqualTo(404);
      assertThat(user.subscribe(service, EXAMPLES + "/nobody").status()).isEqualTo(404);
    }
    for (String message :
        List.of(
            "",
            "hello",
            "1\r\n",
            "1\r\nPOST",
            "1\r\nPOST ",
            "\r\nPOST /ws-service",
            "1\r\nGET x")) {
      try (SocketUser user = connect()) {
        user.send(message);
        assertThat(user.end()).as(message).isEqualTo(1003);
      }
    }
  }

  @Test
  void aConnectionHasSoManyServicesAndNoMore() {
    try (SocketUser user = connect()) {
      URI first = user.create();
      for (int i = 1; i < 100; i++) {
        user.create();
      }
      assertThat(user.ask("POST", SocketUser.SERVICES, "").status()).isEqualTo(503);
      assertThat(user.ask("DELETE", first.getPath(), "").status()).isEqualTo(200);
      user.create();
    }
  }

  @Test
  void aPageOfAnotherSiteOpensNoSocket() throws IOException {
    assertThatThrownBy(() -> connect("Origin", "http://elsewhere.example"))
        .hasRootCauseMessage("Unexpected HTTP response status code 403");
    try (SocketUser own = connect("Origin", host.uri().toString())) {
      URI service = own.create();
      assertThat(own.subscribe(service, create("for-a-page")).status()).isEqualTo(200);
    }
    Answer plain = host.http().get(SocketUser.ENDPOINT);
    assertThat(plain.status()).isEqualTo(426);
    assertThat(plain.header("upgrade")).isEqualTo("websocket");
  }

  @Test
  void theScriptForPagesIsServed() throws IOException {
    Answer script =
        host.http()
            .get(
                "/user-interface/resources/com/vmware/xenon/common/WebSocketService/ws-service-lib.js");
    assertThat(script.status()).isEqualTo(200);
    assertThat(script.header("content-type")).startsWith("text/javascript");
    assertThat(script.text()).contains("var WSL", "WebSocketConnection");
  }

  @Test
  void aHostThatStopsTellsItsClientsAndLeavesNoSubscriptionBehind() throws IOException {
    try (TestHost stopping =
        TestHost.start(starting -> starting.startFactory(new ExampleService()))) {
      String link = EXAMPLES + "/outlives";
      String body = "{\"name\":\"x\",\"documentSelfLink\":\"%s\"}".formatted(link);
      assertThat(stopping.http().post(EXAMPLES, body).status()).isEqualTo(200);
      try (SocketUser user = new SocketUser(stopping.uri())) {
        assertThat(user.subscribe(user.create(), link).status()).isEqualTo(200);
        stopping.restart();
        assertThat(user.end()).isEqualTo(1001);
      }
      assertThat(stopping.http().get(link + "/subscriptions").json().get("subscribers")).isEmpty();
    }
  }
}
