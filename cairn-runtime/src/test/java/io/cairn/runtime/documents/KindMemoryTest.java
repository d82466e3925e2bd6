// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.service.examples.ExampleService.ExampleServiceState;
import io.cairn.store.index.IndexForm;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindMemoryTest {
  @TempDir private Path directory;

  /** Fields of many types. */
  public static class Many extends ServiceDocument {
    @PropertyOptions(indexing = {PropertyIndexingOption.EXPAND, PropertyIndexingOption.SORT})
    public @Nullable List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.TEXT)
    public @Nullable String text;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Map<String, ExampleServiceState> inner;

    public @Nullable BigDecimal price;
  }

  private static ServiceDocumentDescription of(Class<?> type) {
    return ServiceDocumentDescription.Builder.create().buildDescription(type);
  }

  @Test
  void whatIsReadDecidesAboutTheIndexAsWhatWasRemembered() {
    KindMemory memory = KindMemory.open(directory);
    assertThat(memory.find("k")).isNull();
    memory.remember("k", of(Many.class));
    memory.remember("e", of(ExampleServiceState.class));
    memory.remember("gone", of(Many.class));
    memory.remember("gone", null);

    KindMemory read = KindMemory.open(directory);
    assertThat(IndexForm.of(Objects.requireNonNull(read.find("k")), ""))
        .isEqualTo(IndexForm.of(of(Many.class), ""));
    assertThat(Objects.requireNonNull(read.find("e")).versionRetentionLimit)
        .isEqualTo(of(ExampleServiceState.class).versionRetentionLimit);
    assertThat(read.find("gone")).isNull();
  }

  @Test
  void aDamagedFileIsWrittenAnew() throws IOException {
    Files.writeString(directory.resolve("kinds.json"), "{\"kinds\":");
    KindMemory memory = KindMemory.open(directory);
    assertThat(memory.find("k")).isNull();
    memory.remember("k", of(Many.class));
    assertThat(KindMemory.open(directory).find("k")).isNotNull();
  }
}
