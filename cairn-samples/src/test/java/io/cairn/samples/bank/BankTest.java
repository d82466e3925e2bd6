// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.samples.SampleHost;
import io.cairn.testkit.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both faces keep the same promises. */
class BankTest {
  /** How each face is spoken to. */
  enum Face {
    CLASSES(BankAccountService.FACTORY_LINK, "DEPOSIT", "WITHDRAW"),
    RECORDS(BankAccounts.PATH, "Deposit", "Withdrawal");

    private final String path;
    private final String deposit;
    private final String withdrawal;

    Face(String path, String deposit, String withdrawal) {
      this.path = path;
      this.deposit = deposit;
      this.withdrawal = withdrawal;
    }
  }

  @TempDir Path sandbox;
  private SampleHost host;

  @BeforeEach
  void start() throws Throwable {
    host =
        new SampleHost(
            sandbox,
            fresh -> {
              fresh.startFactory(BankAccountService.class, BankAccountService::createFactory);
              fresh.start(BankAccounts.service());
            });
  }

  @AfterEach
  void stop() {
    host.close();
  }

  private void open(Face face, long balance) throws Exception {
    Answer opened =
        host.send(
            "POST",
            face.path,
            "{\"documentSelfLink\":\"ada\",\"owner\":\"Ada\",\"balance\":%d}".formatted(balance));
    assertThat(opened.status()).as(opened.text()).isEqualTo(200);
  }

  private Answer book(Face face, String kind, long amount) throws Exception {
    return host.send(
        "PATCH", face.path + "/ada", "{\"kind\":\"%s\",\"amount\":%d}".formatted(kind, amount));
  }

  private long balance(Face face) throws Exception {
    return host.send("GET", face.path + "/ada", null).json().get("balance").asLong();
  }

  @ParameterizedTest
  @EnumSource
  void depositsAndWithdrawalsChangeTheBalance(Face face) throws Exception {
    open(face, 100);
    assertThat(book(face, face.deposit, 50).json().get("balance").asLong()).isEqualTo(150);
    assertThat(book(face, face.withdrawal, 150).json().get("balance").asLong()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void anOverdraftIsRefused(Face face) throws Exception {
    open(face, 100);
    Answer refused = book(face, face.withdrawal, 101);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("The account holds only 100");
    assertThat(balance(face)).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void amountsAndBalancesMustMakeSense(Face face) throws Exception {
    open(face, 100);
    assertThat(book(face, face.deposit, 0).status()).isEqualTo(400);
    assertThat(book(face, face.withdrawal, -5).status()).isEqualTo(400);
    assertThat(host.send("POST", face.path, "{\"owner\":\"Bob\",\"balance\":-1}").status())
        .isEqualTo(400);
    assertThat(host.send("POST", face.path, "{\"balance\":1}").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource
  void theBalanceCannotBeReplaced(Face face) throws Exception {
    open(face, 100);
    String rich = "{\"owner\":\"Ada\",\"balance\":1000000}";
    assertThat(host.send("PUT", face.path + "/ada", rich).status()).isBetween(400, 499);
    Answer merged =
        host.send(
            "PATCH", face.path + "/ada", rich, "Content-Type", "application/merge-patch+json");
    assertThat(merged.status()).isBetween(400, 499);
    assertThat(balance(face)).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void concurrentWithdrawalsNeverOverdraw(Face face) throws Exception {
    open(face, 10);
    int granted = 0;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer>> withdrawals = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        withdrawals.add(() -> book(face, face.withdrawal, 1));
      }
      for (Future<Answer> answer : clients.invokeAll(withdrawals)) {
        granted += answer.get().isSuccess() ? 1 : 0;
      }
    }
    assertThat(granted).isEqualTo(10);
    assertThat(balance(face)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void balancesSurviveARestart(Face face) throws Throwable {
    open(face, 100);
    book(face, face.deposit, 11);
    host.restart();
    assertThat(balance(face)).isEqualTo(111);
    assertThat(book(face, face.withdrawal, 112).status()).isEqualTo(409);
  }
}
