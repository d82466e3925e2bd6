// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.application.Application;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that a program makes itself, with what a started one has. */
class EmbeddedHostTest {
  @TempDir Path sandbox;

  @Test
  void hostHasTheCoreServicesAndTakesItsSettings() throws Throwable {
    ServiceHost host =
        ServiceHost.create("--port=0", "--sandbox=" + sandbox, "--id=inside", "--partitions=2")
            .start();
    try (HttpProbe http = new HttpProbe(host.getUri())) {
      host.startDefaultCoreServicesSynchronously(); // As Xenon's hosts do.
      host.startupCompleted();
      for (String path :
          List.of(
              "/",
              "/core/management",
              "/core/node-groups/default",
              "/core/node-selectors",
              "/core/query-tasks",
              "/core/cluster",
              "/core/health/ready")) {
        assertThat(http.get(path).status()).as(path).isEqualTo(200);
      }
      assertThat(host.getId()).isEqualTo("inside");
    } finally {
      host.stop();
    }
  }

  @Test
  void applicationRunsInATestWithSettingsOfTheTest() throws Exception {
    List<String> events = new CopyOnWriteArrayList<>();
    Application shop =
        app -> {
          Supplier<Integer> limit = app.setting("limit", 1, "a limit");
          app.endpoint("/limit", Action.GET, request -> "limit " + limit.get());
          app.onStart(host -> events.add("opened"));
          app.onStop(host -> events.add("closed first"));
          app.onStop(
              host -> {
                throw new IllegalStateException("is logged");
              });
        };
    try (TestHost host = TestHost.start(HostSetup.of(shop, "--limit=5"))) {
      assertThat(host.http().get("/limit").text()).isEqualTo("limit 5");
      assertThat(events).containsExactly("opened");
      host.restart();
      assertThat(events).containsExactly("opened", "closed first", "opened");
    }
    assertThat(events).hasSize(4).endsWith("closed first");
    assertThatThrownBy(() -> TestHost.start(HostSetup.of(shop, "--limt=5")))
        .hasStackTraceContaining("did you mean --limit?");
  }
}
