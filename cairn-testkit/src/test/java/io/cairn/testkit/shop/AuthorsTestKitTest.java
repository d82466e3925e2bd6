// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cairn.service.FactoryService;
import io.cairn.service.Service.Action;
import io.cairn.testkit.Answer;
import io.cairn.testkit.Documents;
import io.cairn.testkit.Notifications;
import io.cairn.testkit.Outage;
import io.cairn.testkit.RefusedRequest;
import io.cairn.testkit.RequestFault;
import io.cairn.testkit.RequestFaults;
import io.cairn.testkit.TestClock;
import io.cairn.testkit.TestHost;
import io.cairn.testkit.junit.CairnTest;
import io.cairn.testkit.shop.Kiosk.CouponService;
import io.cairn.testkit.shop.Kiosk.CouponService.Coupon;
import io.cairn.testkit.shop.Kiosk.Goods;
import io.cairn.testkit.shop.Kiosk.IdleTask;
import io.cairn.testkit.shop.Kiosk.Moment;
import io.cairn.testkit.shop.Kiosk.Order;
import io.cairn.testkit.shop.Kiosk.Pay;
import io.cairn.testkit.shop.Kiosk.Receipt;
import io.cairn.testkit.shop.Kiosk.Stage;
import io.cairn.testkit.shop.Kiosk.Sweeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What an author's test of one host has at hand, each thing shown by an author's test. */
@Isolated("looks at what all log")
@CairnTest(value = Kiosk.class, settings = "kiosk.limit=500")
class AuthorsTestKitTest {

  private final TestHost host;
  private final Documents<Order> orders;

  AuthorsTestKitTest(TestHost host) {
    this.host = host;
    this.orders = host.documents("/orders", Order.class);
  }

  private Receipt till() throws IOException {
    return host.http().get("/till").as(Receipt.class);
  }

  @Test
  void documentsAreCreatedReadChangedFoundAndDeletedAsObjects() {
    String link = orders.create("first", new Order("tea", Stage.OPEN));
    assertThat(link).isEqualTo("/orders/first");
    assertThat(orders.get("first")).isEqualTo(new Order("tea", Stage.OPEN));
    assertThat(orders.patch(link, Map.of("goods", "ink")).goods()).isEqualTo("ink");
    assertThat(orders.replace(link, new Order("pen", Stage.OPEN)).goods()).isEqualTo("pen");
    assertThat(orders.send(link, new Pay()).stage()).isEqualTo(Stage.PAID);
    orders.create(new Order("rare", Stage.OPEN));
    assertThat(orders.where("goods eq 'rare'")).containsExactly(new Order("rare", Stage.OPEN));
    assertThat(orders.all()).contains(new Order("pen", Stage.PAID));
    orders.delete(link);
    assertThat(orders.find(link)).isEmpty();
  }

  @Test
  void documentsOfAllPagesAreFound() {
    FactoryService factory = FactoryService.create(CouponService.class);
    factory.setSelfQueryResultLimit(2);
    host.host().startFactory(() -> factory, "/coupons-by-two");
    Documents<Coupon> coupons = host.documents("/coupons-by-two", Coupon.class);
    for (String text : List.of("a", "b", "c", "d", "e")) {
      Coupon coupon = new Coupon();
      coupon.text = text;
      coupons.create(text, coupon);
    }
    assertThat(coupons.all())
        .extracting(coupon -> coupon.text)
        .containsExactly("a", "b", "c", "d", "e");
    assertThat(coupons.where("text ne 'b'"))
        .extracting(coupon -> coupon.text)
        .containsExactly("a", "c", "d", "e");
  }

  @Test
  void refusalSaysWhatWasSentWhatCameBackAndWhatWasLogged() {
    Documents<Map<String, Object>> goods = documentsOfMaps("/goods");
    LoggerFactory.getLogger("kiosk").warn("the shelf is empty");
    RefusedRequest refused =
        RefusedRequest.by(() -> goods.create(Map.of("title", "Yacht", "price", 501)));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.sentence()).isEqualTo("price must not exceed 500");
    assertThat(refused)
        .hasMessageContaining("POST /goods was answered with 400: price must not exceed 500")
        .hasMessageContaining("Yacht")
        .hasMessageContaining("the shelf is empty");
    assertThatThrownBy(
            () -> RefusedRequest.by(() -> goods.create(Map.of("title", "x", "price", 1))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was done");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Documents<Map<String, Object>> documentsOfMaps(String path) {
    return (Documents) host.documents(path, Map.class);
  }

  @Test
  void documentExpiresWhenTheClockIsMoved(TestClock clock) {
    Documents<Coupon> coupons = host.documents(CouponService.FACTORY_LINK, Coupon.class);
    Coupon coupon = new Coupon();
    coupon.text = "half price";
    String link = coupons.create(coupon);
    clock.advance(Duration.ofMinutes(29));
    assertThat(coupons.find(link)).isPresent();
    clock.advance(Duration.ofMinutes(2));
    assertThat(coupons.find(link)).isEmpty();
    assertThat(coupons.all()).isEmpty();
    String later = coupons.create(coupon); // Its half hour begins at the time that is now.
    assertThat(coupons.find(later)).isPresent();
    assertThat(coupons.get(later).documentUpdateTimeMicros)
        .isGreaterThan(micros(Instant.now().plus(Duration.ofMinutes(30))));
  }

  private static long micros(Instant moment) {
    return TimeUnit.SECONDS.toMicros(moment.getEpochSecond());
  }

  @Test
  void maintenanceRunsWhenItsIntervalIsOver(TestClock clock) throws IOException {
    int before = host.http().get(Sweeper.SELF_LINK).as(Receipt.class).number();
    clock.advance(Duration.ofMinutes(10));
    await()
        .until(() -> host.http().get(Sweeper.SELF_LINK).as(Receipt.class).number() == before + 1);
    clock.advance(Duration.ofMinutes(10));
    await()
        .until(() -> host.http().get(Sweeper.SELF_LINK).as(Receipt.class).number() == before + 2);
  }

  @Test
  void taskTimesOutWhenTheClockIsMoved(TestClock clock) {
    Documents<IdleTask.State> tasks = host.documents(IdleTask.FACTORY_LINK, IdleTask.State.class);
    String link = tasks.create(new IdleTask.State());
    clock.advance(Duration.ofMinutes(5));
    assertThat(tasks.find(link)).isPresent();
    clock.advance(Duration.ofDays(1));
    assertThat(tasks.find(link)).isEmpty();
  }

  @Test
  void scheduledWorkAndHandlersFollowTheClock(TestClock clock) throws IOException {
    AtomicBoolean ran = new AtomicBoolean();
    var _ = host.host().schedule(() -> ran.set(true), 1, TimeUnit.HOURS);
    var cancelled = host.host().schedule(() -> ran.set(false), 2, TimeUnit.HOURS);
    clock.advance(Duration.ofMinutes(59));
    assertThat(ran).isFalse();
    clock.advance(Duration.ofMinutes(2));
    await().untilTrue(ran);
    assertThat(cancelled.cancel(false)).isTrue();
    clock.advance(Duration.ofHours(2));
    assertThat(ran).isTrue();
    Instant now = Instant.parse(host.http().get("/now").as(Moment.class).now());
    assertThat(Duration.between(now, clock.now())).isLessThan(Duration.ofMinutes(1));
    assertThat(clock.ahead()).isGreaterThan(Duration.ofHours(3));
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not go back");
  }

  @Test
  void idleServiceIsForgottenWhenTheClockIsMoved(TestClock clock) {
    String link = orders.create(new Order("tea", Stage.OPEN));
    assertThat(orders.get(link).goods()).isEqualTo("tea");
    assertThat(host.host().checkServiceAvailable(link)).isTrue();
    clock.advance(Duration.ofMinutes(2));
    await().until(() -> !host.host().checkServiceAvailable(link));
    assertThat(orders.get(link).goods()).isEqualTo("tea");
  }

  @Test
  void requestsOfClientsAndOfServicesFailAsInjected(RequestFaults faults) throws IOException {
    String link = orders.create(new Order("tea", Stage.OPEN));
    assertThat(orders.get(link).stage()).isEqualTo(Stage.OPEN); // It is hot now.
    faults.next(link).only(Action.GET).fails(503, "down");
    assertThat(RefusedRequest.by(() -> orders.get(link)).sentence()).isEqualTo("down");
    assertThat(orders.get(link).stage()).isEqualTo(Stage.OPEN);
    try (RequestFault down = faults.every("/till*").only(Action.POST).fails(503)) {
      int before = till().number();
      assertThat(RefusedRequest.by(() -> orders.send(link, new Pay())).status()).isEqualTo(503);
      assertThat(RefusedRequest.by(() -> orders.send(link, new Pay())).status()).isEqualTo(503);
      assertThat(down.met()).isEqualTo(2);
      assertThat(till().number()).isEqualTo(before);
    }
    assertThat(orders.send(link, new Pay()).stage()).isEqualTo(Stage.PAID);
  }

  @Test
  void answerIsLostAlthoughTheRequestWasDone(RequestFaults faults) throws IOException {
    String link = orders.create(new Order("tea", Stage.OPEN));
    int before = till().number();
    faults.next("/till").only(Action.POST).losesItsAnswer();
    assertThat(RefusedRequest.by(() -> orders.send(link, new Pay())).status()).isEqualTo(503);
    assertThat(till().number()).isEqualTo(before + 1);
    assertThat(orders.get(link).stage()).isEqualTo(Stage.OPEN);
    faults.next("/orders").losesItsAnswer();
    Answer answer = host.http().post("/orders", "{\"goods\":\"lost\",\"stage\":\"OPEN\"}");
    assertThat(answer.outcome()).isEqualTo(io.cairn.testkit.Outcome.UNKNOWN);
    assertThat(orders.where("goods eq 'lost'")).hasSize(1);
  }

  @Test
  void requestTakesAsLongAsTheClockSays(RequestFaults faults, TestClock clock) {
    String link = orders.create(new Order("tea", Stage.OPEN));
    RequestFault slow = faults.next("/till").takes(Duration.ofMinutes(3));
    CompletableFuture<Order> paid =
        CompletableFuture.supplyAsync(() -> orders.send(link, new Pay()));
    slow.awaitMet(1);
    assertThat(paid).isNotDone();
    clock.advance(Duration.ofMinutes(3));
    assertThat(paid.join().stage()).isEqualTo(Stage.PAID);
  }

  @Test
  void fullDiskRefusesUpdatesUntilThereIsRoom() {
    String link = orders.create(new Order("tea", Stage.OPEN));
    try (Outage full = host.fillDisk()) {
      assertThat(full).isNotNull();
      assertThat(RefusedRequest.by(() -> orders.create(new Order("ink", Stage.OPEN))).status())
          .isEqualTo(507);
      assertThat(orders.get(link).goods()).isEqualTo("tea");
    }
    assertThat(orders.create(new Order("ink", Stage.OPEN))).startsWith("/orders/");
  }

  @Test
  void filesBecomeDocuments() {
    Documents<Goods> goods = host.documents("/goods", Goods.class);
    List<String> links = host.seed("/goods", "classpath:kiosk/goods");
    assertThat(links).hasSize(3).contains("/goods/tea", "/goods/pen");
    assertThat(goods.get("tea")).isEqualTo(new Goods("Tea", 3));
    assertThat(goods.where("title eq 'Ink'")).containsExactly(new Goods("Ink", 7));
  }

  @Test
  void fileWithoutADotGivesItsWholeName(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("chalk"), "{\"title\":\"Chalk\",\"price\":2}");
    assertThat(host.seed("/goods", file.toString())).containsExactly("/goods/chalk");
  }

  @Test
  void fileThatDoesNotFitIsNamedWithItsLine(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("bad.ndjson");
    Files.writeString(file, "{\"title\":\"A\",\"price\":1}\n{\"title\":\"B\",\"price\":}\n");
    assertThatThrownBy(() -> host.seed("/goods", directory.toString()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("bad.ndjson, line 2, column 22: this is no JSON");
    Files.writeString(file, "{\"title\":\"A\",\"price\":1}\n{\"title\":\"B\",\"prise\":1}\n");
    assertThatThrownBy(() -> host.seed("/goods", file.toString()))
        .hasMessageContaining("bad.ndjson, line 2: documents of /goods have no field prise")
        .hasMessageContaining("Is price meant?");
    Files.writeString(file, "\n{\"title\":\"B\",\"price\":-1}\n");
    assertThatThrownBy(() -> host.seed("/goods", file.toString()))
        .hasMessageContaining("bad.ndjson, line 2: POST /goods was answered with 400: price must");
    Path array = directory.resolve("array.json");
    Files.writeString(array, "[{\"title\":\"A\",\"price\":1},\n3]");
    assertThatThrownBy(() -> host.seed("/goods", array.toString()))
        .hasMessageContaining("array.json, element 2 of the array: a document is a JSON object");
    assertThatThrownBy(() -> host.seed("/goods", "classpath:kiosk/none"))
        .hasMessageContaining("There is no resource kiosk/none");
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> host.seed("/goods", none.toString()))
        .hasMessageContaining("There are no documents at " + none + ": no file");
  }

  @Test
  void notificationsAreAwaitedInOrder() {
    String link = orders.create(new Order("tea", Stage.OPEN));
    try (Notifications<Order> told = host.subscribe(link, Order.class)) {
      orders.patch(link, Map.of("goods", "ink"));
      orders.patch(link, Map.of("goods", "pen"));
      orders.send(link, new Pay());
      assertThat(told.awaitNext().state()).isEqualTo(new Order("ink", Stage.OPEN));
      assertThat(told.awaitNext().link()).isEqualTo(link);
      assertThat(told.awaitState(order -> order.stage() == Stage.PAID).goods()).isEqualTo("pen");
      told.assertNoneWithin(Duration.ofMillis(200));
      assertThatThrownBy(() -> told.awaitNext(Duration.ofMillis(50)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("No further notification of " + link)
          .hasMessageContaining("goods=ink");
      orders.delete(link);
      assertThat(told.awaitNext().action()).isEqualTo(Action.DELETE);
    }
    try (Notifications<Order> told = host.subscribe("/orders", Order.class)) {
      String created = orders.create(new Order("tea", Stage.OPEN));
      assertThatThrownBy(() -> told.assertNoneWithin(Duration.ofSeconds(10)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(created);
    }
  }
}
