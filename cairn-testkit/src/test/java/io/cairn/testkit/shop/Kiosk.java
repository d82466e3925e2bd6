// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.shop;

import io.cairn.application.Application;
import io.cairn.application.ApplicationSetup;
import io.cairn.document.ServiceDocument;
import io.cairn.service.DocumentService;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import io.cairn.service.StatelessService;
import io.cairn.service.Utils;
import io.cairn.service.tasks.TaskService;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A small application, for tests of what authors test theirs with. */
public final class Kiosk implements Application {

  /** What is sold. */
  public record Goods(String title, long price) {
    /** A price is positive. */
    public Goods {
      if (price <= 0) {
        throw new IllegalArgumentException("price must be positive");
      }
    }
  }

  /** Where an order stands. */
  public enum Stage {
    OPEN,
    PAID
  }

  /** An order. */
  public record Order(String goods, Stage stage) {}

  /** Pays an order, by asking the till. */
  public record Pay() {}

  /** What the till answers. */
  public record Receipt(int number) {}

  /** Asks for a moment of the host's time. */
  public record Moment(String now) {}

  /** Something that expires. */
  public static class CouponService extends StatefulService {
    public static final String FACTORY_LINK = "/coupons";

    /** A coupon. */
    public static class Coupon extends ServiceDocument {
      public String text;
    }

    /** Made by the factory. */
    public CouponService() {
      super(Coupon.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
    }

    @Override
    public void handleStart(Operation start) {
      if (start.hasBody() && getBody(start).documentExpirationTimeMicros == 0) {
        Coupon coupon = getBody(start);
        coupon.documentExpirationTimeMicros =
            ChronoUnit.MICROS.between(
                java.time.Instant.EPOCH, getHost().now().plus(Duration.ofMinutes(30)));
        start.setBody(coupon);
      }
      start.complete();
    }
  }

  /** Never does anything, so that it times out. */
  public static class IdleTask extends TaskService<IdleTask.State> {
    public static final String FACTORY_LINK = "/idle-tasks";

    /** Nothing more than any task. */
    public static class State extends TaskServiceState {}

    /** Made by the factory. */
    public IdleTask() {
      super(State.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
    }

    @Override
    public void handlePatch(Operation patch) {
      patch.complete(); // It is told to go on, and does not.
    }
  }

  /** Counts how often it was maintained. */
  public static class Sweeper extends StatelessService {
    public static final String SELF_LINK = "/sweeper";

    private final AtomicInteger sweeps = new AtomicInteger();

    /** Sweeps every ten minutes. */
    public Sweeper() {
      toggleOption(ServiceOption.PERIODIC_MAINTENANCE, true);
      setMaintenanceIntervalMicros(Duration.ofMinutes(10).toNanos() / 1000);
    }

    @Override
    public void handlePeriodicMaintenance(Operation post) {
      sweeps.incrementAndGet();
      post.complete();
    }

    @Override
    public void handleGet(Operation get) {
      get.setBody(new Receipt(sweeps.get())).complete();
    }
  }

  private final AtomicInteger receipts = new AtomicInteger();

  @Override
  public void configure(ApplicationSetup app) {
    Supplier<Long> limit = app.setting("kiosk.limit", 1000L, "what goods may cost at most");
    app.serve(
        DocumentService.of(Goods.class)
            .persistent()
            .onCreate(
                (request, goods) -> {
                  if (goods.price() > limit.get()) {
                    throw new IllegalArgumentException("price must not exceed " + limit.get());
                  }
                  return goods;
                })
            .at("/goods"));
    app.serve(
        DocumentService.of(Order.class)
            .persistent()
            .replicated()
            .on(
                Pay.class,
                (request, order, pay) -> {
                  request
                      .client()
                      .exchange("POST", "/till", Utils.toJson(new Receipt(0)), Receipt.class);
                  return new Order(order.goods(), Stage.PAID);
                })
            .replaceable()
            .patchable()
            .at("/orders"));
    app.serve(new CouponService());
    app.serve(new IdleTask());
    app.serve(new Sweeper());
    app.endpoint("/till", Action.POST, request -> new Receipt(receipts.incrementAndGet()));
    app.endpoint("/till", Action.GET, request -> new Receipt(receipts.get()));
    app.endpoint("/now", Action.GET, request -> new Moment(request.now().toString()));
  }
}
