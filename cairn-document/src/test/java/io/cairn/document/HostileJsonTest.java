// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.json.JsonLimits;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileJsonTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":[", "{a="})
  void refusesDeepNesting(String step) {
    refuse(step.repeat(100_000).getBytes(UTF_8));
  }

  @Test
  void acceptsNestingUpToTheLimit() {
    int depth = JsonLimits.MAX_DEPTH;
    String json = "[".repeat(depth) + "]".repeat(depth);
    assertThat(JSON.toJson(JSON.readTree(json))).isEqualTo(json);
    refuse(("[" + json + "]").getBytes(UTF_8));
  }

  @Test
  void refusesHugeNumbers() {
    refuse(("{\"a\":" + "9".repeat(100_000) + "}").getBytes(UTF_8));
    refuse(("{\"a\":0." + "9".repeat(100_000) + "}").getBytes(UTF_8));
    assertThatThrownBy(() -> JSON.fromJson("{\"counter\":1e2147483648}", SampleState.class))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void refusesHugeNames() {
    refuse(("{\"" + "n".repeat(1_000_000) + "\":1}").getBytes(UTF_8));
  }

  @Test
  void refusesInvalidUtf8() {
    refuse(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'});
    refuse(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0x80, '"', '}'});
    refuse(
        new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'});
    refuse(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xe2, (byte) 0x82});
  }

  @Test
  void refusesNulOutsideStringsAndKeepsEscapedOnes() {
    refuse(new byte[] {'{', 0, '}'});
    refuse(new byte[] {'{', '}', 0});
    refuse(new byte[0]);
    SampleState state = JSON.fromJson("{\"name\":\"a\\u0000b\"}", SampleState.class);
    assertThat(state.name).isEqualTo("a\0b");
    assertThat(JSON.copy(state).name).isEqualTo("a\0b");
  }

  @Test
  void keepsHalvesOfSurrogatePairs() {
    SampleState state =
        JSON.fromJson("{\"name\":\"x\\uD800y\",\"tags\":[\"\\uDC00\"]}", SampleState.class);
    byte[] json = JSON.toBytes(state);
    assertThat(new String(json, UTF_8)).contains("x\\uD800y", "\\uDC00");
    assertThat(JSON.fromJson(json, SampleState.class).name).isEqualTo("x\uD800y");
    refuse("{\"\\uDC00\":1}".getBytes(UTF_8));
  }

  @Test
  void neverFailsWithAnythingButMalformedJson() {
    long seed = Long.getLong("cairn.seed", 20260101L);
    System.out.println("HostileJsonTest seed " + seed);
    Random random = new Random(seed);
    byte[] valid = JSON.toBytes(DocumentJsonTest.full());
    for (int round = 0; round < 5_000; round++) {
      byte[] mutated = valid.clone();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        mutated[random.nextInt(mutated.length)] =
            (byte)
                (random.nextBoolean()
                    ? "{}[]\",:=;'\\/#0e-n".charAt(random.nextInt(17))
                    : random.nextInt(256));
      }
      try {
        SampleState read = JSON.fromJson(mutated, SampleState.class);
        JSON.toBytes(read);
        DocumentSignature.standard().sign(read);
        DocumentEnvelope.withOwner(JSON.toBytes(read), "o");
      } catch (MalformedJsonException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
      scanHostile(mutated);
    }
  }

  /** The scanners expect valid JSON; on other input they must still end, with the right error. */
  private static void scanHostile(byte[] json) {
    try {
      DocumentEnvelope.withOwner(json, "o");
      DocumentSignature.standard().sign(json);
    } catch (MalformedJsonException expected) {
      assertThat(expected).hasMessageStartingWith("Unparseable JSON body");
    }
  }

  @Test
  void moreValuesThanAHeapCanHoldAreRefusedWithTheirNumber() {
    int arrays = (int) (JsonLimits.MAX_TOKENS / 2);
    byte[] json = ("[" + "[],".repeat(arrays) + "[]]").getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> JSON.readTree(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageContaining("maximum allowed (" + JsonLimits.MAX_TOKENS)
        .hasMessageNotContaining("StreamReadConstraints");
    byte[] few = ("[" + "[],".repeat(arrays / 2) + "[]]").getBytes(StandardCharsets.UTF_8);
    assertThat(JSON.readTree(few).size()).isEqualTo(arrays / 2 + 1);
  }

  @Test
  void numberOfValuesFollowsTheHeapWithinBounds() {
    assertThat(JsonLimits.tokensFor(64L << 20)).isEqualTo(250_000);
    assertThat(JsonLimits.tokensFor(512L << 20)).isEqualTo(1 << 20);
    assertThat(JsonLimits.tokensFor(64L << 30)).isEqualTo(10_000_000);
  }

  private static void refuse(byte[] json) {
    assertThatThrownBy(() -> JSON.readTree(json)).isInstanceOf(MalformedJsonException.class);
    assertThatThrownBy(() -> JSON.fromJson(json, SampleState.class))
        .isInstanceOf(MalformedJsonException.class)
        .message()
        .matches("(?s)(Unparseable JSON body|field '|expected an object).*");
  }
}
