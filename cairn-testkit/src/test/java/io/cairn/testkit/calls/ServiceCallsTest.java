// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.calls;

import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.DocumentService;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import io.cairn.service.client.DocumentCalls.Found;
import io.cairn.service.client.ServiceCalls;
import io.cairn.service.failure.CallFailure;
import io.cairn.service.failure.Refusal;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceCallsTest {

  record Account(String owner, long balance, @Nullable String note) {
    Account {
      if (balance < 0) {
        throw new IllegalArgumentException("balance must not be negative");
      }
    }
  }

  record Deposit(long amount) {}

  record Withdrawal(long amount) {}

  private static final String ACCOUNTS = "/bank/accounts";

  private static final AtomicInteger begun = new AtomicInteger();

  private static TestHost host;
  private static ServiceCalls remote;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            it -> {
              it.start(accounts());
              it.start(callers());
              it.startAndAwait(new Moody(), "/moody");
            });
    remote = ServiceCalls.over(host.uri());
  }

  @AfterAll
  static void stop() {
    remote.close();
    host.close();
  }

  @BeforeEach
  void calm() {
    Moody.asked.set(0);
  }

  private static DocumentService<Account> accounts() {
    return DocumentService.of(Account.class)
        .persistent()
        .namedBy(Account::owner)
        .replaceable()
        .patchable()
        .on(
            Deposit.class,
            (request, account, deposit) ->
                new Account(account.owner(), account.balance() + deposit.amount(), account.note()))
        .on(
            Withdrawal.class,
            (request, account, withdrawal) -> {
              if (withdrawal.amount() > account.balance()) {
                throw Refusal.conflict("overdrawn");
              }
              return new Account(
                  account.owner(), account.balance() - withdrawal.amount(), account.note());
            })
        .replaceable()
        .patchable()
        .at(ACCOUNTS);
  }

  record Move(String from, String to, long amount) {}

  private static Routes callers() {
    return Routes.at("/moves")
        .on(
            post("")
                .takes(Move.class)
                .to(
                    (request, _, move) -> {
                      request.call(Account.class, move.from()).send(new Withdrawal(move.amount()));
                      return request
                          .call(Account.class, move.to())
                          .send(new Deposit(move.amount()));
                    }))
        .on(
            get("/moody")
                .to((request, _) -> request.client().exchange("GET", "/moody", null, String.class)))
        .on(
            post("/moody")
                .to(
                    (request, _) ->
                        request.client().exchange("POST", "/moody", "{}", String.class)))
        .on(
            post("/full")
                .to(
                    (request, _) -> {
                      begun.incrementAndGet();
                      return request.client().exchange("POST", "/moody?full", "{}", String.class);
                    }));
  }

  /** Refuses the first requests in the way that their path's query says. */
  public static final class Moody extends StatelessService {
    static final AtomicInteger asked = new AtomicInteger();
    static final AtomicLong expiration = new AtomicLong();

    @Override
    public void handleRequest(Operation op) {
      expiration.set(op.getExpirationMicrosUtc());
      String mood = op.getUri().getQuery() == null ? "" : op.getUri().getQuery();
      boolean first = asked.incrementAndGet() == 1;
      if (mood.equals("full")) {
        op.addResponseHeader(Operation.RETRY_AFTER_HEADER, "0");
        int code = ServiceErrorResponse.ERROR_CODE_UNAVAILABLE;
        Operation.fail(op, 503, code, new IllegalStateException("full"));
        return;
      }
      switch (first ? mood : "") {
        case "unavailable" -> StandardRefusal.UNAVAILABLE.answer(op, "not yet");
        case "unknown" -> StandardRefusal.OUTCOME_UNKNOWN.answer(op, "who knows");
        case "handler" -> op.fail(new Refusal(503, "the handler has begun already"));
        case "never" -> {}
        default -> op.setBody("\"fine\"").complete();
      }
    }
  }

  private static ServiceCalls calls(String way) {
    return way.equals("over HTTP") ? remote : host.host().client();
  }

  @ParameterizedTest
  @ValueSource(strings = {"in the process", "over HTTP"})
  void documentsAreCreatedReadChangedListedAndDeleted(String way) {
    ServiceCalls calls = calls(way);
    var collection = calls.call(Account.class, ACCOUNTS);
    String name = "ann-" + way.replace(' ', '-');
    Found<Account> created = collection.create(new Account(name, 10, "new"));
    assertThat(created.link()).isEqualTo(ACCOUNTS + "/" + name);
    collection.create(new Account("poor-" + name, 1, null));

    var ann = calls.call(Account.class, created.link());
    assertThat(ann.send(new Deposit(5))).isEqualTo(new Account(name, 15, "new"));
    assertThat(ann.patch(Map.of("note", "good"))).isEqualTo(new Account(name, 15, "good"));
    assertThat(ann.replace(new Account(name, 20, null)).balance()).isEqualTo(20);
    assertThat(ann.getAsync().join()).isEqualTo(new Account(name, 20, null));

    assertThat(collection.where("owner eq '*" + name + "'").orderedBy("balance desc").list())
        .extracting(found -> found.state().balance())
        .containsExactly(20L, 1L);
    assertThat(collection.where("owner eq '*" + name + "'").orderedBy("balance").first(1).list())
        .extracting(Found::link)
        .containsExactly(ACCOUNTS + "/poor-" + name);

    ann.delete();
    assertThat(ann.find()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"in the process", "over HTTP"})
  void refusalsHaveTypesAndTheErrorOfTheOtherSide(String way) {
    ServiceCalls calls = calls(way);
    String name = "bob-" + way.replace(' ', '-');
    String link = calls.call(Account.class, ACCOUNTS).create(new Account(name, 1, null)).link();
    var bob = calls.call(Account.class, link);

    CallFailure overdrawn =
        catchThrowableOfType(CallFailure.Conflict.class, () -> bob.send(new Withdrawal(2)));
    assertThat(overdrawn).hasMessage("overdrawn");
    assertThat(overdrawn.status()).isEqualTo(409);
    assertThat(overdrawn.target()).isEqualTo(link);
    assertThatThrownBy(() -> bob.patch(Map.of("balance", -1)))
        .isInstanceOf(CallFailure.Invalid.class)
        .hasMessageContaining("balance must not be negative");
    CallFailure missing =
        catchThrowableOfType(
            CallFailure.NotFound.class, () -> calls.call(Account.class, ACCOUNTS + "/no").get());
    assertThat(missing.errorCode()).isEqualTo(ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);

    String old = bob.read().tag();
    assertThat(old).isNotNull();
    bob.ifMatch(old).send(new Deposit(1));
    assertThatThrownBy(() -> bob.ifMatch(old).send(new Deposit(1)))
        .isInstanceOf(CallFailure.Conflict.class);
    assertThat(bob.get().balance()).isEqualTo(2);
  }

  @Test
  void handlersCallOthersAndPassTheirRefusalsOn() throws Exception {
    ServiceCalls calls = host.host().client();
    String from = calls.call(Account.class, ACCOUNTS).create(new Account("from", 3, null)).link();
    String to = calls.call(Account.class, ACCOUNTS).create(new Account("to", 0, null)).link();
    String move = "{\"from\":\"%s\",\"to\":\"%s\",\"amount\":2}".formatted(from, to);
    assertThat(host.http().post("/moves", move).json().get("balance").asLong()).isEqualTo(2);
    Answer refused = host.http().post("/moves", move);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().get("message").asString()).isEqualTo("overdrawn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"in the process", "over HTTP"})
  void onlyWhatIsSafeIsRepeated(String way) {
    ServiceCalls calls = calls(way);
    assertThat(calls.exchange("GET", "/moody?unavailable", null, String.class)).contains("fine");
    assertThat(Moody.asked.getAndSet(0)).isEqualTo(2);
    assertThat(calls.exchange("GET", "/moody?handler", null, String.class)).contains("fine");
    assertThat(Moody.asked.getAndSet(0)).isEqualTo(2);
    assertThat(calls.exchange("POST", "/moody?unavailable", 1, String.class)).contains("fine");
    assertThat(Moody.asked.getAndSet(0)).isEqualTo(2);

    assertThatThrownBy(() -> calls.exchange("POST", "/moody?handler", 1, String.class))
        .isInstanceOf(CallFailure.Unavailable.class);
    assertThat(Moody.asked.getAndSet(0)).isEqualTo(1);
    assertThatThrownBy(() -> calls.exchange("POST", "/moody?unknown", 1, String.class))
        .isInstanceOf(CallFailure.OutcomeUnknown.class);
    assertThat(Moody.asked.get()).isEqualTo(1);
  }

  /** The handler may have called others before: what it called was not begun, but it was. */
  @ParameterizedTest
  @ValueSource(strings = {"in the process", "over HTTP"})
  void aHandlerThatPassesOnThatACallWasNotBegunIsNotRepeated(String way) {
    begun.set(0);
    CallFailure failed =
        catchThrowableOfType(
            CallFailure.Unavailable.class,
            () -> calls(way).exchange("POST", "/moves/full", 1, String.class));
    assertThat(begun).hasValue(1);
    assertThat(Moody.asked).as("attempts of the inner call").hasValue(5);
    assertThat(failed.errorCode()).isZero();
    assertThat(failed).hasMessage("full");
  }

  @Test
  void callsEndWhenTheCallersTimeIsOver() {
    long end = Utils.fromNowMicrosUtc(Duration.ofSeconds(20).toMillis() * 1000);
    Operation op =
        Operation.createGet(host.uri().resolve("/moves/moody"))
            .setReferer(host.uri())
            .setExpiration(end);
    host.sender().sendAndWait(op);
    assertThat(Moody.expiration.get()).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"in the process", "over HTTP"})
  void callsMayBeGivenLessTime(String way) {
    var never = calls(way).call(String.class, "/moody?never").within(Duration.ofSeconds(2));
    assertThatThrownBy(never::get).isInstanceOf(CallFailure.class);
    Moody.asked.set(0);
    CallFailure lost = catchThrowableOfType(CallFailure.class, () -> never.send(List.of()));
    assertThat(Moody.asked.get()).isEqualTo(1);
    assertThat(lost.status()).isIn(408, 503);
  }

  @Test
  void aHostThatIsNotThereIsUnavailable() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ServiceCalls nobody = ServiceCalls.over(URI.create("http://127.0.0.1:" + free))) {
      var call = nobody.call(String.class, "/x").within(Duration.ofMillis(500));
      assertThatThrownBy(call::get)
          .isInstanceOf(CallFailure.Unavailable.class)
          .hasCauseInstanceOf(ConnectException.class);
    }
  }
}
