// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DocumentCommandCodecTest {

  private static final DocumentVersion DOCUMENT =
      new DocumentVersion(
          "/core/examples/\u00e9\u4e2d",
          "a:kind",
          7,
          2,
          1_234_567L,
          "PATCH",
          99L,
          "{\"a\":1}".getBytes(StandardCharsets.UTF_8));

  @Test
  void commandsComeBackAsTheyWere() {
    assertSame(new DocumentCommand.Write(DOCUMENT, 6));
    assertSame(new DocumentCommand.Replace(DOCUMENT, DocumentCommand.ABSENT));
    DocumentCommand purge = new DocumentCommand.Purge("/a/b", DocumentCommand.ANY);
    assertThat(DocumentCommandCodec.decode(DocumentCommandCodec.encode(purge))).isEqualTo(purge);
  }

  private static void assertSame(DocumentCommand command) {
    DocumentCommand decoded = DocumentCommandCodec.decode(DocumentCommandCodec.encode(command));

    assertThat(decoded).usingRecursiveComparison().isEqualTo(command);
  }

  @Test
  void documentWithoutKindComesBackWithout() {
    DocumentVersion bare = new DocumentVersion("/x", null, 0, 0, 1, "POST", 0, new byte[0]);

    assertSame(new DocumentCommand.Write(bare, 0));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] encoded = DocumentCommandCodec.encode(new DocumentCommand.Write(DOCUMENT, 6));
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> DocumentCommandCodec.decode(cut))
          .as("%d of %d bytes", length, encoded.length)
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void unknownFormatIsRefused() {
    byte[] encoded = DocumentCommandCodec.encode(new DocumentCommand.Write(DOCUMENT, 6));
    encoded[0] = 9;

    assertThatThrownBy(() -> DocumentCommandCodec.decode(encoded))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("format 9");
  }
}
