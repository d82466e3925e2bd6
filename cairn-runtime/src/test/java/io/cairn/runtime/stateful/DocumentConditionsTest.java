// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.HostFixture;
import io.cairn.runtime.HostFixture.Answer;
import io.cairn.runtime.stateful.TicketService.Probe;
import io.cairn.service.Service.ServiceOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may demand of the document that it meets: a version, or an entity tag. */
class DocumentConditionsTest {

  @TempDir Path sandbox;

  private final Probe durable = new Probe();
  private final Probe strict = new Probe();
  private HostFixture host;

  @BeforeEach
  void startHost() {
    EnumSet<ServiceOption> checked =
        EnumSet.of(ServiceOption.PERSISTENCE, ServiceOption.STRICT_UPDATE_CHECKING);
    host =
        HostFixture.start(
            sandbox,
            starting -> {
              starting.startFactory(
                  () -> TicketService.factory(durable, EnumSet.of(ServiceOption.PERSISTENCE)),
                  "/durable");
              starting.startFactory(() -> TicketService.factory(strict, checked), "/strict");
            });
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void updateOfWhatIsNotThereFailsItsIfMatch(String verb) {
    for (String tags : List.of("*", "\"x\"")) {
      Answer absent = host.send(verb, "/durable/absent", "{}", "if-match", tags);

      assertThat(absent.status()).isEqualTo(412);
      assertThat(absent.message()).contains("There is no document", tags);
    }
    assertThat(host.send(verb, "/durable/absent", "{}").status()).isEqualTo(404);
    assertThat(host.send("GET", "/durable/absent", null, "if-match", "*").status()).isEqualTo(404);
  }

  @Test
  void strictServiceRefusesAStaleVersion() {
    create("/strict", "a");

    assertThat(host.patch("/strict/a", "{\"documentVersion\":0}").status()).isEqualTo(200);
    assertThat(host.patch("/strict/a", "{\"documentVersion\":0}").status()).isEqualTo(409);
    assertThat(host.patch("/strict/a", "{\"documentVersion\":1}").status()).isEqualTo(200);
    assertThat(strict.patched).hasValue(2);
  }

  @Test
  void strictServiceTellsNoVersionFromVersionZeroAndRefusesAStaleDelete() {
    Answer created = create("/strict", "a");
    String tag = created.response().headers().firstValue("etag").orElseThrow();

    Answer silent = host.patch("/strict/a", "{\"text\":\"x\"}");
    assertThat(silent.status()).isEqualTo(409);
    assertThat(silent.message()).contains("has version 0, the request says none");
    assertThat(host.put("/strict/a", "{\"text\":\"x\"}").status()).isEqualTo(409);
    assertThat(host.send("PATCH", "/strict/a", "{}", "if-match", tag).status()).isEqualTo(200);
    assertThat(host.send("DELETE", "/strict/a", "{\"documentVersion\":0}").status()).isEqualTo(409);
    assertThat(host.send("DELETE", "/strict/a", "{\"documentVersion\":1}").status()).isEqualTo(200);
  }

  @Test
  void strictServiceTakesAJsonPatchThatTestsTheVersion() {
    create("/strict", "a");
    String type = "application/json-patch+json";
    String change = "{\"op\":\"add\",\"path\":\"/text\",\"value\":\"new\"}]";
    String tested = "[{\"op\":\"test\",\"path\":\"/documentVersion\",\"value\":0}," + change;

    assertThat(host.send("PATCH", "/strict/a", "[" + change, "content-type", type).status())
        .isEqualTo(409);
    assertThat(host.send("PATCH", "/strict/a", tested, "content-type", type).status())
        .isEqualTo(200);
    assertThat(host.send("PATCH", "/strict/a", tested, "content-type", type).status())
        .isEqualTo(409);
    assertThat(host.get("/strict/a").json().path("text").asString()).isEqualTo("new");
  }

  @Test
  void entityTagsChangeWithEachVersionEvenBackToTheSameContent() {
    Answer first = create("/durable", "a");
    String tag = first.response().headers().firstValue("etag").orElseThrow();
    host.put("/durable/a", "{\"text\":\"b\"}");
    host.put("/durable/a", first.body());

    assertThat(host.send("GET", "/durable/a", null, "if-none-match", tag).status()).isEqualTo(200);
    assertThat(host.send("GET", "/durable/a", null, "if-match", tag).status()).isEqualTo(412);
    assertThat(host.send("PUT", "/durable/a", "{}", "if-match", tag).status()).isEqualTo(412);
    Answer now = host.get("/durable/a");
    String present = now.response().headers().firstValue("etag").orElseThrow();
    assertThat(host.send("GET", "/durable/a", null, "if-match", present).status()).isEqualTo(200);
    assertThat(host.send("PUT", "/durable/a", "{}", "if-match", "W/" + present).status())
        .isEqualTo(412);
    assertThat(host.send("PUT", "/durable/a", "{}", "if-none-match", present).status())
        .isEqualTo(412);
    assertThat(host.send("PUT", "/durable/a", "{}", "if-match", "\"x\", " + present).status())
        .isEqualTo(200);
  }

  @Test
  void entityTagsGuardUpdatesAndSpareReads() {
    Answer created = create("/durable", "a");
    String tag = created.response().headers().firstValue("etag").orElseThrow();

    assertThat(host.send("GET", "/durable/a", null, "if-none-match", tag).status()).isEqualTo(304);
    assertThat(host.send("PATCH", "/durable/a", "{}", "if-match", "\"other\"").status())
        .isEqualTo(412);
    assertThat(host.send("PATCH", "/durable/a", "{}", "if-match", tag).status()).isEqualTo(200);
    assertThat(host.send("PATCH", "/durable/a", "{}", "if-match", tag).status()).isEqualTo(412);
    assertThat(durable.patched).hasValue(1);
  }

  private Answer create(String factory, String id) {
    return host.post(factory, "{\"documentSelfLink\":\"" + id + "\",\"text\":\"start\"}");
  }
}
