// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionCountTest {

  @TempDir Path directory;

  @Test
  void numberOfExistingDataStands() throws IOException {
    assertThat(PartitionCount.establish(directory, "default", 4)).isEqualTo(4);
    assertThat(PartitionCount.establish(directory, "default", 8)).isEqualTo(4);
    assertThat(PartitionCount.establish(directory, "local", 1)).isEqualTo(1);
  }

  @Test
  void damagedNumberIsRefusedWithAWayOut() throws IOException {
    Files.writeString(directory.resolve("default.partitions"), "many");

    assertThatThrownBy(() -> PartitionCount.establish(directory, "default", 8))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("default.partitions")
        .hasMessageContaining("'many'");
  }
}
