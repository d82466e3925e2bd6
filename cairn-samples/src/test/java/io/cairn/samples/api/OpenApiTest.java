// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Answer;
import io.cairn.testkit.TestHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class OpenApiTest {
  private static TestHost host;
  private static JsonNode all;

  @BeforeAll
  static void start() throws Exception {
    host = Shop.start();
    all = get("/core/openapi");
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  private static JsonNode get(String path) throws Exception {
    Answer answer = host.http().get(path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static JsonNode schema(String name) {
    return all.at("/components/schemas/" + name);
  }

  private static JsonNode field(String name) {
    return schema("Article").at("/allOf/1/properties/" + name);
  }

  @Test
  void documentOfTheHostIsValidAndHasAllServices() throws Exception {
    ApiSchemas.requireOpenApi(all);
    for (JsonNode link : get("/?includes=ALL").get("documentLinks")) {
      assertThat(all.get("paths").propertyNames())
          .as(link.asString())
          .anyMatch(path -> path.equals(link.asString()) || path.startsWith(link.asString()));
    }
  }

  @Test
  void documentOfEachServiceIsValid() throws Exception {
    int services = 0;
    for (JsonNode link : get("/?includes=ALL").get("documentLinks")) {
      String path = link.asString().equals("/") ? "" : link.asString();
      if (path.equals("/core/attributes")) {
        continue; // what is below it are names of sets of attributes
      }
      JsonNode own = get(path + "/openapi");
      ApiSchemas.requireOpenApi(own);
      assertThat(own.get("paths").propertyNames()).as(path).contains(path + "/stats");
      services++;
    }
    assertThat(services).isGreaterThan(40);
  }

  @Test
  void documentOfOneDocumentNamesItsLink() throws Exception {
    host.http().post(Shop.NOTES, "{\"documentSelfLink\":\"one\",\"text\":\"t\"}");
    JsonNode own = get(Shop.NOTES + "/one/openapi");
    ApiSchemas.requireOpenApi(own);
    assertThat(own.at("/paths/~1shop~1notes~1one/get/operationId").asString())
        .isEqualTo("getShopNotesOne");
  }

  @Test
  void yamlSaysTheSameAsJson() throws Exception {
    for (String path : List.of("/core/openapi", "/core/examples/openapi", "/discovery/swagger")) {
      Answer yaml = host.http().get(path, "accept", "application/yaml");
      assertThat(yaml.header("content-type")).contains("application/yaml");
      assertThat(new YAMLMapper().readTree(yaml.text()))
          .isEqualTo(ApiSchemas.JSON.readTree(host.http().get(path).text()));
    }
    assertThat(host.http().get("/core/examples/openapi.yaml", "accept", "application/json").text())
        .startsWith("openapi: \"3.1.0\"");
    assertThat(host.http().get("/core/openapi.json", "accept", "text/yaml").text()).startsWith("{");
  }

  @Test
  void swaggerIsValid() throws Exception {
    JsonNode swagger = get("/discovery/swagger");
    ApiSchemas.requireSwagger(swagger);
    assertThat(swagger.get("paths").propertyNames())
        .containsExactlyElementsOf(all.get("paths").propertyNames());
    assertThat(swagger.at("/definitions/Article/allOf/1/properties/stars/minimum").asInt())
        .isEqualTo(3);
  }

  @Test
  void verbsAreThoseThatAServiceHas() {
    assertThat(verbs(Shop.NOTES + "/{id}")).containsExactlyInAnyOrder("get", "delete");
    assertThat(verbs("/samples/orders/{id}"))
        .containsExactlyInAnyOrder("get", "delete", "post", "patch");
    assertThat(verbs("/core/examples/{id}"))
        .containsExactlyInAnyOrder("get", "put", "patch", "delete");
    assertThat(verbs("/core/examples")).containsExactlyInAnyOrder("get", "post");
  }

  private static List<String> verbs(String path) {
    return new ArrayList<>(all.get("paths").get(path).propertyNames());
  }

  @Test
  void constraintsAndTypesAreKeywords() {
    JsonNode own = schema("Article").at("/allOf/1");
    assertThat(own.get("required").toString()).isEqualTo("[\"title\",\"price\",\"parts\"]");
    assertThat(field("title").toString())
        .isEqualTo("{\"type\":\"string\",\"minLength\":1,\"pattern\":\"\\\\S\",\"maxLength\":20}");
    assertThat(field("stars").toString())
        .isEqualTo("{\"type\":\"integer\",\"format\":\"int32\",\"minimum\":3,\"maximum\":7}");
    assertThat(field("price").toString()).isEqualTo("{\"type\":\"number\",\"minimum\":0.50}");
    assertThat(field("contact").get("format").asString()).isEqualTo("email");
    assertThat(field("code").get("description").asString()).isEqualTo("Of the maker");
    assertThat(field("code").get("pattern").asString()).isEqualTo("^(?:[A-Z]{2}-[0-9]+)$");
    assertThat(field("colour").toString())
        .isEqualTo("{\"type\":[\"string\",\"null\"],\"enum\":[\"RED\",\"GREEN\",null]}");
    assertThat(field("parts").toString())
        .isEqualTo(
            "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Part\"},\"minItems\":1}");
    assertThat(field("stock").at("/additionalProperties/exclusiveMinimum").asInt(-1)).isZero();
    assertThat(field("tags").get("uniqueItems").asBoolean()).isTrue();
    assertThat(field("number").get("format").asString()).isEqualTo("uuid");
    assertThat(field("built").get("format").asString()).isEqualTo("date");
    assertThat(field("takes").get("format").asString()).isEqualTo("duration");
    assertThat(field("picture").get("contentEncoding").asString()).isEqualTo("base64");
    assertThat(schema("ServiceDocument").at("/properties/documentOwner/readOnly").asBoolean())
        .isTrue();
  }

  @Test
  void sealedTypesAreToldApart() {
    JsonNode payment = schema("Payment");
    assertThat(payment.at("/discriminator/propertyName").asString()).isEqualTo("type");
    assertThat(payment.get("oneOf")).hasSize(2);
    assertThat(schema("Payment.Card").at("/properties/type/const").asString()).isEqualTo("Card");
  }

  @Test
  void routesHaveTheirParameters() {
    JsonNode bill = all.at("/paths/~1shop~1articles~1{id}~1bill/get");
    assertThat(bill.get("operationId").asString()).isEqualTo("getArticleBill");
    assertThat(bill.get("description").asString()).isEqualTo("What it costs");
    assertThat(parameter(bill, "limit").at("/schema/default").asInt()).isEqualTo(5);
    assertThat(parameter(bill, "since").get("required").asBoolean()).isFalse();
    assertThat(parameter(bill, "colour").at("/schema/items/enum")).hasSize(2);
    assertThat(bill.at("/responses/200/content").propertyNames())
        .containsExactlyInAnyOrder("application/json", "text/csv");
    JsonNode restock = all.at("/paths/~1shop~1catalogue~1{category}~1restock/post");
    assertThat(restock.get("operationId").asString())
        .isEqualTo("postShopCatalogueRestockByCategory");
    assertThat(restock.at("/requestBody/content/application~1json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/Restock");
    assertThat(restock.get("responses").has("201")).isTrue();
  }

  @Test
  void annotatedHandlersAreDescribedInTheTemplateToo() throws Exception {
    JsonNode greet = all.at("/paths/~1shop~1greeter/get");
    assertThat(greet.get("operationId").asString()).isEqualTo("getShopGreeter");
    assertThat(greet.get("description").asString()).isEqualTo("Greets somebody");
    assertThat(parameter(greet, "name").get("required").asBoolean()).isTrue();
    assertThat(greet.at("/responses/200/content/application~1json/schema/$ref").asString())
        .isEqualTo("#/components/schemas/Greeting");
    assertThat(
            get("/shop/greeter/template")
                .at("/documentDescription/serviceRequestRoutes/GET/0/description")
                .asString())
        .isEqualTo("Greets somebody");
  }

  @Test
  void healthIsDescribedAndAnsweredSo() throws Exception {
    JsonNode ready = all.at("/paths/~1core~1health~1ready/get");
    assertThat(ready.get("operationId").asString()).isEqualTo("getHealthReady");
    JsonNode schema = ready.at("/responses/200/content/application~1json/schema");
    assertThat(ApiSchemas.mistakes(all, schema, get("/core/health/ready"))).isEmpty();
  }

  @Test
  void tasksMayBeAnsweredBeforeTheyEnd() {
    assertThat(all.at("/paths/~1samples~1word-counts/post/responses").propertyNames())
        .contains("200", "202");
  }

  private static JsonNode parameter(JsonNode operation, String name) {
    for (JsonNode each : operation.get("parameters")) {
      if (name.equals(each.path("name").asString(""))) {
        return each;
      }
    }
    throw new AssertionError("no parameter " + name + " in " + operation);
  }

  @Test
  void onlyWhatIsBelowAPathIsShown() throws Exception {
    JsonNode some = get("/core/openapi?below=/samples,/shop/notes");
    ApiSchemas.requireOpenApi(some);
    assertThat(some.get("paths").propertyNames())
        .isNotEmpty()
        .allMatch(path -> path.startsWith("/samples/") || path.startsWith("/shop/notes"));
    Answer none = host.http().get("/core/openapi?below=/sampels");
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.json().get("message").asString()).contains("no service at or below /sampels");
    Answer wrong = host.http().get("/core/openapi?bellow=/samples");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().get("message").asString()).contains("is it below?");
  }

  @Test
  void documentIsCachedByItsTag() throws Exception {
    Answer first = host.http().get("/core/examples/openapi");
    Answer again = host.http().get("/core/examples/openapi", "if-none-match", first.header("etag"));
    assertThat(again.status()).isEqualTo(304);
    assertThat(host.http().get("/core/openapi", "accept", "image/png").status()).isEqualTo(406);
    assertThat(host.http().post("/core/examples/openapi", "{}").status()).isEqualTo(405);
    assertThat(host.http().get("/core/examples/none/openapi").status()).isEqualTo(404);
  }

  // ---- examples

  @Test
  void eachExampleIsTakenAndAnsweredAsDescribed() throws Exception {
    JsonNode some = get("/core/openapi?below=/samples,/shop,/core/examples,/core/query-tasks");
    List<String> asked = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : some.get("paths").properties()) {
      JsonNode create = path.getValue().at("/post/requestBody/content/application~1json/example");
      boolean collection = some.get("paths").has(path.getKey() + "/{id}");
      if (collection && create.isObject()) {
        askAll(some, path.getKey(), asked);
      }
    }
    assertThat(asked)
        .contains(
            "POST /core/examples",
            "GET /core/examples/{id}",
            "PATCH /core/examples/{id} application/json",
            "PUT /core/examples/{id} application/json",
            "DELETE /core/examples/{id}",
            "POST /samples/orders",
            "POST /samples/orders/{id} application/json",
            "POST /samples/accounts",
            "POST /samples/bank-accounts",
            "POST /samples/sequences",
            "POST /shop/articles",
            "PATCH /shop/articles/{id} application/merge-patch+json",
            "POST /shop/notes");
  }

  /** Makes a document of the example, and has everything done to it that has an example. */
  private static void askAll(JsonNode document, String collection, List<String> asked)
      throws Exception {
    JsonNode paths = document.get("paths");
    JsonNode post = paths.get(collection).get("post");
    JsonNode created =
        ask(document, post, "POST", collection, collection, "application/json").json();
    asked.add("POST " + collection);
    String link = created.get("documentSelfLink").asString();
    if (collection.equals("/core/query-tasks")) {
      return; // a direct one leaves nothing behind
    }
    ask(
        document,
        paths.get(collection).get("get"),
        "GET",
        collection,
        collection + "?expand",
        null);
    String below = collection + "/{id}";
    for (String verb : List.of("get", "post", "patch", "put", "delete")) {
      JsonNode operation = paths.get(below).get(verb);
      if (operation == null) {
        continue;
      }
      String name = verb.toUpperCase(java.util.Locale.ROOT);
      if (!operation.has("requestBody")) {
        ask(document, operation, name, below, link, null);
        asked.add(name + " " + below);
        continue;
      }
      for (Map.Entry<String, JsonNode> form : operation.at("/requestBody/content").properties()) {
        if (form.getValue().has("example")) {
          ask(document, operation, name, below, link, form.getKey());
          asked.add(name + " " + below + " " + form.getKey());
        }
      }
    }
  }

  private static Answer ask(
      JsonNode document, JsonNode operation, String verb, String path, String link, String form)
      throws Exception {
    String body = null;
    if (form != null) {
      JsonNode content = operation.at("/requestBody/content").get(form);
      body = content.get("example").toString();
      assertThat(ApiSchemas.mistakes(document, content.get("schema"), content.get("example")))
          .as("example of %s %s", verb, path)
          .isEmpty();
    }
    Answer answer =
        form == null
            ? host.http().send(verb, link, null)
            : host.http().send(verb, link, body, "content-type", form);
    String what = "%s %s with %s: %s".formatted(verb, link, body, answer.text());
    assertThat(answer.status()).as(what).isEqualTo(200);
    JsonNode described = operation.get("responses").get("200");
    JsonNode schema = described.at("/content/application~1json/schema");
    assertThat(ApiSchemas.mistakes(document, schema, answer.json())).as(what).isEmpty();
    JsonNode example = described.at("/content/application~1json/example");
    if (!example.isMissingNode()) {
      assertThat(ApiSchemas.mistakes(document, schema, example)).as(what).isEmpty();
    }
    return answer;
  }

  @Test
  void refusalsAreAsDescribed() throws Exception {
    JsonNode refused = all.at("/components/responses/BadRequest/content/application~1json/schema");
    Answer answer = host.http().post(Shop.ARTICLES, "{\"title\":\"\",\"stars\":9}");
    assertThat(answer.status()).as(answer.text() + host.logged()).isEqualTo(400);
    assertThat(ApiSchemas.mistakes(all, refused, answer.json())).isEmpty();
    assertThat(
            ApiSchemas.mistakes(
                all,
                schemaRef("Article"),
                ApiSchemas.JSON.readTree("{\"title\":\"\",\"stars\":9}")))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  private static JsonNode schemaRef(String name) {
    return ApiSchemas.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  // ---- the page

  @Test
  void pageLoadsNothingFromElsewhereAndHasNoScriptInIt() throws Exception {
    Answer page = host.http().get("/core/ui/api");
    assertThat(page.header("content-security-policy")).contains("script-src 'self';");
    assertThat(page.text())
        .doesNotContain("//")
        .doesNotContain("onclick")
        .doesNotContain("<script>");
    for (String file :
        List.of(
            "swagger-ui-bundle.js", "swagger-ui.css", "page.js", "page.css", "favicon-32x32.png")) {
      assertThat(page.text() + host.http().get("/core/ui/api/page.js").text())
          .satisfiesAnyOf(
              text -> assertThat(text).contains("/core/ui/api/" + file),
              text -> assertThat(text).contains(file));
      Answer plain = host.http().get("/core/ui/api/" + file);
      assertThat(plain.status()).isEqualTo(200);
      Answer zipped = host.http().get("/core/ui/api/" + file, "accept-encoding", "gzip");
      assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
      assertThat(zipped.header("cache-control")).contains("max-age");
      assertThat(
              host.http()
                  .get("/core/ui/api/" + file, "if-none-match", zipped.header("etag"))
                  .status())
          .isEqualTo(304);
    }
    assertThat(host.http().get("/core/ui/api/index.html").status()).isEqualTo(404);
    assertThat(host.http().get("/core/ui/api/../../../etc/passwd").status()).isEqualTo(404);
  }
}
