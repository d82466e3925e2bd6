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
  private static final DocumentJson JSON = DocumentJson.standard();

  @Test
  void readsTheBuiltInFieldsOfWhatTheCodecWrote() {
    SampleState state = DocumentJsonTest.full();
    state.documentEpoch = 3L;
    state.documentKind = "k";
    state.documentSelfLink = "/a/\"b\"\\c/\u00e9";
    state.documentSignature = "s";
    state.documentUpdateTimeMicros = Long.MAX_VALUE;
    state.documentUpdateAction = "DELETE";
    state.documentExpirationTimeMicros = -1;
    state.documentOwner = "o";
    state.documentSourceLink = "src";
    state.documentAuthPrincipalLink = "p";
    state.documentTransactionId = "t";
    DocumentFields fields = DocumentEnvelope.read(JSON.toBytes(state));
    assertThat(fields).isEqualTo(DocumentFields.of(state));
    assertThat(fields.isDeleted()).isTrue();
  }

  @Test
  void readsPrettyTextAndStringsForNumbers() {
    String json =
        "{ \"a\" : { \"documentVersion\" : 9 } ,\n \"documentVersion\" : \"7\" ,"
            + " \"documentEpoch\" : null, \"documentKind\" : null, \"documentOther\" : [1] }";
    DocumentFields fields = DocumentEnvelope.read(json.getBytes(UTF_8));
    assertThat(fields.version()).isEqualTo(7);
    assertThat(fields.epoch()).isNull();
    assertThat(fields.kind()).isNull();
  }

  @Test
  void splicesFieldsBehindTheContent() {
    DocumentFields fields =
        new DocumentFields(2, null, "k", "/x", null, 5, "PUT", 0, null, null, null, null);
    String content =
        "{\"documentVersion\":1, \"a\" : {\"documentVersion\":9}, \"documentTitle\":\"t\","
            + "\"documentOwner\":\"old\"}";
    byte[] spliced = DocumentEnvelope.splice(content.getBytes(UTF_8), fields);
    assertThat(new String(spliced, UTF_8))
        .isEqualTo(
            "{\"a\" : {\"documentVersion\":9},\"documentTitle\":\"t\",\"documentVersion\":2,"
                + "\"documentKind\":\"k\",\"documentSelfLink\":\"/x\","
                + "\"documentUpdateTimeMicros\":5,\"documentUpdateAction\":\"PUT\","
                + "\"documentExpirationTimeMicros\":0}");
    assertThat(DocumentEnvelope.read(spliced)).isEqualTo(fields);
  }

  @Test
  void splicesIntoAnEmptyObjectAndStripsItAgain() {
    DocumentFields fields = DocumentFields.of(new ServiceDocument());
    byte[] spliced = DocumentEnvelope.splice("{}".getBytes(UTF_8), fields);
    assertThat(spliced).isEqualTo(JSON.toBytes(new ServiceDocument()));
    assertThat(new String(DocumentEnvelope.strip(spliced), UTF_8)).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "7", "{\"documentVersion\":x}"})
  void refusesWhatIsNoObject(String json) {
    assertThatThrownBy(() -> DocumentEnvelope.read(json.getBytes(UTF_8)))
        .isInstanceOf(MalformedJsonException.class);
  }
}
