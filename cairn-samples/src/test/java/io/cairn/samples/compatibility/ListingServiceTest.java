// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.samples.SampleHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ListingServiceTest {
  private static final String ONE = ListingService.FACTORY_LINK + "/one";

  @TempDir Path sandbox;

  @Test
  void aServiceOfTheTutorialBehavesAsTheTutorialSays() throws Throwable {
    try (SampleHost host =
        new SampleHost(
            sandbox,
            fresh -> fresh.startFactory(ListingService.class, ListingService::createFactory))) {
      host.send(
          "POST",
          ListingService.FACTORY_LINK,
          "{\"documentSelfLink\":\"one\",\"name\":\"example one\",\"counter\":5}");
      JsonNode patched =
          host.send("PATCH", ONE, "{\"counter\":3,\"keyValues\":{\"k\":\"v\"}}").json();
      assertThat(patched.get("counter").asLong()).isEqualTo(5);
      assertThat(patched.get("keyValues").get("k").asString()).isEqualTo("v");
      assertThat(patched.get("documentVersion").asLong()).isEqualTo(1);
      assertThat(host.send("PUT", ONE, "{\"counter\":9}").status()).isEqualTo(400);
      JsonNode put = host.send("PUT", ONE, "{\"name\":\"two\",\"counter\":9}").json();
      assertThat(put.get("counter").asLong()).isEqualTo(9);
      host.restart();
      JsonNode again = host.send("GET", ONE, null).json();
      assertThat(again.get("name").asString()).isEqualTo("two");
      assertThat(again.get("documentVersion").asLong()).isEqualTo(2);
    }
  }
}
