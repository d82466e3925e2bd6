// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One host serves all tests; each removes what it put. */
class AttributesServiceTest {

  private static final String ALL = "/core/attributes";

  private static HostFixture host;

  @BeforeAll
  static void start(@TempDir Path sandbox) {
    host = HostFixture.start(sandbox, services -> {});
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  @AfterEach
  void removeAllSets() {
    for (String set : host.get(ALL).json().get("sets").propertyNames()) {
      String path = ALL + "/" + AttributePath.encode(set).replace(".", "%2E");
      assertThat(host.delete(path).status()).isEqualTo(200);
    }
  }

  private Answer put(String path, String body) {
    return host.put(ALL + path, body);
  }

  @Test
  void putAddsThenReplaces() {
    Answer added = put("/Set1/a", "{\"type\":\"Integer\",\"value\":5}");

    assertThat(added.status()).isEqualTo(201);
    assertThat(added.body())
        .isEqualTo("{\"set\":\"Set1\",\"name\":\"a\",\"type\":\"Integer\",\"value\":5}");
    assertThat(added.response().headers().firstValue("location")).contains(ALL + "/Set1/a");

    Answer replaced = put("/Set1/a", "{\"type\":\"Integer\",\"value\":6}");

    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.json().get("value").asInt()).isEqualTo(6);
    assertThat(host.get(ALL + "/Set1/a").body()).isEqualTo(replaced.body());
  }

  @Test
  void putOfTheSameValueChangesNothing() {
    put("/s/a", "{\"value\":5}");

    Answer again = put("/s/a", "{\"value\":5}");

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().get("value").asInt()).isEqualTo(5);
  }

  @Test
  void putOfAnotherTypeIsAConflictThatNamesBoth() {
    put("/s/a", "{\"value\":5}");

    Answer other = put("/s/a", "{\"type\":\"String\",\"value\":\"5\"}");

    assertThat(other.status()).isEqualTo(409);
    assertThat(other.message()).contains("Integer").contains("String");
    assertThat(host.get(ALL + "/s/a").json().get("value").asInt()).isEqualTo(5);
  }

  @Test
  void putWithIfNoneMatchNeverReplaces() {
    Answer added = host.send("PUT", ALL + "/s/a", "{\"value\":1}", "if-none-match", "*");
    Answer refused = host.send("PUT", ALL + "/s/a", "{\"value\":2}", "if-none-match", "*");

    assertThat(added.status()).isEqualTo(201);
    assertThat(refused.status()).isEqualTo(412);
    assertThat(host.get(ALL + "/s/a").json().get("value").asInt()).isEqualTo(1);
    assertThat(host.send("PUT", ALL + "/s/b", "{\"value\":2}", "if-none-match", "\"x\"").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "Byte,-128",
    "Short,-32768",
    "Integer,2147483647",
    "Long,9223372036854775807",
    "Character,'\"ä\"'",
    "Float,1.5",
    "Double,-0.001",
    "Boolean,true",
    "String,'\"two\\nlines\"'",
    "String,'\"\"'",
    "Double,'\"NaN\"'",
    "Float,'\"-Infinity\"'"
  })
  void valueOfEachTypeComesBackAsItWasSent(String type, String value) {
    String body = "\"type\":\"%s\",\"value\":%s}".formatted(type, value);

    assertThat(put("/s/a", "{" + body).status()).isEqualTo(201);

    assertThat(host.get(ALL + "/s/a").body()).isEqualTo("{\"set\":\"s\",\"name\":\"a\"," + body);
  }

  @Test
  void setsAreReadAsAWhole() {
    put("/s/b", "{\"value\":2}");
    put("/s/a", "{\"value\":1}");
    put("/t/c", "{\"value\":\"x\"}");

    String s =
        "{\"name\":\"s\",\"attributes\":{"
            + "\"a\":{\"set\":\"s\",\"name\":\"a\",\"type\":\"Integer\",\"value\":1},"
            + "\"b\":{\"set\":\"s\",\"name\":\"b\",\"type\":\"Integer\",\"value\":2}}}";
    assertThat(host.get(ALL + "/s").body()).isEqualTo(s);
    assertThat(host.get(ALL).json().get("sets").propertyNames()).containsExactly("s", "t");
    assertThat(host.get(ALL).body()).startsWith("{\"sets\":{\"s\":" + s);
  }

  @Test
  void attributeIsRemovedAndItsSetStays() {
    put("/s/a", "{\"value\":1}");

    Answer removed = host.delete(ALL + "/s/a");

    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.json().get("value").asInt()).isEqualTo(1);
    assertThat(host.get(ALL + "/s/a").status()).isEqualTo(404);
    assertThat(host.get(ALL + "/s").json().get("attributes")).isEmpty();
    assertThat(host.delete(ALL + "/s/a").status()).isEqualTo(404);
  }

  @Test
  void setIsRemovedWithAllThatIsInIt() {
    put("/s/a", "{\"value\":1}");
    put("/t/a", "{\"value\":1}");

    assertThat(host.delete(ALL + "/s").status()).isEqualTo(200);

    assertThat(host.get(ALL + "/s").status()).isEqualTo(404);
    assertThat(host.get(ALL + "/s/a").status()).isEqualTo(404);
    assertThat(host.get(ALL + "/t/a").status()).isEqualTo(200);
    assertThat(host.delete(ALL + "/s").status()).isEqualTo(404);
  }

  @Test
  void whatIsNotThereHasAnErrorBody() {
    assertThat(host.get(ALL + "/nothing").message()).contains("nothing");
    assertThat(host.get(ALL + "/nothing/a").status()).isEqualTo(404);
    assertThat(host.get(ALL + "/nothing/a").message()).contains("'a'").contains("'nothing'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stats", "config", "available", "template", "subscriptions", "ui"})
  void setsMayBeNamedLikeUtilities(String name) {
    assertThat(put("/" + name + "/" + name, "{\"value\":1}").status()).isEqualTo(201);

    assertThat(host.get(ALL + "/" + name + "/" + name).json().get("value").asInt()).isEqualTo(1);
    assertThat(host.get(ALL + "/" + name).json().get("name").asString()).isEqualTo(name);
    assertThat(host.delete(ALL + "/" + name).status()).isEqualTo(200);
    assertThat(host.get(ALL + "/" + name).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "/", "ä:ö", "a%2Fb", "a+b", "?", "日本", "😀", ".", ".."})
  void namesAreAnyText(String name) {
    String path = "/" + AttributePath.encode(name) + "/" + AttributePath.encode(name);
    path = path.replace(".", "%2E");

    assertThat(put(path, "{\"value\":1}").status()).isEqualTo(201);

    assertThat(host.get(ALL + path).json().get("name").asString()).isEqualTo(name);
    assertThat(host.get(ALL).json().get("sets").propertyNames()).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/s/a%0Ab", "/s%00/a", "/s/%ff", "/a/b/c", "/s/__undefined"})
  void badNamesAreRefused(String path) {
    Answer refused = put(path, "{\"value\":1}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isNotBlank();
  }

  @Test
  void namesAreBounded() {
    assertThat(put("/s/" + "x".repeat(255), "{\"value\":1}").status()).isEqualTo(201);
    assertThat(put("/s/" + "x".repeat(256), "{\"value\":1}").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "5",
        "{}",
        "{\"value\":null}",
        "{\"value\":{}}",
        "{\"value\":1e999}",
        "{\"type\":\"Date\",\"value\":1}",
        "{\"type\":\"Byte\",\"value\":128}",
        "{\"value\":1,\"name\":\"other\"}",
        "{\"value\":1,\"ttl\":5}",
        "{\"value\":1"
      })
  void badBodiesAreRefused(String body) {
    Answer refused = put("/s/a", body);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isNotBlank();
    assertThat(host.get(ALL + "/s").status()).isEqualTo(404);
  }

  @Test
  void attributeBeyondOneMessageIsRefused() {
    Answer refused = put("/s/a", "{\"value\":\"" + "x".repeat(5_000) + "\"}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("4096");
  }

  @Test
  void verbsThatMeanNothingAreRefused() {
    assertThat(put("", "{\"value\":1}").status()).isEqualTo(405);
    assertThat(put("/s", "{\"value\":1}").status()).isEqualTo(405);
    assertThat(host.post(ALL + "/s", "{\"value\":1}").status()).isEqualTo(405);
    assertThat(host.patch(ALL + "/s/a", "{\"value\":1}").status()).isEqualTo(405);
    assertThat(host.delete(ALL).status()).isEqualTo(405);
    assertThat(host.get(ALL).status()).isEqualTo(200);
  }

  @Test
  void changeIsConfirmedAtOnceWhereNobodyElseIs() {
    Answer added = put("/s/a?confirm=true", "{\"value\":1}");

    assertThat(added.status()).isEqualTo(201);
    assertThat(added.json().get("confirmed")).isEmpty();
    assertThat(added.json().get("unconfirmed")).isEmpty();
    assertThat(host.delete(ALL + "/s?confirm").json().get("unconfirmed")).isEmpty();
    assertThat(put("/s/a?confirm=maybe", "{\"value\":1}").status()).isEqualTo(400);
    assertThat(host.get(ALL + "/s/a").status()).isEqualTo(404);
  }

  @Test
  void attributeIsWatched() throws Exception {
    put("/s/a", "{\"value\":1}");
    try (ReadEvents events = new ReadEvents(host.uri(ALL + "/s/a"))) {
      ReadEvents.Event state = events.next();
      assertThat(state.name()).isEqualTo("state");
      assertThat(state.id()).isEqualTo("1");
      assertThat(state.json().get("value").asInt()).isEqualTo(1);

      put("/s/b", "{\"value\":7}");
      put("/t/a", "{\"value\":7}");
      put("/s/a", "{\"value\":2}");

      ReadEvents.Event replaced = events.next();
      assertThat(replaced.name()).isEqualTo("attributeReplaced");
      assertThat(replaced.id()).isEqualTo("2");
      assertThat(replaced.data())
          .isEqualTo(
              "{\"set\":\"s\",\"name\":\"a\",\"type\":\"Integer\",\"value\":2,\"previous\":1}");

      host.delete(ALL + "/s/a");
      assertThat(events.next().name()).isEqualTo("attributeRemoved");
    }
  }

  @Test
  void setThatIsNotThereYetIsWatched() throws Exception {
    try (ReadEvents events = new ReadEvents(host.uri(ALL + "/s"))) {
      assertThat(events.next().json().get("attributes")).isEmpty();

      put("/s/a", "{\"value\":\"x\"}");
      put("/t/a", "{\"value\":\"x\"}");
      host.delete(ALL + "/s");

      assertThat(events.next().data()).isEqualTo("{\"set\":\"s\"}");
      assertThat(events.next().name()).isEqualTo("attributeAdded");
      assertThat(events.next().name()).isEqualTo("attributeRemoved");
      assertThat(events.next().name()).isEqualTo("attributeSetRemoved");
    }
  }

  @Test
  void allSetsAreWatched() throws Exception {
    try (ReadEvents events = new ReadEvents(host.uri(ALL))) {
      assertThat(events.next().json().get("sets")).isEmpty();

      put("/s/a", "{\"value\":1}");

      assertThat(events.next().name()).isEqualTo("attributeSetCreated");
      assertThat(events.next().json().get("value").asInt()).isEqualTo(1);
    }
  }

  @Test
  void attributeThatIsNotThereIsWatched() throws Exception {
    try (ReadEvents events = new ReadEvents(host.uri(ALL + "/s/a"))) {
      assertThat(events.next().data()).isEqualTo("{\"set\":\"s\",\"name\":\"a\"}");

      put("/s/a", "{\"value\":1}");

      assertThat(events.next().name()).isEqualTo("attributeAdded");
    }
  }
}
