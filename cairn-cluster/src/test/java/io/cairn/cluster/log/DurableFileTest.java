// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.wire.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

  private static final byte[] CONTENT = {1, 2, 3};

  private DurableFile file;

  @BeforeEach
  void makeFile(@TempDir Path directory) {
    file = new DurableFile(directory.resolve("inner").resolve("small"));
  }

  @Test
  void sealedContentIsReadBackAndReplacedAsAWhole() throws IOException {
    assertThat(file.readSealed(7)).isNull();
    file.writeSealed(7, new byte[1000]);
    file.writeSealed(7, CONTENT);
    assertThat(file.readSealed(7)).isEqualTo(CONTENT);
    assertThat(file.path().getParent()).isDirectoryContaining(path -> path.equals(file.path()));
    file.delete();
    assertThat(file.read()).isNull();
  }

  @Test
  void damageAnywhereIsFound() throws IOException {
    file.writeSealed(7, CONTENT);
    byte[] intact = Files.readAllBytes(file.path());
    for (int at = 0; at < intact.length; at++) {
      byte[] damaged = intact.clone();
      damaged[at] ^= 0x20;
      Files.write(file.path(), damaged);
      assertThatThrownBy(() -> file.readSealed(7)).isInstanceOf(MalformedException.class);
      Files.write(file.path(), Arrays.copyOf(intact, at));
      assertThatThrownBy(() -> file.readSealed(7)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void anotherFormatIsRefusedWithWhatToDoAndNotTakenForDamage() throws IOException {
    file.writeSealed(8, CONTENT);
    assertThatThrownBy(() -> file.readSealed(7))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "has format 8, and this Cairn reads format 7: run the Cairn that wrote it");
  }
}
