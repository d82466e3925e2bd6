// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.runtime.HostFixture;
import io.cairn.runtime.model.HostClock;
import io.cairn.service.Operation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodesFactoryTest {

  private static final Map<String, ServiceDocument> STATES =
      Map.of("/listed/one", new ServiceDocument(), "/listed/two", new ServiceDocument());

  @TempDir private Path sandbox;

  /** Counts how often it makes the states. */
  private static final class Counting extends NodesFactory {
    private final AtomicInteger made = new AtomicInteger();

    Counting() {
      super(ServiceDocument.class, HostClock.system());
    }

    @Override
    Set<String> links() {
      return new TreeSet<>(STATES.keySet());
    }

    @Override
    Map<String, ServiceDocument> states() {
      made.incrementAndGet();
      return STATES;
    }
  }

  @Test
  void statesAreMadeOnlyForWhoWantsThem() {
    Counting factory = new Counting();
    try (HostFixture host =
        HostFixture.start(
            sandbox,
            services ->
                services.startService(Operation.createPost(services, "/listed"), factory))) {
      host.awaitAvailable();
      var plain = host.get("/listed").result();
      assertThat(plain.documentLinks).containsExactly("/listed/one", "/listed/two");
      assertThat(plain.documentCount).isEqualTo(2);
      assertThat(plain.documents).isNull();
      assertThat(factory.made).hasValue(0);

      var expanded = host.get("/listed?expand").result();
      assertThat(expanded.documentLinks).hasSize(2);
      assertThat(expanded.documents).containsOnlyKeys("/listed/one", "/listed/two");
      assertThat(factory.made).hasValue(1);
    }
  }

  @Test
  void groupsAndSelectorsAreListedWithAndWithoutTheirStates() {
    try (HostFixture host = HostFixture.start(sandbox, services -> {}).awaitAvailable()) {
      for (String path : new String[] {"/core/node-groups", "/core/node-selectors"}) {
        var plain = host.get(path).result();
        var expanded = host.get(path + "?expand").result();
        assertThat(plain.documentLinks).contains(path + "/default");
        assertThat(expanded.documentLinks).isEqualTo(plain.documentLinks);
        assertThat(expanded.documents.keySet()).containsExactlyElementsOf(plain.documentLinks);
        assertThat(expanded.documentCount).isEqualTo(plain.documentCount);
      }
    }
  }
}
