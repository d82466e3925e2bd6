// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.runtime.security.identity.token.SigningKeys.KeyView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SigningKeysTest {

  private static final String JANE = "/core/authz/users/jane";

  private final TokenFixture group = new TokenFixture();

  private String token() {
    return group.tokens().issue(JANE, Duration.ofHours(1), 0).token();
  }

  private static String signer(List<KeyView> keys) {
    return keys.stream().filter(KeyView::signs).map(KeyView::id).findFirst().orElseThrow();
  }

  @Test
  void firstKeyIsMadeOnceByWhicheverNode() {
    group.keys().ensure().join();
    group.keysOfAnotherNode().ensure().join();

    assertThat(group.keys().keys()).hasSize(1);
    assertThat(group.keysOfAnotherNode().keys()).isEqualTo(group.keys().keys());
  }

  @Test
  void anotherNodeVerifiesWhatOneHasSigned() throws RefusedTokenException {
    String token = token();

    TokenClaims claims = new Tokens(group.keysOfAnotherNode(), group::micros).verify(token);

    assertThat(claims.subjectLink()).isEqualTo(JANE);
    assertThat(claims.expiresMicros()).isEqualTo(group.micros() + 3_600_000_000L);
  }

  @Test
  void newKeyIsKnownBeforeItSignsAndTheOldOneAsLongAsItsTokensHold() throws RefusedTokenException {
    String before = token();
    String first = signer(group.keys().keys());

    List<KeyView> rotated = group.keys().rotate(false).join();

    assertThat(rotated).hasSize(2);
    assertThat(signer(rotated)).as("not yet").isEqualTo(first);
    assertThat(group.keys().publicKeys()).contains(rotated.getLast().id());
    group.pass(Duration.ofSeconds(11));
    assertThat(signer(group.keys().keys())).isEqualTo(rotated.getLast().id());
    assertThat(group.tokens().verify(before).subjectLink()).isEqualTo(JANE);
    String after = token();
    group.pass(TokenFixture.LONGEST.plusMinutes(1));
    assertThat(group.keys().publicKeys()).doesNotContain(first);
    assertThatThrownBy(() -> group.tokens().verify(after)).hasMessageContaining("expired");
  }

  @Test
  void keysRotateWhenItIsTimeAndOnce() {
    group.keys().ensure().join();
    group.keys().look();
    assertThat(group.keys().keys()).hasSize(1);

    group.pass(Duration.ofDays(31));
    group.keys().look();
    group.keysOfAnotherNode().look();

    assertThat(group.keys().keys()).hasSize(2);
  }

  @Test
  void droppedKeyProvesNothingAtOnce() {
    String before = token();

    group.keys().rotate(true).join();

    assertThatThrownBy(() -> group.tokens().verify(before)).hasMessageContaining("does not know");
    assertThat(group.keys().keys()).hasSize(1);
  }

  @Test
  void keysAreBoundedAndARotationInTurnIsNoOtherOne() {
    group.keys().ensure().join();
    group.keys().rotate(false).join();
    assertThat(group.keys().rotate(false).join()).as("one is about to sign").hasSize(2);

    for (int i = 0; i < 14; i++) {
      group.pass(Duration.ofSeconds(11));
      group.keys().rotate(false).join();
    }
    group.pass(Duration.ofSeconds(11));

    assertThat(group.keys().keys()).hasSize(KeyRing.MOST);
    assertThatThrownBy(() -> group.keys().rotate(false).join())
        .hasMessageContaining("signing keys are in use");
    group.pass(TokenFixture.LONGEST.plusMinutes(1));
    assertThat(group.keys().rotate(false).join()).hasSize(2);
  }

  @Test
  void privateKeysAreShownNowhere() {
    token();
    String secret = String.valueOf(group.kept());
    String privatePart = secret.replaceAll("(?s).*\\\\\"d\\\\\":\\\\\"([^\\\\]*).*", "$1");
    assertThat(privatePart).hasSize(43);

    assertThat(group.keys().publicKeys()).contains("\"kty\":\"EC\"").doesNotContain("\"d\"");
    assertThat(String.valueOf(KeyRing.parse(secret))).doesNotContain(privatePart);
    assertThat(group.keys().keys().toString()).doesNotContain(privatePart);
    assertThatThrownBy(() -> KeyRing.parse(secret.replace("P-256", "P-257")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain(privatePart);
  }
}
