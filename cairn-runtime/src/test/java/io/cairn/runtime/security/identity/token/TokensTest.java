// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final String JANE = "/core/authz/users/jane@example.com";

  private final TokenFixture group = new TokenFixture();
  private final Tokens tokens = group.tokens();

  @Test
  void tokenSaysWhoseItIsAndUntilWhen() throws RefusedTokenException {
    Tokens.Issued issued = tokens.issue(JANE, Duration.ofMinutes(10), 7);

    assertThat(tokens.verify(issued.token())).isEqualTo(issued.claims());
    assertThat(issued.claims().generation()).isEqualTo(7);
    assertThat(issued.seconds()).isEqualTo(600);
    assertThat(issued.toString()).doesNotContain(issued.token());
    assertThat(tokens.issue(JANE, Duration.ofMinutes(10), 7).claims().id())
        .isNotEqualTo(issued.claims().id());
  }

  @Test
  void tokenEndsWhenItSays() throws RefusedTokenException {
    String token = tokens.issue(JANE, Duration.ofSeconds(2), 0).token();

    group.pass(Duration.ofSeconds(1));
    assertThat(tokens.verify(token).subjectLink()).isEqualTo(JANE);
    group.pass(Duration.ofSeconds(1));
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(RefusedTokenException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void tokenLastsNoLongerThanIsAllowed() {
    assertThat(tokens.issue(JANE, Duration.ofDays(1000), 0).seconds())
        .isEqualTo(TokenFixture.LONGEST.toSeconds());
  }

  @Test
  void hostileTokensProveNothing() {
    String good = tokens.issue(JANE, Duration.ofMinutes(10), 0).token();
    Map<String, String> hostile =
        new HostileTokens(good, group.keys().publicKeys(), String.valueOf(group.kept())).all();

    assertThat(hostile).hasSizeGreaterThan(35);
    assertSoftly(
        softly ->
            hostile.forEach(
                (what, token) ->
                    softly
                        .assertThatThrownBy(() -> tokens.verify(token))
                        .as(what)
                        .isInstanceOf(RefusedTokenException.class)));
  }

  @Test
  void whatIsWrongIsFoundInTheRightPlace() {
    String good = tokens.issue(JANE, Duration.ofMinutes(10), 0).token();
    Map<String, String> hostile =
        new HostileTokens(good, group.keys().publicKeys(), String.valueOf(group.kept())).all();

    Map.of(
            "alg none with a signature", "no signed token",
            "HMAC with the public key", "another algorithm",
            "another key under a known kid", "signature is wrong",
            "another curve", "another algorithm",
            "another issuer", "another issuer",
            "another audience", "somebody else",
            "future nbf", "not hold yet",
            "claims twice", "twice",
            "a megabyte", "characters")
        .forEach(
            (what, why) ->
                assertThatThrownBy(() -> tokens.verify(String.valueOf(hostile.get(what))))
                    .as(what)
                    .hasMessageContaining(why));
  }
}
