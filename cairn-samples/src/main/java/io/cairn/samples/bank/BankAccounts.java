// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.bank;

import io.cairn.service.DocumentService;
import io.cairn.service.failure.Refusal;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;

/** Accounts that are never overdrawn, as records with handlers that return values. */
public final class BankAccounts {

  public static final String PATH = "/samples/accounts";

  private BankAccounts() {}

  /** The state: amounts are in the smallest unit of the currency. */
  public record Account(@NotBlank String owner, @PositiveOrZero long balance) {
    Account plus(long amount) {
      return new Account(owner, Math.addExact(balance, amount));
    }
  }

  /** Adds to the balance. */
  public record Deposit(@Positive long amount) {}

  /** Takes from the balance. */
  public record Withdrawal(@Positive long amount) {}

  /** The collection, for {@code host.start}. The balance changes by deposits and withdrawals. */
  public static DocumentService<Account> service() {
    return DocumentService.of(Account.class)
        .persistent()
        .replicated()
        .on(Deposit.class, (request, account, deposit) -> account.plus(deposit.amount()))
        .on(
            Withdrawal.class,
            (request, account, withdrawal) -> {
              if (withdrawal.amount() > account.balance()) {
                throw Refusal.conflict("The account holds only " + account.balance());
              }
              return account.plus(-withdrawal.amount());
            })
        .at(PATH);
  }
}
