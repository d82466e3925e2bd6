// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.cairn.store.index.DocumentVersion;
import io.cairn.wire.MalformedException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    assertSame(new DocumentCommand.Write(DOCUMENT, 6, 1_234_000));
    assertSame(new DocumentCommand.Replace(DOCUMENT, DocumentCommand.ABSENT));
    DocumentCommand purge = new DocumentCommand.Purge("/a/b", DocumentCommand.ANY);
    assertThat(DocumentCommandCodec.decode(DocumentCommandCodec.encode(purge))).isEqualTo(purge);
  }

  @Test
  void mergesChecksAndVerdictsComeBackAsTheyWere() {
    assertSame(new DocumentCommand.Merge(DOCUMENT.link(), List.of(DOCUMENT, DOCUMENT)));
    assertSame(new DocumentCommand.Check(Long.MIN_VALUE, 1 << 20));
    assertSame(
        new DocumentCommand.Verdict(
            new CopyComparison(5, 6, "n1", Map.of("n1", "a:1", "n2", "b:2"))));
  }

  private static void assertSame(DocumentCommand command) {
    DocumentCommand decoded = DocumentCommandCodec.decode(DocumentCommandCodec.encode(command));

    assertThat(decoded).usingRecursiveComparison().isEqualTo(command);
  }

  @Test
  void writeTakesTheMemoryOfItsDocumentOnce() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (String kind : Arrays.asList("a:kind", null, "k".repeat(127), "k".repeat(128))) {
      for (int length : new int[] {100_000, 1 << 14, (1 << 14) - 1}) {
        var document = new DocumentVersion("/a/b", kind, 1, 2, 3, "PUT", 4, new byte[length]);
        DocumentCommand write = new DocumentCommand.Write(document, 6);
        assertSame(write);
        long before = threads.getCurrentThreadAllocatedBytes();

        byte[] encoded = DocumentCommandCodec.encode(write);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
            .isLessThan(encoded.length * 3L / 2);
      }
    }
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
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void unknownFormatIsRefused() {
    byte[] encoded = DocumentCommandCodec.encode(new DocumentCommand.Write(DOCUMENT, 6));
    encoded[0] = 9;

    assertThatThrownBy(() -> DocumentCommandCodec.decode(encoded))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("its version is 9");
  }
}
