// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.routes;

import static io.cairn.service.routes.Route.delete;
import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;
import static io.cairn.service.routes.Route.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.routes.DefaultValue;
import io.cairn.service.routes.Route;
import io.cairn.service.routes.Routes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

  record OrderName(String customer, long number) {}

  record Customer(String customer) {}

  record Rest(String file) {}

  record Typed(
      int count, UUID id, LocalDate day, DayOfWeek weekday, boolean open, @Nullable Double ratio) {}

  record Page(
      String customer, @DefaultValue("20") int limit, Optional<LocalDate> since, List<String> tag) {
    Page {
      if (limit > 100) {
        throw new IllegalArgumentException("limit must be at most 100");
      }
    }
  }

  record NewOrder(String item, int pieces) {}

  record Order(String customer, long number, String item) {}

  private static TestHost host;

  @BeforeAll
  static void start() {
    host =
        TestHost.start(
            it ->
                it.start(orders())
                    .startService(
                        Operation.createPost(it.getUri().resolve("/untyped")), new Untyped()));
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static Routes orders() {
    return Routes.at("/orders")
        .on(get("").to((request, _) -> "all"))
        .on(
            post("/headers/bad")
                .to(
                    (request, _) -> {
                      request.answerHeader("X-Note", request.body(NewOrder.class).item());
                      return "never sent";
                    }))
        .on(
            post("/headers/streamed")
                .to(
                    (request, _) -> {
                      request.answerHeader("X-Note", request.body(NewOrder.class).item());
                      return (BodyWriter) out -> out.write(1);
                    }))
        .on(get("/newest").to((request, _) -> "the newest"))
        .on(get("/{customer}", Page.class).to((request, page) -> page))
        .on(
            get("/{customer}/{number}", OrderName.class)
                .to((request, name) -> new Order(name.customer(), name.number(), "tea"))
                .as("text/csv; charset=utf-8", order -> order.number() + "," + order.item())
                .answers(Order.class)
                .describedAs("Finds an order"))
        .on(
            get("/{customer}/first", Customer.class)
                .to((request, it) -> "the first of " + it.customer()))
        .on(get("/files/{file...}", Rest.class).to((request, it) -> it.file()))
        .on(get("/typed/x/y", Typed.class).to((request, typed) -> typed))
        .on(delete("/{customer}/{number}", OrderName.class).to((request, name) -> null))
        .on(
            post("/{customer}", Customer.class)
                .takes(NewOrder.class)
                .to(
                    (request, customer, order) -> {
                      request.created("/orders/" + customer.customer() + "/7");
                      return new Order(customer.customer(), 7, order.item());
                    })
                .answers(201, Order.class))
        .on(
            put("/{customer}/note", Customer.class)
                .takes(String.class)
                .to(
                    (request, customer, note) -> {
                      request.answerStatus(202);
                      return note.toUpperCase(Locale.ROOT);
                    }))
        .on(
            post("/{customer}/picture", Customer.class)
                .takes(byte[].class, "image/*")
                .to((request, customer, bytes) -> bytes.length))
        .on(
            post("/{customer}/refused", Customer.class)
                .to(
                    (request, customer) -> {
                      throw Refusal.conflict("not now");
                    }));
  }

  /** A service of Xenon's face that says nothing of its answer's type. */
  public static final class Untyped extends StatelessService {
    @Override
    public void handlePost(Operation post) {
      post.setBody(post.getBodyRaw()).complete();
    }

    @Override
    public void handlePut(Operation put) {
      put.setBody("plain words").complete();
    }

    @Override
    public void handlePatch(Operation patch) {
      patch.setBody(new Order("x", 1, "tea")).complete();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/orders, all",
    "/orders/, all",
    "/orders/newest, the newest",
    "/orders/ann/first, the first of ann",
    "/orders/newest/first, the first of newest",
    "/orders/files/a/b%2Fc/d, a/b/c/d",
    "/orders/files/one, one",
  })
  void mostSpecificTemplateAnswers(String path, String expected) throws Exception {
    assertThat(host.http().get(path).text()).isEqualTo(expected);
  }

  @Test
  void parametersHaveTheirTypes() throws Exception {
    assertThat(host.http().get("/orders/a%2Fb+c%20d/9000000000").text())
        .isEqualTo("{\"customer\":\"a/b+c d\",\"number\":9000000000,\"item\":\"tea\"}");
    assertThat(host.http().get("/orders/ann").json().get("limit").asInt()).isEqualTo(20);
    Answer page = host.http().get("/orders/ann?limit=5&since=2026-11-29&tag=a&tag=b%20c");
    assertThat(page.json().get("limit").asInt()).isEqualTo(5);
    assertThat(page.text()).contains("\"tag\":[\"a\",\"b c\"]").contains("2026-11-29");
    String id = UUID.randomUUID().toString();
    Answer typed =
        host.http()
            .get(
                "/orders/typed/x/y?count=-3&id=" + id + "&day=2026-02-28&weekday=MONDAY&open=true");
    assertThat(typed.status()).as(typed::text).isEqualTo(200);
    assertThat(typed.text()).contains(id).contains("MONDAY").contains("-3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/orders/ann/seven                | number must be a whole number of at most 64 bits, not 'seven'",
        "/orders/ann?limit=many           | limit must be a whole number of at most 32 bits, not 'many'",
        "/orders/ann?since=yesterday      | since must be a date such as 2026-11-29, not 'yesterday'",
        "/orders/ann?limit=101            | limit must be at most 100",
        "/orders/ann?limit=1&limit=2      | limit may be there once only",
        "/orders/ann?limti=1              | There is no query parameter limti here; is it limit?",
        "/orders/typed/x/y?count=1        | The query parameter id is required: a UUID",
        "/orders/typed/x/y?count=1&id=1-1-1-1-1 | id must be a UUID such as",
      })
  void whatDoesNotFitIsRefusedByName(String path, String message) throws Exception {
    Answer answer = host.http().get(path);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("message").asString()).startsWith(message);
    assertThat(answer.text()).doesNotContain("java.").doesNotContain("RoutesTest");
  }

  @Test
  void unknownConstantsAreRefusedWithAllThereAre() throws Exception {
    String query = "?count=1&id=123e4567-e89b-12d3-a456-426614174000&day=2026-01-01&open=true";
    Answer answer = host.http().get("/orders/typed/x/y" + query + "&weekday=SOMEDAY");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("weekday must be one of MONDAY, TUESDAY");
  }

  @Test
  void statusesAreTheHandlers() throws Exception {
    Answer created = host.http().post("/orders/ann", "{\"item\":\"tea\",\"pieces\":2}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("location")).isEqualTo("/orders/ann/7");
    assertThat(host.http().delete("/orders/ann/7").status()).isEqualTo(204);
    Answer accepted =
        host.http().send("PUT", "/orders/ann/note", "soon", "Content-Type", "text/plain");
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.text()).isEqualTo("SOON");
    assertThat(host.http().send("POST", "/orders/ann/refused", null).status()).isEqualTo(409);
  }

  @Test
  void locationsAreEscaped() throws Exception {
    String ann = "/orders/%E6%97%A5%E6%9C%AC";
    Answer created = host.http().post(ann, "{\"item\":\"tea\",\"pieces\":2}");
    assertThat(created.status()).as(created::text).isEqualTo(201);
    assertThat(created.header("location")).isEqualTo(ann + "/7");
  }

  /** A request whose answer cannot be sent would wait for ever. */
  @ParameterizedTest
  @CsvSource({
    "/orders/headers/bad, a\\u0001b",
    "/orders/headers/bad, \u65e5",
    "/orders/headers/streamed, a\\u0001b",
  })
  void headersThatHttpDoesNotAllowAreTheServicesDefect(String path, String value) throws Exception {
    Answer answer = host.http().post(path, "{\"item\":\"" + value + "\",\"pieces\":1}");
    assertThat(answer.status()).as(answer::text).isEqualTo(500);
    assertThat(answer.json().get("message").asString())
        .startsWith("The service gave its answer a header that HTTP does not allow")
        .contains("x-note");
  }

  @Test
  void verbsAndPathsThatNobodyHasAreRefused() throws Exception {
    Answer verb = host.http().put("/orders/ann", "{}");
    assertThat(verb.status()).isEqualTo(405);
    assertThat(verb.header("allow")).isEqualTo("GET, HEAD, OPTIONS, POST");
    assertThat(host.http().get("/orders/ann/7/lines").status()).isEqualTo(404);
  }

  @Test
  void formsOfAnAnswerAreNegotiated() throws Exception {
    String path = "/orders/ann/7";
    assertThat(host.http().get(path).header("content-type")).isEqualTo("application/json");
    Answer csv = host.http().get(path, "Accept", "application/json;q=0.5, text/csv");
    assertThat(csv.header("content-type")).isEqualTo("text/csv; charset=utf-8");
    assertThat(csv.header("vary")).contains("accept");
    assertThat(csv.text()).isEqualTo("7,tea");
    assertThat(host.http().get(path, "Accept", "text/*;q=0.2, */*;q=0.1").text())
        .isEqualTo("7,tea");
    assertThat(host.http().get(path, "Accept", "text/csv;q=0, */*").header("content-type"))
        .isEqualTo("application/json");
    Answer none = host.http().get(path, "Accept", "image/png");
    assertThat(none.status()).isEqualTo(406);
    assertThat(none.text()).contains("application/json, text/csv; charset=utf-8");
  }

  @Test
  void bodiesOfOtherTypesAreRefused() throws Exception {
    Answer xml =
        host.http().send("POST", "/orders/ann", "<order/>", "Content-Type", "application/xml");
    assertThat(xml.status()).isEqualTo(415);
    assertThat(xml.header("accept")).isEqualTo("application/json");
    assertThat(xml.json().get("message").asString()).contains("takes application/json");
    Answer picture =
        host.http().send("POST", "/orders/ann/picture", "1234", "Content-Type", "image/png");
    assertThat(picture.text()).isEqualTo("4");
    assertThat(host.http().post("/orders/ann/picture", "1234").status()).isEqualTo(415);
    String vendor = "application/vnd.shop.order+json";
    Answer json =
        host.http().send("POST", "/orders/ann", "{\"item\":\"a\"}", "Content-Type", vendor);
    assertThat(json.status()).isEqualTo(201);
  }

  @Test
  void typesOfAnswersAreTheAnswersOwn() throws Exception {
    for (String type : List.of("text/plain", "application/octet-stream", "image/png")) {
      String[] header = {"Content-Type", type};
      assertThat(host.http().send("PUT", "/untyped", "{}", header).header("content-type"))
          .isEqualTo("text/plain; charset=utf-8");
      assertThat(host.http().send("PATCH", "/untyped", "{}", header).header("content-type"))
          .isEqualTo("application/json");
    }
    Answer refused = host.http().send("POST", "/orders/ann", "x", "Content-Type", "text/plain");
    assertThat(refused.header("content-type")).isEqualTo("application/json");
  }

  @Test
  void everyErrorIsAProblemToThoseWhoAsk() throws Exception {
    String[] accept = {"Accept", "application/problem+json, application/json"};
    for (String path :
        List.of("/orders/ann/seven", "/nowhere", "/orders/ann/7/8", "/core/examples/none")) {
      Answer problem = host.http().get(path, accept);
      Answer standard = host.http().get(path);
      assertThat(problem.header("content-type")).isEqualTo("application/problem+json");
      assertThat(problem.json().get("status").asInt()).isEqualTo(problem.status());
      assertThat(problem.json().get("title").asString()).isIn("Bad Request", "Not Found");
      assertThat(problem.json().get("instance").asString()).isEqualTo(path);
      assertThat(problem.json().get("detail")).isEqualTo(standard.json().get("message"));
      standard
          .json()
          .properties()
          .forEach(
              fact -> assertThat(problem.json().get(fact.getKey())).isEqualTo(fact.getValue()));
    }
    assertThat(host.http().get("/orders/ann", accept).header("content-type"))
        .isEqualTo("application/json");
    assertThat(host.http().send("PURGE", "/orders", null, accept).header("content-type"))
        .isEqualTo("application/problem+json");
  }

  @Test
  void descriptionTellsTheRoutes() throws Exception {
    var routes =
        host.http()
            .get("/orders/template")
            .json()
            .get("documentDescription")
            .get("serviceRequestRoutes");
    var order =
        routes
            .get("GET")
            .valueStream()
            .filter(it -> it.has("description"))
            .findFirst()
            .orElseThrow();
    assertThat(order.get("path").asString()).isEqualTo("/{customer}/{number}");
    assertThat(order.get("responseType").asString()).endsWith("Order");
    String parameters =
        order
            .get("parameters")
            .valueStream()
            .map(it -> it.get("paramDef").asString() + " " + it.get("name").asString())
            .collect(Collectors.joining(", "));
    assertThat(parameters)
        .isEqualTo(
            "PATH customer, PATH number, RESPONSE application/json, RESPONSE text/csv; charset=utf-8, RESPONSE 200");
    assertThat(routes.get("POST").toString()).contains("NewOrder").contains("201");
  }

  record Twice(String a) {}

  record Odd(Thread thread) {}

  record Wild(List<?> things) {}

  record BadDefault(@DefaultValue("x") int limit) {}

  record MaybePath(Optional<String> a) {}

  @Test
  void whatARouteCannotDoIsRefusedWhenItIsDeclared() {
    refused("stands there twice", () -> get("/{a}/{a}", Twice.class));
    refused("takes the rest of the path", () -> get("/{file...}/x", Rest.class));
    refused("'x{a}' is neither", () -> get("/x{a}", Twice.class));
    refused("begins with a slash", () -> get("x", Twice.class));
    refused("its utilities there", () -> get("/stats"));
    refused("has no component of that name", () -> get("/{b}", Twice.class));
    refused("declare it in a record", () -> get("/{b}"));
    refused("no parameter can have the type java.lang.Thread", () -> get("/x", Odd.class));
    refused("no parameter can have the type", () -> get("/x", Wild.class));
    refused("The default value of limit must be", () -> get("/x", BadDefault.class));
    refused("always there, once", () -> get("/{a}", MaybePath.class));
    refused("declared by a record", () -> get("/x", String.class));
    refused("path of their own", () -> Routes.at("/"));
    refused("no media type", () -> get("").to((r, _) -> 1).as("csv", it -> "1"));
    Route<?> other = get("/{customer}/{x}", Both.class).to((r, p) -> 1);
    Routes routes =
        Routes.at("/x").on(get("/{customer}/{number}", OrderName.class).to((r, p) -> 1));
    refused(
        "GET /{customer}/{x} and GET /{customer}/{number} answer the same requests",
        () -> routes.on(other));
  }

  record Both(String customer, String x) {}

  private static void refused(String why, Runnable declaration) {
    assertThatThrownBy(declaration::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
