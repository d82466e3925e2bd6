// SPDX-License-Identifier: Apache-2.0
package io.cairn.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WireTest {
  private static final int SMALL = 1 << 16;
  private static final int TIMES = 64;
  private static final List<String> TEXTS =
      List.of("", "a", "two words", "a:b;c/d", "snow ☃ \uD83D\uDE00", "x".repeat(200));

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A value with the way to write it and to read it back. */
  private record Value(
      Object value, Consumer<WireWriter> write, Function<WireReader, Object> read) {}

  private static Value value(Random random) {
    int small = random.nextInt(1 << random.nextInt(31));
    long any = random.nextLong();
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    String text = TEXTS.get(random.nextInt(TEXTS.size()));
    Map<String, String> pairs = Map.of("name " + small, text);
    return switch (random.nextInt(11)) {
      case 0 -> new Value((int) any & 0xff, out -> out.u8((int) any), WireReader::u8);
      case 1 -> new Value(any > 0, out -> out.flag(any > 0), WireReader::flag);
      case 2 -> new Value((short) any, out -> out.i16((int) any), WireReader::i16);
      case 3 -> new Value((int) any, out -> out.i32((int) any), WireReader::i32);
      case 4 -> new Value(any, out -> out.i64(any), WireReader::i64);
      case 5 -> new Value(small, out -> out.number(small), in -> in.number(Integer.MAX_VALUE));
      case 6 -> new Value(text, out -> out.text(text), WireReader::text);
      case 7 -> new Value(TEXTS, out -> out.texts(TEXTS), WireReader::texts);
      case 8 -> new Value(pairs, out -> out.pairs(pairs), WireReader::pairs);
      case 9 ->
          new Value(
              any > 0 ? text : "absent",
              out -> out.optional(any > 0 ? text : null, WireWriter::text),
              in -> {
                String read = in.optional(WireReader::text);
                return read == null ? "absent" : read;
              });
      default ->
          new Value(
              Arrays.toString(bytes),
              out -> {
                int begin = out.beginPart();
                out.bytes(bytes);
                out.endPart(begin);
              },
              in -> Arrays.toString(in.part().bytes(1000)));
    };
  }

  private static List<Value> values(long seed) {
    Random random = new Random(seed);
    List<Value> values = new ArrayList<>();
    for (int left = random.nextInt(12); left >= 0; left--) {
      values.add(value(random));
    }
    return values;
  }

  private static byte[] written(List<Value> values) {
    WireWriter out = new WireWriter();
    values.forEach(value -> value.write.accept(out));
    return out.take();
  }

  private static List<Object> read(byte[] bytes, List<Value> values) {
    return WireReader.read(
        bytes, in -> values.stream().map(value -> value.read.apply(in)).toList());
  }

  @Test
  void whatWasWrittenIsReadBack() {
    for (long seed = 0; seed < 2_000; seed++) {
      List<Value> values = values(seed);
      assertThat(read(written(values), values))
          .as("seed %d", seed)
          .isEqualTo(values.stream().map(Value::value).toList());
    }
  }

  @Test
  void everyTruncationIsMalformedAndSoIsWhatGoesOn() {
    for (long seed = 0; seed < 100; seed++) {
      List<Value> values = values(seed);
      byte[] bytes = written(values);
      for (int length = 0; length <= bytes.length + 1; length++) {
        byte[] other = Arrays.copyOf(bytes, length);
        if (length != bytes.length) {
          assertThatThrownBy(() -> read(other, values)).isInstanceOf(MalformedException.class);
        }
      }
    }
  }

  @Test
  void damagedByteIsReadOrMalformedAndNeverMakesTheReaderTakeMuchMemory() {
    Random random = new Random(3);
    for (long seed = 0; seed < 150; seed++) {
      List<Value> values = values(seed);
      byte[] bytes = written(values);
      for (int at = 0; at < bytes.length; at++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) (1 + random.nextInt(255));
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
          read(damaged, values);
        } catch (MalformedException refused) {
          // That is one of the two that may happen.
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
            .isLessThan(SMALL + (long) TIMES * bytes.length);
      }
    }
  }

  @Test
  void lengthThatIsNotThereIsRefusedBeforeAnythingIsAllocated() {
    byte[] huge = new WireWriter().number(Integer.MAX_VALUE).take();
    List<Consumer<WireReader>> readers =
        List.of(
            in -> in.bytes(Integer.MAX_VALUE),
            in -> in.text(Integer.MAX_VALUE),
            WireReader::texts,
            WireReader::pairs,
            in -> in.items(Integer.MAX_VALUE, WireReader::u8));
    for (Consumer<WireReader> reader : readers) {
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> reader.accept(new WireReader(huge)))
          .isInstanceOf(MalformedException.class);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }
  }

  @Test
  void numberHasOneForm() {
    byte[][] longer = {{(byte) 0x80, 0}, {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 8}};
    for (byte[] bytes : longer) {
      assertThatThrownBy(() -> new WireReader(bytes).number(Integer.MAX_VALUE))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> new WireWriter().number(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void moreThanTheMostIsRefused() {
    byte[] four = new WireWriter().text("four").take();
    assertThat(new WireReader(four).text(4)).isEqualTo("four");
    assertThatThrownBy(() -> new WireReader(four).text(3)).hasMessageContaining("at most 3");
    assertThatThrownBy(() -> new WireReader(four).bytes(3)).hasMessageContaining("at most 3");
  }

  @Test
  void versionThatIsUnknownIsRefusedWithWhatToDo() {
    byte[] later = {9};
    assertThatThrownBy(() -> new WireReader(later).version(2, WireReader.SAME_ON_ALL_NODES))
        .isInstanceOf(MalformedException.class)
        .hasMessage(
            "its version is 9, and this Cairn reads version 2:"
                + " run the same version of Cairn on all nodes");
  }

  @Test
  void textThatIsNotUtf8IsMalformed() {
    byte[] bytes = {1, (byte) 0xff};
    assertThatThrownBy(() -> new WireReader(bytes).text()).isInstanceOf(MalformedException.class);
    byte[] unfinished = {3, 'a', 'b', (byte) 0xc3};
    assertThatThrownBy(() -> new WireReader(unfinished).text())
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void textOfAPartIsThatOfThePart() {
    WireWriter out = new WireWriter().u8(0);
    int begin = out.beginPart();
    out.text("plain").text("snow \u2603");
    out.endPart(begin);
    WireReader in = new WireReader(out.text("behind").take());

    assertThat(in.u8()).isZero();
    WireReader part = in.part();
    assertThat(List.of(part.text(), part.text(), in.text()))
        .containsExactly("plain", "snow \u2603", "behind");
  }

  @Test
  void plainTextIsReadWithoutMoreMemoryThanItself() {
    int length = 10_000;
    byte[] bytes = new WireWriter().text("x".repeat(length)).take();
    assertThat(new WireReader(bytes).text()).hasSize(length);
    long before = threads.getCurrentThreadAllocatedBytes();

    String read = new WireReader(bytes).text();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2L * length);
    assertThat(read).hasSize(length);
  }

  @Test
  void writerOfExactlyTheSizeGivesItsBytesWithoutACopyAndBeginsAnew() {
    byte[] content = new byte[10_000];
    WireWriter out = new WireWriter(content.length);
    long before = threads.getCurrentThreadAllocatedBytes();

    byte[] taken = out.raw(content).take();

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(content.length);
    assertThat(taken).isEqualTo(content);
    assertThat(out.text("next").take()).containsExactly(4, 'n', 'e', 'x', 't');
    assertThat(taken).isEqualTo(content);
  }

  @Test
  void textThatHasComeBeforeIsTheSameObject() {
    KnownTexts known = new KnownTexts();
    for (String text : TEXTS) {
      byte[] bytes = new WireWriter().text(text).text(text).take();

      WireReader in = new WireReader(bytes);
      String first = in.text(1000, known);
      String second = in.text(1000, known);

      assertThat(first).isEqualTo(text);
      assertThat(second).isEqualTo(text);
      if (text.length() <= 64) {
        assertThat(second).isSameAs(first);
      }
    }
  }

  @Test
  void textsThatShareAPlaceAreNotTakenForEachOther() {
    KnownTexts known = new KnownTexts();
    for (int i = 0; i < 5000; i++) {
      String text = "name " + i % 1000;
      assertThat(new WireReader(new WireWriter().text(text).take()).text(100, known))
          .isEqualTo(text);
    }
  }

  @Test
  void latinTextIsTheSameTextInOtherBytes() {
    for (String text : List.of("", "plain", "gr\u00fc\u00df", "\u0080\u00ff")) {
      byte[] latin = ("<" + text + ">").getBytes(StandardCharsets.ISO_8859_1);
      byte[] written = new WireWriter().latinText(latin, 1, text.length()).take();
      assertThat(written).isEqualTo(new WireWriter().text(text).take());
    }
  }

  @Test
  void tailStandsBehindWhatWasWritten() {
    byte[] tail = new byte[100_000];
    new Random(1).nextBytes(tail);
    WireWriter out = new WireWriter().text("head");

    WireReader in = new WireReader(out.take(tail));

    assertThat(in.text()).isEqualTo("head");
    assertThat(in.rest()).isEqualTo(tail);
    assertThat(out.text("again").take()).isEqualTo(new WireWriter().text("again").take());
  }
}
