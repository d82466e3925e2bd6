// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.bank;

import io.cairn.service.DocumentService;
import io.cairn.service.failure.Refusal;
import org.jspecify.annotations.Nullable;

/** Accounts that are never overdrawn, as records with handlers that return values. */
public final class BankAccounts {

  public static final String PATH = "/samples/accounts";

  private BankAccounts() {}

  /** The state: amounts are in the smallest unit of the currency. */
  public record Account(@Nullable String owner, long balance) {
    /** Refuses what no account may be. */
    public Account {
      if (owner == null || balance < 0) {
        throw new IllegalArgumentException("owner is required, balance must not be negative");
      }
    }

    Account plus(long amount) {
      return new Account(owner, Math.addExact(balance, amount));
    }
  }

  /** Adds to the balance. */
  public record Deposit(long amount) {
    /** Refuses what is no deposit. */
    public Deposit {
      requirePositive(amount);
    }
  }

  /** Takes from the balance. */
  public record Withdrawal(long amount) {
    /** Refuses what is no withdrawal. */
    public Withdrawal {
      requirePositive(amount);
    }
  }

  /** The collection, for {@code host.start}. */
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
        .onChange(
            (request, account, next) -> {
              if (next.balance() != account.balance()) {
                throw new IllegalArgumentException("balance changes by Deposit and Withdrawal");
              }
              return next;
            })
        .at(PATH);
  }

  private static void requirePositive(long amount) {
    if (amount <= 0) {
      throw new IllegalArgumentException("amount must be more than 0");
    }
  }
}
