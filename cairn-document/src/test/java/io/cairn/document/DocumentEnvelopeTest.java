// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.document.json.MalformedJsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentEnvelopeTest {

  @Test
  void anotherOwnerLeavesAllElseByteForByte() {
    String before =
        "{ \"a\" : {\"documentOwner\":\"in\"},\"b\":\"}\\\"\",\n \"documentOwner\" : \"old\" ,"
            + "\"documentOwners\":[1]}";
    assertThat(withOwner(before, "n\"ew")).isEqualTo(before.replace("\"old\"", "\"n\\\"ew\""));
  }

  @Test
  void ownerThatIsNullIsReplacedToo() {
    assertThat(withOwner("{\"documentOwner\":null}", "n")).isEqualTo("{\"documentOwner\":\"n\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\":1}", "{\"a\":{\"documentOwner\":\"in\"}}"})
  void documentWithoutOwnerStaysTheSameArray(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    assertThat(DocumentEnvelope.withOwner(bytes, "n")).isSameAs(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "7"})
  void refusesWhatIsNoObject(String json) {
    assertThatThrownBy(() -> withOwner(json, "n")).isInstanceOf(MalformedJsonException.class);
  }

  private static String withOwner(String json, String owner) {
    return new String(DocumentEnvelope.withOwner(json.getBytes(UTF_8), owner), UTF_8);
  }
}
