// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.identity.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordsTest {

  private final Passwords passwords = new Passwords(2);

  @AfterEach
  void close() {
    passwords.close();
  }

  @Test
  void keptHashIsOfThePasswordAlone() {
    String kept = passwords.hash("correct horse ŝtalo").join();

    assertThat(kept).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("horse");
    assertThat(passwords.compare("correct horse ŝtalo", kept).join().matches()).isTrue();
    assertThat(passwords.compare("correct horse stalo", kept).join().matches()).isFalse();
    assertThat(passwords.hash("correct horse ŝtalo").join()).as("another salt").isNotEqualTo(kept);
  }

  @Test
  void hashOfOtherSoftwareIsUnderstood() {
    // The reference implementation's own test vector.
    String vector =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    Passwords.Match match = passwords.compare("password", vector).join();

    assertThat(match.matches()).isTrue();
    assertThat(match.outdated()).as("made at another cost").isTrue();
  }

  @Test
  void whereThereIsNoAccountNothingMatches() {
    assertThat(passwords.compare("", null).join().matches()).isFalse();
    assertThat(passwords.compare("any", null).join().matches()).isFalse();
    assertThat(passwords.compare("plain", "plain").join().matches()).as("no hash").isFalse();
    assertThat(passwords.compare("x".repeat(100_000), passwords.hash("x").join()).join().matches())
        .isFalse();
  }

  @Test
  void storedHashCannotTakeAllMemory() {
    String tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    assertThat(PasswordHash.parse("$argon2id$v=19$m=4000000,t=2,p=1" + tail)).isNull();
    assertThat(PasswordHash.parse("$argon2id$v=19$m=65536,t=999,p=1" + tail)).isNull();
    assertThat(PasswordHash.parse("$argon2id$v=19$m=65536,t=2,p=0" + tail)).isNull();
    assertThat(PasswordHash.parse("$argon2i$v=19$m=65536,t=2,p=1" + tail)).isNull();
    assertThat(PasswordHash.parse("$argon2id$v=19$m=65536,t=2,p=1" + tail)).isNotNull();
  }

  @Test
  void tooManyAtOnceAreRefused() {
    List<CompletableFuture<Passwords.Match>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(passwords.compare("guess", null));
    }

    List<Throwable> refused =
        all.stream()
            .filter(CompletableFuture::isCompletedExceptionally)
            .map(CompletableFuture::exceptionNow)
            .toList();

    assertThat(refused).hasSizeGreaterThan(100).allMatch(Passwords.BusyException.class::isInstance);
    all.stream()
        .filter(each -> !each.isCompletedExceptionally())
        .limit(1)
        .forEach(first -> assertThat(first.join().matches()).isFalse());
  }

  @Test
  void passwordThatNobodyCanTypeIsRefused() {
    assertThatThrownBy(() -> passwords.hash("").join())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> passwords.hash("x".repeat(1025)).join())
        .isInstanceOf(IllegalArgumentException.class)
        .isNotInstanceOf(CompletionException.class);
  }
}
