// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;

import static io.cairn.service.routes.Route.delete;
import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;

import io.cairn.document.ServiceDocument.Documentation;
import io.cairn.samples.bank.BankAccountService;
import io.cairn.samples.bank.BankAccounts;
import io.cairn.samples.ids.IdGenerator;
import io.cairn.samples.orders.Orders;
import io.cairn.samples.wordcount.WordCountTaskService;
import io.cairn.service.DocumentService;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.ApiResponse;
import io.cairn.service.RequestRouter.Route.RouteDocumentation.QueryParam;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatelessService;
import io.cairn.service.examples.ExampleService;
import io.cairn.service.routes.DefaultValue;
import io.cairn.service.routes.DocumentRoutes;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.TestHost;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All samples on one host, and services of every form beside them. */
final class Shop {
  static final String ARTICLES = "/shop/articles";
  static final String NOTES = "/shop/notes";

  enum Colour {
    RED,
    GREEN
  }

  sealed interface Payment permits Card, Transfer {}

  record Card(@NotBlank String number) implements Payment {}

  record Transfer(String iban, Instant received) implements Payment {}

  record Part(@NotBlank String name, @Positive int count) {}

  /** A field of each sort. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are one of the types that fields may have
  record Article(
      @NotBlank @Size(max = 20) String title,
      @Min(3) @Max(7) int stars,
      @NotNull @DecimalMin("0.50") BigDecimal price,
      Optional<@Email String> contact,
      @Pattern(regexp = "[A-Z]{2}-[0-9]+")
          @Documentation(description = "Of the maker", exampleString = "AB-12")
          @Nullable String code,
      @Nullable Colour colour,
      @NotEmpty List<@NotNull @Valid Part> parts,
      Map<String, @Positive Integer> stock,
      Set<String> tags,
      @Nullable Payment payment,
      UUID number,
      LocalDate built,
      LocalTime opens,
      Duration takes,
      URI page,
      byte[] picture,
      long sold,
      boolean isNew) {}

  /** What never changes. */
  record Note(@NotBlank String text) {}

  record Restock(@Positive int count) {}

  record Since(Optional<LocalDate> since, @DefaultValue("5") int limit, List<Colour> colour) {}

  record PartNumber(int n) {}

  record Bill(String title, BigDecimal total) {}

  record Category(String category, @DefaultValue("10") int limit, Optional<Colour> colour) {}

  private Shop() {}

  static TestHost start() {
    return TestHost.builder().application(new IdGenerator()).services(Shop::start).start();
  }

  private static void start(ServiceHost host) {
    host.startFactory(ExampleService.class, ExampleService::createFactory);
    host.startFactory(WordCountTaskService.class, WordCountTaskService::createFactory);
    host.startFactory(BankAccountService.class, BankAccountService::createFactory);
    host.start(BankAccounts.service());
    host.start(Orders.service());
    host.start(
        DocumentService.of(Article.class)
            .persistent()
            .routes(
                DocumentRoutes.of(
                    get("/bill", Since.class)
                        .of(Article.class)
                        .to((request, article, since) -> new Bill(article.title(), article.price()))
                        .as("text/csv", bill -> bill.title() + "," + bill.total())
                        .answers(Bill.class)
                        .describedAs("What it costs"),
                    post("/parts")
                        .of(Article.class)
                        .takes(Part.class)
                        .changing((request, article, none, part) -> article),
                    delete("/parts/{n}", PartNumber.class)
                        .of(Article.class)
                        .changing((request, article, at) -> article)))
            .at(ARTICLES));
    host.start(DocumentService.of(Note.class).persistent().with(ServiceOption.IMMUTABLE).at(NOTES));
    host.startAndAwait(new Greeter(), "/shop/greeter");
    host.start(
        Routes.at("/shop/catalogue")
            .on(
                get("/{category}", Category.class)
                    .to((request, category) -> List.of(category.category()))
                    .describedAs("What there is"))
            .on(
                post("/{category}/restock", CategoryName.class)
                    .takes(Restock.class)
                    .to((request, category, restock) -> new Bill("x", BigDecimal.TEN))
                    .answers(201, Bill.class)));
  }

  record CategoryName(String category) {}

  /** Says by an annotation what its handler takes and answers. */
  static final class Greeter extends StatelessService {
    record Greeting(String text) {}

    @RouteDocumentation(
        description = "Greets somebody",
        queryParams = @QueryParam(name = "name", description = "Who", required = true),
        responses =
            @ApiResponse(statusCode = 200, description = "Hello", response = Greeting.class))
    @Override
    public void handleGet(Operation get) {
      get.setBody(new Greeting("Hello")).complete();
    }
  }
}
