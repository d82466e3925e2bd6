// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.bank;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.StatefulService;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account that is never overdrawn, as a class with handlers. Deposits and withdrawals are
 * PATCHes that say by their {@code kind} what they are; the balance is not to be replaced.
 */
public class BankAccountService extends StatefulService {

  public static final String FACTORY_LINK = "/samples/bank-accounts";

  /** The document. */
  public static class BankAccountState extends ServiceDocument {
    public @Nullable String owner;
    public long balance;
  }

  /** What clients ask for, with an amount that is more than 0. */
  public static class BankAccountRequest {
    /** The two things that can be done. */
    public enum Kind {
      DEPOSIT,
      WITHDRAW
    }

    public @Nullable Kind kind;
    public long amount;
  }

  /** A factory of accounts. */
  public static FactoryService createFactory() {
    return FactoryService.create(BankAccountService.class, BankAccountState.class);
  }

  /** Declares durable, replicated documents. */
  public BankAccountService() {
    super(BankAccountState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void handleCreate(Operation post) {
    BankAccountState account = getBody(post);
    if (account.owner == null || account.balance < 0) {
      post.fail(new IllegalArgumentException("owner is required, balance must not be negative"));
      return;
    }
    post.complete();
  }

  @RouteDocumentation(
      description = "Adds to the balance, or takes from it",
      requestBodyType = BankAccountRequest.class)
  @Override
  public void handlePatch(Operation patch) {
    BankAccountRequest request = patch.getBody(BankAccountRequest.class);
    switch (request.kind) {
      case DEPOSIT -> change(patch, amountOf(request));
      case WITHDRAW -> change(patch, -amountOf(request));
      case null -> patch.fail(new IllegalArgumentException("kind is required"));
    }
  }

  private static long amountOf(BankAccountRequest request) {
    if (request.amount <= 0) {
      throw new IllegalArgumentException("amount must be more than 0");
    }
    return request.amount;
  }

  private void change(Operation patch, long by) {
    BankAccountState account = getState(patch);
    if (account == null) {
      throw new IllegalStateException("a PATCH comes with the state");
    }
    long balance = Math.addExact(account.balance, by);
    if (balance < 0) {
      patch.fail(
          Operation.STATUS_CODE_CONFLICT,
          new IllegalStateException("The account holds only " + account.balance),
          null);
      return;
    }
    account.balance = balance;
    patch.setBody(account).complete();
  }

  /** No PUT: money comes and goes by deposits and withdrawals. */
  @Override
  public Set<Action> verbs() {
    return EnumSet.of(Action.GET, Action.PATCH, Action.DELETE, Action.OPTIONS);
  }

  /** Refused. */
  @Override
  public void handlePut(Operation put) {
    Operation.failActionNotSupported(put);
  }
}
