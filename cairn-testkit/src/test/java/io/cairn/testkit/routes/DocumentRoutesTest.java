// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.routes;

import static io.cairn.service.routes.Route.delete;
import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.ServiceDocument;
import io.cairn.service.DocumentService;
import io.cairn.service.FactoryService;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import io.cairn.service.routes.DefaultValue;
import io.cairn.service.routes.DocumentRoute;
import io.cairn.service.routes.DocumentRoute.Changed;
import io.cairn.service.routes.DocumentRoutes;
import io.cairn.testkit.Answer;
import io.cairn.testkit.HttpProbe;
import io.cairn.testkit.cluster.TestCluster;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes below documents, through a node that owns some of them and not others. */
class DocumentRoutesTest {

  record Line(@NotBlank String sku, @Positive int count) {}

  record Order(String customer, State state, List<Line> lines) {
    Order {
      lines = lines == null ? List.of() : List.copyOf(lines);
    }
  }

  enum State {
    OPEN,
    SENT
  }

  record Page(@DefaultValue("10") int limit) {}

  record At(int n) {}

  record Rest(String path) {}

  record Named(String name) {}

  record Statement(String customer, int pieces, int limit) {}

  /** A document as Xenon's authors write it. */
  public static class Counter extends ServiceDocument {
    public int count;
  }

  /** A service as Xenon's authors write it. */
  public static final class CounterService extends StatefulService {
    public static final String FACTORY_LINK = "/counters";

    private static final DocumentRoutes<Counter> ROUTES =
        DocumentRoutes.of(
            get("/double").of(Counter.class).to((request, it, _) -> 2 * it.count),
            post("/add/{n}", At.class)
                .of(Counter.class)
                .changing(
                    (request, it, by) -> {
                      it.count += by.n();
                      return it;
                    }));

    public CounterService() {
      super(Counter.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
      toggleOption(ServiceOption.STRICT_UPDATE_CHECKING, true);
    }

    @Override
    public RoutesBelow<?> routes() {
      return ROUTES;
    }
  }

  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2, DocumentRoutesTest::startServices);
    cluster.awaitGroup("/orders");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void startServices(ServiceHost host) {
    host.start(
        DocumentService.of(Order.class)
            .persistent()
            .replicated()
            .states(
                State.class,
                Order::state,
                rules -> {
                  rules.initial(State.OPEN);
                  rules.from(State.OPEN).to(State.SENT);
                })
            .routes(routes())
            .at("/orders"));
    host.startFactory(new CounterService());
  }

  private static Order with(Order order, List<Line> lines) {
    return new Order(order.customer(), order.state(), lines);
  }

  private static DocumentRoutes<Order> routes() {
    return DocumentRoutes.of(
        get("/statement", Page.class)
            .of(Order.class)
            .to(
                (request, order, page) ->
                    new Statement(
                        order.customer(),
                        order.lines().stream().mapToInt(Line::count).sum(),
                        page.limit()))
            .as("text/csv", it -> it.customer() + "," + it.pieces())
            .answers(Statement.class)
            .describedAs("Sums the order up"),
        get("/files/{path...}", Rest.class).of(Order.class).to((request, order, it) -> it.path()),
        get("/lines").of(Order.class).to((request, order, _) -> order.lines().stream()),
        get("/label")
            .of(Order.class)
            .to(
                (request, order, _) ->
                    (BodyWriter)
                        out -> out.write(order.customer().getBytes(StandardCharsets.UTF_8))),
        get("/changes")
            .of(Order.class)
            .to((request, order, _) -> (EventSource) it -> it.send("seen", order.customer())),
        post("/lines")
            .of(Order.class)
            .takes(Line.class)
            .changingAndAnswering(
                (request, order, _, line) -> {
                  List<Line> lines = new ArrayList<>(order.lines());
                  lines.add(line);
                  request.created(request.link() + "/" + lines.size());
                  return new Changed<>(with(order, lines), line);
                }),
        post("/length")
            .of(Order.class)
            .takes(InputStream.class)
            .to((request, order, _, body) -> order.customer() + body.readAllBytes().length),
        delete("/lines/{n}", At.class)
            .of(Order.class)
            .changing(
                (request, order, at) -> {
                  if (at.n() >= order.lines().size()) {
                    throw new Refusal(404, "There is no line " + at.n());
                  }
                  List<Line> lines = new ArrayList<>(order.lines());
                  lines.remove(at.n());
                  return with(order, lines);
                }),
        delete("/lines")
            .of(Order.class)
            .changingAndAnswering(
                (request, order, _) -> new Changed<Order, Object>(with(order, List.of()), null)),
        post("/send")
            .of(Order.class)
            .changing(
                (request, order, _) -> new Order(order.customer(), State.SENT, order.lines())),
        post("/reopen")
            .of(Order.class)
            .changing(
                (request, order, _) -> new Order(order.customer(), State.OPEN, order.lines())),
        post("/spoil").of(Order.class).changing((request, order, _) -> nothing()));
  }

  @SuppressWarnings("NullAway") // the defect of an author
  private static Order nothing() {
    return null;
  }

  private static HttpProbe node(int node) {
    return cluster.host(node).http();
  }

  /** Some orders, so that each node owns one at least with all but certainty. */
  private static List<String> created(TestInfo test) throws IOException {
    List<String> links = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String name = test.getTestMethod().orElseThrow().getName() + i;
      Answer created =
          node(i % 2)
              .post(
                  "/orders",
                  "{\"documentSelfLink\":\"%s\",\"customer\":\"ann\",\"lines\":[{\"sku\":\"pen\",\"count\":3}]}"
                      .formatted(name));
      assertThat(created.status()).as(created.text()).isEqualTo(200);
      links.add("/orders/" + name);
    }
    return links;
  }

  @Test
  void routeReadsTheDocumentAtItsOwnerWhicheverNodeIsAsked(TestInfo test) throws Exception {
    for (String link : created(test)) {
      for (int node = 0; node < 2; node++) {
        Answer json = node(node).get(link + "/statement?limit=5");
        assertThat(json.as(Statement.class)).isEqualTo(new Statement("ann", 3, 5));
        assertThat(node(node).get(link + "/statement", "Accept", "text/csv").text())
            .isEqualTo("ann,3");
        assertThat(node(node).get(link + "/files/a%2Fb/c").text()).isEqualTo("a/b/c");
        assertThat(node(node).get(link + "/lines").text().strip())
            .isEqualTo("{\"sku\":\"pen\",\"count\":3}");
        assertThat(node(node).get(link + "/label").text()).isEqualTo("ann");
        assertThat(
                node(node)
                    .send("POST", link + "/length", "12345", "Content-Type", "text/plain")
                    .text())
            .isEqualTo("ann5");
        assertThat(node(node).get(link).json().get("documentVersion").asInt()).isZero();
      }
    }
  }

  @Test
  void eventsOfADocumentComeFromItsOwner(TestInfo test) throws Exception {
    for (String link : created(test)) {
      Answer events = node(0).get(link + "/changes", "Accept", "text/event-stream");
      if (events.status() == 307) {
        events = node(1).get(link + "/changes", "Accept", "text/event-stream");
      }
      assertThat(events.text()).contains("event: seen", "ann");
    }
  }

  @Test
  void routeChangesTheDocumentAsAnUpdateDoes(TestInfo test) throws Exception {
    for (String link : created(test)) {
      Answer added = node(0).post(link + "/lines", "{\"sku\":\"ink\",\"count\":2}");
      assertThat(added.status()).as(added.text()).isEqualTo(201);
      assertThat(added.header("location")).isEqualTo(link + "/lines/2");
      assertThat(added.text()).isEqualTo("{\"sku\":\"ink\",\"count\":2}");
      assertThat(added.header("etag")).isNotNull();

      Answer dropped = node(1).delete(link + "/lines/0");
      assertThat(dropped.status()).as(dropped.text()).isEqualTo(200);
      assertThat(dropped.json().get("documentVersion").asInt()).isEqualTo(2);
      assertThat(dropped.json().get("documentUpdateAction").asString()).isEqualTo("PATCH");
      assertThat(dropped.json().get("lines").toString())
          .isEqualTo("[{\"sku\":\"ink\",\"count\":2}]");

      Answer stale = node(0).delete(link + "/lines/0", "If-Match", "\"old\"");
      assertThat(stale.status()).isEqualTo(412);
      Answer none = node(0).delete(link + "/lines");
      assertThat(none.status()).isEqualTo(204);
      assertThat(none.text()).isEmpty();
      assertThat(node(1).get(link).json().get("documentVersion").asInt()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST   | /lines               | {\"sku\":\" \",\"count\":0} | 400 | sku must not be blank",
        "POST   | /lines               | {\"sku\":\"x\",\"count\":\"many\"} | 400 | count",
        "GET    | /statement?limit=all | | 400 | limit must be a whole number",
        "GET    | /statement?limt=1    | | 400 | is it limit?",
        "DELETE | /lines/7             | | 404 | There is no line 7",
        "POST   | /spoil               | | 500 | returned no state",
        "POST   | /reopen              | | 200 | OPEN",
        "POST   | /statement           | | 405 | ",
        "GET    | /nothing             | | 404 | Service not found",
        "GET    | /lines/1/more        | | 404 | Service not found",
        "GET    | /stats               | | 200 | entries"
      })
  void whatIsWrongIsRefusedAndChangesNothing(
      String verb, String suffix, @Nullable String body, int status, @Nullable String said)
      throws Exception {
    String link = "/orders/refusing";
    var _ = node(0).post("/orders", "{\"documentSelfLink\":\"refusing\",\"customer\":\"ann\"}");
    int before = node(0).get(link).json().get("documentVersion").asInt();
    for (int node = 0; node < 2; node++) {
      Answer answer = node(node).send(verb, link + suffix, body);
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      assertThat(answer.text()).contains(said == null ? "" : said);
      if (status == 405) {
        assertThat(answer.header("allow")).contains("GET");
      }
    }
    int after = node(0).get(link).json().get("documentVersion").asInt();
    assertThat(after).isEqualTo(suffix.equals("/reopen") ? before + 2 : before);
  }

  @Test
  void routeIsHeldAgainstTheStates(TestInfo test) throws Exception {
    String link = created(test).getFirst();
    assertThat(node(0).post(link + "/send", "{}").status()).isEqualTo(200);
    Answer back = node(1).post(link + "/reopen", "{}");
    assertThat(back.status()).isEqualTo(409);
    assertThat(back.text()).contains("cannot change from SENT to OPEN");
  }

  @Test
  void routeOfAMissingDocumentIsNotFound() throws Exception {
    for (int node = 0; node < 2; node++) {
      assertThat(node(node).get("/orders/nobody/statement").status()).isEqualTo(404);
      assertThat(node(node).delete("/orders/nobody/lines").status()).isEqualTo(404);
    }
  }

  @Test
  void classesHaveRoutesToo() throws Exception {
    for (int i = 0; i < 4; i++) {
      String link = "/counters/c" + i;
      var _ = node(0).post("/counters", "{\"documentSelfLink\":\"c%d\",\"count\":4}".formatted(i));
      assertThat(node(1).get(link + "/double").text()).isEqualTo("8");
      Answer unconditional = node(0).post(link + "/add/3", "{}");
      assertThat(unconditional.status()).isEqualTo(409);
      assertThat(unconditional.text()).contains("If-Match");
      String tag = String.valueOf(node(0).get(link).header("etag"));
      Answer added = node(0).post(link + "/add/3", "{}", "If-Match", tag);
      assertThat(added.status()).as(added.text()).isEqualTo(200);
      assertThat(added.json().get("count").asInt()).isEqualTo(7);
    }
  }

  @Test
  void descriptionTellsTheRoutes() throws Exception {
    assertThat(node(0).get("/orders/template").text())
        .contains("\"path\":\"/statement\"", "Sums the order up", "\"path\":\"/lines/{n}\"");
    assertThat(node(0).get("/counters/template").text()).contains("\"path\":\"/add/{n}\"");
  }

  @Test
  void whatCannotBeIsRefusedWhereItIsDeclared() {
    DocumentRoute<Order, String> one = get("/a").of(Order.class).to((request, it, _) -> "one");
    DocumentRoute<Order, String> same = get("/a").of(Order.class).to((request, it, _) -> "two");
    assertThatThrownBy(() -> DocumentRoutes.of(one, same))
        .hasMessageContaining("answer the same requests");
    for (String utility : List.of("/stats", "/config", "/template", "/available", "/ui")) {
      assertThatThrownBy(() -> get(utility).of(Order.class))
          .hasMessageContaining("each service has its utilities there");
    }
    for (String variable : List.of("/{name}", "/{name...}")) {
      assertThatThrownBy(() -> get(variable, Named.class).of(Order.class))
          .hasMessageContaining(
              variable + " would not be asked for /stats, /config and the other utilities")
          .hasMessageContaining("begin with a constant, as /items/{name}");
    }
    assertThatCode(() -> get("/{name}/lines", Named.class).of(Order.class))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> get("").of(Order.class)).hasMessageContaining("a path below it");
    assertThatThrownBy(() -> get("/b").of(Order.class).changing((request, order, _) -> order))
        .hasMessageContaining("A GET changes nothing");
    assertThatThrownBy(
            () ->
                DocumentService.of(Order.class)
                    .routes(DocumentRoutes.of(one))
                    .routes(DocumentRoutes.of(same)))
        .hasMessageContaining("routes(..) is there twice");
  }

  /** A service whose routes are of other documents. */
  public static final class Mistaken extends StatefulService {
    public static final String FACTORY_LINK = "/mistaken";

    public Mistaken() {
      super(Counter.class);
    }

    @Override
    public RoutesBelow<?> routes() {
      return DocumentRoutesTest.routes();
    }
  }

  /** A service whose documents never change, with a route that changes them. */
  public static final class Unchanging extends StatefulService {
    public static final String FACTORY_LINK = "/unchanging";

    public Unchanging() {
      super(Counter.class);
      toggleOption(ServiceOption.IMMUTABLE, true);
    }

    @Override
    public RoutesBelow<?> routes() {
      return CounterService.ROUTES;
    }
  }

  @Test
  void routesThatDoNotFitTheirServiceDoNotStart() {
    Stream.of(
            List.of(FactoryService.create(Mistaken.class, Counter.class), "its documents are of"),
            List.of(FactoryService.create(Unchanging.class, Counter.class), "are IMMUTABLE"))
        .forEach(
            each ->
                assertThatThrownBy(
                        () ->
                            cluster
                                .host(0)
                                .host()
                                .startAndAwait((FactoryService) each.get(0), "/wrong"))
                    .hasStackTraceContaining((String) each.get(1)));
  }
}
