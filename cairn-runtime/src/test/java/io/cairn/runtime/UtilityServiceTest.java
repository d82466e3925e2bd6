// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.Operation;
import io.cairn.service.OperationProcessingChain;
import io.cairn.service.RequestRouter;
import io.cairn.service.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UtilityServiceTest extends UtilityHost {
  // ---- statistics

  @Test
  void requestsAreCountedByVerb() throws Exception {
    status("PATCH", NOTE, "{\"text\":\"b\"}");
    status("PATCH", NOTE, "{\"text\":\"c\"}");
    assertThat(status("PATCH", NOTE, "{}")).isEqualTo(400);
    assertThat(stat("PATCHrequestCount").get("latestValue").asDouble()).isEqualTo(3);
    assertThat(stat("PATCHfailureCount").get("latestValue").asDouble()).isEqualTo(1);
    JsonNode bins = stat("PATCHoperationDuration").get("logHistogram").get("bins");
    assertThat(bins.size()).isEqualTo(15);
  }

  @Test
  void theVerbsOfStatsSetAddAndReplace() throws Exception {
    String stats = NOTE + "/stats";
    assertThat(status("PATCH", stats, "{\"name\":\"k\",\"latestValue\":1}")).isEqualTo(400);
    assertThat(status("POST", stats, "{\"name\":\"k\",\"latestValue\":100}")).isEqualTo(200);
    assertThat(status("POST", stats, "{\"name\":\"k\",\"latestValue\":200,\"unit\":\"u\"}"))
        .isEqualTo(200);
    assertThat(stat("k").get("latestValue").asDouble()).isEqualTo(200);
    assertThat(stat("k").get("accumulatedValue").asDouble()).isEqualTo(300);
    assertThat(stat("k").get("version").asLong()).isEqualTo(2);
    assertThat(status("PATCH", stats, "{\"name\":\"k\",\"latestValue\":25}")).isEqualTo(200);
    assertThat(stat("k").get("latestValue").asDouble()).isEqualTo(225);
    assertThat(stat("k").get("version").asLong()).isEqualTo(3);
    assertThat(stat("k").get("unit").asString()).isEqualTo("u");
    assertThat(status("PUT", stats, "{\"name\":\"k\",\"latestValue\":7}")).isEqualTo(200);
    assertThat(stat("k").get("version").asLong()).isEqualTo(1);
    String all =
        "{\"kind\":\"com:vmware:xenon:common:ServiceStats\",\"entries\":"
            + "{\"z\":{\"name\":\"z\",\"latestValue\":4}}}";
    assertThat(status("PUT", stats, all)).isEqualTo(200);
    assertThat(get(stats).get("entries").propertyNames()).containsExactly("z");
  }

  @Test
  void aTimeSeriesSentByAClientIsKept() throws Exception {
    String series =
        "{\"name\":\"kPerHour\",\"latestValue\":3,\"timeSeriesStats\":{\"numBins\":2,"
            + "\"binDurationMillis\":1000,\"aggregationType\":[\"AVG\",\"MAX\"]}}";
    assertThat(status("POST", NOTE + "/stats", series)).isEqualTo(200);
    JsonNode kept = stat("kPerHour").get("timeSeriesStats");
    assertThat(kept.get("bins").size()).isEqualTo(1);
    JsonNode bin = kept.get("bins").iterator().next();
    assertThat(bin.get("max").asDouble()).isEqualTo(3);
    assertThat(bin.get("min")).isNull();
    String broken = "{\"name\":\"x\",\"latestValue\":3,\"timeSeriesStats\":{\"numBins\":0}}";
    assertThat(status("POST", NOTE + "/stats", broken)).isEqualTo(400);
  }

  @Test
  void statsAreFiltered() throws Exception {
    status("POST", NOTE + "/stats", "{\"name\":\"aPerDay\",\"latestValue\":100}");
    status("POST", NOTE + "/stats", "{\"name\":\"bPerDay\",\"latestValue\":2000}");
    JsonNode found =
        get(NOTE + "/stats?$filter=name%20eq%20*PerDay%20and%20latestValue%20ge%201000.0");
    assertThat(found.get("entries").propertyNames()).containsExactly("bPerDay");
    assertThat(status("GET", NOTE + "/stats?$filter=name%20is%20x", null)).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,/stats",
    "PUT,/config",
    "POST,/config",
    "DELETE,/config",
    "PUT,/subscriptions",
    "PATCH,/subscriptions",
    "POST,/template",
    "DELETE,/available",
    "OPTIONS,/stats"
  })
  void otherVerbsAreRefusedNotCrashed(String verb, String suffix) throws Exception {
    assertThat(status(verb, NOTE + suffix, "{}")).isEqualTo(405);
  }

  // ---- configuration

  @Test
  void theConfigurationOfAServiceIsShown() throws Exception {
    JsonNode config = get(NOTE + "/config");
    assertThat(config.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:common:ServiceConfiguration");
    assertThat(config.get("operationQueueLimit").asInt()).isEqualTo(10_000);
    assertThat(config.get("versionRetentionLimit").asLong()).isEqualTo(1000);
    assertThat(config.get("version").asLong()).isZero();
    assertThat(config.get("options").toString()).contains("PERSISTENCE", "INSTRUMENTATION");
  }

  @Test
  void theConfigurationOfAFactoryNamesTheOptionsOfItsChildren() throws Exception {
    JsonNode config = get(NoteService.FACTORY_LINK + "/config");
    assertThat(config.get("documentKind").asString())
        .isEqualTo("com:vmware:xenon:common:FactoryService:FactoryServiceConfiguration");
    assertThat(config.get("childOptions").toString()).contains("PERSISTENCE");
  }

  @Test
  void aPatchChangesTheConfiguration() throws Exception {
    String change =
        "{"
            + CONFIG_KIND
            + ",\"addOptions\":[\"PERIODIC_MAINTENANCE\"],\"removeOptions\":[\"INSTRUMENTATION\"],"
            + "\"operationQueueLimit\":7,\"versionRetentionLimit\":20,\"epoch\":3,"
            + "\"maintenanceIntervalMicros\":5000000,"
            + "\"peerNodeSelectorPath\":\"/core/node-selectors/default-3x\"}";
    assertThat(status("PATCH", NOTE + "/config", change)).isEqualTo(200);
    JsonNode config = get(NOTE + "/config");
    assertThat(config.get("options").toString())
        .contains("PERIODIC_MAINTENANCE")
        .doesNotContain("INSTRUMENTATION");
    assertThat(config.get("operationQueueLimit").asInt()).isEqualTo(7);
    assertThat(config.get("versionRetentionLimit").asLong()).isEqualTo(20);
    assertThat(config.get("versionRetentionFloor").asLong()).isEqualTo(10);
    assertThat(config.get("epoch").asLong()).isEqualTo(3);
    assertThat(config.get("maintenanceIntervalMicros").asLong()).isEqualTo(5_000_000);
    assertThat(config.get("peerNodeSelectorPath").asString()).endsWith("default-3x");
    send("POST", NoteService.FACTORY_LINK, "{\"documentSelfLink\":\"two\"}");
    JsonNode other = get(NoteService.FACTORY_LINK + "/two/config");
    assertThat(other.get("versionRetentionLimit").asLong()).isEqualTo(20);
    assertThat(other.get("operationQueueLimit").asInt()).isEqualTo(10_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "\"addOptions\":[\"PERSISTENCE\"]",
        "\"removeOptions\":[\"REPLICATION\"],\"epoch\":9",
        "\"epoch\":0",
        "\"operationQueueLimit\":0",
        "\"addOptions\":[\"INSTRUMENTATION\"],\"removeOptions\":[\"INSTRUMENTATION\"]",
        "\"peerNodeSelectorPath\":\"nowhere\"",
        "\"versionRetentionLimit\":2,\"versionRetentionFloor\":3",
        "\"unknown\":1",
      })
  void aRefusedPatchChangesNothing(String fields) throws Exception {
    String before = get(NOTE + "/config").toString();
    assertThat(status("PATCH", NOTE + "/config", "{" + CONFIG_KIND + "," + fields + "}"))
        .isEqualTo(400);
    assertThat(get(NOTE + "/config").toString()).isEqualTo(before);
    assertThat(status("PATCH", NOTE + "/config", "{" + fields + "}")).isEqualTo(400);
    assertThat(status("PATCH", NOTE + "/config", null)).isEqualTo(400);
  }

  // ---- availability, template, others

  @Test
  void availabilityIsAnsweredAndSet() throws Exception {
    String available = NOTE + "/available";
    assertThat(status("GET", available, null)).isEqualTo(200);
    assertThat(status("POST", available, "{\"name\":\"isAvailable\",\"latestValue\":0}"))
        .isEqualTo(200);
    assertThat(status("GET", available, null)).isEqualTo(503);
    assertThat(status("PATCH", available, "{\"name\":\"isAvailable\",\"latestValue\":1}"))
        .isEqualTo(200);
    assertThat(status("GET", available, null)).isEqualTo(200);
    assertThat(status("PUT", available, "{\"name\":\"other\",\"latestValue\":1}")).isEqualTo(400);
    assertThat(status("PUT", available, null)).isEqualTo(400);
  }

  @Test
  void theTemplateShowsExamplesAndDescribesTheFields() throws Exception {
    JsonNode template = get(NOTE + "/template");
    assertThat(template.get("text").asString()).isEqualTo("example string");
    assertThat(template.get("parentLink").asString()).isEqualTo("some/service");
    assertThat(template.get("source").asString()).isEqualTo("http://localhost:1234/some/service");
    assertThat(template.get("priority").asInt()).isEqualTo(5);
    JsonNode description = template.get("documentDescription");
    assertThat(description.get("propertyDescriptions").get("text").get("typeName").asString())
        .isEqualTo("STRING");
    assertThat(description.get("serviceCapabilities").toString()).contains("PERSISTENCE");
  }

  @Test
  void theTemplateOfAFactoryIsAListingWithOneChild() throws Exception {
    JsonNode template = get(NoteService.FACTORY_LINK + "/template");
    JsonNode child = template.get("documents").get(NoteService.FACTORY_LINK + "/child-template");
    assertThat(child.get("text").asString()).isEqualTo("example string");
  }

  @Test
  void theTemplateNamesTheRoutes() throws Exception {
    RequestRouter router = new RequestRouter();
    router.register(
        Service.Action.PATCH,
        new RequestRouter.RequestUriMatcher("action=.*"),
        Operation::complete,
        "acts");
    Mute routed = new Mute();
    routed.setOperationProcessingChain(OperationProcessingChain.create(router));
    start("/test/routed", routed);
    JsonNode routes =
        get("/test/routed/template").get("documentDescription").get("serviceRequestRoutes");
    JsonNode route = routes.get("PATCH").get(0);
    assertThat(route.get("description").asString()).isEqualTo("acts");
    assertThat(route.get("condition").asString()).isEqualTo("?action=.*");
  }

  @Test
  void aServiceWithoutPagesSaysSo() throws Exception {
    assertThat(status("GET", NOTE + "/ui", null)).isEqualTo(404);
  }

  @Test
  void aServiceWithoutADocumentHasNoRetention() throws Exception {
    start("/test/mute", new Mute());
    assertThat(get("/test/mute/config").get("options").toString()).contains("STATELESS");
    String limit = "{" + CONFIG_KIND + ",\"versionRetentionLimit\":5}";
    assertThat(status("PATCH", "/test/mute/config", limit)).isEqualTo(400);
    assertThat(status("GET", "/test/mute/available", null)).isEqualTo(200);
  }
}
