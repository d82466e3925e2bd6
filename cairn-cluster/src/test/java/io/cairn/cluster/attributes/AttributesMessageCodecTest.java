// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cluster.attributes.AttributesMessage.Bucket;
import io.cairn.cluster.attributes.AttributesMessage.Confirmed;
import io.cairn.cluster.attributes.AttributesMessage.Digest;
import io.cairn.cluster.attributes.AttributesMessage.Entries;
import io.cairn.cluster.attributes.AttributesMessage.Item;
import io.cairn.cluster.attributes.AttributesMessage.Listing;
import io.cairn.cluster.attributes.AttributesMessage.Listings;
import io.cairn.cluster.attributes.AttributesMessage.Request;
import io.cairn.wire.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttributesMessageCodecTest {

  private static final Version VERSION = new Version(1_700_000_000_000_000L, "node 1");

  static List<Object> values() {
    return List.of(
        "",
        "a\nb\r\n",
        "set:attr:type:",
        "snow ☃ and \uD83D\uDE00",
        "\u0000",
        " ",
        Byte.MIN_VALUE,
        (short) -2,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        '\uD800',
        ':',
        Float.NaN,
        -0.0f,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        true,
        false);
  }

  @ParameterizedTest
  @MethodSource("values")
  void anyValueIsReadAsItWasWritten(Object value) throws Exception {
    AttributeEntry entry = AttributeEntry.live("set: 1", Attribute.of("a:ttr ☃", value), VERSION);
    AttributeEntry read = AttributeEntry.decode(entry.encoded());
    assertThat(read).isEqualTo(entry);
    assertThat(read.attribute()).isEqualTo(Attribute.of("a:ttr ☃", value));
    assertThat(read.key()).isEqualTo(new EntryKey("set: 1", "a:ttr ☃"));
    assertThat(read.version()).isEqualTo(VERSION);
    assertThat(read.hash()).isEqualTo(entry.hash());
  }

  static List<AttributesMessage> messages() {
    AttributeEntry set = AttributeEntry.liveSet("s", VERSION);
    AttributeEntry attribute = AttributeEntry.live("s", Attribute.of("a", 1L), VERSION);
    AttributeEntry gone = AttributeEntry.tombstone(new EntryKey("s", "b"), VERSION);
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < EntryStore.BUCKETS; i++) {
      buckets.add(new Bucket(-i, i));
    }
    int bucket = EntryStore.bucketOf(gone.keyHash());
    long from = EntryStore.firstHash(bucket);
    long to = EntryStore.lastHash(bucket);
    return List.of(
        new Entries(List.of(set, attribute, gone), true, false, true),
        new Entries(List.of(), false, true, false),
        new Confirmed(List.of(1L, -2L)),
        new Digest(buckets),
        new Listings(List.of(), false, true),
        new Listings(
            List.of(new Listing(bucket, 7, from, to, List.of(Item.of(gone)))), true, false),
        new Request(List.of(Long.MIN_VALUE)));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void messagesAreReadAsTheyWereWritten(AttributesMessage message) throws Exception {
    assertThat(AttributesMessageCodec.decode(AttributesMessageCodec.encode(message)))
        .isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void partsOfMessagesAndMoreThanMessagesAreMalformed(AttributesMessage message) {
    byte[] bytes = AttributesMessageCodec.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> AttributesMessageCodec.decode(part))
          .isInstanceOf(MalformedException.class);
    }
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> AttributesMessageCodec.decode(more))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void damagedMessagesAreMalformedOrReadAsTheyStand() {
    Random random = new Random(5);
    List<AttributesMessage> messages = messages();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = AttributesMessageCodec.encode(messages.get(random.nextInt(messages.size())));
      for (int j = random.nextInt(3); j >= 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(AttributesMessageCodec.encode(AttributesMessageCodec.decode(bytes)))
            .isEqualTo(bytes);
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void namesAndTimesThatNobodyMayUseAreMalformed() {
    AttributeEntry controlled = AttributeEntry.live("s\n", Attribute.of("a", 1), VERSION);
    AttributeEntry late = AttributeEntry.liveSet("s", new Version(Long.MAX_VALUE, "n"));
    AttributeEntry early = AttributeEntry.liveSet("s", new Version(0, "n"));
    AttributeEntry nobody = AttributeEntry.liveSet("s", new Version(1, ""));
    for (AttributeEntry entry : List.of(controlled, late, early, nobody)) {
      assertThatThrownBy(() -> AttributeEntry.decode(entry.encoded()))
          .isInstanceOf(MalformedException.class);
    }
  }
}
