// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.state.RequestRateInfo;
import io.cairn.service.state.RequestRateInfo.Option;
import io.cairn.service.state.ServiceStats.TimeSeriesStats;
import io.cairn.service.state.ServiceStats.TimeSeriesStats.AggregationType;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many requests of a user a host does in a second: the predecessor's limits, and settings. */
class RequestRateTest {

  private static final String GUEST = ServiceUriPaths.CORE_AUTHZ_GUEST_USER;
  private static final String ONE = "/core/examples/one";

  /** One request, and the next in a quarter of an hour. */
  private static final double HARDLY_ANY = 0.001;

  @TempDir private Path directory;

  private HostFixture start(double perSecond) {
    HostFixture host =
        HostFixture.start(
            directory,
            it -> it.startAndAwait(ExampleService.createFactory(), ExampleService.FACTORY_LINK),
            it -> it.security.requestsPerSecond = perSecond);
    return host;
  }

  @Test
  void userBeyondItsLimitIsRefusedAndBelowItNothingChanges() {
    try (HostFixture host = start(0)) {
      String body = "{\"documentSelfLink\":\"one\",\"name\":\"n\"}";
      assertThat(host.post(ExampleService.FACTORY_LINK, body).status()).isEqualTo(200);
      host.host().setRequestRateLimit(GUEST, 1_000_000);
      assertThat(host.get(ONE).status()).isEqualTo(200);
      assertThat(sum(host)).isEqualTo(1);

      host.host().setRequestRateLimit(GUEST, HARDLY_ANY);
      assertThat(host.get(ONE).status()).isEqualTo(200);
      Answer refused = host.get(ONE);

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.message()).contains(GUEST, "0.001 requests in a second");
      assertThat(refused.json().path("errorCode").asInt()).isEqualTo(0x80000008);
      assertThat(refused.response().headers().firstValueAsLong("retry-after").orElse(0))
          .isBetween(900L, 1_000L);
      assertThat(host.patch(ONE, "{\"counter\":1}").status()).isEqualTo(429);
      assertThat(host.get("/core/health/ready").status()).as("is for probes").isEqualTo(200);
      assertThat(host.get("/core/health/../examples/one").status()).isEqualTo(429);
      assertThat(sum(host)).as("those that were refused, too").isEqualTo(4);

      host.host().setRequestRateLimit("/core/authz/users/other", HARDLY_ANY);
      host.host().setRequestRateLimit(GUEST, 1_000_000);
      assertThat(host.get(ONE).status()).isEqualTo(200);
    }
  }

  private static double sum(HostFixture host) {
    return host.host().getRequestRateLimit(GUEST).timeSeries.bins.values().stream()
        .mapToDouble(bin -> bin.sum)
        .sum();
  }

  @Test
  void settingHoldsForEachUserThatHasNoLimitOfItsOwn() {
    try (HostFixture host = start(HARDLY_ANY)) {
      assertThat(host.get("/core/management").status()).isEqualTo(200);
      assertThat(host.get("/core/management").status()).isEqualTo(429);

      host.host().setRequestRateLimit(GUEST, 1_000_000);

      assertThat(host.get("/core/management").status()).isEqualTo(200);
    }
  }

  @Test
  void pausedRequestsWaitForTheirTurnAndAreAllAnswered() {
    try (HostFixture host = start(0)) {
      RequestRateInfo paused = new RequestRateInfo();
      paused.limit = 20;
      paused.options = EnumSet.of(Option.PAUSE_PROCESSING);
      host.host().setRequestRateLimit(GUEST, paused);
      List<CompletableFuture<Integer>> all =
          IntStream.range(0, 40)
              .mapToObj(
                  i -> CompletableFuture.supplyAsync(() -> host.get("/core/management").status()))
              .toList();
      assertThat(all).allSatisfy(each -> assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(200));

      paused.limit = HARDLY_ANY;
      host.host().setRequestRateLimit(GUEST, paused);
      assertThat(host.get("/core/management").status()).isEqualTo(200);
      assertThat(host.get("/core/management").status())
          .as("would wait for longer than requests do")
          .isEqualTo(429);
    }
  }

  @Test
  void hostThatHasEnoughToDoRefusesUntilSomethingIsAnswered() {
    Queue<Operation> held = new ConcurrentLinkedQueue<>();
    StatelessService slow =
        new StatelessService() {
          @Override
          public void handleGet(Operation get) {
            held.add(get);
          }
        };
    try (HostFixture host =
        HostFixture.start(
            directory,
            it -> it.startAndAwait(slow, "/slow"),
            it -> it.security.maxRequestsInProgress = 2)) {
      List<CompletableFuture<Integer>> two =
          IntStream.range(0, 2)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> host.get("/slow").status()))
              .toList();
      await().until(() -> held.size() == 2);

      Answer refused = host.get("/core/management");

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.message()).contains("2 requests", "maxRequestsInProgress");
      assertThat(refused.response().headers().firstValue("retry-after")).contains("1");
      held.forEach(Operation::complete);
      assertThat(two).allSatisfy(each -> assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(200));
      assertThat(host.get("/core/management").status()).isEqualTo(200);
    }
  }

  @Test
  void limitsThatMeanNothingAreRefused() {
    try (HostFixture host = start(0)) {
      for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> host.host().setRequestRateLimit(GUEST, wrong));
      }
      RequestRateInfo info = new RequestRateInfo();
      info.limit = 1;
      info.timeSeries = new TimeSeriesStats(2, 1_000, EnumSet.of(AggregationType.AVG));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> host.host().setRequestRateLimit(GUEST, info))
          .withMessageContaining("SUM");
      info.timeSeries = null;
      info.options = EnumSet.allOf(Option.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> host.host().setRequestRateLimit(GUEST, info));
      assertThat(host.host().getRequestRateLimit(GUEST)).isNull();

      host.host().setRequestRateLimit(GUEST, 5);
      RequestRateInfo kept = host.host().getRequestRateLimit(GUEST);
      assertThat(kept.limit).isEqualTo(5);
      assertThat(kept.options).containsExactly(Option.FAIL);
      assertThat(kept.timeSeries.numBins).isEqualTo(60);
      assertThat(kept.timeSeries.binDurationMillis).isEqualTo(1_000);
    }
  }
}
