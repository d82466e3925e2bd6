// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.NotLeaderException;
import io.cairn.runtime.documents.CommandOutcome;
import io.cairn.runtime.documents.DocumentCommand;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.FactoryService;
import io.cairn.service.examples.ExampleService;
import io.cairn.store.index.DocumentVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstanceTableTest {
  private static final int MAXIMUM = 32;

  private final ServiceType type =
      new ServiceType(
          FactoryService.create(ExampleService::new, ExampleService.ExampleServiceState.class),
          null,
          ServiceModel.of(new ExampleService()),
          new DurableStorage());
  private final InstanceTable table =
      new InstanceTable(Duration.ofHours(1), MAXIMUM, () -> 0, Runnable::run, instance -> {});

  @Test
  void ofDocumentsThatWereOnlyCreatedFewStayInMemory() {
    for (int i = 0; i < MAXIMUM; i++) {
      create("/d/" + i);
    }

    assertThat(table.count()).isEqualTo(MAXIMUM / 8);
  }

  @Test
  void whatIsAskedAgainStaysHoweverManyWereCreated() {
    for (int i = 0; i < MAXIMUM; i++) {
      create("/d/" + i);
    }

    work("/d/0", instance -> {});
    work("/other", instance -> instance.started(new ExampleService()));

    assertThat(table.find("/d/0")).isNotNull();
    assertThat(table.find("/other")).isNotNull();
    assertThat(table.find("/d/" + (MAXIMUM - 1))).isNull();
  }

  private void create(String link) {
    work(
        link,
        instance -> {
          instance.created();
          instance.started(new ExampleService());
        });
  }

  private void work(String link, Consumer<StatefulInstance> does) {
    table.submit(
        link,
        () -> new StatefulInstance(link, type),
        new Work() {
          @Override
          public WorkOutcome run(StatefulInstance instance, Turn turn) {
            does.accept(instance);
            return WorkOutcome.Plain.DONE;
          }

          @Override
          public void answer(WorkOutcome outcome) {}
        });
  }

  /** Keeps nothing, but says that it does. */
  private static final class DurableStorage implements DocumentStorage {
    @Override
    public @Nullable DocumentVersion latest(String link) {
      return null;
    }

    @Override
    public @Nullable DocumentVersion version(String link, long version) {
      return null;
    }

    @Override
    public CompletionStage<CommandOutcome> commit(DocumentCommand command) {
      return CompletableFuture.failedFuture(new NotLeaderException("none", null));
    }

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public long tenure(String link) {
      return 0;
    }

    @Override
    public @Nullable String owner(String link) {
      return null;
    }

    @Override
    public @Nullable String self() {
      return null;
    }

    @Override
    public boolean isSpread() {
      return false;
    }
  }
}
