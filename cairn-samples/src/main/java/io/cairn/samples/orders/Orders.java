// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.orders;

import io.cairn.service.DocumentService;
import io.cairn.service.failure.Refusal;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders that are filled, paid and shipped, or cancelled. */
public final class Orders {

  public static final String PATH = "/samples/orders";

  private Orders() {}

  /** What an order goes through. */
  public enum Status {
    NEW,
    PAID,
    SHIPPED,
    CANCELLED
  }

  /** What is ordered. */
  public record Line(
      @NotBlank String product,
      @Positive int quantity,
      @NotNull @DecimalMin("0.01") BigDecimal price) {
    BigDecimal total() {
      return price.multiply(BigDecimal.valueOf(quantity));
    }
  }

  /** The state. A new order needs only a customer. */
  public record Order(
      @NotBlank @Size(max = 100) String customer,
      List<@NotNull @Valid Line> lines,
      @Nullable Status status,
      @Nullable String parcel) {
    /** An order without lines is empty. */
    public Order {
      lines = lines == null ? List.of() : lines;
    }

    boolean hasLines() {
      return !lines.isEmpty();
    }

    BigDecimal total() {
      return lines.stream().map(Line::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    Order with(Line line) {
      List<Line> more = new ArrayList<>(lines);
      more.add(line);
      return new Order(customer, more, status, parcel);
    }

    Order in(Status next) {
      return new Order(customer, lines, next, parcel);
    }
  }

  /** Orders one thing more. */
  public record AddLine(@NotNull @Valid Line line) {}

  /** Pays the whole. */
  public record Pay(@NotNull @Positive BigDecimal amount) {}

  /** Sends the parcel with a number. */
  public record Ship(@NotBlank String parcel) {}

  /** Gives the order up. */
  public record Cancel(@Nullable @Size(max = 200) String reason) {}

  /** The collection, for {@code host.start}. */
  public static DocumentService<Order> service() {
    return DocumentService.of(Order.class)
        .persistent()
        .replicated()
        .on(AddLine.class, (request, order, add) -> order.with(add.line()))
        .on(Pay.class, (request, order, pay) -> pay(order, pay.amount()))
        .on(
            Ship.class,
            (request, order, ship) ->
                new Order(order.customer(), order.lines(), Status.SHIPPED, ship.parcel()))
        .on(Cancel.class, (request, order, cancel) -> order.in(Status.CANCELLED))
        .states(
            Status.class,
            Order::status,
            order -> {
              order.initial(Status.NEW);
              order.from(Status.NEW).on(AddLine.class).stays();
              order
                  .from(Status.NEW)
                  .on(Pay.class)
                  .onlyIf(Order::hasLines, "an order needs a line")
                  .to(Status.PAID);
              order.from(Status.PAID).on(Ship.class).to(Status.SHIPPED);
              order.from(Status.NEW, Status.PAID).on(Cancel.class).to(Status.CANCELLED);
            })
        .at(PATH);
  }

  private static Order pay(Order order, BigDecimal amount) {
    if (amount.compareTo(order.total()) != 0) {
      throw Refusal.invalid("amount", "must be the total of " + order.total());
    }
    return order.in(Status.PAID);
  }
}
