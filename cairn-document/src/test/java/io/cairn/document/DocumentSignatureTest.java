// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentSignatureTest {
  private static final DocumentSignature SIGNATURE = DocumentSignature.standard();

  @Test
  void isTheSha1OfTheCanonicalContent() {
    assertThat(sign("{\"b\":\"x\",\"a\":1,\"documentVersion\":4}"))
        .isEqualTo(sign(" { \"a\" : 1 , \"b\" : \"x\" } "))
        .isEqualTo(sha1("{\"a\":1,\"b\":\"x\"}"))
        .matches("[0-9a-f]{40}");
  }

  @Test
  void countsTheExpirationButNotWhatTheRuntimeMaintains() {
    SampleState state = DocumentJsonTest.full();
    String before = SIGNATURE.sign(state);
    state.documentVersion++;
    state.documentEpoch = 9L;
    state.documentKind = "other";
    state.documentOwner = "other";
    state.documentSelfLink = "/other";
    state.documentSourceLink = "/other";
    state.documentSignature = "other";
    state.documentUpdateAction = "PATCH";
    state.documentUpdateTimeMicros = 99;
    state.documentAuthPrincipalLink = "/other";
    state.documentTransactionId = "other";
    assertThat(SIGNATURE.sign(state)).isEqualTo(before);
    state.documentExpirationTimeMicros = 1;
    assertThat(SIGNATURE.sign(state)).isNotEqualTo(before);
  }

  @Test
  void leavesOutFieldsThatTheDescriptionExcludes() {
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(SampleState.class);
    DocumentSignature signature = DocumentSignature.of(description);
    SampleState state = DocumentJsonTest.full();
    String before = signature.sign(state);
    state.volatileNote = "changed";
    assertThat(signature.sign(state)).isEqualTo(before);
    state.name = "changed";
    assertThat(signature.sign(state)).isNotEqualTo(before);
  }

  @Test
  void tellsNestedBuiltInNamesAndArrayOrderApart() {
    assertThat(sign("{\"a\":{\"documentVersion\":1}}"))
        .isNotEqualTo(sign("{\"a\":{\"documentVersion\":2}}"));
    assertThat(sign("{\"a\":[1,2]}")).isNotEqualTo(sign("{\"a\":[2,1]}"));
    assertThat(sign("{\"a\":\"b c\"}")).isNotEqualTo(sign("{\"a\":\"bc\"}"));
    assertThat(sign("{}")).isEqualTo(sha1("{}"));
  }

  @Test
  void doesNotDependOnTheOrderOfMembersAtAnyDepth() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("DocumentSignatureTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      long shape = random.nextLong();
      String one = randomObject(new Random(shape), new Random(random.nextLong()), 0);
      String other = randomObject(new Random(shape), new Random(random.nextLong()), 0);
      assertThat(sign(one)).as("seed %s: %s and %s", seed, one, other).isEqualTo(sign(other));
      String comma = one.equals("{}") ? "" : ",";
      String changed = one.substring(0, one.length() - 1) + comma + "\"zz\":0}";
      assertThat(sign(changed)).isNotEqualTo(sign(one));
    }
  }

  /** The shape decides the members, the order only in which sequence they are written. */
  private static String randomObject(Random shape, Random order, int depth) {
    List<String> members = new ArrayList<>();
    int count = shape.nextInt(6);
    for (int i = 0; i < count; i++) {
      String name =
          "\"" + List.of("", "\\\"", "é", "aa").get(shape.nextInt(4)) + (char) ('a' + i) + "\"";
      String value =
          switch (shape.nextInt(depth < 4 ? 4 : 2)) {
            case 0 -> Integer.toString(shape.nextInt());
            case 1 -> "\"v, }]" + shape.nextInt(9) + "\"";
            case 2 -> "[" + randomObject(shape, order, depth + 1) + ",null]";
            default -> randomObject(shape, order, depth + 1);
          };
      members.add(name + (order.nextBoolean() ? ":" : " : ") + value);
    }
    Collections.shuffle(members, order);
    return "{" + String.join(order.nextBoolean() ? "," : " ,\n", members) + "}";
  }

  private static String sign(String json) {
    return SIGNATURE.sign(json.getBytes(UTF_8));
  }

  private static String sha1(String text) {
    try {
      byte[] digest = java.security.MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return java.util.HexFormat.of().formatHex(digest);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
