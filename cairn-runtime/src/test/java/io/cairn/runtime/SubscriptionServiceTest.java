// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.NoteService.Note;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.Utils;
import io.cairn.service.state.ServiceSubscriptionState.ServiceSubscriber;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SubscriptionServiceTest extends UtilityHost {
  // ---- subscriptions

  private static String patch(String text) {
    return "{\"text\":\"" + text + "\"}";
  }

  private URI subscribe(String publisher, List<Operation> received, ServiceSubscriber terms)
      throws Exception {
    CompletableFuture<Operation> subscribed = new CompletableFuture<>();
    Operation op =
        Operation.createPost(host, publisher)
            .setCompletion(
                (done, failure) -> {
                  if (failure == null) {
                    subscribed.complete(done);
                  } else {
                    subscribed.completeExceptionally(failure);
                  }
                });
    URI target =
        host.startSubscriptionService(
            op,
            notification -> {
              received.add(notification.clone());
              notification.complete();
            },
            terms);
    subscribed.get(20, TimeUnit.SECONDS);
    return target;
  }

  private static List<String> texts(List<Operation> received) {
    return received.stream().map(op -> op.getBody(Note.class).text).toList();
  }

  @Test
  void subscribersAreToldInOrder() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    URI target = subscribe(NOTE, received, ServiceSubscriber.create(true));
    for (int i = 0; i < 20; i++) {
      status("PATCH", NOTE, patch("t" + i));
    }
    await().until(() -> received.size() == 21);
    assertThat(texts(received)).startsWith("a", "t0", "t1").endsWith("t19");
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.PUT);
    assertThat(received.get(1).getAction()).isEqualTo(Service.Action.PATCH);
    JsonNode shown = get(NOTE + "/subscriptions").get("subscribers").get(target.toString());
    assertThat(shown.get("notificationCount").asLong()).isEqualTo(20);
  }

  @Test
  void aStoppedSubscriptionIsGoneOnBothSides() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    URI target = subscribe(NOTE, received, ServiceSubscriber.create(false));
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    host.stopSubscriptionService(
        Operation.createDelete(host, NOTE)
            .setCompletion((done, failure) -> stopped.complete(failure == null)),
        target);
    assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(get(NOTE + "/subscriptions").get("subscribers").size()).isZero();
    assertThat(status("GET", target.getPath(), null)).isEqualTo(404);
  }

  @Test
  void aFactoryTellsOfEachNewChild() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    subscribe(NoteService.FACTORY_LINK, received, ServiceSubscriber.create(false));
    send("POST", NoteService.FACTORY_LINK, patch("child"));
    await().until(() -> received.size() == 1);
    assertThat(texts(received)).containsExactly("child");
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.POST);
  }

  @Test
  void aDeletionIsTold() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    subscribe(NOTE, received, ServiceSubscriber.create(false));
    assertThat(status("DELETE", NOTE, null)).isEqualTo(200);
    await().until(() -> received.size() == 1);
    assertThat(received.getFirst().getAction()).isEqualTo(Service.Action.DELETE);
    assertThat(texts(received)).containsExactly("a");
  }

  @Test
  void expiredSubscribersAreSweptAlthoughNothingIsPublished() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    ServiceSubscriber terms = ServiceSubscriber.create(false);
    terms.documentExpirationTimeMicros = Utils.fromNowMicrosUtc(300_000);
    URI target = subscribe(NOTE, received, terms);
    await().until(() -> get(NOTE + "/subscriptions").get("subscribers").isEmpty());
    await().until(() -> status("GET", target.getPath(), null) == 404);
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{}",
        "{\"reference\":\"ftp://example.com/x\"}",
        "{\"reference\":\"http:///nohost\"}",
        "{\"reference\":\"/x\",\"notificationLimit\":0}",
        "{\"reference\":\"/test/notes/one\"}",
        "{\"reference\":\"/test//notes/./one/?x\"}",
        "{\"reference\":\"http://localhost:PORT/test/notes/one?x\"}",
        "{\"reference\":\"http://user@127.0.0.1:PORT/test/notes/%6fne\"}",
        "##",
      })
  void aSubscriptionThatCannotWorkIsRefused(String body) throws Exception {
    String own = body.replace("PORT", Integer.toString(host.getPort()));
    assertThat(status("POST", NOTE + "/subscriptions", own.isEmpty() ? null : own)).isEqualTo(400);
  }

  @Test
  void notificationsReachSubscribersOnly() throws Exception {
    host.startDefaultCoreServicesSynchronously();
    for (String target :
        List.of(
            "/core/management",
            "/core/node-groups",
            "/core/query-tasks",
            NoteService.FACTORY_LINK,
            NOTE + "/subscriptions",
            "http://169.254.169.254/latest",
            "http://example.com/hook")) {
      HttpResponse<String> answer =
          send("POST", NOTE + "/subscriptions", "{\"reference\":\"" + target + "\"}");
      assertThat(answer.statusCode()).as(target).isEqualTo(403);
      assertThat(answer.body()).as(target).contains("Notifications are not sent");
    }
    for (String pragma : List.of("xn-nt-ended", "xn-nt")) {
      for (String path : List.of(NOTE, NoteService.FACTORY_LINK, "/core/management")) {
        assertThat(send("DELETE", path, null, "pragma", pragma).statusCode())
            .as(pragma + " to " + path)
            .isEqualTo(403);
        assertThat(status("GET", path, null)).as(path).isEqualTo(200);
      }
    }
  }

  @Test
  void documentsThatSubscribeToEachOtherComeToRest() throws Exception {
    String two = NoteService.FACTORY_LINK + "/two";
    send("POST", NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"two\",\"text\":\"b\"}");
    assertThat(status("POST", NOTE + "/subscriptions", "{\"reference\":\"" + two + "?x\"}"))
        .isEqualTo(200);
    assertThat(status("POST", two + "/subscriptions", "{\"reference\":\"" + NOTE + "?x\"}"))
        .isEqualTo(200);
    for (int round = 1; round <= 2; round++) {
      status("PATCH", NOTE, patch("t" + round));
      long first = 5L * round;
      long second = 4L * round;
      await().until(() -> get(NOTE).get("documentVersion").asLong() >= first);
      assertThat(get(NOTE).get("documentVersion").asLong()).isEqualTo(first);
      assertThat(get(two).get("documentVersion").asLong()).isEqualTo(second);
    }
  }

  @Test
  void aForgottenReliableSubscriptionIsRenewed() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
    URI target =
        host.startReliableSubscriptionService(
            Operation.createPost(host, NOTE)
                .setCompletion((done, failure) -> subscribed.complete(failure == null)),
            notification -> {
              received.add(notification.clone());
              notification.complete();
            });
    assertThat(subscribed.get(20, TimeUnit.SECONDS)).isTrue();
    await().until(() -> received.size() == 1);
    String forget = "{\"reference\":\"" + target + "\"}";
    assertThat(status("DELETE", NOTE + "/subscriptions", forget)).isEqualTo(200);
    await().until(() -> received.size() == 2);
    assertThat(texts(received)).containsExactly("a", "a");
    Operation renewed = received.getLast();
    assertThat(renewed.hasPragmaDirective(Operation.PRAGMA_DIRECTIVE_SKIPPED_NOTIFICATIONS))
        .isTrue();
  }

  @Test
  void clientCannotHideItsChangeBehindAChainOfNotifications() throws Exception {
    List<Operation> received = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
    host.startSubscriptionService(
        Operation.createPost(host, NOTE)
            .setReferer(host.getUri())
            .setCompletion((done, failure) -> subscribed.complete(failure == null)),
        notification -> {
          received.add(notification.clone());
          notification.complete();
        });
    assertThat(subscribed.get(20, TimeUnit.SECONDS)).isTrue();

    for (String depth : List.of("8", "99", host.getId() + ":8:" + "0".repeat(32))) {
      String change = "{\"text\":\"" + depth + "\"}";
      HttpResponse<String> changed =
          send("PATCH", NOTE, change, "pragma", "xn-nt", "x-cairn-notification-depth", depth);
      assertThat(changed.statusCode()).isEqualTo(200);
      await().until(() -> texts(received).contains(depth));
    }
  }
}
