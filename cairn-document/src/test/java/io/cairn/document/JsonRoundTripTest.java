// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Laws of the codec, on random documents. */
class JsonRoundTripTest {
  private static final DocumentJson JSON = DocumentJson.standard();

  @Test
  void whatIsWrittenIsReadBackAndWrittenTheSame() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("JsonRoundTripTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      SampleState state = randomState(random);
      byte[] json = JSON.toBytes(state);
      SampleState read = JSON.fromJson(json, SampleState.class);
      assertThat(JSON.toBytes(read)).as("seed %s", seed).isEqualTo(json);
      assertThat(read.name).isEqualTo(state.name);
      assertThat(read.anything).isEqualTo(state.anything);
      assertThat(read.blob).isEqualTo(state.blob);
      assertThat(read.ratio).isEqualTo(state.ratio);
      SampleState throughTree = JSON.convert(JSON.readTree(json), SampleState.class);
      assertThat(JSON.toBytes(throughTree)).isEqualTo(json);
      assertThat(DocumentSignature.standard().sign(JSON.toJsonPretty(state).getBytes(UTF_8)))
          .isEqualTo(DocumentSignature.standard().sign(json));
      state.documentOwner = text(random);
      byte[] owned = JSON.toBytes(state);
      state.documentOwner = text(random);
      assertThat(DocumentEnvelope.withOwner(owned, state.documentOwner))
          .isEqualTo(JSON.toBytes(state));
    }
  }

  private static SampleState randomState(Random random) {
    SampleState state = new SampleState();
    state.name = text(random);
    state.counter = random.nextBoolean() ? null : random.nextLong();
    state.small = random.nextInt();
    state.ratio = Double.longBitsToDouble(random.nextLong());
    if (!Double.isFinite(state.ratio)) {
      state.ratio = random.nextGaussian();
    }
    state.blob = new byte[random.nextInt(20)];
    random.nextBytes(state.blob);
    state.anything = randomMap(random, 0);
    state.documentSelfLink = text(random);
    state.documentVersion = random.nextLong();
    state.documentEpoch = random.nextBoolean() ? null : random.nextLong();
    state.documentUpdateTimeMicros = random.nextLong();
    state.documentOwner = random.nextBoolean() ? null : text(random);
    return state;
  }

  private static Map<String, Object> randomMap(Random random, int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      // Names with halves of surrogate pairs are refused when they are read.
      map.put(text(random).replaceAll("\\p{Cs}", ""), randomValue(random, depth));
    }
    return map;
  }

  private static Object randomValue(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 4 : 6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextGaussian();
      case 2 -> random.nextBoolean();
      case 3 -> text(random);
      case 4 -> randomMap(random, depth + 1);
      default -> {
        List<Object> list = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          list.add(randomValue(random, depth + 1));
        }
        yield list;
      }
    };
  }

  /** Any characters: controls, quotes, pairs of surrogates and halves of them. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(5)) {
        case 0 -> text.append((char) random.nextInt(0x80));
        case 1 -> text.append("\"\\/{}[],:".charAt(random.nextInt(9)));
        case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x1000));
        case 3 -> text.append((char) random.nextInt(0x10000));
        default -> text.append('a');
      }
    }
    return text.toString();
  }
}
