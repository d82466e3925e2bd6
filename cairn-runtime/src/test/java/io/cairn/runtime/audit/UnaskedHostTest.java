// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cairn.runtime.HostFixture;
import io.cairn.service.security.AuditArguments.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a host that lets everybody do everything, and how much it keeps. */
class UnaskedHostTest {

  @TempDir private Path directory;

  private static long count(HostFixture host) {
    return host.get("/core/audit?$count=true").json().path("documentCount").asLong(-1);
  }

  @Test
  void offItMakesNothing() {
    try (HostFixture host = HostFixture.start(directory, it -> {}).awaitAvailable()) {
      host.post("/core/tenants", Map.of("documentSelfLink", "t", "name", "t"));

      assertThat(directory.resolve(AuditFile.DIRECTORY)).doesNotExist();
      assertThat(count(host)).isZero();
      assertThat(host.post("/core/audit", Map.of("documentSelfLink", "x")).status())
          .as("nobody makes records")
          .isEqualTo(403);
    }
  }

  @Test
  void goesOnThroughARestartAndKeepsTheNewest() throws IOException {
    int most = 40;
    try (HostFixture host =
        HostFixture.start(
                directory,
                it -> {},
                arguments -> {
                  arguments.security.audit.extent = Extent.SECURITY;
                  arguments.security.audit.maxRecords = 1_000_000;
                })
            .awaitAvailable()) {
      for (int i = 0; i < 60; i++) {
        host.post("/core/tenants", Map.of("documentSelfLink", "t" + i, "name", "t"));
      }
      await().until(() -> count(host) >= 61);
      String any = host.get("/core/audit?$top=1").json().path("documentLinks").get(0).asString();
      assertThat(host.delete(any).status()).isEqualTo(403);

      host.restart(
          arguments -> {
            arguments.security.audit.extent = Extent.SECURITY;
            arguments.security.audit.maxRecords = most;
          });
      host.awaitAvailable();

      await().untilAsserted(() -> assertThat(count(host)).isBetween(most - 5L, most + 5L));
      String left = host.get("/core/audit?expand&$limit=1000").body();
      assertThat(left).contains("/core/tenants/t59", "START").doesNotContain("/core/tenants/t0\"");
    }
    String file = Files.readString(directory.resolve("audit").resolve(AuditFile.CURRENT));
    assertThat(file.lines().filter(line -> line.contains("\"STOP\""))).hasSize(2);
    assertThat(file).contains("/core/tenants/t0\"");
  }
}
