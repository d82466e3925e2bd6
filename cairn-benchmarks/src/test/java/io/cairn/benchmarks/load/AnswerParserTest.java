// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The client sees where an answer ends, and names documents as they must be named. */
class AnswerParserTest {

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void anAnswerEndsWithItsBody() throws IOException {
    AnswerParser parser = new AnswerParser();

    assertThat(parser.feed(bytes("HTTP/1.1 201 Created\r\nContent-Len"))).isFalse();
    assertThat(parser.feed(bytes("gth: 5\r\n\r\nab"))).isFalse();
    assertThat(parser.feed(bytes("cde"))).isTrue();
    assertThat(parser.status()).isEqualTo(201);
  }

  @Test
  void anAnswerWithoutBodyEndsWithItsHead() throws IOException {
    AnswerParser parser = new AnswerParser();

    assertThat(parser.feed(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).isTrue();
    parser.reset();
    assertThatThrownBy(() -> parser.feed(bytes("HTTP/1.1 200 OK\r\nserver: x\r\n\r\n")))
        .hasMessageContaining("without length");
  }

  @Test
  void otherNamesOfAPartitionHaveItsHash() {
    List<String> stems = List.of("a-1-", "a-2-");
    SameHash names = new SameHash(stems);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      String name = names.next();
      String first = SameHash.first(name.substring(0, "a-1-".length()));
      assertThat(name).hasSameHashCodeAs(first).isNotEqualTo(first);
      assertThat(seen.add(name)).as(name).isTrue();
    }
  }
}
