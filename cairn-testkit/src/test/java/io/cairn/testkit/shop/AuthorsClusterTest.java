// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.testkit.Documents;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.Outage;
import io.cairn.testkit.RefusedRequest;
import io.cairn.testkit.cluster.ProcessCluster;
import io.cairn.testkit.cluster.TestCluster;
import io.cairn.testkit.junit.CairnTest;
import io.cairn.testkit.shop.Kiosk.CouponService;
import io.cairn.testkit.shop.Kiosk.CouponService.Coupon;
import io.cairn.testkit.shop.Kiosk.Order;
import io.cairn.testkit.shop.Kiosk.Pay;
import io.cairn.testkit.shop.Kiosk.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an author's test of three hosts has at hand. */
@CairnTest(value = Kiosk.class, nodes = 3, settings = "operationTimeout=5s")
class AuthorsClusterTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestCluster cluster;

  AuthorsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeAll
  static void meet(TestCluster cluster) {
    cluster.awaitGroup("/orders");
  }

  private Documents<Order> orders(int node) {
    return cluster.host(node).documents("/orders", Order.class);
  }

  private void awaitCreated(int node) {
    await()
        .atMost(LIMIT)
        .ignoreException(RefusedRequest.class)
        .until(() -> !orders(node).create(new Order("tea", Stage.OPEN)).isEmpty());
  }

  @Test
  void whoIsCutOffServesNobodyAndIsBackWhenTheCutIsHealed() {
    String link = orders(0).create(new Order("tea", Stage.OPEN));
    try (Outage cut = cluster.cutOff(2)) {
      assertThat(cut).isNotNull();
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(RefusedRequest.by(() -> orders(2).get(link)).status()).isEqualTo(503));
      awaitCreated(0);
    }
    cluster.awaitGroup("/orders");
    assertThat(orders(2).get(link).goods()).isEqualTo("tea");
  }

  @Test
  void hostThatIsLeftAloneSaysWhomItWaitsFor() {
    try (Outage first = cluster.stopped(1);
        Outage second = cluster.stopped(2)) {
      assertThat(first).isNotSameAs(second);
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(cluster.host(0).logged())
                      .contains("This host waits, and answers 503: 1 of 3 members live")
                      .contains("start again: node-1, node-2"));
    }
    cluster.awaitGroup("/orders");
    assertThat(orders(0).create(new Order("tea", Stage.OPEN))).isNotEmpty();
  }

  @Test
  void groupGoesOnWithoutAHostThatIsStopped() {
    try (Outage stop = cluster.stopped(1)) {
      assertThat(stop).isNotNull();
      awaitCreated(0);
    }
    cluster.awaitGroup("/orders");
    assertThat(orders(1).all()).isNotEmpty();
  }

  @Test
  void oneFullDiskOfThreeKeepsNobodyFromWriting() {
    try (Outage full = cluster.fillDisk(0)) {
      assertThat(full).isNotNull();
      awaitCreated(1);
    }
    awaitCreated(0);
  }

  @Test
  void oneClockMovesAllHosts() {
    Documents<Coupon> coupons = cluster.host(0).documents(CouponService.FACTORY_LINK, Coupon.class);
    String link = coupons.create(new Coupon());
    cluster.clock().advance(Duration.ofHours(1));
    for (int node = 0; node < cluster.size(); node++) {
      assertThat(cluster.host(node).documents(CouponService.FACTORY_LINK, Coupon.class).find(link))
          .isEmpty();
    }
    cluster.awaitGroup("/orders");
  }

  @Test
  void faultsHoldOnWhicheverHostGetsTheRequest() {
    String link = orders(0).create(new Order("tea", Stage.OPEN));
    cluster.faults().every("/till").fails(503);
    assertThat(RefusedRequest.by(() -> orders(1).send(link, new Pay())).status()).isEqualTo(503);
    cluster.faults().clear();
    assertThat(orders(2).send(link, new Pay()).stage()).isEqualTo(Stage.PAID);
  }

  @Test
  @Tag("process")
  void processesAreKilledAndPaused(@TempDir Path directory) throws IOException {
    try (ProcessCluster processes =
            ProcessCluster.ofApplication(3, Kiosk.class, directory)
                .argument("--kiosk.limit=5")
                .build()
                .start();
        HttpProbe http = new HttpProbe(processes.uri(0))) {
      processes.awaitGroup("/orders", LIMIT);
      try (Outage killed = processes.killed(2)) {
        assertThat(killed).isNotNull();
        assertThat(processes.host(2).isAlive()).isFalse();
        await()
            .atMost(LIMIT)
            .until(() -> http.post("/orders", "{\"goods\":\"a\",\"stage\":\"OPEN\"}").isSuccess());
      }
      try (Outage paused = processes.paused(1)) {
        assertThat(paused).isNotNull();
        await()
            .atMost(LIMIT)
            .until(() -> http.post("/orders", "{\"goods\":\"b\",\"stage\":\"OPEN\"}").isSuccess());
      }
      processes.awaitGroup("/orders", LIMIT);
      assertThat(http.post("/goods", "{\"title\":\"t\",\"price\":6}").text())
          .contains("price must not exceed 5");
    }
  }
}
